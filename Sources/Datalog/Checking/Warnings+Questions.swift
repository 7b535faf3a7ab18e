extension Warnings {
  /// Questions that somebody who states a fact would write: about something, with a capitalised word for something else.
  func questionsLikeFacts(in trees: [SyntaxTree]) -> [Diagnostic] {
    var faults: [Diagnostic] = []
    for case .question(let question) in trees.lazy.flatMap(\.clauses) where question.looksLikeFact {
      guard case .atom(let atom, isNegated: false)? = question.body.alternatives.first?.first,
        let index = program.table[atom.predicate.text]
      else { continue }
      let entry = program.table.entries[index]
      let isStated = entry.kind == .ordinary && !entry.hasRules
      let isAboutSomething = atom.arguments.contains { if case .constant = $0.value.kind { true } else { false } }
      guard isStated, isAboutSomething else { continue }
      for case (let column, .variable(let name)) in zip(entry.columnNames, atom.arguments.map(\.value.kind))
      where name.isCapitalisedWord && name.lowercased() != column {
        let argument = atom.arguments.first { if case .variable(name) = $0.value.kind { true } else { false } }
        if let argument { faults.append(.askedNotStated(name, at: argument.value.span)) }
        break
      }
    }
    return faults
  }
}

extension String {
  /// Whether it is written like a name of something, of three letters at least.
  fileprivate var isCapitalisedWord: Bool {
    count >= 3 && first?.isUppercase == true && dropFirst().allSatisfy { $0.isLowercase || $0 == "_" }
  }
}

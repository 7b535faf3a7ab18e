internal import Datalog
internal import Engine
internal import Planning

extension KnowledgeBase {
  /// Takes one entry of the prompt: answers its questions, adds its facts to the open file (or, without one, to this
  /// sitting), takes back what it retracts, and keeps its rules for the sitting.
  ///
  /// - Returns: what was changed, in a line.
  public func enter(
    _ entry: [UInt8],
    author: String?,
    options: RunOptions,
    warn: (Findings) -> Void,
    emit: (RunEvent) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) -> String? {
    let source = SourceText(name: "<prompt>", bytes: entry)
    let compilation = try compile([(source, nil)], dialect: .prompt, mode: .prompt, options: options)
    warn(compilation.warnings)
    let run = compilation.run()
    try perform(compilation, run, options: options, emit: emit)
    warn(Findings(run.missingValueWarnings, in: compilation.text.texts))

    let own = SourceID(compilation.text.texts.count - 1)
    let tree = compilation.text.trees[own.index]
    let hasFacts = !tree.facts.isEmpty || tree.clauses.contains { if case .fact = $0 { true } else { false } }
    let hasDefinitions = tree.clauses.contains { clause in
      switch clause {
      case .rule, .constraint, .declaration: true
      case .fact, .question, .retraction, .directive: false
      }
    }
    let retracted = try retract(compilation)
    restoreFacts(of: compilation, source: own)
    if hasDefinitions || hasFacts { sitting.append(source) }
    var parts: [String] = []
    if hasFacts { parts.append("added, for this sitting") }
    if retracted > 0 { parts.append("\(retracted) \(retracted == 1 ? "fact" : "facts") retracted, for this sitting") }
    if !compilation.program.retractions.isEmpty, retracted == 0 { parts.append("no fact matches; nothing was retracted") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// A fact that was taken back and is stated again is there again.
  private func restoreFacts(of compilation: Compilation, source: SourceID) {
    for collected in compilation.text.collectors[source.index].tables {
      let predicate = compilation.program.predicates.first { $0.name == collected.predicate && $0.kind == .ordinary }
      guard let predicate, !removals.removed(from: predicate.name).isEmpty else { continue }
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
      collected.table.load(into: relation, types: predicate.columns.map(\.type), values: values)
      let words = relation.words()
      for start in stride(from: 0, to: words.count, by: max(relation.arity, 1)) {
        removals.restore(Array(words[start..<(start + relation.arity)]), to: predicate.name)
      }
    }
  }

  /// Takes back the facts that match; how many there were.
  private func retract(_ compilation: Compilation) throws(KnowledgeBaseError) -> Int {
    var count = 0
    for atom in compilation.program.retractions {
      let predicate = compilation.program.predicates[atom.predicate.index]
      if predicate.isDerived { throw .retractsDerived(predicate: predicate.name) }
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
      do {
        try compilation.facts.load(predicate, of: compilation.program, into: relation)
      } catch {
        throw compilation.error(error)
      }
      let words = relation.words()
      let width = predicate.columns.count
      let rowCount = width == 0 ? relation.count : words.count / width
      for row in 0..<rowCount {
        let tuple = Array(words[(row * width)..<(row * width + width)])
        guard atom.matches(tuple, values) else { continue }
        removals.remove(tuple, from: predicate.name)
        count += 1
      }
    }
    return count
  }
}

extension Atom {
  fileprivate func matches(_ tuple: [Word], _ values: Values) -> Bool {
    zip(arguments, tuple).allSatisfy { argument, word in
      if case .constant(let constant) = argument { values.word(of: constant) == word } else { true }
    }
  }
}

/// Facts taken back in a sitting without a file.
final class Removals {
  private var tuples: [String: Set<[Word]>] = [:]

  func remove(_ tuple: [Word], from predicate: String) {
    tuples[predicate, default: []].insert(tuple)
  }

  /// A fact stated again is there again.
  func restore(_ tuple: [Word], to predicate: String) {
    tuples[predicate]?.remove(tuple)
  }

  func removed(from predicate: String) -> Set<[Word]> { tuples[predicate] ?? [] }
}

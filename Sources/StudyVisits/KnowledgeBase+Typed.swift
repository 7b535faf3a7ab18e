internal import Datalog

extension KnowledgeBase {
  /// The rules, constraints and declarations that were typed in this sitting, as they are written.
  public var typedClauses: [String] {
    typedDefinitions.map { sitting[$0.text][$0.span] }
  }

  /// Takes back what was typed of a predicate; without a name, the last rule, constraint or declaration.
  ///
  /// - Returns: what is gone. Nothing is, if what is left would not do without it.
  public func dropTyped(_ predicate: String?, options: RunOptions) throws(KnowledgeBaseError) -> [String] {
    let typed = typedDefinitions
    let dropped = predicate.map { name in typed.filter { $0.predicates.contains(name) } } ?? Array(typed.suffix(1))
    let before = sitting
    let texts = dropped.map { sitting[$0.text][$0.span] }
    for definition in dropped { sitting[definition.text].blank(definition.span) }
    do {
      _ = try compile([], dialect: .file, mode: .run, options: options)
    } catch {
      sitting = before
      throw error
    }
    answers.forgetAll()
    return texts
  }

  /// A rule, constraint or declaration in one of the texts of the sitting.
  private struct Definition {
    let text: Int
    let span: Span
    /// Those that it derives or declares.
    let predicates: Set<String>
  }

  private var typedDefinitions: [Definition] {
    sitting.enumerated().flatMap { place, text in
      ProgramText(stored: [text], values: values).trees[0].clauses.compactMap { clause in
        switch clause {
        case .rule(let rule):
          Definition(text: place, span: rule.span, predicates: Set(rule.heads.map(\.predicate.text)))
        case .constraint(let constraint): Definition(text: place, span: constraint.span, predicates: [])
        case .declaration(let declaration):
          Definition(text: place, span: declaration.span, predicates: [declaration.predicate.text])
        case .fact, .question, .retraction, .directive: nil
        }
      }
    }
  }
}

extension SourceText {
  /// Puts blanks in the place of a part, so that all else stands where it stood.
  mutating func blank(_ span: Span) {
    var bytes = bytes
    for place in span.start..<span.end where bytes[place] != UInt8(ascii: "\n") { bytes[place] = UInt8(ascii: " ") }
    self = SourceText(name: name, bytes: bytes)
  }
}

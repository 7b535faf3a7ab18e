internal import Datalog
internal import Engine
internal import Planning

extension Compilation {
  /// A warning for each document or passage that the texts cite and nobody has recorded: in `document`, by its first
  /// column, and in `passage`, by its first two. Programs without these predicates are not looked at.
  func missingCitations() throws(KnowledgeBaseError) -> Findings {
    guard let documents = try recorded("document", types: [.symbol]) else { return Findings([], in: []) }
    let passages = try recorded("passage", types: [.symbol, .number])
    var warnings: [Diagnostic] = []
    for tree in text.trees where !text.storedSources.contains(tree.source) {
      var seen: Set<Span> = []
      for citation in tree.sourceSets.joined() where seen.insert(citation.span).inserted {
        let document = citation.document.utf8.withUnsafeBufferPointer { values.symbols.intern($0) }
        if !documents.contains([document]) {
          warnings.append(.missingDocument(citation))
        } else if let number = citation.passage, let passages,
          !passages.contains([document, values.numbers.intern(number)])
        {
          warnings.append(.missingPassage(citation, number))
        }
      }
    }
    return Findings(warnings.sortedByPlace, in: text.texts)
  }

  /// The first columns of a predicate's facts; `nil` when there is no such predicate with such columns.
  private func recorded(_ name: String, types: [ValueType]) throws(KnowledgeBaseError) -> Set<[Word]>? {
    let predicate = program.predicates.first { $0.name == name && $0.kind == .ordinary }
    guard let predicate, predicate.columns.map(\.type).starts(with: types) else { return nil }
    let context = EvaluationContext(values: values)
    let relation = Relation(types: predicate.columns.map(\.type.wordType), context: context)
    do {
      try facts.load(predicate, of: program, into: relation)
    } catch {
      throw self.error(error)
    }
    let words = relation.words()
    let starts = stride(from: 0, to: words.count, by: predicate.columns.count)
    return Set(starts.map { Array(words[$0..<($0 + types.count)]) })
  }
}

extension Diagnostic {
  fileprivate static func missingDocument(_ citation: Citation) -> Diagnostic {
    Diagnostic(
      .missingCitation,
      at: citation.span,
      "there is no document `\(citation.document)`: facts cite it, and nobody has recorded it",
      help: "add `document(\(citation.document.literalText), \"its title\", its_publisher).`"
    )
  }

  fileprivate static func missingPassage(_ citation: Citation, _ number: Int64) -> Diagnostic {
    Diagnostic(
      .missingCitation,
      at: citation.span,
      "passage \(number) of `\(citation.document)` is cited, and nobody has recorded it",
      help: "add `passage(\(citation.document.literalText), \(number), \"what it says\").`"
    )
  }
}

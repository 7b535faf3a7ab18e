internal import Datalog
internal import Engine
internal import Planning

/// The documents of another knowledge base, which are those of the same identifier here only if they say the same.
struct ForeignDocuments {
  /// What a knowledge base has of a document.
  private struct Content {
    var title: String?
    /// By number.
    var passages: [String: String] = [:]

    /// Whether both may be parts of one document.
    func agrees(with other: Content) -> Bool {
      if let title, let otherTitle = other.title, title != otherTitle { return false }
      return passages.allSatisfy { number, text in other.passages[number].map { $0 == text } ?? true }
    }
  }

  private var foreign: [String: Content] = [:]
  private var known: [String: Content] = [:]

  init(_ data: ImportedData, _ compilation: Compilation, stored: StoredFacts?) throws(RunError) {
    for record in data.records {
      for source in record.sources where foreign[source.document] == nil { foreign[source.document] = Content() }
      for entity in record.entities where entity.predicate == "document" {
        if let identifier = entity.identifier { foreign[identifier, default: Content()].title = entity.name }
      }
      for fact in record.facts where fact.predicate == "passage" {
        guard let document = fact.arguments["document"]?.text, let number = fact.arguments["n"]?.text,
          let says = fact.arguments["says"]?.text
        else { continue }
        foreign[document, default: Content()].passages[number] = says
      }
    }
    let program = compilation.program
    guard let stored, let document = program.ordinaryPredicate("document"),
      let passage = program.ordinaryPredicate("passage"), ImportPlan.recordsDocuments(in: program)
    else { return }
    let values = compilation.values
    try stored.forEachFact(of: document) { tuple, _ in
      known[values.symbols[tuple[0]], default: Content()].title = values.symbols[tuple[1]]
    }
    try stored.forEachFact(of: passage) { tuple, _ in
      let number = values.text(of: tuple[1], passage.columns[1].type.wordType)
      known[values.symbols[tuple[0]], default: Content()].passages[number] = values.symbols[tuple[2]]
    }
  }

  /// Each document with the identifier that it gets here: the first that is free or means the same document.
  func identifiers(isTaken: (String) -> Bool) -> [(document: String, identifier: String)] {
    foreign.sorted { $0.key < $1.key }.map { document, content in
      var identifier = document
      var number = 2
      while known[identifier].map({ !content.agrees(with: $0) }) ?? (identifier != document && isTaken(identifier)) {
        identifier = "\(document)_\(number)"
        number += 1
      }
      return (document, identifier)
    }
  }
}

extension ImportedValue {
  /// As the source has it; `nil` for an entity of the record.
  var text: String? {
    switch self {
    case .text(let text), .reference(_, let text): text
    case .entity: nil
    }
  }
}

internal import Datalog
internal import Engine
internal import Planning

/// The document that a file becomes, and those that another knowledge base has.
extension ImportPlan {
  static func recordsDocuments(in program: CheckedProgram) -> Bool {
    program.ordinaryPredicate("document")?.columns.map(\.name) == ["id", "title", "publisher"]
      && program.ordinaryPredicate("passage")?.columns.map(\.name) == ["document", "n", "says"]
  }

  /// What a fact of another knowledge base cites, by the identifiers that its documents get here.
  func citation(of record: ImportedRecord) -> String {
    record.sources.map { source in
      let document = Symbol(identities.translation(of: source.document, "document") ?? source.document).literalText
      return source.passage.map { "\(document):\($0)" } ?? document
    }.joined(separator: ", ")
  }

  mutating func translateDocuments() throws(KnowledgeBaseError) {
    do {
      let documents = try ForeignDocuments(data, compilation, stored: stored)
      let isTaken = { [identities, compilation] (identifier: String) in
        identities.register.isTaken(identifier) || compilation.symbols.contains(Symbol(identifier))
      }
      for (document, identifier) in documents.identifiers(isTaken: isTaken) {
        identities.translate(document, "document", to: identifier)
        guard document != identifier else { continue }
        report.alike.append(
          "the document `\(document)` there is another than `\(document)` here: it is `\(identifier)`"
        )
      }
    } catch {
      throw compilation.error(error)
    }
  }

  /// States again what rows said that are gone: facts that others state too go on citing them.
  ///
  /// Where none of the rows is as it was before, another list may bear the name of the first.
  mutating func keepPassages(of document: String) throws(KnowledgeBaseError) {
    guard let predicate = predicates["passage"] else { return }
    let numbers = Set(data.records.map { String($0.number) })
    var texts = Set(data.records.map(\.text))
    var gone: [[String]] = []
    var (isKnown, isSame) = (false, false)
    do {
      try stored?.forEachFact(of: predicate) { tuple, _ in
        let passage = zip(tuple, predicate.columns).map { compilation.values.text(of: $0, $1.type.wordType) }
        guard passage[0] == document else { return }
        isKnown = true
        if texts.contains(passage[2]) { isSame = true }
        if !numbers.contains(passage[1]) { gone.append(passage) }
      }
    } catch {
      throw compilation.error(error)
    }
    texts = []
    report.isStranger = isKnown && !isSame
    for passage in gone.sorted(by: { $0[1].count == $1[1].count ? $0[1] < $1[1] : $0[1].count < $1[1].count }) {
      cite("\(document):\(passage[1])")
      state("passage", passage)
    }
  }

  /// `nil` where the knowledge base records no documents and passages, or the file has documents of its own.
  func documentIdentifier() throws(KnowledgeBaseError) -> String? {
    guard data.origin == .document, ImportPlan.recordsDocuments(in: compilation.program) else { return nil }
    let isForeign = { (identifier: String) in
      guard let known = identities.register.entity(identifier) else {
        return identities.register.isTaken(identifier)
      }
      return !(known.predicate == "document" && known.isOwn)
    }
    guard let document = setting.document else { return Identifier.coined(for: setting.origin, isTaken: isForeign) }
    guard !isForeign(document) else {
      throw .importing(
        ImportFault(data.file, "`\(document)` means something else already: `--document` takes another identifier")
      )
    }
    return document
  }
}

internal import Datalog
internal import Engine
internal import Storage

/// Removing an entity from the present and the past.
extension KnowledgeBase {
  func forgetting(
    _ text: String,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    let identities = try stored.translated { () throws(StorageError) in try Identities(stored) }
    let entity = try entity(ofAnyTime: text, identities, stored, options)
    let doomed = try stored.translated { () throws(StorageError) in try Doomed(entity, identities) }
    let words = doomed.words.map { values.symbols[$0] }
    if let text = base.texts.first(where: { text in words.contains { text.names(Symbol($0).literalText) } }) {
      throw .history(.entity("the rules of `\(text.name)` name it; change them first, then forget it"))
    }
    let current = doomed.facts.filter { $0.version.retracted == nil }
    let blackened = words.isEmpty ? "" : ", \(Diagnostic.list(words.sorted())) blackened in other texts"
    let summary = """
      \(counted(current.count, "fact")) of now and \(counted(doomed.facts.count - current.count, "fact")) of the past \
      would be removed for ever\(blackened), and the file written anew; this cannot be undone
      """
    return Plan(
      summary: summary,
      lost: current.map { stored.text(of: $0.version.values, $0.predicate) }.sorted(),
      reason: "an entity was forgotten",
      perform: { change throws(KnowledgeBaseError) in
        try stored.translated { () throws(StorageError) in
          try change.forget(
            Change.Oblivion(
              facts: doomed.facts.map { ($0.predicate, $0.version) },
              identifiers: doomed.identifiers.sorted(),
              words: words
            ),
            in: stored.store
          )
        }
      },
      purges: true
    )
  }

  /// The one entity that an identifier or a name means or meant: those of now before those of the past.
  private func entity(
    ofAnyTime text: String,
    _ identities: Identities,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Word {
    if let word = values.symbols.find(text), try isEntity(word, identities, stored) { return word }
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    let former = try stored.translated { () throws(StorageError) in try identities.entities(named: text) }
    let meant: [Word]
    do throws(RunError) {
      let current = try compilation.entities(named: text)
      let named = current.isEmpty ? former : current
      meant = try named.isEmpty ? compilation.symbolsMeant(by: text) : named
    } catch {
      throw compilation.error(error)
    }
    let word = try one(of: meant, text)
    guard try isEntity(word, identities, stored) else { throw .history(.noEntity(values.symbols[word])) }
    return word
  }

  private func isEntity(
    _ word: Word,
    _ identities: Identities,
    _ stored: StoredFacts
  ) throws(KnowledgeBaseError) -> Bool {
    try stored.translated { () throws(StorageError) in try identities.isEntity(word) }
  }
}

/// All that there has ever been of an entity, and of nothing else.
private struct Doomed {
  private(set) var facts: [Identities.Held] = []
  private(set) var identifiers: Set<Word> = []
  /// Its identifiers and names, without those that another entity bears or bore.
  private(set) var words: [Word] = []

  init(_ entity: Word, _ identities: Identities) throws(StorageError) {
    var doomed: Set<Identities.Fact> = []
    var names: Set<Word> = []
    for tenure in try identities.tenures(of: entity) {
      identifiers.insert(tenure.identifier)
      for fact in try identities.facts(of: tenure) where doomed.insert(Identities.Fact(fact)).inserted {
        facts.append(fact)
        if fact.namedEntity == tenure.identifier, let name = fact.name { names.insert(name) }
      }
    }
    for word in identifiers.union(names).sorted() {
      let isIdentifier = identifiers.contains(word)
      if try !identities.isShared(word, asIdentifier: isIdentifier, besides: doomed) { words.append(word) }
    }
  }
}

internal import Datalog
internal import Engine
internal import Planning
internal import Storage

extension FactBase {
  /// How a fact came to be there.
  struct Record {
    var sources: [CitedPassage] = []
    /// The names of the files that state it.
    var files: [String] = []
    /// The changes that stated it: the one that entered it first, then those that gave it further sources.
    var statements: [Statement] = []

    /// What one change stated.
    struct Statement {
      let change: Int
      let sources: [CitedPassage]
    }
  }

  /// How facts of a predicate came to be there; of what is no fact, nothing.
  func records(of tuples: [[Word]], _ predicate: Predicate) throws(RunError) -> [Record] {
    var records = try stored?.records(of: tuples, predicate) ?? tuples.map { _ in Record() }
    let inMemory = inMemory(predicate)
    guard !inMemory.isEmpty else { return records }
    let wanted = Dictionary(tuples.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let firsts = Set(tuples.compactMap(\.first))
    for facts in inMemory {
      let columns = predicate.columns.enumerated().map { facts.table.words($0.offset, of: $0.element.type, values) }
      let sets = facts.table.withSourceSets { Array($0) }
      for row in sets.indices {
        // Most rows are none of those that are asked about, and most of these differ in the first column.
        if let first = columns.first, !firsts.contains(first[row]) { continue }
        guard let place = wanted[columns.map { $0[row] }] else { continue }
        for source in facts.sourceSets[Int(sets[row])] where !records[place].sources.contains(source) {
          records[place].sources.append(source)
        }
        if !records[place].files.contains(facts.origin) { records[place].files.append(facts.origin) }
      }
    }
    return records
  }
}

extension StoredFacts {
  fileprivate func records(of tuples: [[Word]], _ predicate: Predicate) throws(RunError) -> [FactBase.Record] {
    guard let stored = self.predicate(predicate.name) else { return tuples.map { _ in FactBase.Record() } }
    let types = predicate.columns.map(\.type.wordType)
    do {
      let raw = tuples.map { tuple in zip(tuple, types).map { values.bits(of: $0, $1) } }
      return try store.origins(of: raw, stored).map { origin in
        let sources = origin?.statements.flatMap(\.sources) ?? []
        return FactBase.Record(
          sources: sources.cited,
          files: sources.filter(\.isOrigin).map { values.symbols[$0.document] },
          statements: origin?.statements.map { FactBase.Record.Statement(change: $0.change, sources: $0.sources.cited) }
            ?? []
        )
      }
    } catch {
      throw .knowledgeBase(.storage(error))
    }
  }
}

extension FactBase {
  /// A change of the file; `nil` when it has none of the number.
  func entry(_ change: Int) throws(RunError) -> Proof.Entry? {
    do {
      return try stored?.store.change(change).map { change in
        Proof.Entry(change: change.id, time: change.time, author: change.author, reason: change.reason)
      }
    } catch {
      throw .knowledgeBase(.storage(error))
    }
  }
}

extension [StoredPassage] {
  /// Those of documents; files that state a fact are none.
  fileprivate var cited: [CitedPassage] {
    filter { !$0.isOrigin }.map { CitedPassage(document: $0.document, passage: Int64($0.passage)) }
  }
}

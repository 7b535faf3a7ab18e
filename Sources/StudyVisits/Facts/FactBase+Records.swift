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
    /// The number of the change that stored it.
    var change: Int?
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
      var sets: [UInt32: [StoredPassage]] = [:]
      return try store.origins(of: raw, stored).map { origin throws(StorageError) in
        guard let origin else { return FactBase.Record() }
        if sets[origin.sourceSet] == nil { sets[origin.sourceSet] = try store.sourceSet(origin.sourceSet) }
        let set = sets[origin.sourceSet] ?? []
        return FactBase.Record(
          sources: set.filter { !$0.isOrigin }.map { CitedPassage(document: $0.document, passage: Int64($0.passage)) },
          files: set.filter(\.isOrigin).map { values.symbols[$0.document] },
          change: origin.change
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

/// How facts come into their table.
///
/// Rows are sorted first, so that the table grows page by page. Into an empty table they are all inserted; many into a
/// full one are merged with one ordered pass over it; few are inserted one by one, and SQLite ignores those it has.
extension Change {
  /// States facts.
  ///
  /// - Parameters:
  ///   - columns: `rowCount` raw values each. Symbols below `knownSymbols` are the file's, the others the caller's own:
  ///     dense, different ids for different texts, and the same ones throughout the change.
  ///   - sourceSets: each row's index into `sets`; nil when no row has a source.
  ///   - sets: sets of passages; an empty one is no source.
  ///   - text: lends the text of one of the caller's own symbols until the next call.
  public func assert(
    _ predicate: StoredPredicate,
    rowCount: Int,
    columns: [UnsafePointer<UInt64>],
    sourceSets: UnsafePointer<UInt32>?,
    sets: [[StoredPassage]],
    knownSymbols: Int,
    text: (UInt32) -> UnsafeBufferPointer<UInt8>
  ) throws(StorageError) {
    try attempt { () throws(StorageError) in
      guard rowCount > 0 else { return }
      if rowCount >= 1000 { expectBulk() }
      let symbols = try intake(known: max(1, knownSymbols))
      for (column, values) in zip(predicate.columns, columns) where column.type == .symbol {
        for row in 0..<rowCount { symbols.want(Change.symbol(values[row])) }
      }
      let used = Change.used(sourceSets, rowCount: rowCount, setCount: sets.count)
      for set in used { for passage in sets[set] { symbols.want(passage.document) } }
      try symbols.resolve(text)
      let batch = RowBatch(predicate, rowCount: rowCount, columns: columns, symbol: symbols.fileID)
      var setIDs = [UInt32](repeating: 0, count: sets.count)
      for set in used {
        setIDs[set] = try sources.id(
          of: sets[set].map { StoredPassage(document: symbols.fileID($0.document), passage: $0.passage) }
        )
      }
      try insert(StatedRows(batch: batch, sourceSets: sourceSets, setIDs: setIDs), into: predicate)
    }
  }

  /// Takes facts back; they move to the past. Symbols are the file's; facts that are not there are passed over.
  ///
  /// - Parameter origins: the files that state them no longer: those that others state lose these origins alone. `nil`
  ///   takes them back whoever states them.
  public func retract(
    _ predicate: StoredPredicate,
    rowCount: Int,
    columns: [UnsafePointer<UInt64>],
    statedBy origins: [UInt32]? = nil
  ) throws(StorageError) {
    try attempt { () throws(StorageError) in
      guard rowCount > 0 else { return }
      let batch = RowBatch(predicate, rowCount: rowCount, columns: columns) { $0 }
      let evidence = try evidence(of: predicate)
      let origins = origins?.map(StoredPassage.origin)
      var retracted = 0
      var lost = 0
      for rank in 0..<rowCount {
        let row = batch.row(rank)
        if let origins {
          let stored = try evidence.sources(of: row, in: batch).set
          if let rest = try sources.id(of: stored, without: origins) {
            try evidence.replace(Writing(row: UInt32(row), sources: rest), of: batch)
            lost += 1
            continue
          }
        }
        batch.bind(row, to: evidence.delete)
        try evidence.delete.run()
        retracted += connection.changes
      }
      note(predicate) { facts in
        facts.retracted += retracted
        facts.lostOrigins += lost
      }
    }
  }

  private func intake(known: Int) throws(StorageError) -> SymbolIntake {
    if let symbols, symbols.known == known { return symbols }
    try symbols?.finish()
    let intake = try SymbolIntake(connection, known: known)
    symbols = intake
    return intake
  }

  @inline(__always)
  private static func symbol(_ value: UInt64) -> UInt32 {
    guard let id = UInt32(exactly: value) else { preconditionFailure("a symbol's id has 32 bits") }
    return id
  }

  /// The sets that some row has.
  private static func used(_ sourceSets: UnsafePointer<UInt32>?, rowCount: Int, setCount: Int) -> [Int] {
    guard let sourceSets else { return [] }
    var isUsed = [Bool](repeating: false, count: setCount)
    for row in 0..<rowCount { isUsed[Int(sourceSets[row])] = true }
    return isUsed.indices.filter { isUsed[$0] }
  }

  func deletion(from predicate: StoredPredicate) -> String {
    "delete from \(Schema.table(predicate)) where \(Change.condition(predicate))"
  }

  private static func condition(_ predicate: StoredPredicate) -> String {
    Schema.columnNames(predicate).map { "\($0) = ?" }.joined(separator: " and ")
  }
}

/// Sorted rows and the sources that state them.
private struct StatedRows {
  let batch: RowBatch
  let sourceSets: UnsafePointer<UInt32>?
  let setIDs: [UInt32]

  @inline(__always)
  func sources(_ row: Int) -> UInt32 { sourceSets.map { setIDs[Int($0[row])] } ?? 0 }
}

/// A fact to be written: a row of a batch and the set of its sources.
private struct Writing {
  let row: UInt32
  let sources: UInt32
}

// MARK: Inserting

extension Change {
  /// From this many rows on it is worth to count the table first (counting costs about as much as 50 inserts).
  private static let bulk = 64
  /// From this share of a table on, reading it in order is cheaper than looking rows up in it (measured).
  private static let mergingShare = 8

  private func insert(_ rows: StatedRows, into predicate: StoredPredicate) throws(StorageError) {
    let distinct = try distinctRows(rows)
    guard distinct.count >= Change.bulk else { return try insertOneByOne(distinct, of: rows, into: predicate) }
    // To know that a table is large, it is not read whole.
    let enough = max(distinct.count * Change.mergingShare + 1, GrownTable.closelyWatched)
    let count = try connection.integer(
      "select count(*) from (select 1 from \(Schema.table(predicate)) limit \(enough))"
    )
    if grown[predicate] == nil { grown[predicate] = GrownTable(rowsBefore: Int(count)) }
    if count == 0 {
      try write(distinct, of: rows.batch, into: predicate, rowsBefore: 0)
      note(predicate) { facts in
        facts.asserted += distinct.count
        facts.known += rows.batch.rowCount - distinct.count
      }
    } else if distinct.count > Int(count) / Change.mergingShare {
      try merge(distinct, of: rows, into: predicate, rowsBefore: Int(count))
    } else {
      try insertOneByOne(distinct, of: rows, into: predicate)
    }
  }

  /// One entry for each fact, in order, with all the sources its rows have.
  private func distinctRows(_ rows: StatedRows) throws(StorageError) -> [Writing] {
    let batch = rows.batch
    var result: [Writing] = []
    result.reserveCapacity(batch.rowCount)
    var rank = 0
    while rank < batch.rowCount {
      let row = batch.row(rank)
      let set = rows.sources(row)
      var others: Set<UInt32> = []
      rank += 1
      while rank < batch.rowCount, batch.areEqual(row, batch.row(rank)) {
        let other = rows.sources(batch.row(rank))
        if other != set { others.insert(other) }
        rank += 1
      }
      let sources = others.isEmpty ? set : try sources.union(others.union([set]))
      result.append(Writing(row: UInt32(row), sources: sources))
    }
    return result
  }

  func insertion(into predicate: StoredPredicate, verb: String) -> String {
    let names = Schema.columnNames(predicate)
    let marks = repeatElement("?", count: names.count + 2).joined(separator: ", ")
    return
      "\(verb) into \(Schema.table(predicate))(\(names.joined(separator: ", ")), source, asserted) values (\(marks))"
  }

  private func write(
    _ facts: [Writing],
    of batch: RowBatch,
    into predicate: StoredPredicate,
    rowsBefore: Int
  ) throws(StorageError) {
    if facts.count > rowsBefore { try dropIndexes(of: predicate) }
    let insert = try prepared(insertion(into: predicate, verb: "insert"))
    insert.bind(id, at: Int32(batch.columnCount + 2))
    for fact in facts {
      batch.bind(Int(fact.row), to: insert)
      insert.bind(Int64(fact.sources), at: Int32(batch.columnCount + 1))
      try insert.run()
      assertedCount += 1
    }
    grown[predicate]?.rowsAdded += facts.count
  }

  /// Walks the table and the sorted rows side by side; writes only when the walk is over.
  private func merge(
    _ facts: [Writing],
    of rows: StatedRows,
    into predicate: StoredPredicate,
    rowsBefore: Int
  ) throws(StorageError) {
    let batch = rows.batch
    let list = Schema.columnNames(predicate).joined(separator: ", ")
    let table = try connection.prepare(
      "select \(list), source, asserted from \(Schema.table(predicate)) order by \(list)"
    )
    var missing: [Writing] = []
    var gaining: [Writing] = []
    var cited = 0
    var hasRow = try table.step()
    for fact in facts {
      var comparison = -1
      while hasRow {
        comparison = batch.compare(Int(fact.row), with: table)
        if comparison <= 0 { break }
        hasRow = try table.step()
      }
      if !hasRow || comparison < 0 {
        missing.append(fact)
      } else if fact.sources != 0 {
        let column = Int32(batch.columnCount)
        let stored = UInt32(truncatingIfNeeded: table.integer(column))
        let united = try united(stored, since: table.integer(column + 1), with: fact.sources)
        guard united != stored else { continue }
        gaining.append(Writing(row: fact.row, sources: united))
        if try sources.citeDifferently(stored, united) { cited += 1 }
      }
    }
    table.reset()
    assertedCount += facts.count - missing.count
    try write(missing, of: batch, into: predicate, rowsBefore: rowsBefore)
    let evidence = try evidence(of: predicate)
    for fact in gaining { try evidence.replace(fact, of: batch) }
    note(predicate) { report in
      report.asserted += missing.count
      report.gainedSources += cited
      report.gainedOrigins += gaining.count - cited
      report.known += batch.rowCount - missing.count - gaining.count
    }
  }

  private func insertOneByOne(
    _ facts: [Writing],
    of rows: StatedRows,
    into predicate: StoredPredicate
  ) throws(StorageError) {
    let batch = rows.batch
    let insert = try prepared(insertion(into: predicate, verb: "insert or ignore"))
    insert.bind(id, at: Int32(batch.columnCount + 2))
    let evidence = try evidence(of: predicate)
    var asserted = 0
    var gained = 0
    var cited = 0
    for fact in facts {
      batch.bind(Int(fact.row), to: insert)
      insert.bind(Int64(fact.sources), at: Int32(batch.columnCount + 1))
      try insert.run()
      assertedCount += 1
      if connection.changes > 0 {
        asserted += 1
      } else if fact.sources != 0 {
        let (stored, since) = try evidence.sources(of: Int(fact.row), in: batch)
        let united = try united(stored, since: since, with: fact.sources)
        guard united != stored else { continue }
        try evidence.replace(Writing(row: fact.row, sources: united), of: batch)
        gained += 1
        if try sources.citeDifferently(stored, united) { cited += 1 }
      }
    }
    grown[predicate]?.rowsAdded += asserted
    note(predicate) { report in
      report.asserted += asserted
      report.gainedSources += cited
      report.gainedOrigins += gained - cited
      report.known += batch.rowCount - asserted - gained
    }
  }

  /// The sources of a fact that has some and is stated again: both, or the new ones alone where the files that stated it
  /// before this change do so anew.
  private func united(_ stored: UInt32, since change: Int64, with new: UInt32) throws(StorageError) -> UInt32 {
    replacesSources && change != id ? try sources.renewed(stored, by: new) : try sources.union(stored, new)
  }

  fileprivate func evidence(of predicate: StoredPredicate) throws(StorageError) -> StoredEvidence {
    let insert = try prepared(insertion(into: predicate, verb: "insert"))
    insert.bind(id, at: Int32(Schema.columnNames(predicate).count + 2))
    return StoredEvidence(
      sources: try prepared(
        "select source, asserted from \(Schema.table(predicate)) where \(Change.condition(predicate))"
      ),
      delete: try prepared(deletion(from: predicate)),
      insert: insert
    )
  }
}

/// Reads and replaces the sources of single facts; its statements' texts are put together once for many facts.
private struct StoredEvidence {
  let sources: Statement
  let delete: Statement
  let insert: Statement

  /// The set of sources of a fact, and the change since when it has them; 0 when there is no such fact.
  func sources(of row: Int, in batch: RowBatch) throws(StorageError) -> (set: UInt32, since: Int64) {
    batch.bind(row, to: sources)
    defer { sources.reset() }
    return try sources.step() ? (UInt32(truncatingIfNeeded: sources.integer(0)), sources.integer(1)) : (0, 0)
  }

  /// Evidence has a past too: the fact with its former sources moves there.
  func replace(_ fact: Writing, of batch: RowBatch) throws(StorageError) {
    batch.bind(Int(fact.row), to: delete)
    try delete.run()
    batch.bind(Int(fact.row), to: insert)
    insert.bind(Int64(fact.sources), at: Int32(batch.columnCount + 1))
    try insert.run()
  }
}

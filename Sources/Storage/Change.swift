/// A change being made; valid only in the closure it is lent to.
///
/// Stages: `Store.change` writes its row with `asserted` null; the closure declares, asserts, retracts; `finish` builds
/// what was put off (indexes) and fills in the counts; then the store commits, or rolls back when nothing changed.
/// What tells of the past is several changes, each with its row, which are committed together.
public final class Change {
  let connection: Connection
  /// Of the change that is being made.
  private(set) var id: Int64 = 0
  var report = ChangeReport()
  /// Rows asserted so far, whether they were new or known.
  var assertedCount = 0
  /// What the changes before it did.
  private var reportBefore = ChangeReport()
  /// The time of the change that is being made, where it tells of the past.
  private var pastTime: String?
  /// The first failure; after it the change can only be taken back.
  private var failure: StorageError?
  private var isOpen = true
  private var usesWideCache = false
  var symbols: SymbolIntake?
  var sources: SourceIntake
  /// Whether files that state facts again cite for them what they cite now, and no longer what they cited before.
  public var replacesSources = false
  /// Predicates that were asserted in bulk, whose indexes are to be looked at in the end.
  var grown: [StoredPredicate: GrownTable] = [:]
  private var statements: [String: Statement] = [:]

  init(_ connection: Connection, at time: String, author: String?, reason: String?) throws(StorageError) {
    self.connection = connection
    sources = SourceIntake(connection)
    try begin(at: time, author: author, reason: reason)
  }

  private func begin(at time: String, author: String?, reason: String?) throws(StorageError) {
    try connection.execute("savepoint change")
    let row = try connection.prepare("insert into vl_change(at, author, reason) values (?, ?, ?) returning id")
    row.bind(time, at: 1)
    row.bind(author, at: 2)
    row.bind(reason, at: 3)
    id = try row.step() ? row.integer(0) : 0
    reportBefore = report
  }

  /// Says that the change that has just begun was made in the past: if it does anything, the file must hold no later one.
  public func isOfThePast(at time: String) { pastTime = time }

  /// Ends the change that is being made, of which nothing is left if it did nothing, and begins another.
  public func beginNext(at time: String, author: String?, reason: String?) throws(StorageError) {
    try attempt { () throws(StorageError) in
      try end()
      try begin(at: time, author: author, reason: reason)
    }
  }

  private func end() throws(StorageError) {
    defer { pastTime = nil }
    guard report.hasMore(than: reportBefore) else {
      // What is known of symbols and sets of sources is of no more use: some may have been new.
      symbols = nil
      sources = SourceIntake(connection)
      return try connection.execute("rollback to change; release change")
    }
    try symbols?.finish()
    if let pastTime {
      let later = try connection.prepare("select 1 from vl_change where id < ? and at > ?")
      later.bind(id, at: 1)
      later.bind(pastTime, at: 2)
      if try later.step() { throw .pastIsClosed(path: connection.path, time: pastTime) }
    }
    let row = try connection.prepare("update vl_change set asserted = ?, retracted = ? where id = ?")
    row.bind(report.asserted - reportBefore.asserted, at: 1)
    row.bind(report.retracted - reportBefore.retracted, at: 2)
    row.bind(id, at: 3)
    try row.run()
    row.reset()
    report.changeID = Int(id)
    try connection.execute("release change")
  }

  func close() {
    isOpen = false
    if usesWideCache { connection.narrowCache() }
    statements = [:]
    symbols = nil
  }

  /// Runs one step; a step that fails spoils the change.
  func attempt<R>(_ step: () throws(StorageError) -> R) throws(StorageError) -> R {
    precondition(isOpen, "a change is used only in its closure")
    if let failure { throw failure }
    do throws(StorageError) {
      return try step()
    } catch {
      failure = error
      throw error
    }
  }

  /// Makes room for a load of some ten thousand rows.
  func expectBulk() {
    if !usesWideCache { connection.widenCache() }
    usesWideCache = true
  }

  /// A statement that is prepared once in a change.
  func prepared(_ sql: String) throws(StorageError) -> Statement {
    if let statement = statements[sql] { return statement }
    let statement = try connection.prepare(sql)
    statements[sql] = statement
    return statement
  }

  /// Counts for a predicate in the report.
  func note(_ predicate: StoredPredicate, _ update: (inout ChangeReport.Facts) -> Void) {
    let known = report.perPredicate.firstIndex { $0.name == predicate.name }
    if known == nil { report.perPredicate.append(ChangeReport.Facts(name: predicate.name)) }
    update(&report.perPredicate[known ?? report.perPredicate.count - 1])
  }

  /// Completes the last change's row; the report has no change id when nothing was changed.
  func finish() throws(StorageError) -> ChangeReport {
    if let failure { throw failure }
    guard !report.isEmpty else { return report }
    try end()
    try buildIndexes()
    return report
  }
}

// MARK: Declarations and clauses

extension Change {
  /// Declares a predicate, or finds it when it is declared with the same columns and keys.
  ///
  /// - Parameter text: the declaration as it was written.
  public func declare(
    name: String,
    columns: [StoredColumn],
    keys: [[Int]],
    text: String
  ) throws(StorageError) -> StoredPredicate {
    try attempt { () throws(StorageError) in
      if let known = try predicate(named: name) {
        guard known.columns == columns, known.keys == keys else {
          throw .declarationDiffers(path: connection.path, predicate: name)
        }
        return known
      }
      precondition(keys.joined().allSatisfy(columns.indices.contains), "a key names columns of the predicate")
      guard columns.count <= Change.columnLimit else {
        throw .tooManyColumns(path: connection.path, predicate: name, limit: Change.columnLimit)
      }
      return try make(name: name, columns: columns, keys: keys, text: text)
    }
  }

  /// Chosen: a view joins one dictionary per symbol column, and SQLite joins at most 64 tables.
  private static let columnLimit = 63

  func predicate(named name: String) throws(StorageError) -> StoredPredicate? {
    let row = try prepared("select id, keys from vl_predicate where name = ?")
    row.bind(name, at: 1)
    defer { row.reset() }
    guard try row.step() else { return nil }
    let columnRows = try prepared("select name, type from vl_column where predicate = ? order by position")
    columnRows.bind(row.integer(0), at: 1)
    defer { columnRows.reset() }
    var columns: [StoredColumn] = []
    while try columnRows.step() {
      guard let type = StoredType(rawValue: columnRows.text(1)) else { throw damage("a column has an unknown type") }
      columns.append(StoredColumn(name: columnRows.text(0), type: type))
    }
    guard let keys = Schema.keys(row.text(1), columnCount: columns.count) else {
      throw damage("a key of `\(name)` names a column that is not there")
    }
    return StoredPredicate(id: Int(row.integer(0)), name: name, columns: columns, keys: keys)
  }

  func make(
    name: String,
    columns: [StoredColumn],
    keys: [[Int]],
    text: String
  ) throws(StorageError) -> StoredPredicate {
    var taken: Set<String> = []
    let names = try prepared("select name from sqlite_schema")
    while try names.step() { taken.insert(Schema.folded(names.text(0))) }
    names.reset()
    let view = Schema.viewName(name, taken: taken)
    let row = try connection.prepare(
      "insert into vl_predicate(name, keys, text, view, declared) values (?, ?, ?, ?, ?) returning id"
    )
    row.bind(name, at: 1)
    row.bind(Schema.text(ofKeys: keys), at: 2)
    row.bind(text, at: 3)
    row.bind(view, at: 4)
    row.bind(id, at: 5)
    let number = try row.step() ? Int(row.integer(0)) : 0
    row.reset()
    let predicate = StoredPredicate(id: number, name: name, columns: columns, keys: keys)
    try insertColumns(of: predicate)
    for statement in Schema.statements(for: predicate, view: view) { try connection.execute(statement) }
    report.declared += 1
    return predicate
  }

  /// Ends the declaration of a predicate whose facts have all been taken back: its past stays, its name is free.
  public func end(_ predicate: StoredPredicate) throws(StorageError) {
    try attempt { () throws(StorageError) in
      let row = try prepared("select view from vl_predicate where id = ?")
      row.bind(predicate.id, at: 1)
      let view = try row.step() ? row.text(0) : ""
      row.reset()
      try connection.execute("drop view \(Schema.quoted(view))")
      let renaming = try prepared("update vl_predicate set name = ? where id = ?")
      renaming.bind(Schema.ended(predicate.name, by: id), at: 1)
      renaming.bind(predicate.id, at: 2)
      try renaming.run()
      grown[predicate] = nil
      report.ended += 1
    }
  }

  private func insertColumns(of predicate: StoredPredicate) throws(StorageError) {
    let row = try prepared("insert into vl_column(predicate, position, name, type) values (?, ?, ?, ?)")
    for (position, column) in predicate.columns.enumerated() {
      row.bind(predicate.id, at: 1)
      row.bind(position + 1, at: 2)
      row.bind(column.name, at: 3)
      row.bind(column.type.rawValue, at: 4)
      try row.run()
    }
  }

  /// Makes `text` the rules and constraints of a file; an empty text removes them, the same text changes nothing.
  public func replaceClauses(of file: String, with text: String) throws(StorageError) {
    try attempt { () throws(StorageError) in
      let current = try prepared("select id, text from vl_clause where file = ? and retracted is null")
      current.bind(file, at: 1)
      let known: (id: Int64, text: [UInt8])? = try current.step() ? (current.integer(0), Array(current.bytes(1))) : nil
      current.reset()
      guard known?.text ?? [] != Array(text.utf8) else { return }
      if let known {
        let end = try prepared("update vl_clause set retracted = ? where id = ?")
        end.bind(id, at: 1)
        end.bind(known.id, at: 2)
        try end.run()
      }
      if !text.isEmpty {
        let row = try prepared("insert into vl_clause(file, text, asserted) values (?, ?, ?)")
        row.bind(file, at: 1)
        row.bind(text, at: 2)
        row.bind(id, at: 3)
        try row.run()
      }
      report.clausesReplaced += 1
    }
  }

  func damage(_ detail: String) -> StorageError { .damaged(path: connection.path, detail: detail) }
}

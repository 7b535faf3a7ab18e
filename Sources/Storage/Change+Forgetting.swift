/// Removing a symbol from the present and the past: the one exception to keeping everything.
extension Change {
  /// What is to be forgotten.
  public struct Oblivion: Sendable {
    /// The facts that hold it, of now and the past.
    public let facts: [(predicate: StoredPredicate, version: StoredVersion)]
    /// The symbols that are or were its identifiers.
    public let identifiers: [UInt32]
    /// Its names and identifiers, which are taken out of other texts and of what is told of changes.
    public let words: [String]

    public init(
      facts: [(predicate: StoredPredicate, version: StoredVersion)],
      identifiers: [UInt32],
      words: [String]
    ) {
      self.facts = facts
      self.identifiers = identifiers
      self.words = words
    }
  }

  /// Removes facts, and identifiers that no other facts hold from sets of sources, and every symbol that nothing holds
  /// any longer, as if they had never been; words are replaced by `…` in what stays.
  ///
  /// The triggers that keep the past are lifted meanwhile: others see the file before or after it.
  public func forget(_ oblivion: Oblivion, in store: Store) throws(StorageError) {
    try attempt { () throws(StorageError) in
      let triggers = try texts("select sql from sqlite_schema where type = 'trigger'")
      for name in try texts("select name from sqlite_schema where type = 'trigger'") {
        try connection.execute("drop trigger \(Schema.quoted(name))")
      }
      try connection.execute("create temp table gone(id integer primary key)")
      for symbol in oblivion.identifiers { try noteGone(UInt64(symbol)) }
      for (predicate, version) in oblivion.facts { try remove(version, from: predicate) }
      try keepHeldSymbols(of: store.declaredPredicates().map(\.predicate))
      for symbol in oblivion.identifiers {
        let delete = try connection.prepare(
          "delete from vl_source where document = ? and document in (select id from gone)"
        )
        delete.bind(Int64(symbol), at: 1)
        try delete.run()
      }
      try connection.execute("delete from gone where id in (select document from vl_source)")
      try connection.execute("delete from vl_symbol where id in (select id from gone); drop table gone")
      // Longer words first: one may hold another.
      for word in oblivion.words.sorted(by: { $0.utf8.count > $1.utf8.count }) where !word.isEmpty {
        try blacken(word, in: "text", of: "vl_symbol", areUnique: true)
        try blacken(word, in: "text", of: "vl_clause")
        for column in ["author", "reason"] { try blacken(word, in: column, of: "vl_change") }
      }
      for trigger in triggers { try connection.execute(trigger) }
    }
  }

  private func noteGone(_ symbol: UInt64) throws(StorageError) {
    let insert = try connection.prepare("insert or ignore into gone values (?)")
    insert.bind(Int64(bitPattern: symbol), at: 1)
    try insert.run()
  }

  private func remove(_ version: StoredVersion, from predicate: StoredPredicate) throws(StorageError) {
    for (value, column) in zip(version.values, predicate.columns) where column.type == .symbol { try noteGone(value) }
    let names = Schema.columnNames(predicate)
    var condition = names.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " and ")
    var table = Schema.table(predicate)
    if let change = version.retracted {
      table += "_past"
      condition += " and retracted = \(change)"
    }
    let delete = try connection.prepare("delete from \(table) where \(condition)")
    delete.bind(version.values, of: predicate)
    try delete.run()
    let count = connection.changes
    if version.retracted == nil { note(predicate) { $0.retracted += count } } else { report.forgotten += count }
  }

  /// Keeps what other facts hold.
  private func keepHeldSymbols(of predicates: [StoredPredicate]) throws(StorageError) {
    for predicate in predicates {
      for (place, column) in predicate.columns.enumerated() where column.type == .symbol {
        for table in [Schema.table(predicate), "\(Schema.table(predicate))_past"] {
          try connection.execute("delete from gone where id in (select c\(place + 1) from \(table))")
        }
      }
    }
  }

  /// Replaces a word by `…`; where texts are unique, one that then equals another gets one more.
  private func blacken(
    _ word: String,
    in column: String,
    of table: String,
    areUnique: Bool = false
  ) throws(StorageError) {
    let rows = try connection.prepare("select id, \(column) from \(table) where instr(\(column), ?) > 0")
    rows.bind(word, at: 1)
    var texts: [(id: Int64, text: String)] = []
    while try rows.step() { texts.append((rows.integer(0), rows.text(1))) }
    let known = try connection.prepare("select 1 from \(table) where \(column) = ?")
    let update = try connection.prepare("update \(table) set \(column) = ? where id = ?")
    for (id, text) in texts {
      var blackened = text.blackening(word)
      guard blackened != text else { continue }
      while areUnique {
        known.bind(blackened, at: 1)
        defer { known.reset() }
        guard try known.step() else { break }
        blackened += "…"
      }
      update.bind(blackened, at: 1)
      update.bind(id, at: 2)
      try update.run()
    }
  }

  private func texts(_ sql: String) throws(StorageError) -> [String] {
    let rows = try connection.prepare(sql)
    var result: [String] = []
    while try rows.step() { result.append(rows.text(0)) }
    return result
  }
}

extension String {
  /// Chosen: a word this long is hardly a part of another by chance, but may well have an ending.
  private static let distinctiveLength = 8

  /// With `…` for a word; for a short one only where it stands alone.
  fileprivate func blackening(_ word: String) -> String {
    guard word.count < String.distinctiveLength else { return replacing(word, with: "…") }
    var result = ""
    var rest = self[...]
    while let found = rest.firstRange(of: word) {
      result += rest[..<found.lowerBound]
      let standsAlone =
        result.last?.isWordPart != true && rest[found.upperBound...].first?.isWordPart != true
      result += standsAlone ? "…" : word
      rest = rest[found.upperBound...]
    }
    return result + rest
  }
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}

extension Store {
  /// From now on what is deleted is overwritten.
  public func overwriteDeleted() throws(StorageError) {
    try connection.execute("pragma secure_delete = on")
  }

  /// Writes the file anew without anything that was deleted, and empties the log beside it.
  ///
  /// - Returns: false when others kept reading the log, which then holds what was deleted until they have closed the file.
  public func purge() throws(StorageError) -> Bool {
    try connection.execute("vacuum")
    return try connection.integer("pragma wal_checkpoint(truncate)") == 0
  }
}

/// What one change has said of a fact that holds.
public struct StoredStatement: Hashable, Sendable {
  public let change: Int
  /// What the fact cites, and the files that state it, since that change.
  public internal(set) var sources: [StoredPassage]
}

/// Where a fact comes from.
public struct StoredOrigin: Hashable, Sendable {
  /// By the change since which it has stood without interruption, and by those that gave it further sources.
  public let statements: [StoredStatement]
}

extension Store {
  /// Where each of some facts comes from, given by raw values; nil for what is no fact now. Two look-ups a fact.
  public func origins(
    of tuples: [[UInt64]],
    _ predicate: StoredPredicate
  ) throws(StorageError) -> [StoredOrigin?] {
    let names = Schema.columnNames(predicate)
    let condition = names.map { "\($0) = ?" }.joined(separator: " and ")
    let row = try connection.prepare("select source, asserted from \(facts(predicate)) where \(condition)")
    return try snapshot { () throws(StorageError) in
      var search = try OriginSearch(self, predicate)
      var result: [StoredOrigin?] = []
      for fact in tuples {
        row.bind(fact, of: predicate)
        let version = try row.step() ? OriginSearch.Version(row) : nil
        row.reset()
        result.append(try version.map { version throws(StorageError) in try search.origin(of: fact, version) })
      }
      return result
    }
  }

  /// The changes that have ended a version of a fact of a predicate.
  func endings(of predicate: StoredPredicate) throws(StorageError) -> Set<Int> {
    let past = "\(Schema.table(predicate))_past"
    // SQLite would read all of the past to tell its distinct changes.
    let rows = try connection.prepare(
      """
      with recursive ending(id) as (select min(retracted) from \(past) union all
        select (select min(retracted) from \(past) where retracted > id) from ending where id is not null)
      select id from ending where id is not null
      """
    )
    var endings: Set<Int> = []
    while try rows.step() { endings.insert(Int(rows.integer(0))) }
    return endings
  }

  /// A set of sources, in the order of documents and passages.
  public func sourceSet(_ id: UInt32) throws(StorageError) -> [StoredPassage] {
    let row = try connection.prepare("select document, passage from vl_source where id = ? order by document, passage")
    row.bind(Int64(id), at: 1)
    var result: [StoredPassage] = []
    while try row.step() {
      guard let document = UInt32(exactly: row.integer(0)) else {
        throw damage("a set of sources has an id out of range")
      }
      result.append(StoredPassage(document: document, passage: Int(row.integer(1))))
    }
    return result
  }
}

/// Goes back from what the file holds of a predicate's facts through their former sets of sources.
struct OriginSearch {
  /// A set of sources that a fact has had, and the change that gave it.
  struct Version: Hashable {
    let set: UInt32
    let change: Int

    /// - Parameter row: begins with both.
    init(_ row: Statement) {
      set = UInt32(truncatingIfNeeded: row.integer(0))
      change = Int(row.integer(1))
    }
  }

  private let store: Store
  private let predicate: StoredPredicate
  private let formerVersion: Statement
  /// The changes that have ended a version of some fact; `nil` where few facts are looked up.
  private let endings: Set<Int>?
  private var sets: [UInt32: [StoredPassage]] = [:]

  init(_ store: Store, _ predicate: StoredPredicate, endings: Set<Int>? = nil) throws(StorageError) {
    self.store = store
    self.predicate = predicate
    self.endings = endings
    let condition = Schema.columnNames(predicate).map { "\($0) = ?" }.joined(separator: " and ")
    formerVersion = try store.connection.prepare(
      "select source, asserted from \(Schema.table(predicate))_past where \(condition) and retracted = ?"
    )
  }

  /// Whether a fact's version may have come in place of another.
  func mayReplace(_ version: Version) -> Bool { endings?.contains(version.change) ?? true }

  mutating func origin(of fact: [UInt64], _ version: Version) throws(StorageError) -> StoredOrigin {
    var versions = [version]
    while let former = try former(of: fact, before: versions[0]) { versions.insert(former, at: 0) }
    var statements: [StoredStatement] = []
    for version in versions {
      let own = try sources(version.set)
      for place in statements.indices { statements[place].sources.removeAll { !own.contains($0) } }
      let known = Set(statements.flatMap(\.sources))
      statements.append(StoredStatement(change: version.change, sources: own.filter { !known.contains($0) }))
    }
    return StoredOrigin(statements: statements.prefix(1) + statements.dropFirst().filter { !$0.sources.isEmpty })
  }

  private func former(of fact: [UInt64], before version: Version) throws(StorageError) -> Version? {
    guard mayReplace(version) else { return nil }
    formerVersion.bind(fact, of: predicate)
    formerVersion.bind(version.change, at: Int32(Schema.columnNames(predicate).count + 1))
    defer { formerVersion.reset() }
    return try formerVersion.step() ? Version(formerVersion) : nil
  }

  private mutating func sources(_ set: UInt32) throws(StorageError) -> [StoredPassage] {
    if let known = sets[set] { return known }
    let found = try store.sourceSet(set)
    sets[set] = found
    return found
  }
}

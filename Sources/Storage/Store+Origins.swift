/// Where a fact comes from.
public struct StoredOrigin: Hashable, Sendable {
  /// 0 when it has no sources and no file states it.
  public let sourceSet: UInt32
  /// The number of the change that stated it.
  public let change: Int
}

extension Store {
  /// Where each of some facts comes from, given by raw values; nil for what is no fact now. One look-up a fact.
  public func origins(
    of tuples: [[UInt64]],
    _ predicate: StoredPredicate
  ) throws(StorageError) -> [StoredOrigin?] {
    let names = Schema.columnNames(predicate)
    let condition = names.map { "\($0) = ?" }.joined(separator: " and ")
    let row = try connection.prepare("select source, asserted from \(facts(predicate)) where \(condition)")
    return try snapshot { () throws(StorageError) in
      var result: [StoredOrigin?] = []
      for fact in tuples {
        row.bind(fact, of: predicate)
        result.append(
          try row.step()
            ? StoredOrigin(sourceSet: UInt32(truncatingIfNeeded: row.integer(0)), change: Int(row.integer(1))) : nil
        )
        row.reset()
      }
      return result
    }
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

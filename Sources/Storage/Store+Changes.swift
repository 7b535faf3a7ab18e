/// A committed change.
public struct StoredChange: Hashable, Sendable {
  /// Later changes have greater numbers.
  public let id: Int
  /// ISO 8601 in UTC.
  public let time: String
  public let author: String?
  public let reason: String?
  /// How many facts were stated that were not there before.
  public let asserted: Int
  /// How many facts were taken back.
  public let retracted: Int

  init(_ row: Statement) {
    id = Int(row.integer(0))
    time = row.text(1)
    author = row.optionalText(2)
    reason = row.optionalText(3)
    asserted = Int(row.integer(4))
    retracted = Int(row.integer(5))
  }
}

extension Store {
  private static let changeColumns = "select id, at, author, reason, asserted, retracted from vl_change"

  /// The change of a number; nil when there is none.
  public func change(_ id: Int) throws(StorageError) -> StoredChange? {
    let row = try connection.prepare("\(Store.changeColumns) where id = ?")
    row.bind(id, at: 1)
    return try row.step() ? StoredChange(row) : nil
  }

  /// The changes, newest first.
  public func changes(limit: Int) throws(StorageError) -> [StoredChange] {
    let rows = try connection.prepare("\(Store.changeColumns) order by id desc limit ?")
    rows.bind(limit, at: 1)
    var result: [StoredChange] = []
    while try rows.step() { result.append(StoredChange(rows)) }
    return result
  }
}

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
    author = row.isNull(2) ? nil : row.text(2)
    reason = row.isNull(3) ? nil : row.text(3)
    asserted = Int(row.integer(4))
    retracted = Int(row.integer(5))
  }
}

extension StoredChange {
  private static let undoing = "undo of change "

  /// What is told of a change that reverses another.
  public static func reason(ofUndoing change: Int) -> String { "\(undoing)\(change)" }

  /// The change that one reverses for this reason; `nil` where it reverses none.
  fileprivate static func undone(by reason: String) -> Int? {
    reason.hasPrefix(undoing) ? Int(reason.dropFirst(undoing.count)) : nil
  }
}

/// Which changes have been reversed.
public struct Undoings: Sendable {
  /// For each change that reversed another, that one.
  public private(set) var undone: [Int: Int] = [:]
  /// Two changes of which the later reversed the earlier, and that still stands, each with the other: nothing is left of
  /// them.
  public private(set) var pairs: [Int: Int] = [:]

  /// The newest first, since an undoing that has been undone reverses nothing.
  fileprivate mutating func add(_ change: Int, undoing former: Int) {
    undone[change] = former
    guard pairs[change] == nil, pairs[former] == nil else { return }
    pairs[change] = former
    pairs[former] = change
  }
}

extension Store {
  public func undoings() throws(StorageError) -> Undoings {
    let rows = try connection.prepare("select id, reason from vl_change where reason is not null order by id desc")
    var result = Undoings()
    while try rows.step() {
      let change = Int(rows.integer(0))
      if let former = StoredChange.undone(by: rows.text(1)), former < change { result.add(change, undoing: former) }
    }
    return result
  }

  private static let changeColumns = "select id, at, author, reason, asserted, retracted from vl_change"

  /// The change of a number; nil when there is none.
  public func change(_ id: Int) throws(StorageError) -> StoredChange? {
    let row = try connection.prepare("\(Store.changeColumns) where id = ?")
    row.bind(id, at: 1)
    return try row.step() ? StoredChange(row) : nil
  }

  /// The changes that are seen, newest first.
  public func changes(limit: Int) throws(StorageError) -> [StoredChange] {
    let rows = try connection.prepare("\(Store.changeColumns) where id <= ? order by id desc limit ?")
    rows.bind(lastChange ?? .max, at: 1)
    rows.bind(limit, at: 2)
    var result: [StoredChange] = []
    while try rows.step() { result.append(StoredChange(rows)) }
    return result
  }

  /// The last change made before a time, in ISO 8601 and UTC; 0 when there is none.
  public func lastChange(before time: String) throws(StorageError) -> Int {
    let row = try connection.prepare("select coalesce(max(id), 0) from vl_change where at < ?")
    row.bind(time, at: 1)
    return try row.step() ? Int(row.integer(0)) : 0
  }

  /// The number of the last change that is seen; 0 when there is none.
  public func newestChange() throws(StorageError) -> Int {
    if let lastChange { return lastChange }
    return Int(try connection.integer("select coalesce(max(id), 0) from vl_change"))
  }

  /// What changes of a range did to the rules of files: each change, file, and whether there were any before and after.
  public func clauseChanges(
    in changes: ClosedRange<Int>
  ) throws(StorageError) -> [(change: Int, file: String, hadRules: Bool, hasRules: Bool)] {
    let rows = try connection.prepare(
      """
      select change, file, max(before), max(after) from (
        select asserted as change, file, 0 as before, 1 as after from vl_clause
        union all select retracted, file, 1, 0 from vl_clause where retracted is not null)
      where change between ? and ? group by change, file order by change, file
      """
    )
    rows.bind(changes.lowerBound, at: 1)
    rows.bind(changes.upperBound, at: 2)
    var result: [(change: Int, file: String, hadRules: Bool, hasRules: Bool)] = []
    while try rows.step() {
      result.append((Int(rows.integer(0)), rows.text(1), rows.integer(2) == 1, rows.integer(3) == 1))
    }
    return result
  }
}

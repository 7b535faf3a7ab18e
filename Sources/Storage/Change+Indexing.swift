internal import Foundation

/// A table into which a change stated many rows.
struct GrownTable {
  /// Exact below `closelyWatched`; beyond it at least so many as tell how to insert.
  let rowsBefore: Int
  var rowsAdded = 0
  /// Indexes were dropped for the sake of a bulk insert.
  var lacksIndexes = false
}

/// Indexes on further columns, where a look-up finds few rows.
extension Change {
  /// A value that this many rows share is found as fast by reading the table (measured).
  private static let rowsPerValue = 100
  /// A smaller table is read faster than it is worth an index.
  private static let indexedRows = 1000

  private func indexes(of predicate: StoredPredicate) throws(StorageError) -> Set<String> {
    let rows = try prepared("select name from sqlite_schema where type = 'index' and tbl_name = ?")
    rows.bind(Schema.table(predicate), at: 1)
    defer { rows.reset() }
    var names: Set<String> = []
    while try rows.step() { names.insert(rows.text(0)) }
    return names
  }

  /// A table that more than doubles is indexed faster afterwards, in one pass.
  func dropIndexes(of predicate: StoredPredicate) throws(StorageError) {
    let existing = try indexes(of: predicate)
    for column in predicate.columns.indices.dropFirst() {
      let index = Schema.index(on: column, of: predicate)
      guard existing.contains(index) else { continue }
      try connection.execute("drop index \(index)")
      grown[predicate]?.lacksIndexes = true
    }
  }

  func buildIndexes() throws(StorageError) {
    for (predicate, table) in grown where predicate.columns.count > 1 {
      let count = table.rowsBefore + table.rowsAdded
      guard table.lacksIndexes || (count >= Change.indexedRows && table.hasGrown) else { continue }
      let existing = try indexes(of: predicate)
      let candidates = predicate.columns.indices.dropFirst().filter { column in
        !existing.contains(Schema.index(on: column, of: predicate))
      }
      guard !candidates.isEmpty else { continue }
      let distinct = try distinctCounts(candidates, of: predicate)
      for (column, distinct) in zip(candidates, distinct) where count <= distinct * Change.rowsPerValue {
        let index = Schema.index(on: column, of: predicate)
        try connection.execute("create index \(index) on \(Schema.table(predicate))(c\(column + 1))")
      }
    }
  }

  /// Estimates how many different values columns have, by linear counting (Whang et al., 1990,
  /// doi:10.1145/78922.78925): values set bits of a map, and the bits still clear tell how many there were.
  private func distinctCounts(
    _ columns: [Int],
    of predicate: StoredPredicate
  ) throws(StorageError) -> [Int] {
    let list = columns.map { "c\($0 + 1)" }.joined(separator: ", ")
    let rows = try connection.prepare("select \(list) from \(Schema.table(predicate))")
    var maps = columns.map { _ in [Bool](repeating: false, count: Change.mapSize) }
    let isFloat = columns.map { predicate.columns[$0].type == .float }
    while try rows.step() {
      for position in columns.indices {
        let bits =
          isFloat[position]
          ? rows.float(Int32(position)).bitPattern : UInt64(bitPattern: rows.integer(Int32(position)))
        let hash = bits &* 0x9E37_79B9_7F4A_7C15
        maps[position][Int(hash >> UInt64(64 - Change.mapBits))] = true
      }
    }
    return maps.map { map in
      let clear = map.reduce(0) { $1 ? $0 : $0 + 1 }
      return Int(-Double(Change.mapSize) * log(Double(max(1, clear)) / Double(Change.mapSize)))
    }
  }

  private static let mapBits = 18
  private static let mapSize = 1 << mapBits
}

extension GrownTable {
  /// Up to here the choice of indexes is looked at again whenever the rows pass a power of two. Chosen: what is worth an
  /// index among so many is worth one among more.
  static let closelyWatched = 1 << 14

  /// Whether there are enough more rows than when the indexes were chosen.
  fileprivate var hasGrown: Bool {
    if rowsAdded > rowsBefore / 3 { return true }
    guard rowsBefore < GrownTable.closelyWatched else { return false }
    return rowsBefore.leadingZeroBitCount != (rowsBefore + rowsAdded).leadingZeroBitCount
  }
}

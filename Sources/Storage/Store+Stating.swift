/// The facts of a predicate, column by column, each with its set of sources and the change that stated it.
public struct StatedFacts: Sendable {
  /// Raw values.
  public internal(set) var columns: [[UInt64]]
  /// 0 none.
  public internal(set) var sourceSets: [UInt32] = []
  public internal(set) var changes: [Int] = []
}

extension Store {
  /// The facts of a predicate, in no order.
  public func statedFacts(of predicate: StoredPredicate) throws(StorageError) -> StatedFacts {
    let list = Schema.columnNames(predicate).joined(separator: ", ")
    let rows = try connection.prepare("select source, asserted, \(list) from \(facts(predicate))")
    var result = StatedFacts(columns: predicate.columns.map { _ in [] })
    while try rows.step() {
      result.sourceSets.append(UInt32(truncatingIfNeeded: rows.integer(0)))
      result.changes.append(Int(rows.integer(1)))
      for (place, column) in predicate.columns.enumerated() {
        result.columns[place].append(rows.bits(Int32(place + 2), isFloat: column.type == .float))
      }
    }
    return result
  }
}

/// The facts of a predicate, column by column, and where they come from.
public struct StatedFacts: Sendable {
  /// Raw values.
  public internal(set) var columns: [[UInt64]]
  /// Of each fact the place of its origin in `origins`.
  public internal(set) var places: [Int] = []
  public internal(set) var origins: [StoredOrigin] = []
}

extension Store {
  /// The facts of a predicate, in no order.
  public func statedFacts(of predicate: StoredPredicate) throws(StorageError) -> StatedFacts {
    let list = Schema.columnNames(predicate).joined(separator: ", ")
    let rows = try connection.prepare("select source, asserted, \(list) from \(facts(predicate))")
    var search = try OriginSearch(self, predicate, endings: try endings(of: predicate))
    var known: [OriginSearch.Version: Int] = [:]
    var result = StatedFacts(columns: predicate.columns.map { _ in [] })
    while try rows.step() {
      let version = OriginSearch.Version(rows)
      for (place, column) in predicate.columns.enumerated() {
        result.columns[place].append(rows.bits(Int32(place + 2), isFloat: column.type == .float))
      }
      if let place = known[version] {
        result.places.append(place)
        continue
      }
      // What has a past of its own shares its origin with no other.
      if !search.mayReplace(version) { known[version] = result.origins.count }
      result.places.append(result.origins.count)
      let fact = result.columns.map { $0[result.places.count - 1] }
      result.origins.append(try search.origin(of: fact, version))
    }
    return result
  }
}

/// A fact with one set of sources, from the change that stated it to the one that took it back.
public struct StoredVersion: Hashable, Sendable {
  /// Raw, one for each column.
  public let values: [UInt64]
  /// Its set of sources; 0 none.
  public let sources: UInt32
  public let asserted: Int
  /// `nil` for what the file holds now.
  public let retracted: Int?
}

extension Store {
  /// The versions of a predicate's facts that changes of a range have stated or taken back.
  public func versions(
    of predicate: StoredPredicate,
    touchedBy changes: ClosedRange<Int>
  ) throws(StorageError) -> [StoredVersion] {
    let (first, last) = (changes.lowerBound, changes.upperBound)
    return try versions(
      of: predicate,
      where: "asserted between \(first) and \(last)",
      orInThePast: "retracted between \(first) and \(last)"
    ) { _ in }
  }

  /// The versions of a predicate's facts that a change has taken back.
  public func versions(of predicate: StoredPredicate, endedBy change: Int) throws(StorageError) -> [StoredVersion] {
    try versions(of: predicate, where: "0", orInThePast: "retracted = \(change)") { _ in }
  }

  /// The versions of all facts that have a value in a column, the oldest first.
  public func versions(
    of predicate: StoredPredicate,
    where column: Int,
    is value: UInt64
  ) throws(StorageError) -> [StoredVersion] {
    let isFloat = predicate.columns[column].type == .float
    let name = Schema.columnNames(predicate)[column]
    return try versions(of: predicate, where: "\(name) = ?1") { statement in
      statement.bind(value, isFloat: isFloat, at: 1)
    }
  }

  /// The versions of one fact, the oldest first.
  public func versions(of predicate: StoredPredicate, with values: [UInt64]) throws(StorageError) -> [StoredVersion] {
    let condition = Schema.columnNames(predicate).enumerated().map { "\($1) = ?\($0 + 1)" }
    return try versions(of: predicate, where: condition.joined(separator: " and ")) { statement in
      statement.bind(values, of: predicate)
    }
  }

  /// - Parameter pastCondition: lets further rows of the past through.
  private func versions(
    of predicate: StoredPredicate,
    where condition: String,
    orInThePast pastCondition: String = "0",
    bind: (Statement) -> Void
  ) throws(StorageError) -> [StoredVersion] {
    let table = Schema.table(predicate)
    let list = Schema.columnNames(predicate).joined(separator: ", ")
    let rows = try connection.prepare(
      """
      select \(list), source, asserted, null as retracted from \(table) where \(condition) union all
      select \(list), source, asserted, retracted from \(table)_past where \(condition) or \(pastCondition)
      order by asserted
      """
    )
    bind(rows)
    let sources = Int32(Schema.columnNames(predicate).count)
    var result: [StoredVersion] = []
    while try rows.step() {
      result.append(
        StoredVersion(
          values: predicate.columns.enumerated().map { rows.bits(Int32($0), isFloat: $1.type == .float) },
          sources: UInt32(truncatingIfNeeded: rows.integer(sources)),
          asserted: Int(rows.integer(sources + 1)),
          retracted: rows.isNull(sources + 2) ? nil : Int(rows.integer(sources + 2))
        )
      )
    }
    return result
  }
}

extension Statement {
  /// A raw value of a column.
  func bits(_ column: Int32, isFloat: Bool) -> UInt64 {
    isFloat ? float(column).bitPattern : UInt64(bitPattern: integer(column))
  }

  func bind(_ value: UInt64, isFloat: Bool, at index: Int32) {
    if isFloat { bind(Double(bitPattern: value), at: index) } else { bind(Int64(bitPattern: value), at: index) }
  }

  /// Binds a fact's values to the first parameters.
  func bind(_ values: [UInt64], of predicate: StoredPredicate) {
    // The column that is always 0 stands in for none.
    if values.isEmpty { bind(0, at: 1) }
    for (place, value) in values.enumerated() {
      bind(value, isFloat: predicate.columns[place].type == .float, at: Int32(place + 1))
    }
  }
}

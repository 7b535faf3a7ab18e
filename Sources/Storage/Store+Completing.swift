extension Store {
  /// Lends each value of a column once, until `body` says no more.
  public func forEachValue(
    of predicate: StoredPredicate,
    column: Int,
    _ body: (UInt64) -> Bool
  ) throws(StorageError) {
    let name = Schema.columnNames(predicate)[column]
    let rows = try connection.prepare("select distinct \(name) from \(facts(predicate))")
    let isFloat = predicate.columns[column].type == .float
    while try rows.step() {
      let value = isFloat ? rows.float(0).bitPattern : UInt64(bitPattern: rows.integer(0))
      guard body(value) else { return }
    }
  }

  /// Lends the symbols whose texts begin with some bytes, in the order of the texts.
  public func forEachSymbol(
    beginningWith prefix: [UInt8],
    limit: Int,
    _ body: (UInt32, UnsafeBufferPointer<UInt8>) -> Void
  ) throws(StorageError) {
    // No text of UTF-8 has the byte 0xFF.
    let rows = try connection.prepare(
      "select id, text from vl_symbol where text >= ? and text < cast(? as text) order by text limit ?"
    )
    prefix.withUnsafeBufferPointer { rows.bindText($0, at: 1, keep: true) }
    (prefix + [0xFF]).withUnsafeBufferPointer { rows.bindText($0, at: 2, keep: true) }
    rows.bind(limit, at: 3)
    while try rows.step() {
      guard let id = UInt32(exactly: rows.integer(0)) else { throw damage("a symbol's id is out of range") }
      body(id, rows.bytes(1))
    }
  }

  /// Looks symbols up in a column that has an index.
  public func lookUp(in predicate: StoredPredicate, column: Int) throws(StorageError) -> SymbolLookUp {
    let name = Schema.columnNames(predicate)[column]
    return SymbolLookUp(
      rows: try connection.prepare("select 1 from \(facts(predicate)) where \(name) = ? limit 1")
    )
  }
}

/// A column in which symbols are looked up, one after the other.
public struct SymbolLookUp {
  fileprivate let rows: Statement

  /// Whether a fact has the symbol there.
  public func finds(_ symbol: UInt32) throws(StorageError) -> Bool {
    rows.bind(Int64(symbol), at: 1)
    defer { rows.reset() }
    return try rows.step()
  }
}

internal import Datalog
internal import Engine

/// The symbols that facts contain, for warnings about constants that none does.
struct FactSymbols {
  private let tables: [(table: FactTable, symbolColumns: [Int])]
  private let stored: StoredFacts?
  private let values: Values

  init(
    _ collectors: [FactCollector],
    inputs: [(Predicate, Facts)],
    stored: StoredFacts?,
    values: Values
  ) {
    tables =
      collectors.flatMap(\.tables).map { ($0.table, $0.symbolColumns) }
      + inputs.map { predicate, facts in
        (facts.table, predicate.columns.indices.filter { predicate.columns[$0].type == .symbol })
      }
    self.stored = stored
    self.values = values
  }

  /// The symbols of some texts and of the file alone.
  func limited(to collectors: ArraySlice<FactCollector>) -> FactSymbols {
    FactSymbols(Array(collectors), inputs: [], stored: stored, values: values)
  }

  /// O(facts) when the symbol is known at all.
  func contains(_ symbol: Symbol) -> Bool {
    // Texts are compared with the empty one to see whether there is any.
    if symbol.utf8.isEmpty { return true }
    guard let word = symbol.utf8.withUnsafeBufferPointer({ values.symbols.find($0) }) else { return false }
    if let stored, stored.holds(word) { return true }
    return tables.contains { table, columns in
      columns.contains { column in
        table.withColumn(column) { bits in bits.contains(UInt64(word)) }
      }
    }
  }

  /// The nearest in spelling, all ties.
  func nearest(_ symbol: Symbol) -> [Symbol] {
    var words: Set<UInt64> = []
    for (table, columns) in tables {
      for column in columns { table.withColumn(column) { words.formUnion($0) } }
    }
    var search = SpellingSearch(for: symbol.utf8)
    // Where the types of facts contradict each other a column has numbers too.
    for word in words where word < UInt64(values.symbols.count) {
      search.consider(values.symbols.text(of: Word(truncatingIfNeeded: word)))
    }
    stored?.forEachSymbol { search.consider($0) }
    return search.nearest.map { Symbol(utf8: $0) }.sorted()
  }
}

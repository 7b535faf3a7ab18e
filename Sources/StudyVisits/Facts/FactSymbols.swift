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

  /// Chosen: folding so many texts takes some hundredths of a second.
  private static let mostFolded = 20_000

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

  /// Those that are the same without case, accents and script, if they are not too many to look through; else the nearest
  /// in spelling, all ties, or else without case, accents and script. First those that are written like it, as a name or in
  /// quotation marks.
  func nearest(_ symbol: Symbol) -> [Symbol] {
    var search = SpellingSearch(for: symbol.utf8)
    let key = values.symbols.count <= FactSymbols.mostFolded ? folded(symbol.description) : []
    var same: Set<Symbol> = []
    forEachText { text in
      search.consider(text)
      guard !key.isEmpty, !text.elementsEqual(symbol.utf8) else { return }
      if folded(String(decoding: text, as: UTF8.self)) == key { same.insert(Symbol(utf8: text)) }
    }
    var found = same.isEmpty ? search.nearest.map { Symbol(utf8: $0) } : Array(same)
    if found.isEmpty, !key.isEmpty {
      found = Array(Set(StudyVisits.nearest(toFolded: key, among: forEachText)))
    }
    return found.sorted { a, b in
      a.isName == b.isName ? a < b : a.isName == symbol.isName
    }
  }
  /// Lends the text of each symbol, some more than once.
  private func forEachText(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    var words: Set<UInt64> = []
    for (table, columns) in tables {
      for column in columns { table.withColumn(column) { words.formUnion($0) } }
    }
    // Where the types of facts contradict each other a column has numbers too.
    for word in words where word < UInt64(values.symbols.count) {
      body(values.symbols.text(of: Word(truncatingIfNeeded: word)))
    }
    stored?.forEachSymbol(body)
  }
}

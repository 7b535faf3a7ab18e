internal import Datalog
internal import Engine

/// A passage that facts cite, by its document's word; -1 is the document as a whole.
struct CitedPassage: Hashable {
  let document: Word
  let passage: Int64
}

/// Facts of one predicate with settled types, and what their sets of sources mean.
struct Facts {
  let table: FactTable
  /// Indexed by the table's source sets; 0 is the empty set.
  let sourceSets: [[CitedPassage]]
}

extension SyntaxTree {
  /// The tree's sets of sources by words.
  func citedPassages(_ values: Values) -> [[CitedPassage]] {
    sourceSets.map { set in
      set.map { citation in
        let document = citation.document.utf8.withUnsafeBufferPointer { values.symbols.intern($0) }
        return CitedPassage(document: document, passage: citation.passage ?? -1)
      }
    }
  }
}

extension FactTable {
  /// Gives a column's values their words.
  func withWords(_ column: Int, of type: ValueType, _ values: Values, _ body: (UnsafePointer<Word>) -> Void) {
    let words = UnsafeMutablePointer<Word>.allocate(capacity: max(rowCount, 1))
    defer { words.deallocate() }
    withColumn(column) { bits in
      guard let base = bits.baseAddress else { return }
      switch type {
      case .symbol:
        for row in bits.indices { words[row] = Word(truncatingIfNeeded: bits[row]) }
      case .number:
        base.withMemoryRebound(to: Int64.self, capacity: bits.count) {
          values.numbers.intern($0, count: bits.count, into: words)
        }
      case .float:
        base.withMemoryRebound(to: Double.self, capacity: bits.count) {
          values.floats.intern($0, count: bits.count, into: words)
        }
      case .date:
        for row in bits.indices { words[row] = values.dates.intern(Int32(truncatingIfNeeded: bits[row])) }
      }
    }
    body(words)
  }

  /// Loads all rows into a relation of the given types.
  func load(into relation: Relation, types: [ValueType], values: Values) {
    var columns: [UnsafePointer<Word>] = []
    func loadColumn(_ column: Int) {
      guard column < types.count else {
        relation.load(rowCount: rowCount, columns: columns)
        return
      }
      withWords(column, of: types[column], values) { words in
        columns.append(words)
        loadColumn(column + 1)
      }
    }
    if rowCount > 0 { loadColumn(0) }
  }
}

internal import Datalog
internal import Engine

/// A passage that facts cite, by its document's word; -1 is the document as a whole.
struct CitedPassage: Hashable {
  let document: Word
  let passage: Int64
}

/// Facts of one predicate with settled types, and what their sets of sources mean.
struct Facts {
  /// The name of the file that states them.
  let origin: String
  let table: FactTable
  /// Indexed by the table's source sets; 0 is the empty set.
  let sourceSets: [[CitedPassage]]
  /// One for each set: what `.stated` says of the facts that have it.
  let statings: [Stating?]
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
  /// The words of a column's values.
  func words(_ column: Int, of type: ValueType, _ values: Values) -> [Word] {
    withColumn(column) { values.words($0, of: type) }
  }

  /// The words of a row.
  func tuple(_ row: Int, of predicate: Predicate, _ values: Values) -> [Word] {
    predicate.columns.enumerated().map { place, column in
      withColumn(place) { bits in values.words(UnsafeBufferPointer(rebasing: bits[row...row]), of: column.type)[0] }
    }
  }

  /// Loads all rows into a relation of the given types, until the evaluation is to end.
  func load(into relation: Relation, types: [ValueType], values: Values) {
    let account = relation.sharedContext.account
    for start in stride(from: 0, to: rowCount, by: FactTable.loadedTogether) {
      if start > 0, account.shouldStop { return }
      let rows = start..<min(start + FactTable.loadedTogether, rowCount)
      relation.load(
        rowCount: rows.count,
        columns: types.enumerated().map { column, type in
          withColumn(column) { values.words(UnsafeBufferPointer(rebasing: $0[rows]), of: type) }
        }
      )
    }
  }

  /// Chosen: so many rows take about a millisecond.
  private static let loadedTogether = 1 << 16
}

extension Values {
  /// The words of raw values, as fact tables and files hold them.
  func words(_ bits: UnsafeBufferPointer<UInt64>, of type: ValueType) -> [Word] {
    guard let base = bits.baseAddress else { return [] }
    return [Word](unsafeUninitializedCapacity: bits.count) { words, written in
      written = bits.count
      guard let target = words.baseAddress else { return }
      switch type {
      case .symbol:
        for row in 0..<bits.count { target[row] = Word(truncatingIfNeeded: base[row]) }
      case .number:
        base.withMemoryRebound(to: Int64.self, capacity: bits.count) {
          numbers.intern($0, count: bits.count, into: target)
        }
      case .float:
        base.withMemoryRebound(to: Double.self, capacity: bits.count) {
          floats.intern($0, count: bits.count, into: target)
        }
      case .date:
        for row in 0..<bits.count { target[row] = dates.intern(Int32(truncatingIfNeeded: base[row])) }
      }
    }
  }

  /// A word's value as fact tables hold it.
  func bits(of word: Word, _ type: WordType) -> UInt64 {
    switch type {
    case .symbol: UInt64(word)
    case .number: UInt64(bitPattern: numbers[word])
    case .float: floats[word].bitPattern
    case .date: UInt64(UInt32(bitPattern: dates[word]))
    }
  }
}

extension Values {
  /// The constant that a word is.
  func constant(_ word: Word, _ type: WordType) -> Constant {
    switch type {
    case .symbol: return .symbol(Symbol(utf8: symbols.text(of: word)))
    case .number: return .number(numbers[word])
    case .float: return .float(floats[word])
    case .date:
      guard let date = PartialDate(key: dates[word]) else { preconditionFailure("a date's word holds a date") }
      return .date(date)
    }
  }
}

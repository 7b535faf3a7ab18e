import Engine

/// Texts on their way to the dictionary of symbols.
///
/// A dictionary of many symbols lies outside the caches. It looks up a batch faster than the same texts one by one, for
/// it can wait for many places in memory at once.
final class SymbolBatch {
  /// Chosen: several groups of the dictionary's, and little enough to stay in the cache.
  private static let capacity = 256

  private let values: Values
  private let table: FactTable
  private let texts: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  private let places: UnsafeMutablePointer<(row: Int, column: Int)>
  private let words: UnsafeMutablePointer<Word>
  // No access overlaps another: nothing is called between reading and writing it.
  @exclusivity(unchecked) private var count = 0

  init(values: Values, table: FactTable) {
    self.values = values
    self.table = table
    texts = .allocate(capacity: SymbolBatch.capacity)
    places = .allocate(capacity: SymbolBatch.capacity)
    words = .allocate(capacity: SymbolBatch.capacity)
    words.initialize(repeating: 0, count: SymbolBatch.capacity)
  }

  deinit {
    texts.deallocate()
    places.deallocate()
    words.deallocate()
  }

  /// Makes `text` the value of `column` in the open row; its bytes stay where they are until `flush`.
  @inline(__always)
  func add(_ text: UnsafeBufferPointer<UInt8>, column: Int) {
    if count == SymbolBatch.capacity { flush() }
    // SAFETY: `count` is below the capacity after a flush.
    (texts + count).initialize(to: text)
    (places + count).initialize(to: (table.rowCount, column))
    count += 1
  }

  /// Gives all texts their words in the table.
  func flush() {
    values.symbols.intern(texts, count: count, into: words)
    for index in 0..<count {
      table.setValue(UInt64(words[index]), row: places[index].row, column: places[index].column)
    }
    count = 0
  }
}

/// Rows in the order of a predicate's table, as words whose unsigned order is SQLite's order of their values.
///
/// The order is a permutation, sorted by the least significant digit first, last column first: each pass is stable and
/// takes only the bits in which the rows differ, so a column of 250,000 symbols takes two passes of nine bits.
final class RowBatch {
  let rowCount: Int
  let columnCount: Int
  private let words: UnsafeMutablePointer<UInt64>
  private var order: [UInt32]
  private let types: [StoredType]

  /// `symbol` translates the caller's symbols.
  init(
    _ predicate: StoredPredicate,
    rowCount: Int,
    columns: [UnsafePointer<UInt64>],
    symbol: (UInt32) -> UInt32
  ) {
    precondition(columns.count == predicate.columns.count, "one column of values for each column of the predicate")
    precondition(rowCount >= 0 && rowCount <= Int(UInt32.max), "a batch has at most 2^32 rows")
    self.rowCount = rowCount
    // The column that is always 0 stands in for none.
    types = columns.isEmpty ? [.number] : predicate.columns.map(\.type)
    columnCount = types.count
    words = .allocate(capacity: max(1, rowCount * columnCount))
    order = []
    if columns.isEmpty { words.initialize(repeating: RowBatch.word(0, .number), count: rowCount) }
    for (column, values) in columns.enumerated() {
      // SAFETY: column < columnCount and row < rowCount, for which `words` was allocated.
      let target = words + column * rowCount
      switch types[column] {
      case .symbol: for row in 0..<rowCount { target[row] = UInt64(symbol(UInt32(truncatingIfNeeded: values[row]))) }
      case .number, .float, .date: for row in 0..<rowCount { target[row] = RowBatch.word(values[row], types[column]) }
      }
    }
    sort()
  }

  deinit { words.deallocate() }

  /// The row that is `rank`th in order.
  @inline(__always)
  func row(_ rank: Int) -> Int { Int(order[rank]) }

  /// Whether two rows are the same.
  @inline(__always)
  func areEqual(_ left: Int, _ right: Int) -> Bool {
    for column in 0..<columnCount where words[column * rowCount + left] != words[column * rowCount + right] {
      return false
    }
    return true
  }

  /// Binds a row's values to the first parameters.
  @inline(__always)
  func bind(_ row: Int, to statement: Statement) {
    for column in 0..<columnCount {
      let word = words[column * rowCount + row]
      switch types[column] {
      case .symbol: statement.bind(Int64(bitPattern: word), at: Int32(column + 1))
      case .number, .date: statement.bind(Int64(bitPattern: word ^ RowBatch.sign), at: Int32(column + 1))
      case .float: statement.bind(RowBatch.float(word), at: Int32(column + 1))
      }
    }
  }

  /// Compares a row with the one a statement stands on: negative when the row comes first, 0 when they are the same.
  @inline(__always)
  func compare(_ row: Int, with statement: Statement) -> Int {
    for column in 0..<columnCount {
      let mine = words[column * rowCount + row]
      let theirs: UInt64
      switch types[column] {
      case .symbol: theirs = UInt64(bitPattern: statement.integer(Int32(column)))
      case .number, .date: theirs = UInt64(bitPattern: statement.integer(Int32(column))) ^ RowBatch.sign
      case .float: theirs = RowBatch.word(statement.float(Int32(column)).bitPattern, .float)
      }
      if mine != theirs { return mine < theirs ? -1 : 1 }
    }
    return 0
  }

  private static let sign: UInt64 = 1 << 63

  /// The word of a value: its bits, turned so that unsigned order is the order of values.
  @inline(__always)
  private static func word(_ value: UInt64, _ type: StoredType) -> UInt64 {
    switch type {
    case .symbol: return value
    case .number, .date: return value ^ sign
    case .float:
      let float = Double(bitPattern: value)
      precondition(!float.isNaN, "a fact has no value that is not a number")
      let bits = float == 0 ? 0 : value
      return bits & sign == 0 ? bits | sign : ~bits
    }
  }

  private static func float(_ word: UInt64) -> Double {
    Double(bitPattern: word & sign == 0 ? ~word : word & ~sign)
  }
}

// MARK: Sorting

extension RowBatch {
  private func sort() {
    order = Array(0..<UInt32(rowCount))
    guard !isSorted() else { return }
    var scratch = [UInt32](repeating: 0, count: rowCount)
    for column in (0..<columnCount).reversed() { sort(by: words + column * rowCount, scratch: &scratch) }
  }

  private func isSorted() -> Bool {
    for row in stride(from: 1, to: rowCount, by: 1) {
      for column in 0..<columnCount {
        let left = words[column * rowCount + row - 1]
        let right = words[column * rowCount + row]
        if left > right { return false }
        if left < right { break }
      }
    }
    return true
  }

  private func sort(by column: UnsafeMutablePointer<UInt64>, scratch: inout [UInt32]) {
    var differing: UInt64 = 0
    for row in 1..<rowCount { differing |= column[row] ^ column[0] }
    var shift = differing.trailingZeroBitCount
    while shift < 64, differing >> UInt64(shift) != 0 {
      order.withUnsafeMutableBufferPointer { order in
        scratch.withUnsafeMutableBufferPointer { scratch in
          RowBatch.pass(by: column, shift: UInt64(shift), from: order, to: scratch)
        }
      }
      swap(&order, &scratch)
      shift += RowBatch.digitBits
    }
  }

  /// 2048 counters stay in the first-level cache.
  private static let digitBits = 11

  private static func pass(
    by column: UnsafeMutablePointer<UInt64>,
    shift: UInt64,
    from source: UnsafeMutableBufferPointer<UInt32>,
    to target: UnsafeMutableBufferPointer<UInt32>
  ) {
    let mask: UInt64 = 1 << UInt64(digitBits) - 1
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << digitBits) { starts in
      starts.initialize(repeating: 0)
      for row in source { starts[Int(column[Int(row)] >> shift & mask)] += 1 }
      var sum = 0
      for digit in starts.indices {
        let count = starts[digit]
        starts[digit] = sum
        sum += count
      }
      // SAFETY: the starts of all digits and their counts together are the number of rows, target's size.
      for row in source {
        let digit = Int(column[Int(row)] >> shift & mask)
        target[starts[digit]] = row
        starts[digit] += 1
      }
    }
  }
}

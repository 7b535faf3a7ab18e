import Glibc

/// The facts of one predicate before they are stored or evaluated: columns of raw 64-bit values, append-only.
///
/// A symbol stands as its word in `Values.symbols`, a number as its bits, a float as its bits, a date as its key. The
/// table does not know the types: facts come in before their columns are checked. Beside each row stands the index of
/// the set of sources it cites.
public final class FactTable {
  public let columnCount: Int
  // The three stored variables are read and written a value at a time, so their accesses never overlap; checking that
  // took half of the time of reading a million rows of two numbers (65 ms against 33 ms).
  @exclusivity(unchecked) public private(set) var rowCount = 0
  @exclusivity(unchecked) private var rowCapacity = 0
  /// `columnCount` arrays of `rowCapacity` values; those below `rowCount` are initialised.
  private let columns: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
  @exclusivity(unchecked) private var sourceSets: UnsafeMutablePointer<UInt32>?

  public init(columnCount: Int) {
    precondition(columnCount >= 0, "a table has no negative number of columns")
    self.columnCount = columnCount
    columns = .allocate(capacity: columnCount)
    columns.initialize(repeating: nil, count: columnCount)
  }

  deinit {
    for column in 0..<columnCount { free(columns[column]) }
    columns.deallocate()
    free(sourceSets)
  }

  /// The bytes that the rows take.
  var byteCount: Int {
    rowCount * (columnCount * MemoryLayout<UInt64>.stride + MemoryLayout<UInt32>.stride)
  }

  /// Appends a row of `columnCount` values.
  public func append(_ row: UnsafeBufferPointer<UInt64>, sources: UInt32) {
    precondition(row.count == columnCount, "a row has a value for each column")
    openRow()
    for column in 0..<columnCount { setOpenValue(row[column], column: column) }
    closeRow(sources: sources)
  }

  /// Forgets the rows from `rowCount` on.
  public func truncate(to rowCount: Int) {
    precondition((0...self.rowCount).contains(rowCount), "a table is only cut to a part of itself")
    self.rowCount = rowCount
  }

  public subscript(row row: Int, column column: Int) -> UInt64 {
    precondition((0..<rowCount).contains(row) && (0..<columnCount).contains(column), "no such value in the table")
    return columns[column]![row]
  }

  /// Lends the values of a column, a value a row.
  public func withColumn<Result, Failure: Error>(
    _ column: Int,
    _ body: (UnsafeBufferPointer<UInt64>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition((0..<columnCount).contains(column), "no such column in the table")
    return try body(UnsafeBufferPointer(start: columns[column], count: rowCount))
  }

  /// Lends the values of a column to be changed in place, as when its type is settled after the facts are in.
  public func updateColumn<Result, Failure: Error>(
    _ column: Int,
    _ body: (UnsafeMutableBufferPointer<UInt64>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition((0..<columnCount).contains(column), "no such column in the table")
    return try body(UnsafeMutableBufferPointer(start: columns[column], count: rowCount))
  }

  /// Lends all columns and the indices of the rows' sets of sources; the table has a row.
  func withColumns<Failure: Error>(
    _ body: ([UnsafePointer<UInt64>], UnsafePointer<UInt32>) throws(Failure) -> Void
  ) throws(Failure) {
    guard rowCount > 0, let sourceSets else { preconditionFailure("an empty table has no columns to lend") }
    try body((0..<columnCount).compactMap { columns[$0].map { UnsafePointer($0) } }, sourceSets)
  }

  /// Lends the indices of the rows' sets of sources.
  public func withSourceSets<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt32>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: sourceSets, count: rowCount))
  }

  // MARK: A row in the making

  /// Makes room for one more row, whose values may then be set in any order.
  @inline(__always)
  func openRow() {
    if rowCount == rowCapacity { grow() }
  }

  @inline(__always)
  func setOpenValue(_ bits: UInt64, column: Int) {
    assert(column >= 0 && column < columnCount && rowCount < rowCapacity, "the row is open")
    // SAFETY: `openRow` made room at `rowCount` in each of the `columnCount` columns.
    columns[column].unsafelyUnwrapped[rowCount] = bits
  }

  /// Sets a value of a row that is or was open.
  @inline(__always)
  func setValue(_ bits: UInt64, row: Int, column: Int) {
    assert(column >= 0 && column < columnCount && row < rowCapacity, "the row was opened")
    // SAFETY: `openRow` made room for the row in each of the `columnCount` columns.
    columns[column].unsafelyUnwrapped[row] = bits
  }

  /// Counts the open row in; each of its values has been set.
  @inline(__always)
  func closeRow(sources: UInt32) {
    // SAFETY: `openRow` made room at `rowCount`.
    sourceSets.unsafelyUnwrapped[rowCount] = sources
    rowCount += 1
  }

  @inline(never)
  private func grow() {
    let capacity = rowCapacity == 0 ? 64 : rowCapacity * 2
    // `realloc` moves large blocks by remapping pages, so that doubling copies nothing.
    for column in 0..<columnCount {
      columns[column] = resized(columns[column], to: capacity)
    }
    sourceSets = resized(sourceSets, to: capacity)
    rowCapacity = capacity
  }

  private func resized<Element: BitwiseCopyable>(
    _ block: UnsafeMutablePointer<Element>?,
    to capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    guard let moved = realloc(block, capacity * MemoryLayout<Element>.stride) else {
      fatalError("out of memory: no room for \(capacity) rows")
    }
    return moved.assumingMemoryBound(to: Element.self)
  }
}

/// Finished rows, one behind the other in a slab, sorted and distinct each, for the parts of some work in turn.
final class WrittenRows {
  let slab: RowTable.Slab
  @exclusivity(unchecked) private var keys: Vector<Word>
  @exclusivity(unchecked) private var starts: Vector<Int>
  /// In the order in which they were done.
  private(set) var parts: [(number: Int, rows: Range<Int>)] = []

  init(capacity: Int = 0, account: MemoryAccount) {
    slab = RowTable.Slab(words: Vector(capacity: capacity, account: account))
    keys = Vector(account: account)
    starts = Vector(account: account)
  }

  var rowCount: Int { keys.count }

  var words: Vector<Word> {
    @inline(__always) _read { yield slab.words }
    @inline(__always) _modify { yield &slab.words }
  }

  /// Notes that the row of a key begins at a place of the slab.
  @inline(__always)
  func begin(_ key: Word, at start: Int) {
    keys.append(key)
    starts.append(start)
  }

  /// Ends a part, to which all rows since the one before belong.
  func endPart(_ number: Int) {
    let rows = (parts.last?.rows.upperBound ?? 0)..<keys.count
    if !rows.isEmpty { parts.append((number, rows)) }
  }

  func key(_ row: Int) -> Word { keys[row] }

  /// The places in the slab of a row's words.
  func words(_ row: Int) -> Range<Int> {
    starts[row]..<(row + 1 < starts.count ? starts[row + 1] : slab.words.count)
  }
}

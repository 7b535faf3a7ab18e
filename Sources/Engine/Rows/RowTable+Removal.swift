/// Taking pairs out again, for relations that follow changed facts.
///
/// A row that loses its last word stays listed in `keys`, as an array without words, so that it is not listed twice when
/// it gets a word again; whoever goes through `keys` passes over it.
extension RowTable {
  /// Whether the pair was there.
  func remove(_ key: Word, _ value: Word) -> Bool {
    let row = row(of: key)
    guard row.pointee.count > 0, contains(row, value) else { return false }
    // A slab may be shared with other rows, and a last inline word leaves no row behind.
    if row.pointee.kind == .slice || (row.pointee.kind == .inline && row.pointee.count == 1) { makeOwnLeaf(row) }
    switch row.pointee.kind {
    case .inline: row.pointee.payload = UInt64(row.pointee.inlineWord(row.pointee.inlineWord(0) == value ? 1 : 0))
    case .array: RowTable.removeFromArray(row.pointee.words, count: Int(row.pointee.count), value)
    case .hash: RowTable.removeFromHash(row.pointee.words, log2: row.pointee.capacityLog2, value)
    case .bitmap: row.pointee.bits[Int(value &>> 6)] &= ~(1 &<< UInt64(value & 63))
    case .slice: preconditionFailure("a slice has become a leaf of its own")
    }
    row.pointee.count &-= 1
    noteInsertions(-1)
    return true
  }

  /// Takes out all words beside a key, and tells each.
  func removeRow(of key: Word, _ body: (Word) -> Void) {
    var words: [Word] = []
    forEach(row(of: key)) { words.append($0) }
    for word in words {
      _ = remove(key, word)
      body(word)
    }
  }

  private static func removeFromArray(_ words: UnsafeMutablePointer<Word>, count: Int, _ value: Word) {
    for index in 0..<count where words[index] == value {
      words[index] = words[count &- 1]
      words[count &- 1] = Row.vacant
      return
    }
  }

  /// Closes the gap (Knuth, TAOCP 3, 6.4, algorithm R), so that probes still end at the first vacant slot.
  private static func removeFromHash(_ words: UnsafeMutablePointer<Word>, log2: UInt8, _ value: Word) {
    let mask = 1 &<< Int(log2) &- 1
    var gap = Row.slot(of: value, log2: log2)
    while words[gap] != value { gap = (gap &+ 1) & mask }
    var slot = gap
    while true {
      slot = (slot &+ 1) & mask
      let word = words[slot]
      if word == Row.vacant { break }
      let home = Row.slot(of: word, log2: log2)
      // The word may move into the gap unless its home lies behind the gap.
      if (slot &- home) & mask >= (slot &- gap) & mask {
        words[gap] = word
        gap = slot
      }
    }
    words[gap] = Row.vacant
  }

  /// Whether no key has two words. O(keys).
  var hasOneWordPerKey: Bool {
    for index in 0..<keys.count where row(of: keys.base[index]).pointee.count > 1 { return false }
    return true
  }
}

/// Leaf union: most recursive rules end in "for each z of leaf(k): insert (x, z)", which is one operation on whole rows,
/// word by word where both are bitmaps. 0.02 to 0.25 ns for each attempted derivation on dense rows (measured, 2026-11).
extension RowTable {
  /// Adds the words of `leaf` (a row of `source`, which may be this table) to the row of `key`; each new pair is appended to
  /// `added`.
  ///
  /// - Returns: how many words the leaf has.
  @inline(__always)
  @discardableResult
  func unite(_ key: Word, with leafKey: Word, of source: RowTable, added: inout Vector<Pair>) -> Int {
    var leaf = source.row(of: leafKey)
    let size = Int(leaf.pointee.count)
    if size == 0 { return 0 }
    let target = writableRow(of: key)
    if source === self {
      if key == leafKey { return 0 }
      // A new row of this table may have moved the leaf's.
      leaf = row(of: leafKey)
    }
    unite(target, key: key, leaf: leaf, size: size, of: source, added: &added)
    return size
  }

  @inline(__always)
  private func unite(
    _ target: UnsafeMutablePointer<Row>,
    key: Word,
    leaf: UnsafeMutablePointer<Row>,
    size: Int,
    of source: RowTable,
    added: inout Vector<Pair>
  ) {
    if leaf.pointee.kind == .bitmap {
      if source.bitmapLength > bitmapLength { ensureDomain(source.bitmapLength * 64) }
      widen(target, key: key, toHold: size)
      if target.pointee.kind == .bitmap {
        uniteBitmaps(target, key: key, leaf.pointee.bits, wordCount: source.bitmapLength, added: &added)
        return
      }
    }
    added.reserve(size)
    var place = added.count
    let out = added.base
    let high = Pair(key, 0)
    source.forEach(leaf) { word in
      if insert(target, key, word) {
        out[place] = high | Pair(word)
        place &+= 1
      }
    }
    added.count = place
  }

  /// Adds a sorted or unsorted run of distinct words to the row of `key`.
  @inline(__always)
  func unite(_ key: Word, with words: UnsafePointer<Word>, count: Int, added: inout Vector<Pair>) {
    if count == 0 { return }
    added.reserve(count)
    let target = writableRow(of: key)
    var place = added.count
    let out = added.base
    let high = Pair(key, 0)
    for index in 0..<count {
      let word = words[index]
      if insert(target, key, word) {
        out[place] = high | Pair(word)
        place &+= 1
      }
    }
    added.count = place
  }

  /// Adds a bitmap to the row of `key`.
  @inline(__always)
  func unite(
    _ key: Word,
    withBits bits: UnsafePointer<UInt64>,
    wordCount: Int,
    size: Int,
    added: inout Vector<Pair>
  ) {
    ensureDomain(wordCount * 64)
    let target = writableRow(of: key)
    widen(target, key: key, toHold: size)
    if target.pointee.kind == .bitmap {
      uniteBitmaps(target, key: key, bits, wordCount: wordCount, added: &added)
      return
    }
    for index in 0..<wordCount {
      var word = bits[index]
      while word != 0 {
        let value = Word(truncatingIfNeeded: index &* 64 &+ word.trailingZeroBitCount)
        if insert(target, key, value) { added.append(Pair(key, value)) }
        word &= word &- 1
      }
    }
  }

  @inline(never)
  private func uniteBitmaps(
    _ target: UnsafeMutablePointer<Row>,
    key: Word,
    _ source: UnsafePointer<UInt64>,
    wordCount: Int,
    added: inout Vector<Pair>
  ) {
    let bits = target.pointee.bits
    let before = added.count
    var index = 0
    while index < wordCount {
      let theirs = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD8<UInt64>.self)
      let ours = UnsafeRawPointer(bits + index).loadUnaligned(as: SIMD8<UInt64>.self)
      if theirs & ~ours != SIMD8(repeating: 0) {
        for word in index..<(index &+ 8) {
          uniteWord(bits, word, source[word] & ~bits[word], key, &added)
        }
      }
      index &+= 8
    }
    let grown = added.count &- before
    target.pointee.count &+= UInt32(truncatingIfNeeded: grown)
    noteInsertions(grown)
  }

  @inline(__always)
  private func uniteWord(
    _ bits: UnsafeMutablePointer<UInt64>,
    _ index: Int,
    _ missing: UInt64,
    _ key: Word,
    _ added: inout Vector<Pair>
  ) {
    if missing == 0 { return }
    bits[index] |= missing
    added.reserve(64)
    var place = added.count
    let out = added.base
    let first = Pair(key, Word(truncatingIfNeeded: index &* 64))
    var rest = missing
    while rest != 0 {
      out[place] = first &+ Pair(truncatingIfNeeded: rest.trailingZeroBitCount)
      place &+= 1
      rest &= rest &- 1
    }
    added.count = place
  }
}

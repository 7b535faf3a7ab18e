extension RowTable {
  /// A table of sorted slices from pairs, which are left sorted and distinct; empty if the evaluation is to end before.
  /// O(n · digits).
  static func frozen(
    sorting pairs: inout Vector<Pair>,
    _ layout: Layout,
    account: MemoryAccount
  ) -> RowTable {
    PairSort.sortDistinct(&pairs, account: account)
    let count = account.shouldStop ? 0 : pairs.count
    let written = WrittenRows(capacity: count, account: account)
    let words = written.words.base
    let source = pairs.base
    let isDone = account.inStretches(of: count) { stretch in
      for index in stretch {
        let pair = source[index]
        if index == 0 || pair.first != source[index &- 1].first { written.begin(pair.first, at: index) }
        words[index] = pair.second
      }
    }
    written.words.count = count
    if isDone { written.endPart(0) }
    return RowTable(of: [written], layout, account: account)
  }

  /// A table of finished rows, part by part of the work that they came from.
  convenience init(of written: [WrittenRows], _ layout: Layout, account: MemoryAccount) {
    let rowCount = written.reduce(0) { $0 + $1.rowCount }
    self.init(layout, expectedKeys: rowCount, account: account)
    for rows in written {
      rows.words.trim()
      hold(rows.slab)
    }
    let parts = written.flatMap { rows in rows.parts.map { (number: $0.number, rows, $0.rows) } }
    for (_, rows, range) in parts.sorted(by: { $0.number < $1.number }) {
      for row in range { adopt(rows.key(row), rows.slab, rows.words(row)) }
    }
  }

  /// Makes a part of a slab that the table holds, distinct and ascending, the row of a key that has none yet; rows may
  /// share one.
  func adopt(_ key: Word, _ slab: Slab, _ part: Range<Int>) {
    guard !part.isEmpty else { return }
    let first = slab.words.base + part.lowerBound
    let size = part.count
    var header = Row()
    header.count = UInt32(size)
    if size <= 2 {
      header.payload = UInt64(first[0]) | (size == 2 ? UInt64(first[1]) &<< 32 : 0)
    } else {
      header.payload = UInt64(UInt(bitPattern: first))
      header.kind = .slice
    }
    let row = adopt(header, of: key)
    ensureDomain(Int(first[size - 1]) + 1)
    if !forms.sharesSlabs, row.pointee.kind == .slice { makeOwnLeaf(row) }
  }

  /// Appends all pairs, rows in the order of `keys`; none if the evaluation is to end before.
  func appendPairs(to target: inout Vector<Pair>, swapped: Bool = false) {
    target.reserve(count)
    if writePairs(to: target.base + target.count, swapped: swapped) { target.count += count }
  }

  /// Writes all pairs, eight bytes each, rows in the order of `keys`; false if the evaluation is to end before.
  func writePairs(to target: UnsafeMutableRawPointer, swapped: Bool) -> Bool {
    var place = target
    var written = 0
    for index in 0..<keys.count {
      let key = keys.base[index]
      let row = row(of: key)
      forEach(row) { value in
        place.storeBytes(of: swapped ? Pair(value, key) : Pair(key, value), as: Pair.self)
        place += MemoryLayout<Pair>.size
      }
      written &+= Int(row.pointee.count)
      if written > RowTable.pollInterval {
        written = 0
        if account.shouldStop { return false }
      }
    }
    return true
  }

  /// Words written between two questions whether to stop, give or take a row.
  private static let pollInterval = 1 << 16
}

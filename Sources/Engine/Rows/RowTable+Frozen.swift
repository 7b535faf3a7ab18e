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

  /// Writes all rows, each sorted, in the order of `keys`.
  ///
  /// - Parameter view: of a bitmap for the words, with nothing marked.
  func write(to written: WrittenRows, _ view: ScratchBitmap.View) {
    for index in 0..<keys.count {
      let key = keys.base[index]
      let row = row(of: key)
      let size = Int(row.pointee.count)
      guard size > 0 else { continue }
      written.begin(key, at: written.words.count)
      if row.pointee.kind == .slice || size == 1 {
        written.words.reserve(size)
        copyWords(row, to: written.words.base + written.words.count)
        written.words.count += size
      } else {
        forEach(row) { view.mark($0) }
        view.drain(into: &written.words)
      }
    }
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

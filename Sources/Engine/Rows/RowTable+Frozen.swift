extension RowTable {
  /// A table of sorted slices from pairs, which are left sorted and distinct. O(n · digits).
  static func frozen(
    sorting pairs: inout Vector<Pair>,
    keyDomain: Int,
    valueDomain: Int,
    account: MemoryAccount
  ) -> RowTable {
    PairSort.sortDistinct(&pairs, account: account)
    let count = pairs.count
    var words = Vector<Word>(capacity: count, account: account)
    var runs = RowRuns(account: account)
    words.count = count
    for index in 0..<count {
      let pair = pairs.base[index]
      if index == 0 || pair.first != pairs.base[index &- 1].first { runs.begin(pair.first, at: index) }
      words.base[index] = pair.second
    }
    return RowTable(slab: words, runs: runs, keyDomain: keyDomain, valueDomain: valueDomain, account: account)
  }

  convenience init(
    slab words: consuming Vector<Word>,
    runs: borrowing RowRuns,
    keyDomain: Int,
    valueDomain: Int,
    account: MemoryAccount
  ) {
    self.init(keyDomain: keyDomain, valueDomain: valueDomain, expectedKeys: runs.count, account: account)
    let slab = Slab(words: words)
    runs.withStarts(end: slab.words.count) { keys, starts, count in
      adopt(slab, keys: keys, starts: starts, runCount: count)
    }
  }

  /// Appends all pairs, rows in the order of `keys`.
  func appendPairs(to target: inout Vector<Pair>, swapped: Bool = false) {
    target.reserve(count)
    for index in 0..<keys.count {
      let key = keys.base[index]
      var place = target.count
      let base = target.base
      forEach(row(of: key)) { value in
        base[place] = swapped ? Pair(value, key) : Pair(key, value)
        place &+= 1
      }
      target.count = place
    }
  }
}

/// The keys and starts of consecutive runs in a slab.
struct RowRuns: ~Copyable {
  private var keys: Vector<Word>
  private var starts: Vector<Int>

  init(account: MemoryAccount) {
    keys = Vector(account: account)
    starts = Vector(account: account)
  }

  var count: Int { keys.count }

  @inline(__always)
  mutating func begin(_ key: Word, at start: Int) {
    keys.append(key)
    starts.append(start)
  }

  /// Lends keys and starts, the latter with `end` behind the last.
  func withStarts(end: Int, _ body: (UnsafePointer<Word>, UnsafePointer<Int>, Int) -> Void) {
    let all = UnsafeMutablePointer<Int>.allocate(capacity: keys.count + 1)
    defer { all.deallocate() }
    all.update(from: starts.base, count: keys.count)
    all[keys.count] = end
    body(keys.base, all, keys.count)
  }
}

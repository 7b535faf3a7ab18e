/// Sorting pairs by radix over the bits in which they differ (Knuth, TAOCP 3, 5.2.5).
///
/// Many pairs are first dealt out by their highest bits, into runs that fit the second-level cache; a run is sorted by
/// the least significant digit first. A pass over all the memory costs ten times one in the cache: its targets lie on
/// more pages than the processor has translations for.
enum PairSort {
  /// Sorts ascending and drops repeats. O(n · digits); O(n) when sorted already.
  static func sortDistinct(_ pairs: inout Vector<Pair>, account: MemoryAccount) {
    sort(&pairs, account: account)
    let base = pairs.base
    var kept = 0
    for index in 0..<pairs.count where index == 0 || base[index] != base[kept &- 1] {
      base[kept] = base[index]
      kept &+= 1
    }
    pairs.count = kept
  }

  static func sort(_ pairs: inout Vector<Pair>, account: MemoryAccount) {
    let order = PairOrder(of: pairs)
    if order.isSorted { return }
    if order.isGrouped { return sortGroups(&pairs, order, account) }
    let key = PairKey(
      firstBits: 64 - (order.differing &>> 32).leadingZeroBitCount,
      secondBits: 64 - (order.differing & PairOrder.seconds).leadingZeroBitCount
    )
    arrange(&pairs, by: key, account)
  }

  /// Groups by first column, ascending; pairs of a group keep their order.
  static func group(_ pairs: inout Vector<Pair>, account: MemoryAccount) {
    let order = PairOrder(of: pairs)
    if order.isGrouped { return }
    let key = PairKey(firstBits: 64 - (order.differing &>> 32).leadingZeroBitCount, secondBits: 0)
    arrange(&pairs, by: key, account)
  }

  private static func arrange(_ pairs: inout Vector<Pair>, by key: PairKey, _ account: MemoryAccount) {
    let spare = Vector<Pair>(capacity: pairs.count, account: account)
    PairRun(key: key, account: account).sort(pairs.base, spare.base, pairs.count, bits: key.bits, intoSpare: false)
    // SAFETY: `spare` owns what the sort writes to until here.
    _ = spare.capacity
  }

  /// Sorts each group of pairs that lie grouped already.
  private static func sortGroups(_ pairs: inout Vector<Pair>, _ order: PairOrder, _ account: MemoryAccount) {
    let base = pairs.base
    let count = pairs.count
    let key = PairKey(firstBits: 0, secondBits: 64 - (order.differing & PairOrder.seconds).leadingZeroBitCount)
    var spare = Vector<Pair>(account: account)
    let run = PairRun(key: key, account: account)
    var start = 0
    while start < count {
      var end = start &+ 1
      var isSorted = true
      while end < count, base[end].first == base[start].first {
        if base[end] < base[end &- 1] { isSorted = false }
        end &+= 1
      }
      if !isSorted {
        if end &- start <= PairRun.shortCount {
          run.insertionSort(base + start, end &- start)
        } else {
          spare.reserve(end &- start)
          run.sort(base + start, spare.base, end &- start, bits: key.bits, intoSpare: false)
        }
      }
      start = end
    }
  }
}

/// What one look over pairs tells of their order.
private struct PairOrder {
  /// The bits that are not the same in all pairs.
  var differing: Pair = 0
  var isSorted = true
  /// Whether the first columns ascend.
  var isGrouped = true

  static let seconds: Pair = 0xFFFF_FFFF

  init(of pairs: borrowing Vector<Pair>) {
    guard pairs.count > 0 else { return }
    let base = pairs.base
    let sample = base[0]
    var previous = sample
    for index in 0..<pairs.count {
      let pair = base[index]
      differing |= pair ^ sample
      isSorted = isSorted && pair >= previous
      isGrouped = isGrouped && pair.first >= previous.first
      previous = pair
    }
  }
}

/// What pairs are sorted by: the low bits of the first column and, below them, of the second.
///
/// What lies above the bits of a column is the same in all pairs.
private struct PairKey {
  let bits: Int
  private let secondBits: Int
  /// The columns that take part.
  let mask: Pair

  init(firstBits: Int, secondBits: Int) {
    bits = firstBits + secondBits
    self.secondBits = secondBits
    mask = secondBits == 0 ? ~PairOrder.seconds : ~0
  }

  /// The digit of `width` bits from `shift` on.
  func digit(shift: Int, width: Int) -> PairDigit {
    if shift >= secondBits { return PairDigit(shift: shift - secondBits + 32, width: width) }
    if shift + width <= secondBits { return PairDigit(shift: shift, width: width) }
    return PairDigit(shift: shift, width: secondBits - shift, firstWidth: shift + width - secondBits)
  }
}

/// Some bits of a pair, as a number; perhaps the lowest of the first column above the highest of the second.
private struct PairDigit {
  let width: Int
  private let shift: UInt64
  private let mask: UInt64
  let isSplit: Bool
  private let upperShift: UInt64
  private let upperMask: UInt64

  init(shift: Int, width: Int, firstWidth: Int = 0) {
    self.width = width + firstWidth
    self.shift = UInt64(shift)
    mask = 1 << UInt64(width) - 1
    isSplit = firstWidth > 0
    upperShift = UInt64(32 - width)
    upperMask = (1 << UInt64(firstWidth) - 1) << UInt64(width)
  }

  @inline(__always)
  func whole(of pair: Pair) -> Int { Int(truncatingIfNeeded: pair &>> shift & mask) }

  @inline(__always)
  func split(of pair: Pair) -> Int { Int(truncatingIfNeeded: pair &>> shift & mask | pair &>> upperShift & upperMask) }
}

/// Sorts a run of pairs whose keys agree but for some low bits; stable.
private struct PairRun {
  typealias Pairs = UnsafeMutablePointer<Pair>

  let key: PairKey
  let account: MemoryAccount

  /// So few are sorted by insertion.
  static let shortCount = 24
  /// So many, and as many spare, lie in the second-level cache.
  private static let cachedCount = 16_384
  /// The usual size of the runs that are dealt out.
  private static let dealtCount = 4_096
  /// More targets than this have no translation at hand.
  private static let dealtBits = 9
  /// 2,048 counters lie in the first-level cache.
  private static let digitBits = 11

  /// Sorts by the low `bits` of the key; the result replaces the run or lies in `spare`.
  ///
  /// If the evaluation is to end, long runs stay as they are.
  func sort(_ run: Pairs, _ spare: Pairs, _ count: Int, bits: Int, intoSpare: Bool) {
    if count <= PairRun.cachedCount, count > PairRun.shortCount, bits > 0 {
      return sortByDigits(run, spare, count, bits: bits, intoSpare: intoSpare)
    }
    if count > PairRun.cachedCount, bits > 0, !account.shouldStop {
      return deal(run, spare, count, bits: bits, intoSpare: intoSpare)
    }
    if count <= PairRun.shortCount { insertionSort(run, count) }
    if intoSpare { spare.update(from: run, count: count) }
  }

  func insertionSort(_ run: Pairs, _ count: Int) {
    for index in 1..<max(count, 1) {
      let pair = run[index]
      var hole = index
      while hole > 0, run[hole &- 1] & key.mask > pair & key.mask {
        run[hole] = run[hole &- 1]
        hole &-= 1
      }
      run[hole] = pair
    }
  }

  /// Deals out by the highest bits, then sorts each of the runs.
  private func deal(_ run: Pairs, _ spare: Pairs, _ count: Int, bits: Int, intoSpare: Bool) {
    let wanted = Int.bitWidth - (count / PairRun.dealtCount).leadingZeroBitCount
    let width = min(wanted, PairRun.dealtBits, bits)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << PairRun.dealtBits + 1) { ends in
      // SAFETY: a temporary allocation of more than no elements has a base address.
      let ends = ends.baseAddress.unsafelyUnwrapped
      PairRun.pass(run, spare, count, key.digit(shift: bits - width, width: width), ends)
      var start = 0
      for digit in 0..<(1 << width) {
        let end = ends[digit]
        if end > start {
          sort(spare + start, run + start, end - start, bits: bits - width, intoSpare: !intoSpare)
        }
        start = end
      }
    }
  }

  private func sortByDigits(_ run: Pairs, _ spare: Pairs, _ count: Int, bits: Int, intoSpare: Bool) {
    // As many counters as pairs at most.
    let widest = min(PairRun.digitBits, max(4, Int.bitWidth - count.leadingZeroBitCount))
    let passes = (bits + widest - 1) / widest
    let width = (bits + passes - 1) / passes
    var source = run
    var target = spare
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << PairRun.digitBits + 1) { ends in
      // SAFETY: a temporary allocation of more than no elements has a base address.
      let ends = ends.baseAddress.unsafelyUnwrapped
      for shift in stride(from: 0, to: bits, by: width) {
        PairRun.pass(source, target, count, key.digit(shift: shift, width: min(width, bits - shift)), ends)
        (source, target) = (target, source)
      }
    }
    let result = intoSpare ? spare : run
    if source != result { result.update(from: source, count: count) }
  }

  /// Copies to `target` in the order of a digit; `ends` has 2^width + 1 elements and tells where each digit's pairs end.
  private static func pass(
    _ source: Pairs,
    _ target: Pairs,
    _ count: Int,
    _ digit: PairDigit,
    _ ends: UnsafeMutablePointer<Int>
  ) {
    ends.update(repeating: 0, count: 1 << digit.width + 1)
    if digit.isSplit {
      for index in 0..<count { ends[digit.split(of: source[index]) &+ 1] &+= 1 }
    } else {
      for index in 0..<count { ends[digit.whole(of: source[index]) &+ 1] &+= 1 }
    }
    for value in 1..<(1 << digit.width) { ends[value] &+= ends[value &- 1] }
    // Each element is where its digit's pairs begin; placing them moves it to their end.
    if digit.isSplit {
      for index in 0..<count { place(source[index], at: digit.split(of: source[index]), target, ends) }
    } else {
      for index in 0..<count { place(source[index], at: digit.whole(of: source[index]), target, ends) }
    }
  }

  @inline(__always)
  private static func place(_ pair: Pair, at digit: Int, _ target: Pairs, _ ends: UnsafeMutablePointer<Int>) {
    target[ends[digit]] = pair
    ends[digit] &+= 1
  }
}

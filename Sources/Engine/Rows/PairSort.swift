/// Sorting pairs: LSD radix sort in digits of 11 bits over the bits in use (Knuth, TAOCP 3, 5.2.5).
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
    let count = pairs.count
    var used: Pair = 0
    var isSorted = true
    var previous: Pair = 0
    for index in 0..<count {
      let pair = pairs.base[index]
      used |= pair
      if pair < previous { isSorted = false }
      previous = pair
    }
    if isSorted { return }
    if count < 256 {
      pairs.sort()
      return
    }
    radixSort(&pairs, shifts: digits(of: used.second) + digits(of: used.first).map { $0 + 32 }, account: account)
  }

  /// Groups by first column, ascending.
  static func group(_ pairs: inout Vector<Pair>, account: MemoryAccount) {
    let count = pairs.count
    var used: Word = 0
    var isGrouped = true
    var previous: Word = 0
    for index in 0..<count {
      let first = pairs.base[index].first
      used |= first
      if first < previous { isGrouped = false }
      previous = first
    }
    if isGrouped { return }
    if count < 64 {
      pairs.sort()
      return
    }
    radixSort(&pairs, shifts: digits(of: used).map { $0 + 32 }, account: account)
  }

  /// The same, with the order within a group kept for few pairs too.
  static func groupStably(_ pairs: inout Vector<Pair>, account: MemoryAccount) {
    var used: Word = 0
    for index in 0..<pairs.count { used |= pairs.base[index].first }
    radixSort(&pairs, shifts: digits(of: used).map { $0 + 32 }, account: account)
  }

  private static func radixSort(_ pairs: inout Vector<Pair>, shifts: [Int], account: MemoryAccount) {
    let count = pairs.count
    let spare = Vector<Pair>(capacity: count, account: account)
    var source = pairs.base
    var target = spare.base
    for shift in shifts {
      pass(from: source, to: target, count: count, shift: UInt64(shift))
      (source, target) = (target, source)
    }
    if source != pairs.base { pairs.base.update(from: source, count: count) }
    // SAFETY: `spare` owns what `source` and `target` point to until here.
    _ = spare.capacity
  }

  private static func digits(of used: Word) -> [Int] {
    Array(stride(from: 0, to: 32 - used.leadingZeroBitCount, by: 11))
  }

  private static func pass(
    from source: UnsafeMutablePointer<Pair>,
    to target: UnsafeMutablePointer<Pair>,
    count: Int,
    shift: UInt64
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2049) { offsets in
      // SAFETY: a temporary allocation of 2,049 elements has a base address.
      let offsets = offsets.baseAddress.unsafelyUnwrapped
      offsets.initialize(repeating: 0, count: 2049)
      for index in 0..<count {
        offsets[Int(truncatingIfNeeded: source[index] &>> shift & 2047) &+ 1] &+= 1
      }
      for digit in 0..<2048 { offsets[digit &+ 1] &+= offsets[digit] }
      for index in 0..<count {
        let digit = Int(truncatingIfNeeded: source[index] &>> shift & 2047)
        target[Int(offsets[digit])] = source[index]
        offsets[digit] &+= 1
      }
    }
  }
}

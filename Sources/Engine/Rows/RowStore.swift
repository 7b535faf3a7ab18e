/// A set of tuples of any width, row after row in order of insertion, with a table that finds repeats.
///
/// The table is made when somebody asks for a tuple: rows that are known to be distinct may never need it.
/// The table's slots hold the upper half of the hash beside the row's number, so that a probe touches a row only when
/// that agrees. The place of a slot is the highest bits of the hash: a larger table is filled from the smaller one in one
/// sweep. Rows that come together are looked up together, so that their cache misses overlap. A store may be told that
/// one column is a value and not part of the tuple's identity: then a tuple that differs only there is the same tuple,
/// and its value can be changed in place (recursive `min` and `max`).
final class RowStore {
  let arity: Int
  @exclusivity(unchecked) private(set) var words: Vector<Word>
  /// Distinct rows.
  @exclusivity(unchecked) private(set) var count = 0
  /// Rows that the table knows; fewer than there are only after distinct ones were appended.
  @exclusivity(unchecked) private var tabledCount = 0
  /// Rows behind the distinct ones that nobody has looked for repeats yet.
  @exclusivity(unchecked) private(set) var pendingCount = 0
  @exclusivity(unchecked) private var valueColumn: Int?
  @exclusivity(unchecked) private var slots: UnsafeMutablePointer<UInt64>
  @exclusivity(unchecked) private var slotsLog2 = 6
  @exclusivity(unchecked) private var hashes: Vector<UInt64>
  /// What was loaded ahead, so that it is.
  @exclusivity(unchecked) private var touched: UInt64 = 0
  private let account: MemoryAccount

  private static let vacant = UInt64.max
  private static let tagMask: UInt64 = 0xFFFF_FFFF_0000_0000
  /// Rows looked up together.
  private static let groupSize = 64

  /// - Parameter valueColumn: the column that is no part of a tuple's identity.
  init(arity: Int, valueColumn: Int? = nil, account: MemoryAccount) {
    self.arity = arity
    self.account = account
    self.valueColumn = valueColumn
    words = Vector(account: account)
    hashes = Vector(capacity: RowStore.groupSize, account: account)
    slots = RowStore.vacantSlots(log2: 6, account)
  }

  /// Takes over rows, all distinct, in the order of the parts that they come from.
  convenience init(arity: Int, of written: [WrittenTuples], account: MemoryAccount) {
    self.init(arity: arity, account: account)
    for tuples in written.sorted(by: { $0.parts.lowerBound < $1.parts.lowerBound }) {
      if words.count == 0 {
        swap(&words, &tuples.words)
      } else {
        words.append(contentsOf: tuples.words.base, count: tuples.words.count)
        tuples.words = Vector(account: account)
      }
    }
    count = words.count / arity
    precondition(count < Int(UInt32.max), "a row store holds fewer than 2^32 - 1 rows")
  }

  deinit {
    slots.deallocate()
    account.shrank(by: 8 << slotsLog2)
  }

  private static func vacantSlots(log2: Int, _ account: MemoryAccount) -> UnsafeMutablePointer<UInt64> {
    account.grew(by: 8 << log2)
    let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: 1 << log2)
    slots.initialize(repeating: vacant, count: 1 << log2)
    return slots
  }

  var byteCount: Int { words.byteCount + 8 << slotsLog2 }

  /// The words of a row; valid until the next insertion.
  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Word> {
    words.base + index &* arity
  }

  // MARK: Hashing

  /// One step of folding a multiplication (Knuth, TAOCP 3, 6.4, with the high half kept).
  @inline(__always)
  static func mix(_ hash: UInt64, _ bits: UInt64) -> UInt64 {
    let (high, low) = (hash ^ bits).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return high ^ low
  }

  @inline(__always)
  private func hash(_ tuple: UnsafePointer<Word>) -> UInt64 {
    var hash: UInt64 = 0x243F_6A88_85A3_08D3
    if let valueColumn {
      for column in 0..<arity where column != valueColumn { hash = RowStore.mix(hash, UInt64(tuple[column])) }
      return RowStore.mix(hash, 1)
    }
    var column = 0
    while column &+ 1 < arity {
      hash = RowStore.mix(hash, UInt64(tuple[column]) | UInt64(tuple[column &+ 1]) &<< 32)
      column &+= 2
    }
    return RowStore.mix(hash, column < arity ? UInt64(tuple[column]) : 1 &<< 32)
  }

  /// Where a probe for a hash, or for what a slot holds, begins: a table has no more than 2^32 slots.
  @inline(__always)
  private func home(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> UInt64(64 &- slotsLog2)) }

  @inline(__always)
  private func agree(_ a: UnsafePointer<Word>, _ b: UnsafePointer<Word>) -> Bool {
    guard let valueColumn else {
      for column in 0..<arity where a[column] != b[column] { return false }
      return true
    }
    for column in 0..<arity where a[column] != b[column] && column != valueColumn { return false }
    return true
  }

  /// Where a tuple is or would be.
  @inline(__always)
  private func slot(of tuple: UnsafePointer<Word>, hash: UInt64) -> Int {
    let mask = 1 &<< slotsLog2 &- 1
    let tag = hash & RowStore.tagMask
    var slot = home(of: hash)
    while true {
      let entry = slots[slot]
      if entry == RowStore.vacant { return slot }
      if entry & RowStore.tagMask == tag, agree(row(RowStore.row(of: entry)), tuple) { return slot }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(__always)
  private static func row(of entry: UInt64) -> Int { Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) }

  // MARK: Looking up and inserting

  /// Makes the table, so that tuples can be found by several threads.
  func makeTable() {
    reserve(0)
  }

  /// The number of the row that is the tuple, if any.
  func find(_ tuple: UnsafePointer<Word>) -> Int? {
    reserve(0)
    let entry = slots[slot(of: tuple, hash: hash(tuple))]
    return entry == RowStore.vacant ? nil : RowStore.row(of: entry)
  }

  /// The row that is the tuple, and whether it is new.
  func insert(_ tuple: UnsafePointer<Word>) -> (index: Int, isNew: Bool) {
    settle()
    reserve(1)
    let hash = hash(tuple)
    let slot = slot(of: tuple, hash: hash)
    let entry = slots[slot]
    if entry != RowStore.vacant { return (RowStore.row(of: entry), false) }
    occupy(slot, hash)
    words.append(contentsOf: tuple, count: arity)
    return (count &- 1, true)
  }

  /// Inserts tuples, row after row; those that are new get the next numbers, in their order.
  ///
  /// - Parameter numbers: takes the number of each tuple's row.
  func insert(_ tuples: UnsafePointer<Word>, count added: Int, numbers: UnsafeMutablePointer<UInt32>? = nil) {
    settle()
    reserve(added)
    words.reserve(added &* arity)
    for start in stride(from: 0, to: added, by: RowStore.groupSize) {
      let size = min(RowStore.groupSize, added &- start)
      insertGroup(tuples + start &* arity, size, numbers: numbers.map { $0 + start })
    }
    words.count = count &* arity
  }

  /// Whether the tuple was there. The last row takes the number of the one that goes.
  func remove(_ tuple: UnsafePointer<Word>) -> Bool {
    settle()
    reserve(0)
    let slot = slot(of: tuple, hash: hash(tuple))
    guard slots[slot] != RowStore.vacant else { return false }
    let index = RowStore.row(of: slots[slot])
    closeGap(slot)
    let last = count &- 1
    if index != last {
      let moved = row(last)
      let hash = hash(moved)
      slots[self.slot(of: moved, hash: hash)] = hash & RowStore.tagMask | UInt64(index)
      row(index).update(from: moved, count: arity)
    }
    count = last
    tabledCount = last
    words.count = last &* arity
    return true
  }

  /// Empties a slot so that probes still end at the first vacant one (Knuth, TAOCP 3, 6.4, algorithm R).
  private func closeGap(_ first: Int) {
    let mask = 1 &<< slotsLog2 &- 1
    var gap = first
    var slot = first
    while true {
      slot = (slot &+ 1) & mask
      let entry = slots[slot]
      if entry == RowStore.vacant { break }
      if (slot &- home(of: entry)) & mask >= (slot &- gap) & mask {
        slots[gap] = entry
        gap = slot
      }
    }
    slots[gap] = RowStore.vacant
  }

  /// Adds rows, column by column, whose repeats `settle` will drop unless they are known to be distinct.
  func append(columns: [OperandColumn], count added: Int, areDistinct: Bool = false) {
    words.reserve(added &* arity)
    let target = words.base + words.count
    for column in 0..<arity {
      let source = columns[column]
      for row in 0..<added { target[row &* arity &+ column] = source[row] }
    }
    words.count += added &* arity
    if areDistinct && pendingCount == 0 {
      count += added
      precondition(count < Int(UInt32.max), "a row store holds fewer than 2^32 - 1 rows")
    } else {
      pendingCount += added
    }
  }

  /// Makes the value part of a tuple's identity.
  func includeValues() {
    valueColumn = nil
    forgetTable()
  }

  /// Forgets all rows.
  ///
  /// - Parameter expected: about how many there will be.
  func clear(expecting expected: Int) {
    count = 0
    pendingCount = 0
    words.removeAll()
    makeEmptyTable(for: expected)
  }

  /// The table is made anew when somebody asks for a tuple.
  func forgetTable() {
    makeEmptyTable(for: 0)
  }

  private func makeEmptyTable(for rows: Int) {
    slots.deallocate()
    account.shrank(by: 8 << slotsLog2)
    slotsLog2 = 6
    while isFull(with: rows) { slotsLog2 += 1 }
    slots = RowStore.vacantSlots(log2: slotsLog2, account)
    tabledCount = 0
  }

  /// Drops repeats among what was appended.
  @inline(__always)
  func settle() {
    if pendingCount > 0 { dropRepeats() }
  }

  @inline(never)
  private func dropRepeats() {
    let pending = pendingCount
    pendingCount = 0
    let first = words.base + count &* arity
    reserve(pending)
    for start in stride(from: 0, to: pending, by: RowStore.groupSize) {
      insertGroup(first + start &* arity, min(RowStore.groupSize, pending &- start), numbers: nil)
    }
    words.count = count &* arity
  }

  /// Inserts rows for which there is room. They may lie behind the store's own, which never overtake them.
  @inline(__always)
  private func insertGroup(_ tuples: UnsafePointer<Word>, _ size: Int, numbers: UnsafeMutablePointer<UInt32>?) {
    let hashes = hashes.base
    for index in 0..<size { hashes[index] = hash(tuples + index &* arity) }
    // Loads that do not wait for each other: first of the slots, then of the rows that they may name.
    var touched: UInt64 = 0
    for index in 0..<size {
      let entry = slots[home(of: hashes[index])]
      if entry & RowStore.tagMask == hashes[index] & RowStore.tagMask, entry != RowStore.vacant {
        touched &+= UInt64(row(RowStore.row(of: entry)).pointee)
      }
    }
    self.touched = touched
    for index in 0..<size {
      let tuple = tuples + index &* arity
      let slot = slot(of: tuple, hash: hashes[index])
      let entry = slots[slot]
      if let numbers {
        numbers[index] = UInt32(truncatingIfNeeded: entry == RowStore.vacant ? count : RowStore.row(of: entry))
      }
      guard entry == RowStore.vacant else { continue }
      let target = row(count)
      if UnsafePointer(target) != tuple { target.update(from: tuple, count: arity) }
      occupy(slot, hashes[index])
    }
  }

  @inline(__always)
  private func occupy(_ slot: Int, _ hash: UInt64) {
    precondition(count < Int(UInt32.max), "a row store holds fewer than 2^32 - 1 rows")
    slots[slot] = hash & RowStore.tagMask | UInt64(count)
    count &+= 1
    tabledCount &+= 1
  }

  /// Makes the table know all rows, with room for so many more.
  @inline(__always)
  private func reserve(_ added: Int) {
    if tabledCount != count || isFull(with: count &+ added) { makeTable(for: count &+ added) }
  }

  /// Whether so many rows would take more than three quarters of the slots. Probes compare tags alone, so a fuller table
  /// costs less than the cache misses of a larger one.
  @inline(__always)
  private func isFull(with rows: Int) -> Bool { rows > 3 &<< (slotsLog2 &- 2) }

  @inline(never)
  private func makeTable(for rows: Int) {
    if isFull(with: rows) { enlarge(for: rows) }
    for start in stride(from: tabledCount, to: count, by: RowStore.groupSize) {
      let size = min(RowStore.groupSize, count &- start)
      for index in 0..<size { hashes.base[index] = hash(row(start &+ index)) }
      // The slots' cache misses overlap: no place depends on the one before but for what is there.
      for index in 0..<size { enter(hashes.base[index] & RowStore.tagMask | UInt64(start &+ index)) }
    }
    tabledCount = count
  }

  private func enlarge(for rows: Int) {
    let (old, oldLog2) = (slots, slotsLog2)
    while isFull(with: rows) { slotsLog2 += 1 }
    slots = RowStore.vacantSlots(log2: slotsLog2, account)
    if tabledCount > 0 {
      // Homes ascend with the slots but for those that were displaced, so that both tables are gone through in order.
      for slot in 0..<(1 &<< oldLog2) where old[slot] != RowStore.vacant { enter(old[slot]) }
    }
    old.deallocate()
    account.shrank(by: 8 << oldLog2)
  }

  /// Puts what a slot holds where the table has room for it.
  @inline(__always)
  private func enter(_ entry: UInt64) {
    let mask = 1 &<< slotsLog2 &- 1
    var slot = home(of: entry)
    while slots[slot] != RowStore.vacant { slot = (slot &+ 1) & mask }
    slots[slot] = entry
  }
}

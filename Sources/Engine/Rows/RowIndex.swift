/// Finds the rows of a store by some of its columns: a hash of the distinct keys, and for each its rows in order.
///
/// The rows there are when the index is made lie group by group; rows that the store gains later are chained behind them
/// by `extend`, so that the index serves growing stores.
final class RowIndex {
  private let store: RowStore
  private let columns: [Int]
  /// A tag beside the number of a group: of one column the word itself, of several the upper half of a hash.
  @exclusivity(unchecked) private var slots: UnsafeMutablePointer<UInt64>
  @exclusivity(unchecked) private var slotsLog2 = 6
  /// A row of each group.
  @exclusivity(unchecked) private var firstRow: Vector<UInt32>
  /// The rows of group g that were there first are `members[starts[g]..<starts[g + 1]]`.
  @exclusivity(unchecked) private var starts: Vector<UInt32>
  @exclusivity(unchecked) private var members: Vector<UInt32>
  /// For each group the first and last row that came later, and for each such row the next.
  @exclusivity(unchecked) private var heads: Vector<UInt32>
  @exclusivity(unchecked) private var tails: Vector<UInt32>
  @exclusivity(unchecked) private var following: Vector<UInt32>
  @exclusivity(unchecked) private var indexed = 0
  private let account: MemoryAccount

  private static let none = UInt32.max
  private static let vacant = UInt64.max
  private static let tagMask: UInt64 = 0xFFFF_FFFF_0000_0000

  init(store: RowStore, columns: [Int], account: MemoryAccount) {
    self.store = store
    self.columns = columns
    self.account = account
    firstRow = Vector(account: account)
    starts = Vector(account: account)
    members = Vector(account: account)
    heads = Vector(account: account)
    tails = Vector(account: account)
    following = Vector(account: account)
    slots = RowIndex.vacantSlots(log2: 6, account)
    arrange()
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

  var byteCount: Int {
    let groups = firstRow.byteCount + starts.byteCount + members.byteCount
    return groups + heads.byteCount + tails.byteCount + following.byteCount + 8 << slotsLog2
  }

  // MARK: Looking up

  /// Appends the numbers of the rows whose indexed columns equal those of `tuple`, which is as wide as a row.
  @inline(__always)
  func appendRows(like tuple: UnsafePointer<Word>, to found: inout Vector<UInt32>) {
    let entry = slots[slot(of: tuple)]
    if entry == RowIndex.vacant { return }
    let group = RowIndex.group(of: entry)
    if group &+ 1 < starts.count {
      let start = Int(starts.base[group])
      found.append(contentsOf: members.base + start, count: Int(starts.base[group &+ 1]) &- start)
    }
    guard heads.count > group else { return }
    var row = heads.base[group]
    while row != RowIndex.none {
      found.append(row)
      row = following.base[Int(row) &- members.count]
    }
  }

  /// Whether a row's indexed columns equal those of `tuple`, which is as wide as a row.
  @inline(__always)
  func contains(_ tuple: UnsafePointer<Word>) -> Bool {
    slots[slot(of: tuple)] != RowIndex.vacant
  }

  @inline(__always)
  private static func group(of entry: UInt64) -> Int { Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) }

  @inline(__always)
  private func hash(_ tuple: UnsafePointer<Word>) -> UInt64 {
    var hash: UInt64 = 0x13_198A_2E03_7073
    for column in columns { hash = RowStore.mix(hash, UInt64(tuple[column])) }
    return hash
  }

  /// Where the group of a tuple is or would be.
  @inline(__always)
  private func slot(of tuple: UnsafePointer<Word>) -> Int {
    let hash = hash(tuple)
    let mask = 1 &<< slotsLog2 &- 1
    let tag = tag(tuple, hash)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = slots[slot]
      if entry == RowIndex.vacant { return slot }
      if entry & RowIndex.tagMask == tag, agrees(RowIndex.group(of: entry), tuple) { return slot }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(__always)
  private func tag(_ tuple: UnsafePointer<Word>, _ hash: UInt64) -> UInt64 {
    columns.count == 1 ? UInt64(tuple[columns[0]]) &<< 32 : hash & RowIndex.tagMask
  }

  @inline(__always)
  private func agrees(_ group: Int, _ tuple: UnsafePointer<Word>) -> Bool {
    if columns.count == 1 { return true }
    let row = store.row(Int(firstRow.base[group]))
    for column in columns where row[column] != tuple[column] { return false }
    return true
  }

  // MARK: Building

  /// The group of a row, a new one if it is the first with its key.
  private func group(of row: Int) -> Int {
    let tuple = store.row(row)
    let slot = slot(of: tuple)
    if slots[slot] != RowIndex.vacant { return RowIndex.group(of: slots[slot]) }
    let group = firstRow.count
    slots[slot] = tag(tuple, hash(tuple)) | UInt64(group)
    firstRow.append(UInt32(truncatingIfNeeded: row))
    if firstRow.count * 2 > 1 << slotsLog2 { growSlots() }
    return group
  }

  /// Sorts the rows there are by group; finds none if the evaluation is to end before.
  private func arrange() {
    let count = store.count
    var groups = Vector<UInt32>(capacity: count, account: account)
    let isGrouped = account.inStretches(of: count) { stretch in
      for row in stretch { groups.append(UInt32(truncatingIfNeeded: group(of: row))) }
    }
    guard isGrouped else { return }
    let groupCount = firstRow.count
    starts.reserve(groupCount + 1)
    starts.base.update(repeating: 0, count: groupCount + 1)
    for row in 0..<count { starts.base[Int(groups.base[row]) + 1] += 1 }
    for group in 0..<groupCount { starts.base[group + 1] += starts.base[group] }
    members.reserve(count)
    // Filled from the back, each start runs from its group's end to its beginning.
    let isArranged = account.inStretches(of: count) { stretch in
      for place in stretch {
        let row = count - 1 - place
        let group = Int(groups.base[row]) + 1
        starts.base[group] -= 1
        members.base[Int(starts.base[group])] = UInt32(truncatingIfNeeded: row)
      }
    }
    guard isArranged else { return }
    for group in 0..<groupCount { starts.base[group] = starts.base[group + 1] }
    starts.base[groupCount] = UInt32(truncatingIfNeeded: count)
    starts.count = groupCount + 1
    members.count = count
    indexed = count
  }

  /// Takes in the rows that the store has gained.
  func extend() {
    guard indexed < store.count else { return }
    following.reserve(store.count - indexed)
    while indexed < store.count {
      let row = UInt32(truncatingIfNeeded: indexed)
      let group = group(of: indexed)
      while heads.count <= group {
        heads.append(RowIndex.none)
        tails.append(RowIndex.none)
      }
      following.append(RowIndex.none)
      if heads.base[group] == RowIndex.none {
        heads.base[group] = row
      } else {
        following.base[Int(tails.base[group]) - members.count] = row
      }
      tails.base[group] = row
      indexed += 1
    }
  }

  private func growSlots() {
    slots.deallocate()
    account.shrank(by: 8 << slotsLog2)
    slotsLog2 += 1
    slots = RowIndex.vacantSlots(log2: slotsLog2, account)
    let mask = 1 &<< slotsLog2 &- 1
    for group in 0..<firstRow.count {
      let tuple = store.row(Int(firstRow.base[group]))
      let hash = hash(tuple)
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != RowIndex.vacant { slot = (slot &+ 1) & mask }
      slots[slot] = tag(tuple, hash) | UInt64(group)
    }
  }
}

/// Finds the rows of a store by some of its columns: a hash of the distinct keys, and for each a chain of rows in order of
/// insertion. Kept up to date by `extend`, so that it serves growing stores.
final class RowIndex {
  private let store: RowStore
  private let columns: [Int]
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotsLog2 = 6
  private var keyCount = 0
  /// For each row the next with the same key; for the first row of a key, `last` holds the end of its chain.
  private var following: Vector<UInt32>
  private var last: Vector<UInt32>
  private var indexed = 0
  private let account: MemoryAccount

  static let none = UInt32.max

  init(store: RowStore, columns: [Int], account: MemoryAccount) {
    self.store = store
    self.columns = columns
    self.account = account
    following = Vector(account: account)
    last = Vector(account: account)
    slots = RowIndex.vacantSlots(log2: 6, account)
    extend()
  }

  deinit {
    slots.deallocate()
    account.shrank(by: 4 << slotsLog2)
  }

  private static func vacantSlots(log2: Int, _ account: MemoryAccount) -> UnsafeMutablePointer<UInt32> {
    account.grew(by: 4 << log2)
    let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: 1 << log2)
    slots.initialize(repeating: none, count: 1 << log2)
    return slots
  }

  /// Takes in the rows that the store has gained.
  func extend() {
    following.reserve(store.count - indexed)
    last.reserve(store.count - indexed)
    while indexed < store.count {
      let row = UInt32(indexed)
      following.append(RowIndex.none)
      last.append(row)
      let slot = slot(of: store.row(indexed))
      let head = slots[slot]
      if head == RowIndex.none {
        slots[slot] = row
        keyCount += 1
      } else {
        following[Int(last[Int(head)])] = row
        last[Int(head)] = row
      }
      indexed += 1
      if keyCount * 2 > 1 << slotsLog2 { growSlots() }
    }
  }

  private func slot(of tuple: UnsafePointer<Word>) -> Int {
    var hash: UInt64 = 0
    for column in columns { hash = RowStore.mix(hash, tuple[column]) }
    let mask = 1 &<< slotsLog2 &- 1
    var slot = Int(truncatingIfNeeded: hash &>> 20) & mask
    search: while slots[slot] != RowIndex.none {
      let row = store.row(Int(slots[slot]))
      for column in columns where row[column] != tuple[column] {
        slot = (slot &+ 1) & mask
        continue search
      }
      break
    }
    return slot
  }

  private func growSlots() {
    let old = slots
    let oldSize = 1 << slotsLog2
    slotsLog2 += 1
    slots = RowIndex.vacantSlots(log2: slotsLog2, account)
    for index in 0..<oldSize where old[index] != RowIndex.none {
      slots[slot(of: store.row(Int(old[index])))] = old[index]
    }
    old.deallocate()
    account.shrank(by: 4 * oldSize)
  }

  /// The first row whose indexed columns equal those of `tuple` (as wide as the store's rows), or `none`.
  @inline(__always)
  func first(_ tuple: UnsafePointer<Word>) -> UInt32 {
    slots[slot(of: tuple)]
  }

  /// The next row with the same key, or `none`.
  @inline(__always)
  func next(_ row: UInt32) -> UInt32 {
    following.base[Int(row)]
  }
}

/// A set of tuples of any width, row after row in order of insertion, with a table that finds repeats.
///
/// The table's slots hold a 32-bit hash tag beside the row's number, so that a probe touches a row only when its tag
/// agrees. A store may be told that one column is a value and not part of the tuple's identity: then a tuple that differs
/// only there is the same tuple, and its value can be changed in place (recursive `min` and `max`).
final class RowStore {
  let arity: Int
  private(set) var words: Vector<Word>
  private(set) var count = 0
  private let identity: [Int]
  private var slots: UnsafeMutablePointer<UInt64>
  private var slotsLog2 = 6
  private let account: MemoryAccount

  private static let vacant = UInt64.max
  private let tagMask: UInt64 = 0xFFFF_FFFF_0000_0000

  /// - Parameter valueColumn: the column that is no part of a tuple's identity.
  init(arity: Int, valueColumn: Int? = nil, account: MemoryAccount) {
    self.arity = arity
    self.account = account
    identity = (0..<arity).filter { $0 != valueColumn }
    words = Vector(account: account)
    slots = RowStore.vacantSlots(log2: 6, account)
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

  /// The words of a row; valid until the next insertion.
  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Word> {
    words.base + index &* arity
  }

  @inline(__always)
  static func mix(_ hash: UInt64, _ word: Word) -> UInt64 {
    let mixed = (hash ^ UInt64(word)) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed &>> 29
  }

  @inline(__always)
  private func hash(_ tuple: UnsafePointer<Word>) -> UInt64 {
    var hash: UInt64 = 0x243F_6A88_85A3_08D3
    for column in identity { hash = RowStore.mix(hash, tuple[column]) }
    return hash
  }

  @inline(__always)
  private func agree(_ a: UnsafePointer<Word>, _ b: UnsafePointer<Word>) -> Bool {
    for column in identity where a[column] != b[column] { return false }
    return true
  }

  /// The number of the row that is the tuple, if any.
  func find(_ tuple: UnsafePointer<Word>) -> Int? {
    let slot = self.slot(of: tuple, hash: hash(tuple))
    let entry = slots[slot]
    return entry == RowStore.vacant ? nil : Int(truncatingIfNeeded: entry & 0xFFFF_FFFF)
  }

  private func slot(of tuple: UnsafePointer<Word>, hash: UInt64) -> Int {
    let mask = 1 &<< slotsLog2 &- 1
    let tag = hash & tagMask
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = slots[slot]
      if entry == RowStore.vacant { return slot }
      if entry & tagMask == tag,
        agree(row(Int(truncatingIfNeeded: entry & 0xFFFF_FFFF)), tuple)
      {
        return slot
      }
      slot = (slot &+ 1) & mask
    }
  }

  /// The row that is the tuple, and whether it is new.
  func insert(_ tuple: UnsafePointer<Word>) -> (index: Int, isNew: Bool) {
    let hash = hash(tuple)
    let slot = slot(of: tuple, hash: hash)
    let entry = slots[slot]
    if entry != RowStore.vacant { return (Int(truncatingIfNeeded: entry & 0xFFFF_FFFF), false) }
    let index = count
    precondition(index < Int(UInt32.max), "a row store holds fewer than 2^32 - 1 rows")
    slots[slot] = hash & tagMask | UInt64(index)
    words.append(contentsOf: tuple, count: arity)
    count &+= 1
    if count &* 2 > 1 &<< slotsLog2 { growSlots() }
    return (index, true)
  }

  @inline(never)
  private func growSlots() {
    slots.deallocate()
    account.shrank(by: 8 << slotsLog2)
    slotsLog2 += 1
    slots = RowStore.vacantSlots(log2: slotsLog2, account)
    let mask = 1 &<< slotsLog2 &- 1
    for index in 0..<count {
      let hash = hash(row(index))
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != RowStore.vacant { slot = (slot &+ 1) & mask }
      slots[slot] = hash & tagMask | UInt64(index)
    }
  }
}

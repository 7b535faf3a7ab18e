/// Texts by hash: open addressing over one buffer of bytes.
///
/// Invariant: at least half of the slots are free, so probing ends.
struct TextTable {
  private var bytes: [UInt8] = []
  /// Where each entry's text ends in `bytes`.
  private var ends: [Int] = []
  private var ids: [UInt32] = []
  private var hashes: [UInt32] = []
  /// An entry's number + 1; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1024)

  /// Adds a text that is not in the table.
  mutating func insert(_ text: UnsafeBufferPointer<UInt8>, id: UInt32) {
    if (ids.count + 1) * 2 > slots.count { grow() }
    let hash = TextTable.hash(text)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    ids.append(id)
    hashes.append(hash)
    place(entry: ids.count, hash: hash)
  }

  func id(of text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    let hash = TextTable.hash(text)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let entry = Int(slots[slot]) - 1
      if hashes[entry] == hash, bytes[(entry == 0 ? 0 : ends[entry - 1])..<ends[entry]].elementsEqual(text) {
        return ids[entry]
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (entry, hash) in hashes.enumerated() { place(entry: entry + 1, hash: hash) }
  }

  private mutating func place(entry: Int, hash: UInt32) {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(entry)
  }

  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(text))
    return UInt32(truncatingIfNeeded: hasher.finalize())
  }
}

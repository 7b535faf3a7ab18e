import Glibc

/// The memory of a symbol table: the texts, what is known of each word, and the index from text to word.
///
/// Open addressing with linear probing at a load of at most one half.
struct SymbolStore: ~Copyable {
  /// What is known of a word.
  struct Entry: BitwiseCopyable {
    /// `nil` while the text is only in the file.
    var start: UnsafePointer<UInt8>?
    var length: UInt32
    var hash: UInt32
    /// The first eight bytes, the first in the highest place, 0 behind the end.
    var prefix: UInt64
  }

  private(set) var entries: UnsafeMutablePointer<Entry>
  private(set) var count: Int
  private var capacity: Int
  /// The hash in the upper half, a word plus one in the lower; 0 is free.
  private(set) var slots: UnsafeMutablePointer<UInt64>
  private(set) var mask: Int
  private var indexedCount = 0
  private var arena = TextArena()
  let seed: UInt64

  /// A store whose words `0..<count` have no text yet.
  init(count: Int) {
    self.count = count
    capacity = max(16, count + count / 8)
    entries = zeroedMemory(of: Entry.self, count: capacity)
    mask = 31
    slots = zeroedMemory(of: UInt64.self, count: mask + 1)
    seed = UInt64.random(in: .min ... .max)
  }

  deinit {
    free(entries)
    free(slots)
  }

  /// The bytes held.
  var byteCount: Int {
    capacity * MemoryLayout<Entry>.stride + (mask + 1) * MemoryLayout<UInt64>.stride + arena.byteCount
  }

  /// The word of `text`, if the index has it.
  @inline(__always)
  func find(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey) -> Word? {
    var slot = Int(key.hash) & mask
    while slots[slot] != 0 {
      if isHeld(text, key, by: slots[slot]) { return SymbolStore.word(in: slots[slot]) }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// Whether a slot with this content holds `text`.
  @inline(__always)
  private func isHeld(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey, by stored: UInt64) -> Bool {
    guard let start = start(text.count, key, in: stored) else { return false }
    return SymbolStore.isEqual(start, text)
  }

  /// Where the text lies of the word in a slot, if it has the key and as many bytes; `nil` otherwise.
  @inline(__always)
  func start(_ count: Int, _ key: TextKey, in stored: UInt64) -> UnsafePointer<UInt8>? {
    guard UInt32(truncatingIfNeeded: stored &>> 32) == key.hash, stored != 0 else { return nil }
    // SAFETY: a stored word is below `count` and its text is there.
    let entry = entries[Int(SymbolStore.word(in: stored))]
    return entry.prefix == key.prefix && Int(entry.length) == count ? entry.start : nil
  }

  /// Whether `text` stands at `start`, given that the lengths and the first eight bytes agree.
  @inline(__always)
  static func isEqual(_ start: UnsafePointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count > 8, let other = text.baseAddress else { return true }
    return areEqual(start + 8, other + 8, text.count &- 8)
  }

  /// The word in a slot that is not free.
  @inline(__always)
  static func word(in stored: UInt64) -> Word { Word(truncatingIfNeeded: stored) &- 1 }

  /// Gives `text`, which the index does not have, the next word.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey) -> Word {
    precondition(count < maximalWordCount, "a dictionary holds at most 2^32 - 2 values")
    if count == capacity { growEntries() }
    let word = Word(truncatingIfNeeded: count)
    count += 1
    install(text, key, as: word)
    return word
  }

  /// Copies the text of `word`, which has none yet, and puts it into the index.
  mutating func install(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey, as word: Word) {
    guard let length = UInt32(exactly: text.count) else { preconditionFailure("a text has less than 4 GiB") }
    entries[Int(word)] = Entry(start: arena.store(text), length: length, hash: key.hash, prefix: key.prefix)
    if (indexedCount + 1) * 2 > mask + 1 { growIndex() }
    indexedCount += 1
    place(key.hash, word)
  }

  @inline(__always)
  private func place(_ hash: UInt32, _ word: Word) {
    var slot = Int(hash) & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = UInt64(hash) &<< 32 | UInt64(word &+ 1)
  }

  private mutating func growEntries() {
    let larger = zeroedMemory(of: Entry.self, count: capacity * 2)
    memcpy(larger, entries, count * MemoryLayout<Entry>.stride)
    free(entries)
    entries = larger
    capacity *= 2
  }

  private mutating func growIndex() {
    let former = slots
    let formerCount = mask + 1
    mask = formerCount * 2 - 1
    slots = zeroedMemory(of: UInt64.self, count: mask + 1)
    for index in 0..<formerCount where former[index] != 0 {
      place(UInt32(truncatingIfNeeded: former[index] &>> 32), SymbolStore.word(in: former[index]))
    }
    free(former)
  }
}

extension SymbolStore.Entry {
  /// Negative, zero or positive as the text of `a` is before, equal to or after that of `b`; both texts are there.
  @inline(__always)
  static func compare(_ a: SymbolStore.Entry, _ b: SymbolStore.Entry) -> Int {
    if a.prefix != b.prefix { return a.prefix < b.prefix ? -1 : 1 }
    let shared = Int(min(a.length, b.length))
    if shared > 8, let first = a.start, let second = b.start {
      let order = memcmp(first + 8, second + 8, shared - 8)
      if order != 0 { return Int(order) }
    }
    return Int(a.length) - Int(b.length)
  }
}

/// Whether `count` bytes are the same; by eights, the last eight overlapping those before.
@inline(__always)
private func areEqual(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  // SAFETY: both texts begin eight bytes before `a` and `b`, so eight bytes that end at `count` are theirs.
  let first = UnsafeRawPointer(a)
  let second = UnsafeRawPointer(b)
  var offset = 0
  while offset &+ 8 < count {
    if first.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      != second.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    {
      return false
    }
    offset &+= 8
  }
  return first.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    == second.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
}

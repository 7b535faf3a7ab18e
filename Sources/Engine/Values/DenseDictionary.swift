import Glibc

/// A fixed-width value that a `DenseDictionary` can tell from others by its bits.
protocol DictionaryKey {
  /// Equal for equal values and only for them.
  var bits: UInt64 { get }
}

extension Int64: DictionaryKey {
  var bits: UInt64 { UInt64(bitPattern: self) }
}

extension Double: DictionaryKey {
  var bits: UInt64 { bitPattern }
}

extension Int32: DictionaryKey {
  var bits: UInt64 { UInt64(UInt32(bitPattern: self)) }
}

/// Values numbered in order of first appearance, and a hash index from value to number.
///
/// Open addressing with linear probing at a load of at most one half; a slot holds a word plus one, 0 is free. The hash
/// is seeded per dictionary, so no input can be made to collide on purpose.
struct DenseDictionary<Key: DictionaryKey>: ~Copyable {
  private(set) var values: UnsafeMutablePointer<Key>
  private(set) var count = 0
  private var capacity: Int
  private var slots: UnsafeMutablePointer<UInt32>
  private var mask: Int
  /// The values that the hash index knows; others were only appended.
  private var indexedCount = 0
  private let seed: UInt64

  init() {
    capacity = 16
    values = .allocate(capacity: capacity)
    mask = 31
    slots = zeroedMemory(of: UInt32.self, count: mask + 1)
    seed = UInt64.random(in: .min ... .max)
  }

  deinit {
    values.deallocate()
    free(slots)
  }

  /// The bytes of values and index.
  var byteCount: Int { capacity * MemoryLayout<Key>.stride + (mask + 1) * MemoryLayout<UInt32>.stride }

  /// The word of `key`, a new one if it has none.
  @inline(__always)
  mutating func intern(_ key: Key) -> Word {
    var slot = Int(truncatingIfNeeded: mixed(key.bits, seed)) & mask
    while true {
      let stored = slots[slot]
      if stored == 0 { return insert(key, at: slot) }
      // SAFETY: every stored word is below `count`, so its value is initialised.
      if values[Int(stored &- 1)].bits == key.bits { return stored &- 1 }
      slot = (slot &+ 1) & mask
    }
  }

  /// Chosen: a smaller index stays in the cache.
  private static var largeIndex: Int { 1 << 14 }

  /// Loads what the probes for keys look at first, by loads that do not wait for each other.
  ///
  /// - Returns: a sum of what was loaded, so that it is.
  @inline(__always)
  func fetch(_ keys: UnsafePointer<Key>, count: Int) -> UInt64 {
    guard mask >= DenseDictionary.largeIndex else { return 0 }
    var sum: UInt64 = 0
    for index in 0..<count { sum &+= UInt64(slots[Int(truncatingIfNeeded: mixed(keys[index].bits, seed)) & mask]) }
    for index in 0..<count {
      let stored = slots[Int(truncatingIfNeeded: mixed(keys[index].bits, seed)) & mask]
      // SAFETY: every stored word is below `count`, so its value is initialised.
      if stored != 0 { sum &+= values[Int(stored &- 1)].bits }
    }
    return sum
  }

  /// The word of `key`, if it has one.
  @inline(__always)
  func find(_ key: Key) -> Word? {
    var slot = Int(truncatingIfNeeded: mixed(key.bits, seed)) & mask
    while true {
      let stored = slots[slot]
      if stored == 0 { return nil }
      if values[Int(stored &- 1)].bits == key.bits { return stored &- 1 }
      slot = (slot &+ 1) & mask
    }
  }

  /// Gives `key` the next word without a place in the index.
  @inline(__always)
  mutating func append(_ key: Key) -> Word {
    if count == capacity { growValues() }
    values[count] = key
    count &+= 1
    return Word(truncatingIfNeeded: count &- 1)
  }

  @inline(never)
  private mutating func insert(_ key: Key, at slot: Int) -> Word {
    let word = append(key)
    slots[slot] = word &+ 1
    indexedCount += 1
    if indexedCount * 2 > mask + 1 { growIndex() }
    return word
  }

  @inline(never)
  private mutating func growValues() {
    precondition(count < maximalWordCount, "a dictionary holds at most 2^32 - 2 values")
    let larger = UnsafeMutablePointer<Key>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: values, count: count)
    values.deallocate()
    values = larger
    capacity *= 2
  }

  private mutating func growIndex() {
    let former = slots
    let formerCount = mask + 1
    mask = formerCount * 2 - 1
    slots = zeroedMemory(of: UInt32.self, count: mask + 1)
    for index in 0..<formerCount where former[index] != 0 {
      var slot = Int(truncatingIfNeeded: mixed(values[Int(former[index] &- 1)].bits, seed)) & mask
      while slots[slot] != 0 { slot = (slot &+ 1) & mask }
      slots[slot] = former[index]
    }
    free(former)
  }
}

/// No dictionary gives more words than this, so that a word plus one fits a slot.
let maximalWordCount = Int(UInt32.max) - 1

/// Folds the 128-bit product, so that every bit of `bits` reaches every bit of the result.
@inline(__always)
func mixed(_ bits: UInt64, _ seed: UInt64) -> UInt64 {
  let product = (bits ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
  return product.high ^ product.low
}

/// Zeroed memory that costs nothing until touched; to be released with `free`.
func zeroedMemory<Element: BitwiseCopyable>(of type: Element.Type, count: Int) -> UnsafeMutablePointer<Element> {
  guard let memory = calloc(max(count, 1), MemoryLayout<Element>.stride) else {
    preconditionFailure("out of memory: \(count) elements of \(MemoryLayout<Element>.stride) bytes")
  }
  return memory.bindMemory(to: Element.self, capacity: count)
}

/// What a text is looked up by: its hash and its first eight bytes.
struct TextKey {
  let hash: UInt32
  let prefix: UInt64

  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>, seed: UInt64) {
    let count = text.count
    guard let start = text.baseAddress, count > 0 else {
      prefix = 0
      hash = TextKey.folded(seed, 0)
      return
    }
    let bytes = UnsafeRawPointer(start)
    guard count >= 8 else {
      prefix = TextKey.shortPrefix(start, count)
      hash = TextKey.folded(prefix ^ seed, count)
      return
    }
    prefix = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    var state = prefix ^ seed
    var offset = 8
    while offset &+ 8 < count {
      state = mixed(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), state)
      offset &+= 8
    }
    // The last eight bytes, which may overlap those before.
    state = mixed(bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self), state)
    hash = TextKey.folded(state, count)
  }

  @inline(__always)
  private static func folded(_ state: UInt64, _ count: Int) -> UInt32 {
    let bits = mixed(state, UInt64(truncatingIfNeeded: count) &* 0xD6E8_FEB8_6659_FD93)
    return UInt32(truncatingIfNeeded: bits ^ bits &>> 32)
  }

  @inline(__always)
  private static func shortPrefix(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    var prefix: UInt64 = 0
    for index in 0..<count { prefix |= UInt64(start[index]) &<< UInt64(56 &- 8 &* index) }
    return prefix
  }
}

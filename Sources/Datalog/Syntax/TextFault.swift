/// What keeps bytes from being text at all, and where.
enum TextFault {
  case notUTF8(at: Int)
  case nul(at: Int)

  /// The first fault of the bytes, or `nil`. Linear; eight bytes at a time while they are ASCII.
  init?(firstIn text: UnsafeBufferPointer<UInt8>) {
    var offset = 0
    while offset < text.count {
      offset = TextFault.endOfASCII(text, from: offset)
      guard offset < text.count else { return nil }
      if text[offset] == 0 {
        self = .nul(at: offset)
        return
      }
      guard let length = TextFault.scalarLength(text, at: offset) else {
        self = .notUTF8(at: offset)
        return
      }
      offset += length
    }
    return nil
  }

  /// The offset of the next byte that is not ASCII or is NUL.
  private static func endOfASCII(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var offset = start
    let raw = UnsafeRawBufferPointer(text)
    while offset + 8 <= text.count {
      // SAFETY: eight bytes from `offset` lie within the buffer.
      let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word
      guard (word | zeros) & 0x8080_8080_8080_8080 == 0 else { break }
      offset += 8
    }
    while offset < text.count, text[offset] < 0x80, text[offset] != 0 { offset += 1 }
    return offset
  }

  /// The length of the well-formed sequence at an offset (Unicode 16, table 3-7), or `nil`.
  private static func scalarLength(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int? {
    func isContinuation(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      offset + index < text.count && range.contains(text[offset + index])
    }
    let second: ClosedRange<UInt8>
    switch text[offset] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return isContinuation(1) ? 2 : nil
    case 0xE0: second = 0xA0...0xBF
    case 0xED: second = 0x80...0x9F
    case 0xE1...0xEF: second = 0x80...0xBF
    case 0xF0: second = 0x90...0xBF
    case 0xF1...0xF3: second = 0x80...0xBF
    case 0xF4: second = 0x80...0x8F
    default: return nil
    }
    let length = text[offset] < 0xF0 ? 3 : 4
    return isContinuation(1, second) && (2..<length).allSatisfy { isContinuation($0) } ? length : nil
  }
}

import Glibc

/// Texts cut and mapped by Unicode scalars; bytes that are not UTF-8 stand for themselves.
enum ScalarText {
  /// The scalar at `index` and how many bytes it takes; a byte that begins none is U+FFFD of one byte.
  @inline(__always)
  static func scalar(
    _ text: UnsafeBufferPointer<UInt8>,
    at index: Int
  ) -> (scalar: Unicode.Scalar, length: Int) {
    let first = text[index]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    return wideScalar(text, at: index)
  }

  @inline(never)
  private static func wideScalar(
    _ text: UnsafeBufferPointer<UInt8>,
    at index: Int
  ) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(text[index])
    let length =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard length > 1, text.count - index >= length else { return ("\u{FFFD}", 1) }
    var value = first & (0x7F >> UInt32(length))
    for next in text[(index + 1)..<(index + length)] {
      guard next & 0xC0 == 0x80 else { return ("\u{FFFD}", 1) }
      value = value << 6 | UInt32(next & 0x3F)
    }
    guard let scalar = Unicode.Scalar(value), value >= (length == 3 ? 0x800 : length == 4 ? 0x1_0000 : 0x80) else {
      return ("\u{FFFD}", 1)
    }
    return (scalar, length)
  }

  /// Negative, zero or positive as `a` is before, equal to or after `b` by bytes.
  static func compare(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    if let first = a.baseAddress, let second = b.baseAddress {
      let order = memcmp(first, second, min(a.count, b.count))
      if order != 0 { return Int(order) }
    }
    return a.count - b.count
  }

  /// Whether `part` stands in `text` at a byte offset.
  static func isPart(
    _ part: UnsafeBufferPointer<UInt8>,
    of text: UnsafeBufferPointer<UInt8>,
    at offset: Int
  ) -> Bool {
    guard offset >= 0, part.count <= text.count - offset else { return false }
    guard let first = part.baseAddress, let second = text.baseAddress else { return true }
    return memcmp(first, second + offset, part.count) == 0
  }

  /// How many scalars there are.
  static func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    for byte in text where byte & 0xC0 != 0x80 { count &+= 1 }
    return count
  }

  /// The scalars `from..<from + length`, as far as there are such.
  static func substring(
    _ text: UnsafeBufferPointer<UInt8>,
    from: Int64,
    length: Int64
  ) -> UnsafeBufferPointer<UInt8> {
    let (end, isBeyond) = from.addingReportingOverflow(length)
    // No text has as many scalars as any end that overflows upwards.
    let last = isBeyond ? (length > 0 ? Int64.max : 0) : end
    guard length > 0, last > 0 else { return UnsafeBufferPointer(rebasing: text[0..<0]) }
    let start = offset(text, of: max(from, 0), after: 0)
    let stop = offset(text, of: last - max(from, 0), after: start)
    return UnsafeBufferPointer(rebasing: text[start..<stop])
  }

  /// The byte offset `scalars` further than `start`, or the end.
  private static func offset(_ text: UnsafeBufferPointer<UInt8>, of scalars: Int64, after start: Int) -> Int {
    var rest = scalars
    var index = start
    while index < text.count {
      if text[index] & 0xC0 != 0x80 {
        if rest == 0 { return index }
        rest -= 1
      }
      index += 1
    }
    return index
  }

  /// Without white space at both ends.
  static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    while start < text.count {
      let (scalar, length) = scalar(text, at: start)
      guard scalar.properties.isWhitespace else { break }
      start += length
    }
    var end = text.count
    while end > start {
      var begin = end - 1
      while begin > start, text[begin] & 0xC0 == 0x80 { begin -= 1 }
      let (scalar, length) = scalar(text, at: begin)
      guard begin + length == end, scalar.properties.isWhitespace else { break }
      end = begin
    }
    return UnsafeBufferPointer(rebasing: text[start..<end])
  }

  /// Appends `text` with each scalar mapped to its full upper or lower case, without regard to its neighbours.
  static func append(_ text: UnsafeBufferPointer<UInt8>, isUpper: Bool, to draft: inout [UInt8]) {
    let first = UInt8(ascii: isUpper ? "a" : "A")
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        draft.append(byte &- first < 26 ? byte ^ 0x20 : byte)
        index += 1
        continue
      }
      let (scalar, length) = scalar(text, at: index)
      if length == 1 {
        draft.append(byte)
      } else {
        let properties = scalar.properties
        draft.append(contentsOf: (isUpper ? properties.uppercaseMapping : properties.lowercaseMapping).utf8)
      }
      index += length
    }
  }
}

/// Texts that are written as numbers and floats are in the language.
enum NumberText {
  /// The number that `text` states: an optional sign, then digits, `0x` and hexadecimal or `0b` and binary digits, with
  /// single underscores between digits; `nil` for any other text and beyond 64 bits.
  static func number(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var (digits, isNegative) = unsigned(text)
    var radix: UInt64 = 10
    if digits.count > 2, digits[digits.startIndex] == UInt8(ascii: "0") {
      switch digits[digits.startIndex + 1] {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "b"): radix = 2
      default: break
      }
      if radix != 10 { digits = digits.dropFirst(2) }
    }
    guard let magnitude = magnitude(digits, radix) else { return nil }
    guard isNegative else { return Int64(exactly: magnitude) }
    return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
  }

  /// The float that `text` states: an optional sign, then digits with a point between digits or an exponent, or a number;
  /// `nil` for any other text and when no finite float is near.
  static func float(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    if let number = number(text) { return Double(number) }
    guard isFloat(unsigned(text).digits) else { return nil }
    let digits = text.filter { $0 != UInt8(ascii: "_") }
    guard let float = Double(String(decoding: digits, as: UTF8.self)), float.isFinite else { return nil }
    return float + 0.0
  }

  private static func unsigned(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> (digits: Slice<UnsafeBufferPointer<UInt8>>, isNegative: Bool) {
    switch text.first {
    case UInt8(ascii: "-"): (text.dropFirst(), true)
    case UInt8(ascii: "+"): (text.dropFirst(), false)
    default: (text[...], false)
    }
  }

  private static func magnitude(_ digits: Slice<UnsafeBufferPointer<UInt8>>, _ radix: UInt64) -> UInt64? {
    var magnitude: UInt64 = 0
    var isAfterDigit = false
    for byte in digits {
      if byte == UInt8(ascii: "_") {
        guard isAfterDigit else { return nil }
        isAfterDigit = false
        continue
      }
      guard let digit = digitValue(byte), digit < radix else { return nil }
      let (product, isTooLarge) = magnitude.multipliedReportingOverflow(by: radix)
      let (sum, isBeyond) = product.addingReportingOverflow(digit)
      guard !isTooLarge, !isBeyond else { return nil }
      magnitude = sum
      isAfterDigit = true
    }
    return isAfterDigit ? magnitude : nil
  }

  private static func digitValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Digits, then a point and digits, an exponent, or both; single underscores between digits.
  private static func isFloat(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var rest = text
    guard dropDigits(&rest) else { return false }
    var hasPart = false
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard dropDigits(&rest) else { return false }
      hasPart = true
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard dropDigits(&rest) else { return false }
      hasPart = true
    }
    return hasPart && rest.isEmpty
  }

  /// Drops digits with single underscores between them; false without any.
  private static func dropDigits(_ text: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var isAfterDigit = false
    while let byte = text.first {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        isAfterDigit = true
      } else if byte == UInt8(ascii: "_"), isAfterDigit {
        isAfterDigit = false
      } else {
        break
      }
      text = text.dropFirst()
    }
    return isAfterDigit
  }
}

import Datalog
import Glibc

/// What the text of a value turned out to be.
enum LiteralReading<Value> {
  case value(Value)
  /// Of the right form, but no value of the type has it.
  case outOfRange
  case malformed
}

/// The literals of the language in bytes that hold nothing else: no spaces, no quotes.
///
/// The forms are those of `to_number`: an optional sign, then decimal, `0x` or `0b` digits, with single `_` between
/// digits, or a float.
enum LiteralBytes {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// An integer; a float is cut toward zero.
  static func number(_ bytes: Bytes) -> LiteralReading<Int64> {
    let (isNegative, digits) = signed(bytes)
    switch magnitude(digits) {
    case .value(let magnitude):
      if isNegative {
        return magnitude <= 1 << 63 ? .value(Int64(truncatingIfNeeded: 0 &- magnitude)) : .outOfRange
      }
      return Int64(exactly: magnitude).map { .value($0) } ?? .outOfRange
    case .outOfRange:
      return .outOfRange
    case .malformed:
      switch float(bytes) {
      case .value(let value): return Int64(exactly: value.rounded(.towardZero)).map { .value($0) } ?? .outOfRange
      case .outOfRange: return .outOfRange
      case .malformed: return .malformed
      }
    }
  }

  /// A float; an integer is taken for one. Never negative zero, never infinite.
  static func float(_ bytes: Bytes) -> LiteralReading<Double> {
    let (isNegative, digits) = signed(bytes)
    let value: Double
    if let decimal = DecimalText(digits) {
      value = decimal.value
    } else if case .value(let integer) = magnitude(digits) {
      value = Double(integer)
    } else {
      return .malformed
    }
    guard value.isFinite else { return .outOfRange }
    return .value(value == 0 ? 0 : isNegative ? -value : value)
  }

  /// The key of a date: `yyyy-mm-dd`, `yyyy-mm` or `yyyy`.
  static func date(_ bytes: Bytes) -> LiteralReading<Int32> {
    guard [4, 7, 10].contains(bytes.count), let year = digits(bytes, 0..<4) else { return .malformed }
    var month: Int?
    var day: Int?
    if bytes.count >= 7 {
      guard bytes[4] == UInt8(ascii: "-"), let stated = digits(bytes, 5..<7) else { return .malformed }
      month = stated
    }
    if bytes.count == 10 {
      guard bytes[7] == UInt8(ascii: "-"), let stated = digits(bytes, 8..<10) else { return .malformed }
      day = stated
    }
    return PartialDate(year: year, month: month, day: day).map { .value($0.key) } ?? .outOfRange
  }

  private static func signed(_ bytes: Bytes) -> (isNegative: Bool, digits: Bytes) {
    guard let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else {
      return (false, bytes)
    }
    return (first == UInt8(ascii: "-"), Bytes(rebasing: bytes[1...]))
  }

  /// An integer without a sign.
  private static func magnitude(_ bytes: Bytes) -> LiteralReading<UInt64> {
    var radix: UInt64 = 10
    var place = 0
    if bytes.count > 2, bytes[0] == UInt8(ascii: "0") {
      switch bytes[1] {
      case UInt8(ascii: "x"), UInt8(ascii: "X"): (radix, place) = (16, 2)
      case UInt8(ascii: "b"), UInt8(ascii: "B"): (radix, place) = (2, 2)
      default: break
      }
    }
    var value: UInt64 = 0
    var isOutOfRange = false
    var isAfterDigit = false
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "_"), isAfterDigit {
        isAfterDigit = false
        continue
      }
      guard let digit = digitValue(byte), digit < radix else { return .malformed }
      let (product, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      isOutOfRange = isOutOfRange || overflow || carry
      value = sum
      isAfterDigit = true
    }
    return isAfterDigit ? (isOutOfRange ? .outOfRange : .value(value)) : .malformed
  }

  private static func digitValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  private static func digits(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
    var value = 0
    for place in range {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }
}

/// A decimal integer or float without a sign: digits, perhaps a point with digits after it, perhaps an exponent.
///
/// Up to 2^53 times or over a power of ten up to 10^22 both are exact, so one multiplication or division rounds right
/// (W. D. Clinger, How to read floating point numbers accurately, 1990, doi:10.1145/93542.93557); the C library reads
/// the rest.
struct DecimalText {
  private var significand: UInt64 = 0
  private var exponent = 0
  private var isExact = true
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  /// `nil` unless all of `bytes` is such a text.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    guard readDigits(isFraction: false) else { return nil }
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      place += 1
      guard readDigits(isFraction: true) else { return nil }
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      guard readExponent() else { return nil }
    }
    guard place == bytes.count else { return nil }
  }

  /// The nearest float; infinite when the text is beyond all of them.
  var value: Double {
    if isExact, significand <= 1 << 53, exponent.magnitude <= 22 {
      let power = DecimalText.powers[Int(exponent.magnitude)]
      return exponent < 0 ? Double(significand) / power : Double(significand) * power
    }
    var text = bytes.filter { $0 != UInt8(ascii: "_") }.map { CChar(bitPattern: $0) }
    text.append(0)
    return strtod(text, nil)
  }

  private static let powers: [Double] = (0...22).map { pow(10, Double($0)) }

  private mutating func readDigits(isFraction: Bool) -> Bool {
    var isAfterDigit = false
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "_"), isAfterDigit {
        isAfterDigit = false
      } else if byte &- UInt8(ascii: "0") < 10 {
        take(byte &- UInt8(ascii: "0"), isFraction: isFraction)
        isAfterDigit = true
      } else {
        break
      }
      place += 1
    }
    return isAfterDigit
  }

  private mutating func take(_ digit: UInt8, isFraction: Bool) {
    // Below this a further digit fits 64 bits.
    guard significand < 1_000_000_000_000_000_000 else {
      isExact = false
      return
    }
    significand = significand * 10 + UInt64(digit)
    if isFraction { exponent -= 1 }
  }

  private mutating func readExponent() -> Bool {
    var isNegative = false
    if place < bytes.count, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
      isNegative = bytes[place] == UInt8(ascii: "-")
      place += 1
    }
    let first = place
    var stated = 0
    while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 {
      // Past this every value is zero or infinite, and `strtod` says which.
      if stated < 1_000_000 { stated = stated * 10 + Int(bytes[place] - UInt8(ascii: "0")) }
      place += 1
    }
    exponent += isNegative ? -stated : stated
    return place > first
  }
}

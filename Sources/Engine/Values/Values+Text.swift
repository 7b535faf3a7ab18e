extension Values {
  /// Appends the value of `word` in plain text: no quotes, dates as ISO 8601, floats shortest that read back.
  public func text(of word: Word, _ type: WordType, into text: inout [UInt8]) {
    switch type {
    case .symbol: text.append(contentsOf: symbols.text(of: word))
    case .number: PlainText.append(numbers[word], to: &text)
    case .float: PlainText.append(floats[word], to: &text)
    case .date: PlainText.append(date: dates[word], to: &text)
    }
  }

  /// The value of `word` in plain text.
  public func text(of word: Word, _ type: WordType) -> String {
    var utf8: [UInt8] = []
    text(of: word, type, into: &utf8)
    return String(decoding: utf8, as: UTF8.self)
  }
}

/// How values are written.
enum PlainText {
  /// Appends a number in decimal.
  static func append(_ number: Int64, to text: inout [UInt8]) {
    if number < 0 { text.append(UInt8(ascii: "-")) }
    append(number.magnitude, width: 1, to: &text)
  }

  /// Appends a finite float, shortest that reads back, with a point or an exponent.
  static func append(_ float: Double, to text: inout [UInt8]) {
    text.append(contentsOf: float.description.utf8)
  }

  /// Appends `yyyy`, `yyyy-mm` or `yyyy-mm-dd`.
  static func append(date key: Int32, to text: inout [UInt8]) {
    let key = UInt64(max(key, 0))
    append(key / 10_000, width: 4, to: &text)
    for part in [key / 100 % 100, key % 100] where part != 0 {
      text.append(UInt8(ascii: "-"))
      append(part, width: 2, to: &text)
    }
  }

  private static func append(_ magnitude: UInt64, width: Int, to text: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = magnitude
      var start = 20
      while rest > 0 || start > 20 - width {
        start -= 1
        digits.initializeElement(at: start, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      }
      text.append(contentsOf: digits[start..<20])
    }
  }
}

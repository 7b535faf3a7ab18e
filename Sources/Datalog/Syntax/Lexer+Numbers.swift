extension Lexer {
  /// A number, a float or a date.
  mutating func scanNumber(_ token: inout Token) {
    let second = byte(at: position + 1)
    if text[position] == UInt8(ascii: "0"), second == UInt8(ascii: "x") || second == UInt8(ascii: "b") {
      return scanPrefixed(&token, bitsPerDigit: second == UInt8(ascii: "x") ? 4 : 1)
    }
    if scanDate(&token) || scanForeignDate(&token) { return }
    skipDigits()
    var isFloat = false
    if byte(at: position) == UInt8(ascii: "."), byte(at: position + 1).isDigit {
      isFloat = true
      advance(by: 1)
      skipDigits()
    }
    if skipExponent() { isFloat = true }
    guard !endsBadly(token.start) else { return reportMalformed(&token) }
    if isFloat { finishFloat(&token) } else { finishInteger(&token) }
  }

  /// Moves past digits and `_`.
  private mutating func skipDigits() {
    while byte(at: position).isDigit || byte(at: position) == UInt8(ascii: "_") { advance(by: 1) }
  }

  private mutating func skipExponent() -> Bool {
    guard byte(at: position) | 0x20 == UInt8(ascii: "e") else { return false }
    let sign = byte(at: position + 1)
    let length = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? 2 : 1
    guard byte(at: position + length).isDigit else { return false }
    advance(by: length)
    while byte(at: position).isDigit { advance(by: 1) }
    return true
  }

  /// Whether a letter or a second point follows, or a `_` does not stand between digits.
  private func endsBadly(_ start: Int) -> Bool {
    if byte(at: position).isWordByte { return true }
    if position < text.count, text[position] >= 0x80, scalar(at: position).scalar.continuesWord { return true }
    for offset in start..<position where text[offset] == UInt8(ascii: "_") {
      if !byte(at: offset + 1).isDigit || !text[offset - 1].isDigit { return true }
    }
    let hasPoint = text[start..<position].contains(UInt8(ascii: "."))
    return hasPoint && byte(at: position) == UInt8(ascii: ".") && byte(at: position + 1).isDigit
  }

  private mutating func reportMalformed(_ token: inout Token) {
    skipWord()
    while byte(at: position) == UInt8(ascii: "."), byte(at: position + 1).isDigit {
      advance(by: 1)
      skipWord()
    }
    token.kind = .number
    report(.malformedNumber(excerpt(token.start, position), at: span(token.start, position)))
  }

  private mutating func finishInteger(_ token: inout Token) {
    let isPlain = position - token.start == 4 && !text[token.start..<position].contains(UInt8(ascii: "_"))
    token.kind = isPlain ? .year : .number
    var value: UInt64 = 0
    for offset in token.start..<position where text[offset] != UInt8(ascii: "_") {
      let (tenfold, isLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = tenfold.addingReportingOverflow(UInt64(text[offset] - 0x30))
      guard !isLarge, !isLarger else { return reportOutOfRange(&token) }
      value = sum
    }
    // One more than the largest is the magnitude of the smallest; the parser knows whether a minus stands before it.
    guard value <= Int64.min.magnitude else { return reportOutOfRange(&token) }
    token.bits = value
  }

  private mutating func reportOutOfRange(_ token: inout Token) {
    token.bits = 0
    report(.integerOutOfRange(excerpt(token.start, position), at: span(token.start, position)))
  }

  /// `0x2a` and `0b101`.
  private mutating func scanPrefixed(_ token: inout Token, bitsPerDigit: UInt64) {
    token.kind = .number
    advance(by: 2)
    let start = position
    var value: UInt64 = 0
    var isLarge = false
    while let digit = Lexer.hexDigit(byte(at: position)), digit < 1 << bitsPerDigit {
      if value >> (64 - bitsPerDigit) != 0 { isLarge = true }
      value = value << bitsPerDigit | UInt64(digit)
      advance(by: 1)
      let isSeparated = byte(at: position) == UInt8(ascii: "_") && Lexer.hexDigit(byte(at: position + 1)) != nil
      if isSeparated { advance(by: 1) }
    }
    guard position > start, !endsBadlyAfterPrefix else { return reportMalformed(&token) }
    guard !isLarge, value <= Int64.min.magnitude else { return reportOutOfRange(&token) }
    token.bits = value
  }

  private var endsBadlyAfterPrefix: Bool {
    byte(at: position).isWordByte || (byte(at: position) >= 0x80 && scalar(at: position).scalar.continuesWord)
  }

  /// `29.06.2018`, or `29/06/2018` with two digits for day and month, which nobody calculates with.
  private mutating func scanForeignDate(_ token: inout Token) -> Bool {
    let start = position
    guard let (first, mark, middle) = separatedPair(at: start), let (second, other, end) = separatedPair(at: middle),
      mark == other, let year = digits(4, at: end), !byte(at: end + 4).isWordByte,
      mark == UInt8(ascii: ".") || end == start + 6
    else { return false }
    skip(to: end + 4)
    token.kind = .date
    token.bits = UInt64(Lexer.anyDate.key)
    // With points the day comes first; with strokes either may.
    let readings = mark == UInt8(ascii: ".") ? [(first, second)] : [(first, second), (second, first)]
    let days = readings.compactMap { PartialDate(year: year, month: $0.1, day: $0.0)?.description }
    let text = excerpt(start, position)
    report(.foreignDate(text, days: Set(days).count == 1 ? [days[0]] : days, at: span(start, position)))
    return true
  }

  /// A number of one or two digits and the point or stroke after it; with where the next begins.
  private func separatedPair(at offset: Int) -> (number: Int, mark: UInt8, end: Int)? {
    let length = digits(2, at: offset) != nil ? 2 : 1
    guard let number = digits(length, at: offset) else { return nil }
    let mark = byte(at: offset + length)
    return mark == UInt8(ascii: ".") || mark == UInt8(ascii: "/") ? (number, mark, offset + length + 1) : nil
  }

  /// `2018-06-29` or `2018-06`, with no letter, digit, `_` or `-`digit before or after; all else is arithmetic.
  private mutating func scanDate(_ token: inout Token) -> Bool {
    let start = position
    guard let year = digits(4, at: start), let month = dashedPair(at: start + 4), !isSubtracted(at: start) else {
      return false
    }
    var end = start + 7
    let day = dashedPair(at: end)
    if day != nil { end += 3 }
    if byte(at: end).isWordByte { return false }
    if byte(at: end) == UInt8(ascii: "-"), byte(at: end + 1).isDigit { return false }
    if byte(at: end) >= 0x80, scalar(at: end).scalar.continuesWord { return false }
    skip(to: end)
    token.kind = .date
    if let date = PartialDate(year: year, month: month, day: day) {
      token.bits = UInt64(date.key)
    } else {
      report(.impossibleDate(year: year, month: month, day: day, excerpt(start, end), at: span(start, end)))
      token.bits = UInt64(Lexer.anyDate.key)
    }
    return true
  }

  /// What stands for an impossible date, which has been reported.
  private static let anyDate = PartialDate(year: 1)!  // year 1 exists

  private func dashedPair(at offset: Int) -> Int? {
    byte(at: offset) == UInt8(ascii: "-") ? digits(2, at: offset + 1) : nil
  }

  /// The value of exactly so many digits at an offset.
  private func digits(_ count: Int, at offset: Int) -> Int? {
    var value = 0
    for index in offset..<offset + count {
      guard byte(at: index).isDigit else { return nil }
      value = value * 10 + Int(byte(at: index) - 0x30)
    }
    return value
  }

  private mutating func finishFloat(_ token: inout Token) {
    token.kind = .float
    let value = shortFloat(token.start, position) ?? longFloat(token.start, position)
    guard let value, value.isFinite else {
      report(.floatOutOfRange(excerpt(token.start, position), at: span(token.start, position)))
      return
    }
    token.bits = value.bitPattern
  }

  /// A float of at most 15 digits and no exponent: both halves of the division are exact, so its result is rounded once
  /// (Clinger 1990, doi:10.1145/93542.93557).
  private func shortFloat(_ start: Int, _ end: Int) -> Double? {
    guard end - start <= 16 else { return nil }
    var mantissa: UInt64 = 0
    var scale = 1.0
    var isFraction = false
    for offset in start..<end {
      switch text[offset] {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "_"): continue
      case 0x30...0x39:
        mantissa = mantissa * 10 + UInt64(text[offset] - 0x30)
        if isFraction { scale *= 10 }
      default: return nil
      }
    }
    return Double(mantissa) / scale
  }

  private func longFloat(_ start: Int, _ end: Int) -> Double? {
    Double(String(decoding: text[start..<end].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self))
  }
}

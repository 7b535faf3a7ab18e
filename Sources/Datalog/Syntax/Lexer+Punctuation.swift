extension Lexer {
  /// An ASCII character that is neither letter, digit, quote nor blank.
  mutating func scanPunctuation(_ token: inout Token) {
    let first = text[position]
    let second = byte(at: position + 1)
    if let meant = foreignOperator(first, second) {
      token.kind = meant.kind
      advance(by: 2)
      report(.foreignOperator(excerpt(token.start, position), meant: meant.text, at: span(token.start, position)))
      return
    }
    let (kind, length) = Lexer.kind(first, second)
    token.kind = kind
    advance(by: length)
    switch first {
    case UInt8(ascii: "."):
      if isDirective(at: token.start) {
        token.kind = .directive
        skipWord()
      }
    case UInt8(ascii: "$"):
      let (scalar, _) = position < text.count ? scalar(at: position) : (" ", 1)
      if scalar.startsName || scalar.startsVariable {
        skipWord()
      } else {
        report(.parameterWithoutName(at: span(token.start, position)))
        token.kind = .faulty
      }
    default:
      if kind == .faulty {
        while byte(at: position) == first { advance(by: 1) }
        let place = span(token.start, position)
        report(
          .unexpectedCharacter(Unicode.Scalar(first), meant: nil, at: place, alike: singleQuotes(from: token.start))
        )
      }
    }
  }

  /// The single quotation marks from an offset to the end of its line, where they may come in pairs.
  private func singleQuotes(from start: Int) -> [Span] {
    let mark = UInt8(ascii: "'")
    guard text[start] == mark else { return [] }
    let places = (start..<endOfLine(from: start)).filter { text[$0] == mark }.map { span($0, $0 + 1) }
    return places.count.isMultiple(of: 2) ? places : []
  }

  private static func kind(_ first: UInt8, _ second: UInt8) -> (TokenKind, Int) {
    switch (first, second) {
    case (UInt8(ascii: ":"), UInt8(ascii: "-")): (.when, 2)
    case (UInt8(ascii: "?"), UInt8(ascii: "-")): (.ask, 2)
    case (UInt8(ascii: "!"), UInt8(ascii: "=")): (.notEqual, 2)
    case (UInt8(ascii: "<"), UInt8(ascii: "=")): (.lessOrEqual, 2)
    case (UInt8(ascii: ">"), UInt8(ascii: "=")): (.greaterOrEqual, 2)
    case (UInt8(ascii: "("), _): (.leftParenthesis, 1)
    case (UInt8(ascii: ")"), _): (.rightParenthesis, 1)
    case (UInt8(ascii: "{"), _): (.leftBrace, 1)
    case (UInt8(ascii: "}"), _): (.rightBrace, 1)
    case (UInt8(ascii: ","), _): (.comma, 1)
    case (UInt8(ascii: ";"), _): (.semicolon, 1)
    case (UInt8(ascii: "."), _): (.dot, 1)
    case (UInt8(ascii: "?"), _): (.question, 1)
    case (UInt8(ascii: ":"), _): (.colon, 1)
    case (UInt8(ascii: "@"), _): (.at, 1)
    case (UInt8(ascii: "~"), _): (.tilde, 1)
    case (UInt8(ascii: "!"), _): (.bang, 1)
    case (UInt8(ascii: "="), _): (.equal, 1)
    case (UInt8(ascii: "<"), _): (.less, 1)
    case (UInt8(ascii: ">"), _): (.greater, 1)
    case (UInt8(ascii: "+"), _): (.plus, 1)
    case (UInt8(ascii: "-"), _): (.minus, 1)
    case (UInt8(ascii: "*"), _): (.star, 1)
    case (UInt8(ascii: "/"), _): (.slash, 1)
    case (UInt8(ascii: "%"), _): (.percent, 1)
    case (UInt8(ascii: "^"), _): (.caret, 1)
    case (UInt8(ascii: "$"), _): (.parameter, 1)
    default: (.faulty, 1)
    }
  }

  /// An operator of another language, and what it is here.
  private func foreignOperator(_ first: UInt8, _ second: UInt8) -> (kind: TokenKind, text: String)? {
    switch (first, second) {
    case (UInt8(ascii: "="), UInt8(ascii: "=")): (.equal, "=")
    case (UInt8(ascii: "="), UInt8(ascii: "<")): (.lessOrEqual, "<=")
    case (UInt8(ascii: "="), UInt8(ascii: ">")): (.greaterOrEqual, ">=")
    case (UInt8(ascii: "<"), UInt8(ascii: ">")), (UInt8(ascii: "\\"), UInt8(ascii: "=")): (.notEqual, "!=")
    case (UInt8(ascii: "\\"), UInt8(ascii: "+")): (.bang, "not")
    case (UInt8(ascii: "&"), UInt8(ascii: "&")): (.comma, ",")
    case (UInt8(ascii: "|"), UInt8(ascii: "|")): (.semicolon, ";")
    // `X <-3` compares with a negative number.
    case (UInt8(ascii: "<"), UInt8(ascii: "-")) where byte(at: position + 2).isBlank: (.when, ":-")
    default: nil
    }
  }

  /// Whether the `.` at an offset is the first non-blank of its line and stands directly before a lower-case letter.
  private func isDirective(at offset: Int) -> Bool {
    guard offset + 1 < text.count else { return false }
    let next = text[offset + 1]
    guard next.isLowerCaseLetter || next >= 0x80 else { return false }
    var before = offset
    while before > 0, text[before - 1].isBlank { before -= 1 }
    guard before == 0 || text[before - 1].isLineEnd else { return false }
    return next < 0x80 || scalar(at: offset + 1).scalar.properties.generalCategory == .lowercaseLetter
  }

  /// Text for a message: at most 40 bytes, cut at a scalar.
  func excerpt(_ start: Int, _ end: Int) -> String {
    var cut = min(end, start + 40)
    guard cut < end else { return String(decoding: text[start..<end], as: UTF8.self) }
    while cut > start, text[cut] & 0xC0 == 0x80 { cut -= 1 }
    return String(decoding: text[start..<cut], as: UTF8.self) + "…"
  }
}

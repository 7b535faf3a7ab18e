extension Lexer {
  /// `"…"` on one line, with escapes.
  mutating func scanQuoted(_ token: inout Token) {
    token.kind = .quoted
    advance(by: 1)
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""):
        advance(by: 1)
        return
      case UInt8(ascii: "\\"):
        token.hasEscapes = true
        skipEscape()
      case 0x0A, 0x0D:
        return reportUnterminated(&token)
      default:
        advance(by: 1)
      }
    }
    reportUnterminated(&token)
  }

  private func reportUnterminated(_ token: inout Token) {
    token.kind = .faulty
    report(.unterminatedString(at: span(token.start, position)))
  }

  /// Moves past one escape, or past its backslash when the line ends there.
  private mutating func skipEscape() {
    let start = position
    advance(by: 1)
    switch byte(at: position) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"):
      advance(by: 1)
    case UInt8(ascii: "u"):
      advance(by: 1)
      let digits = skipBracedHex()
      if digits == nil {
        report(.malformedScalarEscape(excerpt(start, position), at: span(start, position)))
      }
    case 0, 0x0A, 0x0D:
      break
    default:
      advance(by: scalar(at: position).length)
      report(.unknownEscape(excerpt(start, position), at: span(start, position)))
    }
  }

  /// Moves past `{1F600}`; `nil` when it is not that or no Unicode scalar has the number.
  private mutating func skipBracedHex() -> Unicode.Scalar? {
    guard byte(at: position) == UInt8(ascii: "{") else { return nil }
    advance(by: 1)
    var value: UInt32 = 0
    var count = 0
    while let digit = Lexer.hexDigit(byte(at: position)) {
      count += 1
      value = count > 8 ? .max : value << 4 | UInt32(digit)
      advance(by: 1)
    }
    guard byte(at: position) == UInt8(ascii: "}") else { return nil }
    advance(by: 1)
    return (1...8).contains(count) && value != 0 ? Unicode.Scalar(value) : nil
  }

  /// The value of a hexadecimal digit, or `nil`.
  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Appends the text of a quoted token, its escapes decoded.
  func appendDecoded(_ token: Token, to bytes: inout [UInt8]) {
    let inner = innerRange(of: token)
    var look = self
    look.isMuted = true
    look.move(to: inner.lowerBound)
    while look.position < inner.upperBound {
      let byte = text[look.position]
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        look.advance(by: 1)
        continue
      }
      look.advance(by: 1)
      let escaped = look.byte(at: look.position)
      look.advance(by: 1)
      switch escaped {
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "u"): bytes.append(contentsOf: String(look.skipBracedHex() ?? "\u{FFFD}").utf8)
      default: bytes.append(escaped)
      }
    }
  }

  /// The bytes between the quotes; one of them may be missing.
  func innerRange(of token: Token) -> Range<Int> {
    let start = token.start + 1
    let isClosed = token.end > start && text[token.end - 1] == UInt8(ascii: "\"")
    return start..<max(start, isClosed ? token.end - 1 : token.end)
  }
}

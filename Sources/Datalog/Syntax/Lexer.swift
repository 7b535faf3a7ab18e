/// Bytes to tokens, one forward pass.
///
/// The bytes must be UTF-8 without NUL (`TextFault` says whether they are); byte 0 therefore means the end of the text.
/// Faults are reported where they are found and the token that was most likely meant is handed on, so that one cause
/// gives
/// one diagnostic.
struct Lexer {
  let text: UnsafeBufferPointer<UInt8>
  let source: SourceID
  private(set) var position: Int
  let faults = FaultList()
  /// While muted nothing is reported: text is passed over that a reported fault has spoilt, or looked at ahead.
  var isMuted = false
  /// Directives hold no expressions, so a `%` in one always begins a comment.
  var isInDirective = false
  /// The kinds and the end of the two tokens before, which tell `%` from a comment and a date from a subtraction.
  private(set) var previous = TokenKind.end
  private var previousEnd = 0
  private var beforePrevious = TokenKind.end
  private var beforePreviousEnd = 0

  /// A lexer at the start of the text, after a first line that begins `#!`.
  init(_ text: UnsafeBufferPointer<UInt8>, source: SourceID) {
    self.text = text
    self.source = source
    position = 0
    if byte(at: 0) == UInt8(ascii: "#"), byte(at: 1) == UInt8(ascii: "!") { position = endOfLine(from: 0) }
  }

  /// The byte at an offset, 0 past the end.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    // SAFETY: the offset is compared with the count; offsets are never negative.
    offset < text.count ? text[offset] : 0
  }

  /// A span of the source that is read.
  func span(_ start: Int, _ end: Int) -> Span { Span(source: source, start: start, end: end) }

  /// Reports a fault, unless muted.
  func report(_ diagnostic: @autoclosure () -> Diagnostic) {
    if !isMuted { faults.report(diagnostic()) }
  }

  /// Goes on from another place, as if nothing stood before it.
  mutating func move(to offset: Int) {
    position = offset
    previous = .end
    beforePrevious = .end
  }

  /// The next token.
  mutating func next() -> Token {
    let isFirst = skipBlanks()
    var token = Token(kind: .end, isFirstOnLine: isFirst, start: position, end: position)
    if position < text.count {
      scan(&token)
      token.end = position
    }
    beforePrevious = previous
    beforePreviousEnd = previousEnd
    previous = token.kind
    previousEnd = token.end
    return token
  }

  /// The next token, without moving and without reporting.
  func peek() -> Token {
    var copy = self
    copy.isMuted = true
    return copy.next()
  }

  /// The offset of the next line end, or of the end of the text.
  func endOfLine(from offset: Int) -> Int {
    var end = offset
    while end < text.count, !text[end].isLineEnd { end += 1 }
    return end
  }

  /// Whether a number that starts at `offset` is the right side of `10-…`, which is arithmetic and no date.
  func isSubtracted(at offset: Int) -> Bool {
    previous == .minus && previousEnd == offset && beforePreviousEnd == offset - 1
      && (beforePrevious.isNumeric || beforePrevious == .date)
  }

  private mutating func scan(_ token: inout Token) {
    let first = text[position]
    if first.isLowerCaseLetter {
      token.kind = .name
      skipWord()
    } else if first.isUpperCaseLetter || first == UInt8(ascii: "_") {
      skipWord()
      token.kind = first == UInt8(ascii: "_") && position == token.start + 1 ? .wildcard : .variable
    } else if first.isDigit {
      scanNumber(&token)
    } else if first == UInt8(ascii: "\"") {
      scanQuoted(&token)
    } else if first >= 0x80 {
      scanOther(&token)
    } else {
      scanPunctuation(&token)
    }
  }

  /// Moves past letters, marks, digits and `_`.
  mutating func skipWord() {
    while position < text.count {
      if text[position].isWordByte {
        position += 1
      } else if text[position] >= 0x80 {
        let (scalar, length) = scalar(at: position)
        guard scalar.continuesWord else { return }
        position += length
      } else {
        return
      }
    }
  }

  /// Moves on, at most to the end of the text.
  mutating func advance(by count: Int) {
    position = min(position + count, text.count)
  }

  /// The scalar that starts at an offset within the text, and how many bytes it takes.
  func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let lead = text[offset]
    if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for index in 1..<length { value = value << 6 | UInt32(byte(at: offset + index) & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", min(length, text.count - offset))
  }

  /// A character beyond ASCII: the start of a word, or out of place.
  private mutating func scanOther(_ token: inout Token) {
    let (scalar, length) = scalar(at: position)
    position += length
    if scalar.startsName || scalar.startsVariable {
      token.kind = scalar.startsName ? .name : .variable
      skipWord()
      return
    }
    token.kind = Lexer.lookalikes[scalar]?.kind ?? .faulty
    skipAlike(scalar)
    let place = span(token.start, position)
    let meant = Lexer.lookalikes[scalar]?.text
    report(.unexpectedCharacter(scalar, meant: meant, at: place, alike: places(like: scalar, meant, from: token.start)))
  }

  /// Where a character that is out of place, and of quotation marks their partners, stand from an offset on: quotation
  /// marks on the line, others next to each other.
  private func places(like scalar: Unicode.Scalar, _ meant: String?, from start: Int) -> [Span] {
    let isQuote = meant == "\""
    var places: [Span] = []
    var offset = start
    let end = isQuote ? endOfLine(from: start) : position
    while offset < end {
      let (other, length) = self.scalar(at: offset)
      if other == scalar
        || isQuote && Lexer.lookalikes[other]?.text == meant && !Lexer.isApostrophe(other, beside: scalar)
      {
        places.append(span(offset, offset + length))
      }
      offset += length
    }
    return places
  }

  /// Whether a single mark is likely part of a word, where text stands in double ones.
  private static func isApostrophe(_ scalar: Unicode.Scalar, beside first: Unicode.Scalar) -> Bool {
    let single: Set<Unicode.Scalar> = ["\u{2018}", "\u{2019}"]
    return single.contains(scalar) && !single.contains(first)
  }

  /// Moves past repetitions of a character that is out of place: one cause.
  private mutating func skipAlike(_ scalar: Unicode.Scalar) {
    while position < text.count {
      let (next, length) = self.scalar(at: position)
      guard next == scalar else { return }
      position += length
    }
  }

  /// Characters that a word processor puts in the place of those of the language.
  private static let lookalikes: [Unicode.Scalar: (kind: TokenKind, text: String)] = [
    "\u{2010}": (.minus, "-"), "\u{2011}": (.minus, "-"), "\u{2012}": (.minus, "-"), "\u{2013}": (.minus, "-"),
    "\u{2014}": (.minus, "-"), "\u{2212}": (.minus, "-"), "\u{00D7}": (.star, "*"), "\u{00F7}": (.slash, "/"),
    "\u{2260}": (.notEqual, "!="), "\u{2264}": (.lessOrEqual, "<="), "\u{2265}": (.greaterOrEqual, ">="),
    "\u{FF0C}": (.comma, ","), "\u{3001}": (.comma, ","), "\u{3002}": (.dot, "."), "\u{FF08}": (.leftParenthesis, "("),
    "\u{FF09}": (.rightParenthesis, ")"), "\u{FF1A}": (.colon, ":"), "\u{FF1B}": (.semicolon, ";"),
    "\u{201C}": (.faulty, "\""), "\u{201D}": (.faulty, "\""), "\u{201E}": (.faulty, "\""), "\u{00AB}": (.faulty, "\""),
    "\u{00BB}": (.faulty, "\""), "\u{2018}": (.faulty, "\""), "\u{2019}": (.faulty, "\""), "\u{00A0}": (.faulty, " "),
    "\u{202F}": (.faulty, " "), "\u{3000}": (.faulty, " "),
  ]
}

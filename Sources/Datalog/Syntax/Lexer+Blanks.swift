extension Lexer {
  /// Moves past blanks and comments; says whether a line ended there (or the text begins there).
  mutating func skipBlanks() -> Bool {
    var isFirst = position == 0
    while position < text.count {
      let byte = text[position]
      if byte.isBlank {
        advance(by: 1)
      } else if byte.isLineEnd {
        isFirst = true
        advance(by: 1)
      } else if byte == UInt8(ascii: "%") {
        if !isFirst, isRemainder(at: position) { return isFirst }
        skip(to: endOfLine(from: position))
      } else if byte == UInt8(ascii: "/") {
        switch self.byte(at: position + 1) {
        case UInt8(ascii: "/"): skip(to: endOfLine(from: position))
        case UInt8(ascii: "*"): isFirst = skipBlockComment() || isFirst
        default: return isFirst
        }
      } else {
        return isFirst
      }
    }
    return isFirst
  }

  /// Goes to a later place, keeping in mind what stood before.
  mutating func skip(to offset: Int) {
    advance(by: offset - position)
  }

  /// Moves past `/* … */`, which does not nest; says whether a line ended in it.
  private mutating func skipBlockComment() -> Bool {
    let start = position
    var hasLineEnd = false
    advance(by: 2)
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "*"), self.byte(at: position + 1) == UInt8(ascii: "/") {
        advance(by: 2)
        return hasLineEnd
      }
      if byte.isLineEnd { hasLineEnd = true }
      advance(by: 1)
    }
    report(.unterminatedComment(at: span(start, start + 2)))
    return hasLineEnd
  }

  /// Whether the `%` at an offset divides rather than begins a comment.
  ///
  /// It does when a value stands before it on its line, and after it, on the same line, an operand which is followed by
  /// an operator, by punctuation, by the tail of a question or by the end of the line: `X % 2 = 0` but not
  /// `p(X) % the host`. An operand is a number, a variable, a parameter, something in parentheses, or a function's call.
  private func isRemainder(at offset: Int) -> Bool {
    guard previous.endsOperand, !isInDirective else { return false }
    var look = self
    look.skip(to: offset + 1)
    look.skipSpaces()
    if look.current == UInt8(ascii: "-") {
      look.advance(by: 1)
      guard look.current.isDigit else { return false }
    }
    guard look.skipOperand() else { return false }
    look.skipSpaces()
    return look.current == 0 || look.current.isLineEnd || Lexer.afterOperand.contains(look.current)
      || look.isAtQuestionTail
  }

  /// Whether `order by`, `limit` or `expect` stands here.
  private var isAtQuestionTail: Bool {
    let start = position
    var look = self
    look.skipWord()
    return Lexer.questionTails.contains { text[start..<look.position].elementsEqual($0.utf8) }
  }

  private static let questionTails = ["order", "limit", "expect"]

  private static let afterOperand = Array(",.;)}?=!<>+-*/%^".utf8)

  private var current: UInt8 { byte(at: position) }

  private mutating func skipSpaces() {
    while current.isBlank { advance(by: 1) }
  }

  /// Moves past what may be divided by; says whether there was any.
  private mutating func skipOperand() -> Bool {
    if current == UInt8(ascii: "(") { return skipParentheses() }
    if current == UInt8(ascii: "$") { advance(by: 1) }
    guard position < text.count else { return false }
    let (scalar, _) = scalar(at: position)
    let mustBeCall = scalar.startsName && byte(at: position - 1) != UInt8(ascii: "$")
    guard current.isDigit || scalar.startsVariable || scalar.startsName else { return false }
    let isNumber = current.isDigit
    skipWord()
    if isNumber, current == UInt8(ascii: "."), byte(at: position + 1).isDigit {
      advance(by: 1)
      skipWord()
    }
    return mustBeCall ? skipParentheses() : true
  }

  /// Moves past balanced parentheses of one line; gives up after 256 bytes, which keeps many `%(` on a line linear.
  private mutating func skipParentheses() -> Bool {
    var depth = 0
    let end = min(position + 256, text.count)
    while position < end, !current.isLineEnd {
      if current == UInt8(ascii: "(") { depth += 1 }
      if current == UInt8(ascii: ")") { depth -= 1 }
      guard depth > 0 || current == UInt8(ascii: ")") else { return false }
      advance(by: 1)
      if depth == 0 { return true }
    }
    return false
  }
}

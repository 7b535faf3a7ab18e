/// A part of a text that is shown in a colour of its own.
package struct TextPart: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case predicate, variable, quoted, number, comment
  }

  package let kind: Kind
  /// In bytes.
  package let range: Range<Int>

  package init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
  }

  /// The parts of a text, in order; what is wrong or plain is none.
  package static func parts(of text: [UInt8]) -> [TextPart] {
    guard !text.contains(0), String(validating: text, as: UTF8.self) != nil else { return [] }
    return text.withUnsafeBufferPointer { bytes in
      var lexer = Lexer(bytes, source: SourceID(0))
      lexer.isMuted = true
      var parts: [TextPart] = []
      var end = 0
      var token = lexer.next()
      while true {
        // Between tokens there are blanks and comments only.
        if let comment = comment(in: bytes, from: end, to: token.kind == .end ? bytes.count : token.start) {
          parts.append(TextPart(.comment, comment))
        }
        guard token.kind != .end else { return parts }
        end = max(end, token.end)
        let next = lexer.next()
        if let kind = kind(of: token, before: next) { parts.append(TextPart(kind, token.start..<token.end)) }
        token = next
      }
    }
  }

  private static func comment(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Range<Int>? {
    guard start < end else { return nil }
    let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let first = (start..<end).first(where: { !isBlank(bytes[$0]) }),
      let last = (start..<end).last(where: { !isBlank(bytes[$0]) })
    else { return nil }
    return first..<(last + 1)
  }

  private static func kind(of token: Token, before next: Token) -> Kind? {
    switch token.kind {
    case .name: next.kind == .leftParenthesis ? .predicate : nil
    case .directive: .predicate
    case .variable, .wildcard, .parameter: .variable
    case .quoted: .quoted
    case .number, .year, .float, .date: .number
    default: nil
    }
  }
}

/// A text in quotation marks at the start of another, which commands read as the language does.
public struct QuotedText: Sendable {
  /// As it is written; without its end to the end of the line.
  public let written: Substring
  /// What it says.
  public let text: String
  public let isClosed: Bool

  /// `nil` where no quotation mark comes first.
  public init?(in line: Substring) {
    guard line.first == "\"" else { return nil }
    (written, text, isClosed) = Array(line.utf8).withUnsafeBufferPointer { bytes in
      var lexer = Lexer(bytes, source: SourceID(0))
      lexer.isMuted = true
      let token = lexer.next()
      var decoded: [UInt8] = []
      lexer.appendDecoded(token, to: &decoded)
      let end = line.utf8.index(line.startIndex, offsetBy: token.end)
      return (line[..<end], String(decoding: decoded, as: UTF8.self), token.kind == .quoted)
    }
  }
}

extension StringProtocol {
  /// What it says where it is one text in quotation marks, else it itself.
  public var unquoted: String {
    let line = Substring(self)
    guard let quoted = QuotedText(in: line), quoted.isClosed, quoted.written.endIndex == line.endIndex else {
      return String(self)
    }
    return quoted.text
  }
}

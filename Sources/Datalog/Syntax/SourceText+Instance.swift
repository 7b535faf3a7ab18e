extension SourceText {
  /// A piece of the text on one line, without comments, with values in place of variables.
  ///
  /// - Parameter values: what stands for a variable of a name, as the language writes it.
  public func instance(of span: Span, with values: [String: String] = [:]) -> String {
    bytes.withUnsafeBufferPointer { bytes in
      let piece = UnsafeBufferPointer(rebasing: bytes[min(span.start, bytes.count)..<min(span.end, bytes.count)])
      var lexer = Lexer(piece, source: span.source)
      lexer.isMuted = true
      var result = ""
      var end = 0
      while true {
        let token = lexer.next()
        guard token.kind != .end else { return result }
        if token.start > end, !result.isEmpty { result += " " }
        let text = String(decoding: piece[token.start..<token.end], as: UTF8.self)
        result += token.kind == .variable ? values[text] ?? text : text
        end = token.end
      }
    }
  }
}

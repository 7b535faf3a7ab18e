/// Whether what has been typed at the prompt so far can be read as it stands.
package enum EntryState: Hashable, Sendable {
  /// Blanks and comments only.
  case blank
  /// A clause, a block comment or a directive's parentheses are open: more lines belong to it.
  ///
  /// What is open stands in `open`: brackets from the outermost on, `/*` for a comment, nothing where only the full stop
  /// is missing. A quoted text ends with its line.
  case unfinished(open: String)
  /// Every statement has ended, or something is wrong that further lines will not mend.
  case whole

  /// Looks through all of `text`, whose last line is whole.
  package init(of text: [UInt8]) {
    self = text.withUnsafeBufferPointer { bytes in
      // What is no text is for the parser to refuse.
      guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { return .whole }
      var scan = EntryScan(Lexer(bytes, source: SourceID(0)))
      return scan.state()
    }
  }
}

/// The tokens of an entry, looked at only for where statements end.
private struct EntryScan {
  private var lexer: Lexer
  private var token: Token
  /// Brackets that are open, the outermost first.
  private var open = ""

  init(_ lexer: Lexer) {
    self.lexer = lexer
    token = self.lexer.next()
  }

  mutating func state() -> EntryState {
    var state = EntryState.blank
    while token.kind != .end {
      open = ""
      // No clause begins so, and no further line mends it.
      if token.kind == .colon { return .whole }
      state = token.kind == .directive ? skipDirective() : skipClause()
    }
    let faults = lexer.faults.kept
    // The one fault that more lines mend.
    if faults.last?.code == .unterminatedComment { return .unfinished(open: "/*") }
    return faults.isEmpty ? state : .whole
  }

  /// Moves past a directive: to the end of its line, or of the line that closes its parentheses; a command of the prompt
  /// ends with its line in any case.
  private mutating func skipDirective() -> EntryState {
    lexer.isInDirective = true
    defer { lexer.isInDirective = false }
    guard LanguageWords.directives.contains(where: isInHand) else {
      repeat { token = lexer.next() } while token.kind != .end && !token.isFirstOnLine
      return .whole
    }
    repeat {
      noteBracket()
      token = lexer.next()
    } while token.kind != .end && (!open.isEmpty || !token.isFirstOnLine)
    return open.isEmpty ? .whole : .unfinished(open: open)
  }

  private func isInHand(_ directive: String) -> Bool {
    lexer.text[(token.start + 1)..<token.end].elementsEqual(directive.utf8)
  }

  private mutating func noteBracket() {
    switch token.kind {
    case .leftParenthesis: open.append("(")
    case .leftBrace: open.append("{")
    case .rightParenthesis: if open.last == "(" { open.removeLast() }
    case .rightBrace: if open.last == "{" { open.removeLast() }
    default: break
    }
  }

  /// Moves past a clause and what ends it.
  private mutating func skipClause() -> EntryState {
    while true {
      let kind = token.kind
      if kind == .end { return .unfinished(open: open) }
      // A directive inside a clause: the clause is reported, so that it need not be ended.
      if kind == .directive { return .whole }
      noteBracket()
      token = lexer.next()
      if kind == .dot || kind == .question || kind == .tilde { break }
    }
    // `p(X)?.` and `p(a)~.` have one end.
    if token.kind == .dot { token = lexer.next() }
    return .whole
  }
}

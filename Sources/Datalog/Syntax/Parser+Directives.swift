extension Parser {
  /// A directive, which is in hand, to the end of its line.
  mutating func parseDirective() {
    let directive = token
    let word = Name(String(text(of: directive).dropFirst()), lexer.span(directive.start + 1, directive.end))
    lexer.isInDirective = true
    defer { lexer.isInDirective = false }
    do {
      switch word.text {
      case "decl": try parseDeclaration(directive)
      case "include": try parseInclude(directive)
      case "input": try parseInput(directive)
      case "output": try parseOutput(directive)
      case "printsize": try parsePrintSize(directive)
      case "param": try parseParameter(directive)
      case "limit": try parseLimits(directive)
      case "cite": try parseCite(directive)
      case "stated": try parseStated(directive)
      default: try parseCommand(word, directive)
      }
    } catch {
      skipDirective(directive)
    }
  }

  /// Whether the `.` in hand begins a directive that is not the first thing on its line.
  var isDirectiveWithinLine: Bool {
    let next = lexer.peek()
    return next.kind == .name && next.start == token.end && DirectiveForm.names.contains(text(of: next))
  }

  /// Reports such a directive and goes to the next line.
  mutating func skipDirectiveWithinLine() {
    let word = lexer.peek()
    lexer.report(.directiveWithinLine(text(of: word), at: lexer.span(token.start, word.end)))
    goOn(after: word.end)
  }

  /// Goes to the line after a directive that has a fault: the line on which its parentheses close.
  private mutating func skipDirective(_ directive: Token) {
    lexer.isMuted = true
    defer { lexer.isMuted = false }
    lexer.move(to: directive.end)
    var open = 0
    while true {
      advance()
      switch token.kind {
      case .end, .directive: return
      case .leftParenthesis: open += 1
      case .rightParenthesis: open -= 1
      case .dot where open > 0:
        // The parentheses never close; a clause ended here.
        return advance()
      default: break
      }
      if token.isFirstOnLine, open <= 0 || token.kind == .ask || token.kind == .when { return }
    }
  }

  /// Whether the directive goes on with the token in hand.
  private var isOnLine: Bool { token.kind != .end && !token.isFirstOnLine }

  /// Reports that a directive has to go on otherwise.
  private mutating func malformed(_ form: DirectiveForm) -> Abandoned {
    if token.kind == .faulty { return Abandoned() }
    let hasMore = isOnLine
    let found = hasMore ? Found(token, text: lexer.excerpt(token.start, token.end)) : .endOfLine
    let place = hasMore ? span(of: token) : lexer.span(max(0, previousEnd - 1), previousEnd)
    return fail(.malformedDirective(form, found, at: place))
  }

  /// Moves past a final `.` and sees that the line ends; the directive's span.
  private mutating func finish(_ directive: Token, _ form: DirectiveForm) throws(Abandoned) -> Span {
    let span = span(from: directive.start)
    if isOnLine { _ = take(.dot) }
    guard !isOnLine else { throw malformed(form) }
    return span
  }

  private mutating func append(
    _ kind: DirectiveSyntax.Kind,
    _ directive: Token,
    _ form: DirectiveForm
  ) throws(Abandoned) {
    let span = try finish(directive, form)
    clauses.append(.directive(DirectiveSyntax(kind: kind, span: span)))
  }

  /// A name on the line.
  private mutating func takeName(_ form: DirectiveForm) throws(Abandoned) -> Name {
    guard isOnLine, token.kind == .name, !isWord("not", token) else { throw malformed(form) }
    defer { advance() }
    return name(token)
  }

  /// Quoted text on the line.
  private mutating func takePath(_ form: DirectiveForm) throws(Abandoned) -> (path: String, span: Span) {
    guard isOnLine, token.kind == .quoted else { throw malformed(form) }
    defer { advance() }
    return (String(decoding: symbol(token).utf8, as: UTF8.self), span(of: token))
  }

  // MARK: Declarations

  private mutating func parseDeclaration(_ directive: Token) throws(Abandoned) {
    advance()
    let predicate = try takeName(.declaration)
    var columns: [(name: Name, type: Name)] = []
    if isOnLine, take(.leftParenthesis), !take(.rightParenthesis) {
      repeat { columns.append(try parseColumn()) } while take(.comma)
      guard take(.rightParenthesis) else { throw malformedInside(.declaration) }
    }
    var keys: [[Name]] = []
    while isOnLine, isWord("key", token) {
      advance()
      keys.append(try parseKey())
    }
    let span = try finish(directive, .declaration)
    let declaration = DeclarationSyntax(predicate: predicate, columns: columns, keys: keys, span: span)
    clauses.append(.declaration(declaration))
  }

  private mutating func parseColumn() throws(Abandoned) -> (name: Name, type: Name) {
    if token.kind == .variable { throw fail(.variableAsColumn(text(of: token), at: span(of: token))) }
    guard token.kind == .name else { throw malformedInside(.declaration) }
    let column = name(token)
    advance()
    guard take(.colon) else { throw malformedInside(.column) }
    guard token.kind == .name || token.kind == .variable else { throw malformedInside(.column) }
    defer { advance() }
    return (column, name(token))
  }

  private mutating func parseKey() throws(Abandoned) -> [Name] {
    guard isOnLine, take(.leftParenthesis) else { throw malformed(.key) }
    var columns: [Name] = []
    repeat {
      guard token.kind == .name else { throw malformedInside(.key) }
      columns.append(name(token))
      advance()
    } while take(.comma)
    guard take(.rightParenthesis) else { throw malformedInside(.key) }
    return columns
  }

  /// Like `malformed`, within parentheses, where the line does not matter.
  private mutating func malformedInside(_ form: DirectiveForm) -> Abandoned {
    switch token.kind {
    case .faulty: return Abandoned()
    case .end, .directive:
      return fail(.malformedDirective(form, .endOfLine, at: lexer.span(max(0, previousEnd - 1), previousEnd)))
    default:
      let found = Found(token, text: lexer.excerpt(token.start, token.end))
      return fail(.malformedDirective(form, found, at: span(of: token)))
    }
  }

  // MARK: Files

  private mutating func parseInclude(_ directive: Token) throws(Abandoned) {
    advance()
    let (path, span) = try takePath(.include)
    try append(.include(path: path, span: span), directive, .include)
  }

  private mutating func parseInput(_ directive: Token) throws(Abandoned) {
    advance()
    let predicate = try takeName(.input)
    var path: String?
    if isOnLine, isWord("from", token) {
      advance()
      path = try takePath(.input).path
    }
    try append(.input(predicate: predicate, path: path, sources: sourceSets.citedSet), directive, .input)
  }

  private mutating func parseOutput(_ directive: Token) throws(Abandoned) {
    advance()
    let predicate = try takeName(.output)
    var path: String?
    var format: Name?
    while isOnLine {
      if path == nil, isWord("to", token) {
        advance()
        path = try takePath(.output).path
      } else if format == nil, isWord("format", token) {
        advance()
        format = try takeName(.output)
      } else {
        break
      }
    }
    try append(.output(predicate: predicate, path: path, format: format), directive, .output)
  }

  private mutating func parsePrintSize(_ directive: Token) throws(Abandoned) {
    advance()
    try append(.printSize(predicate: try takeName(.printSize)), directive, .printSize)
  }

  // MARK: Parameters and limits

  private mutating func parseParameter(_ directive: Token) throws(Abandoned) {
    advance()
    guard isOnLine, token.kind == .name || token.kind == .variable else { throw malformed(.parameter) }
    let parameter = name(token)
    advance()
    guard isOnLine else { throw malformed(.parameter) }
    switch token.kind {
    case .name, .quoted, .number, .year, .float, .date, .minus: break
    default: throw malformed(.parameter)
    }
    let value = try parseLiteralValue(.parameterValue)
    try append(.parameter(parameter, value), directive, .parameter)
  }

  /// `.limit time=10m tuples=none`: words as written, since `10m` is no token.
  private mutating func parseLimits(_ directive: Token) throws(Abandoned) {
    var limits: [(name: Name, value: Name)] = []
    let words = wordsOfLine(from: directive.end)
    for word in words.ranges {
      guard let equals = lexer.text[word].firstIndex(of: UInt8(ascii: "=")), equals > word.lowerBound,
        equals + 1 < word.upperBound
      else {
        throw fail(.malformedDirective(.limit, .word(lexer.excerpt(word.lowerBound, word.upperBound)), at: span(word)))
      }
      limits.append((name(word.lowerBound..<equals), name(equals + 1..<word.upperBound)))
    }
    guard !limits.isEmpty else {
      throw fail(.malformedDirective(.limit, .endOfLine, at: span(of: directive)))
    }
    goOn(after: words.end)
    clauses.append(.directive(DirectiveSyntax(kind: .limit(limits), span: lexer.span(directive.start, words.end))))
  }

  private func span(_ range: Range<Int>) -> Span { lexer.span(range.lowerBound, range.upperBound) }

  private func name(_ range: Range<Int>) -> Name {
    Name(String(decoding: lexer.text[range], as: UTF8.self), span(range))
  }

  /// Goes on at the line after an offset; what follows the offset on its line is read by other means or spoilt.
  private mutating func goOn(after offset: Int) {
    previousEnd = offset
    lexer.move(to: lexer.endOfLine(from: offset))
    token = lexer.next()
  }

  /// The words between blanks of the rest of a line without a comment and a final `.`, and where the last one ends.
  private func wordsOfLine(from start: Int) -> (ranges: [Range<Int>], end: Int) {
    let lineEnd = lexer.endOfLine(from: start)
    var ranges: [Range<Int>] = []
    var offset = start
    while offset < lineEnd {
      let byte = lexer.text[offset]
      if byte.isBlank {
        offset += 1
        continue
      }
      if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "/") && lexer.byte(at: offset + 1) == byte { break }
      let word = offset
      while offset < lineEnd, !lexer.text[offset].isBlank { offset += 1 }
      ranges.append(word..<offset)
    }
    let end = ranges.last?.upperBound ?? start
    if let last = ranges.last, lexer.text[last.upperBound - 1] == UInt8(ascii: ".") {
      ranges.removeLast()
      if last.count > 1 { ranges.append(last.lowerBound..<last.upperBound - 1) }
    }
    return (ranges, end)
  }

  // MARK: Sources and commands

  /// `.cite doc:4, other:1` or `.cite none`.
  private mutating func parseCite(_ directive: Token) throws(Abandoned) {
    advance()
    if isOnLine, isWord("none", token), lexer.peek().kind != .colon, lexer.peek().kind != .comma {
      advance()
      _ = try finish(directive, .cite)
      return sourceSets.cite([])
    }
    var citations: [Citation] = []
    repeat { citations.append(try parseCitation()) } while isOnLine && take(.comma)
    _ = try finish(directive, .cite)
    sourceSets.cite(citations)
  }

  private mutating func parseCitation() throws(Abandoned) -> Citation {
    guard isOnLine, token.kind == .name || token.kind == .quoted, !isWord("not", token) else {
      throw malformed(.cite)
    }
    let document = token
    advance()
    var passage: Int64?
    if isOnLine, take(.colon) {
      guard isOnLine, token.kind == .number || token.kind == .year else { throw malformed(.cite) }
      passage = Int64(exactly: token.bits)
      guard passage != nil else { throw fail(outOfRange(token)) }
      advance()
    }
    return Citation(document: symbol(document), passage: passage, span: span(from: document.start))
  }

  /// `.stated "2018-06-29T10:00:00Z" by "anna" because "letter" in "visit.dl"` or `.stated none`.
  private mutating func parseStated(_ directive: Token) throws(Abandoned) {
    advance()
    if isOnLine, isWord("none", token) {
      advance()
      _ = try finish(directive, .stated)
      return sourceSets.state(nil)
    }
    guard isOnLine, token.kind == .quoted, let digits = Parser.digits(ofTime: symbol(token)) else {
      throw malformed(.stated)
    }
    let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<12, 12..<14].map { part in
      digits[part].reduce(0) { $0 * 10 + $1 }
    }
    let isDay = PartialDate(year: parts[0], month: parts[1], day: parts[2]) != nil
    guard isDay, parts[3] < 24, parts[4] < 60, parts[5] < 60 else {
      let text = symbol(token).description
      throw fail(
        .impossibleTime(year: parts[0], month: parts[1], day: parts[2], text, at: span(of: token))
      )
    }
    let time = try takePath(.stated).path
    let author = try takeText(after: "by")
    let reason = try takeText(after: "because")
    var files: [Symbol] = []
    if isOnLine, isWord("in", token) {
      advance()
      repeat { files.append(Symbol(try takePath(.stated).path)) } while isOnLine && take(.comma)
    }
    _ = try finish(directive, .stated)
    sourceSets.state(Stating(time: time, author: author, reason: reason, files: files))
  }

  /// Quoted text behind a word, where the word stands on the line.
  private mutating func takeText(after word: StaticString) throws(Abandoned) -> String? {
    guard isOnLine, isWord(word, token) else { return nil }
    advance()
    return try takePath(.stated).path
  }

  /// The digits of a time in the one form that sorts as text, `2018-06-29T10:00:00Z`; `nil` for any other text.
  private static func digits(ofTime text: Symbol) -> [Int]? {
    let pattern = "dddd-dd-ddTdd:dd:ddZ".utf8
    guard text.utf8.count == pattern.count else { return nil }
    var digits: [Int] = []
    for (byte, place) in zip(text.utf8, pattern) {
      if place != UInt8(ascii: "d") {
        guard byte == place else { return nil }
      } else {
        guard (0x30...0x39).contains(byte) else { return nil }
        digits.append(Int(byte) - 0x30)
      }
    }
    return digits
  }

  /// Any other line: a command of the prompt, and in a file a mistake.
  private mutating func parseCommand(_ word: Name, _ directive: Token) throws(Abandoned) {
    guard dialect == .prompt else { throw fail(.unknownDirective(word)) }
    let lineEnd = lexer.endOfLine(from: directive.end)
    var start = directive.end
    var end = lineEnd
    while start < end, lexer.text[start].isBlank { start += 1 }
    while end > start, lexer.text[end - 1].isBlank { end -= 1 }
    let arguments = String(decoding: lexer.text[start..<end], as: UTF8.self)
    goOn(after: max(end, directive.end))
    let command = DirectiveSyntax.Kind.command(word, arguments: arguments)
    clauses.append(.directive(DirectiveSyntax(kind: command, span: lexer.span(directive.start, previousEnd))))
  }
}

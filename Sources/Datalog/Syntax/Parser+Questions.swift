extension Parser {
  /// `?- …`, the `?-` in hand.
  mutating func parseMarkedQuestion() throws(Abandoned) {
    let start = token.start
    advance()
    try finishQuestion(try parseBody(), isMarked: true, from: start)
  }

  /// The one question of the whole text.
  mutating func parseOnlyQuestion() {
    clauseStart = token.start
    do {
      let start = token.start
      switch token.kind {
      case .end: throw fail(.noQuestion(at: span(of: token)))
      case .directive, .when: throw fail(.notAQuestion(at: span(of: token)))
      default: break
      }
      let isMarked = take(.ask)
      let body = try parseBody()
      if token.kind == .when || token.kind == .tilde { throw fail(.notAQuestion(at: span(of: token))) }
      try finishQuestion(body, isMarked: isMarked, from: start)
      if token.kind != .end { throw fail(.secondQuestion(at: span(of: token))) }
    } catch {
      clauses.removeAll()
    }
  }

  /// Whether a name that follows a complete condition belongs to the end of a question.
  func isQuestionTail(_ token: Token) -> Bool {
    isWord("order", token) || isWord("limit", token) || isWord("expect", token)
  }

  /// What follows the body of a question, to its end.
  mutating func finishQuestion(
    _ body: BodySyntax,
    isMarked: Bool,
    looksLikeFact: Bool = false,
    from start: Int
  ) throws(Abandoned) {
    var order: [QuestionSyntax.Order] = []
    var limit: ExpressionSyntax?
    var expected: [[ExpressionSyntax]]?
    if isWord("order", token) { order = try parseOrder() }
    if isWord("limit", token) { limit = try parseLimit() }
    if isWord("expect", token) { expected = try parseExpected() }
    let hasTail = !order.isEmpty || limit != nil || expected != nil
    let end: Expected = hasTail ? .questionEnd : .commaOrEnd
    switch token.kind {
    case .question: advance()
    case .dot where isMarked || dialect != .file: advance()
    case .dot:
      defer { advance() }
      lexer.report(.unmarkedQuestion(at: span(from: start)))
      return
    case .end where dialect != .file: break
    default: throw unexpected(end)
    }
    let question = QuestionSyntax(
      body: body,
      order: order,
      limit: limit,
      expected: expected,
      looksLikeFact: looksLikeFact,
      span: span(from: start)
    )
    clauses.append(.question(question))
  }

  /// `order by K desc, L`, `order` in hand.
  private mutating func parseOrder() throws(Abandoned) -> [QuestionSyntax.Order] {
    advance()
    guard isWord("by", token) else { throw unexpected(.by) }
    var order: [QuestionSyntax.Order] = []
    repeat {
      advance()
      guard token.kind == .variable else { throw unexpected(.orderVariable) }
      let variable = name(token)
      advance()
      let isDescending = isWord("desc", token)
      if isDescending || isWord("asc", token) { advance() }
      order.append(QuestionSyntax.Order(variable: variable, isDescending: isDescending))
    } while token.kind == .comma
    return order
  }

  /// `limit 10` or `limit $n`, `limit` in hand.
  private mutating func parseLimit() throws(Abandoned) -> ExpressionSyntax {
    advance()
    let value = token
    let kind: ExpressionSyntax.Kind
    switch value.kind {
    case .number, .year:
      guard let number = Int64(exactly: value.bits) else { throw fail(outOfRange(value)) }
      kind = .constant(.number(number))
    case .parameter: kind = .parameter(String(text(of: value).dropFirst()))
    default: throw unexpected(.limitNumber)
    }
    advance()
    return ExpressionSyntax(kind, span(of: value))
  }

  /// `expect { (a, 1), (b, 2) }`, `expect` in hand.
  private mutating func parseExpected() throws(Abandoned) -> [[ExpressionSyntax]] {
    advance()
    try expect(.leftBrace, .expectedBrace)
    var rows: [[ExpressionSyntax]] = []
    if take(.rightBrace) { return rows }
    repeat { rows.append(try parseExpectedRow()) } while take(.comma)
    try expect(.rightBrace, .closingBrace)
    return rows
  }

  private mutating func parseExpectedRow() throws(Abandoned) -> [ExpressionSyntax] {
    try expect(.leftParenthesis, .expectedRow)
    var row: [ExpressionSyntax] = []
    if take(.rightParenthesis) { return row }
    repeat { row.append(try parseLiteralValue(.expectedValue)) } while take(.comma)
    try expect(.rightParenthesis, .commaOrParenthesis)
    return row
  }

  /// One literal, numbers with their sign.
  mutating func parseLiteralValue(_ expected: Expected) throws(Abandoned) -> ExpressionSyntax {
    switch token.kind {
    case .name, .quoted, .number, .year, .float, .date, .minus: break
    default: throw unexpected(expected)
    }
    if isWord("not", token) { throw fail(.notAsValue(at: span(of: token))) }
    if token.kind == .minus, !lexer.peek().kind.isNumeric { throw unexpected(expected) }
    if token.kind == .name {
      let word = token
      advance()
      return ExpressionSyntax(.constant(.symbol(symbol(word))), span(of: word))
    }
    return try parseOperand()
  }
}

/// How tightly an operator binds.
enum Binding: Int, Comparable {
  case loosest, sum, product, power

  /// The binding of a binary operator.
  init(_ binary: BinaryOperator) {
    switch binary {
    case .add, .subtract: self = .sum
    case .multiply, .divide, .remainder: self = .product
    case .power: self = .power
    }
  }

  /// Whether `a` binds less tightly.
  static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
}

extension Parser {
  private static let aggregateNames = Set(AggregateFunction.allCases.map(\.rawValue))

  /// A value. `^` binds tightest and to the right, then unary `-`, then `* / %`, then `+ -`.
  mutating func parseExpression() throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    let first = try parseOperand()
    return try parseOperators(after: first, binding: .loosest, from: start)
  }

  /// The binary operators after a value that bind more tightly than `binding`.
  mutating func parseOperators(
    after first: ExpressionSyntax,
    binding: Binding,
    from start: Int
  ) throws(Abandoned) -> ExpressionSyntax {
    var left = first
    while let binary = token.kind.arithmetic, Binding(binary) > binding {
      let leftDepth = depth
      try checkOperand(left)
      advance()
      let rightStart = token.start
      var right = try parseOperand()
      right = try parseOperators(after: right, binding: Binding(binary), from: rightStart)
      try checkOperand(right)
      try deepen(to: max(leftDepth, depth) + 1, at: start)
      left = ExpressionSyntax(.binary(binary, left, right), span(from: start))
    }
    return left
  }

  /// A value without binary operators other than `^`.
  mutating func parseOperand() throws(Abandoned) -> ExpressionSyntax {
    if token.kind == .minus { return try parseNegated() }
    let start = token.start
    let base = try parsePrimary()
    return try parsePower(base, from: start)
  }

  /// `^` and its right side, which may be negated and hold further powers.
  private mutating func parsePower(_ base: ExpressionSyntax, from start: Int) throws(Abandoned) -> ExpressionSyntax {
    guard token.kind == .caret else { return base }
    let baseDepth = depth
    try checkOperand(base)
    level += 1
    guard level <= Parser.depthLimit else { throw fail(.nestedTooDeeply(at: span(of: token))) }
    advance()
    let exponent = try parseOperand()
    level -= 1
    try checkOperand(exponent)
    try deepen(to: max(baseDepth, depth) + 1, at: start)
    return ExpressionSyntax(.binary(.power, base, exponent), span(from: start))
  }

  /// `-X`; before a number it makes a constant.
  private mutating func parseNegated() throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    var signs: [Int] = []
    while token.kind == .minus {
      signs.append(token.start)
      guard signs.count <= Parser.depthLimit else { throw fail(.nestedTooDeeply(at: lexer.span(start, token.end))) }
      advance()
    }
    var operand: ExpressionSyntax
    if token.kind.isNumeric, lexer.peek().kind != .caret {
      operand = try negativeLiteral(signs.removeLast())
    } else {
      let operandStart = token.start
      let base = try parsePrimary()
      operand = try parsePower(base, from: operandStart)
    }
    try checkOperand(operand)
    for sign in signs.reversed() {
      if let folded = Parser.negated(operand, lexer.span(sign, operand.span.end)) {
        operand = folded
      } else {
        try deepen(to: depth + 1, at: start)
        operand = ExpressionSyntax(.unary(.negate, operand), lexer.span(sign, operand.span.end))
      }
    }
    return operand
  }

  /// The number in hand with a minus that stands at `sign`.
  private mutating func negativeLiteral(_ sign: Int) throws(Abandoned) -> ExpressionSyntax {
    let literal = token
    depth = 1
    advance()
    let span = span(from: sign)
    if literal.kind == .float {
      return ExpressionSyntax(.constant(.float(Parser.float(literal.bits, isNegative: true))), span)
    }
    guard let value = Parser.integer(literal.bits, isNegative: true) else { throw fail(outOfRange(literal)) }
    return ExpressionSyntax(.constant(.number(value)), span)
  }

  /// The negative of a constant number, or `nil` when there is none.
  private static func negated(_ operand: ExpressionSyntax, _ span: Span) -> ExpressionSyntax? {
    switch operand.kind {
    case .constant(.number(let value)) where value != .min: ExpressionSyntax(.constant(.number(-value)), span)
    case .year(let year): ExpressionSyntax(.constant(.number(-Int64(year))), span)
    case .constant(.float(let value)): ExpressionSyntax(.constant(.float(value == 0 ? 0 : -value)), span)
    default: nil
    }
  }

  /// A literal, a variable, a parameter, a call, or something in parentheses.
  private mutating func parsePrimary() throws(Abandoned) -> ExpressionSyntax {
    let first = token
    depth = 1
    let kind: ExpressionSyntax.Kind
    switch first.kind {
    case .leftParenthesis:
      try enter()
      let inner = try parseExpression()
      try checkOperand(inner)
      try expect(.rightParenthesis, .closingParenthesis)
      level -= 1
      return ExpressionSyntax(inner.kind, span(from: first.start))
    case .name: return try parseNamedValue()
    case .variable: kind = .variable(text(of: first))
    case .wildcard: kind = .wildcard
    case .parameter: kind = .parameter(String(text(of: first).dropFirst()))
    case .quoted: kind = .constant(.symbol(symbol(first)))
    case .number, .year:
      guard let number = Int64(exactly: first.bits) else {
        lexer.report(outOfRange(first))
        advance()
        return ExpressionSyntax(.constant(.number(0)), span(of: first))
      }
      kind = first.kind == .year ? .year(Int(number)) : .constant(.number(number))
    case .float: kind = .constant(.float(Double(bitPattern: first.bits)))
    case .date: kind = try .constant(.date(date(first)))
    default: throw unexpected(.value)
    }
    advance()
    let value = ExpressionSyntax(kind, span(of: first))
    // Only as an argument of its own does a wildcard stand for a value.
    if first.kind == .wildcard { lexer.report(.wildcardInExpression(at: value.span)) }
    return value
  }

  /// The date of a token; the lexer has made it from one.
  func date(_ token: Token) throws(Abandoned) -> PartialDate {
    guard let key = Int32(exactly: token.bits), let date = PartialDate(key: key) else { throw Abandoned() }
    return date
  }

  /// A symbol or a call; the name is in hand.
  private mutating func parseNamedValue() throws(Abandoned) -> ExpressionSyntax {
    if isWord("not", token) { throw fail(.notAsValue(at: span(of: token))) }
    let word = name(token)
    let (atom, hasParentheses) = try parseAtom()
    if !hasParentheses, Parser.aggregateNames.contains(word.text), startsAggregated(token) {
      throw fail(.misplacedAggregate(at: word.span))
    }
    return try value(of: .atom(atom, hasParentheses: hasParentheses, isEnclosed: false))
  }

  /// Whether a token after an aggregate's name goes on with the aggregate.
  private func startsAggregated(_ token: Token) -> Bool {
    switch token.kind {
    case .variable, .wildcard, .number, .year, .float, .date, .quoted, .parameter: true
    case .colon: lexer.peek().kind == .leftBrace
    default: false
    }
  }

  /// Nothing to check of a value as such: the place for rules that hold of operands alone.
  private mutating func checkOperand(_ operand: ExpressionSyntax) throws(Abandoned) {
    if case .aggregate(let name, _, _) = operand.kind { throw fail(.misplacedAggregate(at: name.span)) }
  }

  // MARK: Aggregates

  /// The right side of a comparison: a value, or an aggregate alone.
  mutating func parseRightSide() throws(Abandoned) -> ExpressionSyntax {
    guard token.kind == .name, Parser.aggregateNames.contains(text(of: token)) else { return try parseExpression() }
    let word = name(token)
    let next = lexer.peek()
    if next.kind == .leftParenthesis { return try parseCallOrAggregate(word) }
    guard startsAggregate(next) else { return try parseExpression() }
    advance()
    var value: ExpressionSyntax?
    depth = 1
    if token.kind != .colon { value = try parseExpression() }
    return try parseBraces(word, value)
  }

  private func startsAggregate(_ next: Token) -> Bool {
    switch next.kind {
    case .variable, .wildcard, .number, .year, .float, .date, .quoted, .parameter, .minus, .colon: true
    case .name: !next.isFirstOnLine && !isQuestionTail(next)
    default: false
    }
  }

  /// `sum(C) : { … }` or `min(A, B) + 1`: read as a value, then seen for what it is.
  private mutating func parseCallOrAggregate(_ word: Name) throws(Abandoned) -> ExpressionSyntax {
    let value = try parseExpression()
    guard token.kind == .colon else { return value }
    guard let aggregated = Parser.removingCall(word, from: value) else {
      throw fail(.misplacedAggregate(at: word.span))
    }
    return try parseBraces(word, aggregated)
  }

  /// `(C) * 2` of `sum(C) * 2`, or `nil` when the call has not one argument.
  private static func removingCall(_ word: Name, from value: ExpressionSyntax) -> ExpressionSyntax? {
    switch value.kind {
    case .call(word, let arguments): arguments.count == 1 ? arguments[0] : nil
    case .binary(let binary, let left, let right):
      removingCall(word, from: left).map {
        ExpressionSyntax(.binary(binary, $0, right), $0.span.joined(value.span))
      }
    default: nil
    }
  }

  /// `: { body }`, the colon in hand.
  private mutating func parseBraces(_ word: Name, _ value: ExpressionSyntax?) throws(Abandoned) -> ExpressionSyntax {
    let valueDepth = depth
    try expect(.colon, .braces)
    guard token.kind == .leftBrace else { throw unexpected(.braces) }
    try enter()
    let body = try parseBody()
    try expect(.rightBrace, .closingBrace)
    level -= 1
    try deepen(to: max(valueDepth, depth) + 1, at: word.span.start)
    if token.kind.arithmetic != nil { throw fail(.misplacedAggregate(at: word.span)) }
    return ExpressionSyntax(.aggregate(word, value, body), span(from: word.span.start))
  }
}

extension Parser {
  /// `a, b; c`: alternatives of conditions.
  mutating func parseBody() throws(Abandoned) -> BodySyntax {
    let first = try parseItem()
    return try parseBody(after: [first], depth: depth)
  }

  /// The rest of a body whose first conditions have been read; they are `depth` deep.
  mutating func parseBody(after items: [BodyItem], depth first: Int) throws(Abandoned) -> BodySyntax {
    var deepest = first
    var alternatives: [[LiteralSyntax]] = []
    var conjunction: [LiteralSyntax] = []
    for item in items { conjunction.append(try literal(item)) }
    while true {
      if take(.comma) {
        conjunction.append(try literal(try parseItem()))
      } else if take(.semicolon) {
        alternatives.append(conjunction)
        conjunction = [try literal(try parseItem())]
      } else {
        break
      }
      deepest = max(deepest, depth)
    }
    alternatives.append(conjunction)
    depth = deepest
    return BodySyntax(alternatives: alternatives)
  }

  /// What was read, as a condition.
  mutating func literal(_ item: BodyItem) throws(Abandoned) -> LiteralSyntax {
    switch item {
    case .literal(let literal): return literal
    case .atom(let atom, _, _): return .atom(atom, isNegated: false)
    case .expression(let expression):
      if token.kind == .faulty { throw unexpected(.condition) }
      if case .wildcard = expression.kind { throw Abandoned() }
      if token.kind == .colon, lexer.peek().kind == .leftBrace {
        throw fail(.misplacedAggregate(at: expression.span))
      }
      if case .variable(let name) = expression.kind, token.kind == .leftParenthesis {
        throw fail(.variableAsPredicate(name, at: expression.span))
      }
      let text = lexer.excerpt(expression.span.start, expression.span.end)
      let isVariable = if case .variable = expression.kind { true } else { false }
      let next = (name: token.kind == .name ? self.text(of: token) : nil, span: span(of: token))
      throw fail(.valueAsCondition(text, isVariable: isVariable, next: next, at: expression.span))
    }
  }

  /// One condition, or something that may yet be part of one.
  mutating func parseItem() throws(Abandoned) -> BodyItem {
    switch token.kind {
    case .bang: return .literal(try parseNegation())
    case .name where isWord("not", token): return .literal(try parseNegation())
    case .leftParenthesis: return try parseEnclosed()
    case .name:
      let atom = try parseAtom()
      return try continueItem(atom)
    case .variable, .wildcard, .quoted, .parameter, .number, .year, .float, .date, .minus:
      let start = token.start
      let value = try parseExpression()
      return try continueItem(value, from: start)
    default: throw unexpected(.condition)
    }
  }

  /// `not p(X)`; `not` is in hand.
  private mutating func parseNegation() throws(Abandoned) -> LiteralSyntax {
    let start = token.start
    advance()
    if token.kind == .leftParenthesis { throw fail(.negatedGroup(at: lexer.span(start, token.end))) }
    if token.kind == .bang || isWord("not", token) { throw fail(.negatedTwice(at: lexer.span(start, token.end))) }
    guard token.kind == .name else {
      if token.kind == .variable || token.kind == .quoted || token.kind.isNumeric || token.kind == .date {
        throw fail(.negatedValue(at: lexer.span(start, token.end)))
      }
      throw unexpected(.atomAfterNot)
    }
    let (atom, _) = try parseAtom()
    if token.kind.comparison != nil || token.kind.arithmetic != nil {
      throw fail(.negatedValue(at: span(from: start)))
    }
    return .atom(atom, isNegated: true)
  }

  /// `( … )`, a group or a value.
  private mutating func parseEnclosed() throws(Abandoned) -> BodyItem {
    let start = token.start
    try enter()
    let first = try parseItem()
    let firstDepth = depth
    if token.kind == .rightParenthesis, !first.isLiteral {
      advance()
      level -= 1
      if token.kind.comparison != nil || token.kind.arithmetic != nil {
        return try continueItem(try value(of: first), from: start)
      }
      if case .atom(let atom, let hasParentheses, _) = first {
        return .atom(atom, hasParentheses: hasParentheses, isEnclosed: true)
      }
      return first
    }
    let body = try parseBody(after: [first], depth: firstDepth)
    try expect(.rightParenthesis, .closingGroup)
    level -= 1
    try deepen(to: depth + 1, at: start)
    return .literal(.group(body, span: span(from: start)))
  }

  /// An item that begins with an atom, which an operator makes a value.
  private mutating func continueItem(
    _ read: (atom: AtomSyntax, hasParentheses: Bool)
  ) throws(Abandoned) -> BodyItem {
    let item = BodyItem.atom(read.atom, hasParentheses: read.hasParentheses, isEnclosed: false)
    guard token.kind.comparison != nil || token.kind.arithmetic != nil else { return item }
    return try continueItem(try value(of: item), from: read.atom.span.start)
  }

  /// An item that begins with a value: the rest of the expression, then a comparison if there is one.
  private mutating func continueItem(_ first: ExpressionSyntax, from start: Int) throws(Abandoned) -> BodyItem {
    let left = try parseOperators(after: first, binding: .loosest, from: start)
    guard let comparison = token.kind.comparison else { return .expression(left) }
    let leftDepth = depth
    advance()
    let right = try parseRightSide()
    if token.kind.comparison != nil { throw fail(.chainedComparison(at: span(of: token))) }
    depth = max(depth, leftDepth) + 1
    return .literal(.comparison(comparison, left, right, span: span(from: start)))
  }

  /// An item as a value.
  mutating func value(of item: BodyItem) throws(Abandoned) -> ExpressionSyntax {
    switch item {
    case .expression(let expression): return expression
    case .literal: throw unexpected(.commaOrEnd)
    case .atom(let atom, let hasParentheses, _):
      if let sources = atom.sources { throw fail(.sourceOfValue(at: sources.document.span)) }
      guard hasParentheses else {
        return ExpressionSyntax(.constant(.symbol(Symbol(atom.predicate.text))), atom.span)
      }
      var arguments: [ExpressionSyntax] = []
      for argument in atom.arguments {
        if let column = argument.column { throw fail(.namedArgumentOfCall(column.text, at: column.span)) }
        if case .wildcard = argument.value.kind { throw fail(.wildcardInExpression(at: argument.value.span)) }
        arguments.append(argument.value)
      }
      return ExpressionSyntax(.call(atom.predicate, arguments), atom.span)
    }
  }

  // MARK: Atoms

  /// `p`, `p(X, role: R)`, with `@ D:P` if that follows; the name is in hand.
  mutating func parseAtom() throws(Abandoned) -> (atom: AtomSyntax, hasParentheses: Bool) {
    let predicate = name(token)
    advance()
    var arguments: [AtomSyntax.Argument] = []
    let hasParentheses = token.kind == .leftParenthesis
    depth = 1
    if hasParentheses { arguments = try parseArguments() }
    let argumentDepth = depth
    var span = span(from: predicate.span.start)
    var sources: AtomSyntax.Sources?
    if token.kind == .at {
      sources = try parseSources()
      span = self.span(from: predicate.span.start)
    }
    depth = argumentDepth
    let atom = AtomSyntax(predicate: predicate, arguments: arguments, sources: sources, span: span)
    return (atom, hasParentheses)
  }

  /// `(X, role: R)`, the parenthesis in hand.
  private mutating func parseArguments() throws(Abandoned) -> [AtomSyntax.Argument] {
    let start = token.start
    try enter()
    var arguments: [AtomSyntax.Argument] = []
    var deepest = 0
    if token.kind != .rightParenthesis {
      repeat {
        depth = 1
        arguments.append(try parseArgument())
        deepest = max(deepest, depth)
      } while take(.comma)
    }
    try expect(.rightParenthesis, .commaOrParenthesis)
    level -= 1
    try deepen(to: deepest + 1, at: start)
    return arguments
  }

  private mutating func parseArgument() throws(Abandoned) -> AtomSyntax.Argument {
    var column: Name?
    if token.kind == .name || token.kind == .variable {
      let next = lexer.peek()
      let isNegativeNumber = next.kind == .when && lexer.byte(at: next.end).isDigit
      if next.kind == .colon && !isBraceAfterColon || isNegativeNumber {
        if token.kind == .variable { throw fail(.variableAsColumn(text(of: token), at: span(of: token))) }
        column = name(token)
        advance()
        // `amount:-5` is a name, a colon and a negative number.
        if isNegativeNumber { lexer.move(to: token.start + 1) }
        advance()
      }
    }
    if token.kind == .wildcard {
      let wildcard = token
      let next = lexer.peek().kind
      if next == .comma || next == .rightParenthesis {
        advance()
        return AtomSyntax.Argument(column: column, value: ExpressionSyntax(.wildcard, span(of: wildcard)))
      }
    }
    return AtomSyntax.Argument(column: column, value: try parseExpression())
  }

  /// Whether `: {` follows the token in hand.
  private var isBraceAfterColon: Bool {
    var look = lexer
    look.isMuted = true
    return look.next().kind == .colon && look.next().kind == .leftBrace
  }

  /// `@ D:P`, the `@` in hand, or the `,` between two sources of a fact.
  mutating func parseSources() throws(Abandoned) -> AtomSyntax.Sources {
    advance()
    let document = try parseSourcePart(.document)
    guard take(.colon) else { return AtomSyntax.Sources(document: document, passage: nil) }
    return AtomSyntax.Sources(document: document, passage: try parseSourcePart(.passage))
  }

  private mutating func parseSourcePart(_ expected: Expected) throws(Abandoned) -> ExpressionSyntax {
    let part = token
    let kind: ExpressionSyntax.Kind
    switch part.kind {
    case .variable: kind = .variable(text(of: part))
    case .wildcard: kind = .wildcard
    case .parameter: kind = .parameter(String(text(of: part).dropFirst()))
    case .name where expected == .document && !isWord("not", part), .quoted where expected == .document:
      kind = .constant(.symbol(symbol(part)))
    case .number where expected == .passage, .year where expected == .passage:
      guard let number = Int64(exactly: part.bits) else { throw fail(outOfRange(part)) }
      kind = .constant(.number(number))
    default: throw unexpected(expected)
    }
    advance()
    return ExpressionSyntax(kind, span(of: part))
  }

  /// That the number of a token does not fit.
  func outOfRange(_ token: Token) -> Diagnostic {
    .integerOutOfRange(lexer.excerpt(token.start, token.end), at: span(of: token))
  }
}

extension BodyItem {
  /// Whether it is a condition whatever follows.
  var isLiteral: Bool {
    if case .literal = self { true } else { false }
  }
}

extension Parser {
  /// A fact, a rule, an unmarked question or a retraction: what begins with neither `?-`, `:-` nor a directive.
  mutating func parseStatement() throws(Abandoned) {
    switch token.kind {
    case .name, .bang, .leftParenthesis, .variable, .wildcard, .quoted, .parameter, .number, .year, .float, .date,
      .minus:
      break
    default: throw unexpected(.clause)
    }
    let start = token.start
    var items = [try parseItem()]
    var deepest = depth
    var citations: [AtomSyntax.Sources] = []
    if case .atom(let atom, _, isEnclosed: false) = items[0], let sources = atom.sources {
      citations.append(sources)
      while token.kind == .comma, isCitationNext { citations.append(try parseSources()) }
    }
    while citations.count < 2, take(.comma) {
      items.append(try parseItem())
      deepest = max(deepest, depth)
    }
    switch token.kind {
    case .when: try parseRule(items, from: start)
    case .tilde: finishRetraction(items, from: start)
    case .dot: try finishStatement(items, citations, from: start)
    default:
      if citations.count > 1 { throw unexpected(.factEnd) }
      let body = try parseBody(after: items, depth: deepest)
      if token.kind == .when { throw fail(.alternativeHeads(at: span(of: token))) }
      try finishQuestion(body, isMarked: false, from: start)
    }
  }

  /// Whether the `,` in hand goes on with the sources of a fact rather than with a condition.
  private var isCitationNext: Bool {
    var look = lexer
    look.isMuted = true
    let document = look.next()
    guard document.kind == .name || document.kind == .quoted, !isWord("not", document) else { return false }
    switch look.next().kind {
    case .colon, .dot, .comma: return true
    default: return false
    }
  }

  // MARK: Facts

  /// A clause without `:-` that ends with `.`, which is in hand.
  private mutating func finishStatement(
    _ items: [BodyItem],
    _ citations: [AtomSyntax.Sources],
    from start: Int
  ) throws(Abandoned) {
    if items.count == 1, case .atom(let atom, _, isEnclosed: false) = items[0] {
      let variable = atom.firstVariable ?? citations.lazy.compactMap(Parser.firstVariable).first
      if variable == nil { return try finishFact(atom, citations, from: start) }
      if dialect == .file, let variable {
        defer { advance() }
        lexer.report(.factWithVariable(variable.name, at: variable.span))
        return
      }
    }
    guard dialect == .prompt else {
      defer { advance() }
      for item in items { _ = try literal(item) }
      lexer.report(.unmarkedQuestion(at: span(from: start)))
      return
    }
    if citations.count > 1 { throw fail(.severalSources(at: citations[1].document.span)) }
    let isAtom = if case .atom(_, _, isEnclosed: false) = items[0] { items.count == 1 } else { false }
    let body = try parseBody(after: items, depth: depth)
    try finishQuestion(body, isMarked: false, looksLikeFact: isAtom, from: start)
  }

  private static func firstVariable(_ sources: AtomSyntax.Sources) -> (name: String, span: Span)? {
    sources.document.firstVariable ?? sources.passage?.firstVariable
  }

  private mutating func finishFact(
    _ atom: AtomSyntax,
    _ sources: [AtomSyntax.Sources],
    from start: Int
  ) throws(Abandoned) {
    var citations: [Citation] = []
    for source in sources {
      guard case .constant(.symbol(let document)) = source.document.kind else {
        throw fail(.parameterAsSource(at: source.document.span))
      }
      var passage: Int64?
      if let stated = source.passage {
        guard case .constant(.number(let number)) = stated.kind else {
          throw fail(.parameterAsSource(at: stated.span))
        }
        passage = number
      }
      let end = source.passage?.span ?? source.document.span
      citations.append(Citation(document: document, passage: passage, span: source.document.span.joined(end)))
    }
    advance()
    let set = citations.isEmpty ? sourceSets.citedSet : sourceSets.set(with: citations)
    let plain = AtomSyntax(predicate: atom.predicate, arguments: atom.arguments, sources: nil, span: atom.span)
    clauses.append(.fact(FactSyntax(atom: plain, sources: set, span: span(from: start))))
  }

  /// `p(a, _)~`, the `~` in hand.
  private mutating func finishRetraction(_ items: [BodyItem], from start: Int) {
    let mark = span(of: token)
    advance()
    _ = take(.dot)
    guard dialect == .prompt else { return lexer.report(.retractionInFile(at: mark)) }
    guard items.count == 1, case .atom(let atom, _, isEnclosed: false) = items[0] else {
      return lexer.report(.retractionOfBody(at: mark))
    }
    if let sources = atom.sources { return lexer.report(.retractionOfSource(at: sources.document.span)) }
    clauses.append(.retraction(RetractionSyntax(atom: atom, span: span(from: start))))
  }

  // MARK: Rules

  /// The rest of a rule, `:-` in hand.
  private mutating func parseRule(_ items: [BodyItem], from start: Int) throws(Abandoned) {
    var heads: [AtomSyntax] = []
    for item in items {
      guard case .atom(let head, _, isEnclosed: false) = item else { throw fail(.headIsNoAtom(at: item.span)) }
      if let sources = head.sources { throw fail(.sourceInHead(at: sources.document.span)) }
      if let wildcard = head.firstWildcard { lexer.report(.wildcardInHead(at: wildcard)) }
      heads.append(head)
    }
    advance()
    let body = try parseBody()
    try finishRuleBody()
    clauses.append(.rule(RuleSyntax(heads: heads, body: body, span: span(from: start))))
  }

  /// `:- body.`, the `:-` in hand.
  mutating func parseConstraint() throws(Abandoned) {
    let start = token.start
    advance()
    let body = try parseBody()
    try finishRuleBody()
    clauses.append(.constraint(ConstraintSyntax(body: body, span: span(from: start))))
  }

  private mutating func finishRuleBody() throws(Abandoned) {
    if isQuestionTail(token), !token.isFirstOnLine || lexer.peek().kind != .leftParenthesis {
      throw fail(.questionTailInRule(text(of: token), at: span(of: token)))
    }
    try expect(.dot, .commaOrEnd)
  }
}

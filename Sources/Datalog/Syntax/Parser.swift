/// Tokens to clauses, by recursive descent with one token in hand.
///
/// A clause that starts with a name is first read as a plain fact, which costs no allocation; when it is not one, it is
/// read again from its start in full. `f(X)` may be an atom or a call, and `(…)` a group or a value, until what follows
/// is seen: `BodyItem` keeps that open, so nothing else is read twice and every text takes linear time.
///
/// A fault is reported where it is found and abandons the clause; reading goes on after the next `.`, or at the
/// directive
/// or the end that stands before it.
struct Parser {
  /// Thrown after a fault has been reported.
  struct Abandoned: Error {}

  /// The depth to which parentheses, braces and operators may nest, since later stages recurse; chosen, far more than a
  /// person writes and far less than a stack holds.
  static let depthLimit = 400

  /// Where the tokens come from.
  var lexer: Lexer
  let source: SourceID
  let dialect: Dialect
  let sink: any FactSink
  /// The token in hand.
  var token: Token
  /// The end of the token before it.
  var previousEnd = 0
  /// The start of the token before it.
  private var previousStart = 0
  /// Where the clause in hand starts.
  var clauseStart = 0
  /// How many parentheses and braces are open.
  var level = 0
  /// The depth of the expression, literal or body that was read last.
  var depth = 0
  /// Set when the clause was abandoned at what looks like the start of the next.
  var isAtNextClause = false

  /// The clauses that were read, other than plain facts.
  var clauses: [Clause] = []
  var facts = FactRegister()
  var sourceSets = SourceSets()
  /// Of the plain fact in hand.
  var arguments: [FactArgument] = []
  /// Where they stand.
  var columnSpans: [(start: Int, end: Int)] = []
  /// The sources it cites.
  var citedParts: [(document: Token, passage: Int64?, end: Int)] = []
  /// Decoded texts of its arguments with escapes, and which argument starts where in it.
  var decoded: [UInt8] = []
  var decodedStarts: [(argument: Int, start: Int)] = []

  /// A parser at the start of a text.
  init(_ text: UnsafeBufferPointer<UInt8>, source: SourceID, dialect: Dialect, sink: any FactSink) {
    lexer = Lexer(text, source: source)
    self.source = source
    self.dialect = dialect
    self.sink = sink
    token = Token(kind: .end, isFirstOnLine: true, start: 0, end: 0)
  }

  /// What has been read.
  var tree: SyntaxTree {
    SyntaxTree(
      source: source,
      clauses: clauses,
      facts: facts.summaries,
      sourceSets: sourceSets.sets,
      statings: sourceSets.statings
    )
  }

  /// Reads the whole text.
  mutating func parse() {
    if let fault = TextFault(firstIn: lexer.text) {
      lexer.report(.notText(fault, in: lexer.text, source: source))
      return
    }
    token = lexer.next()
    if dialect == .question { return parseOnlyQuestion() }
    while token.kind != .end {
      let start = token.start
      parseClause()
      precondition(token.start > start || token.kind == .end, "every clause consumes a token")
    }
  }

  /// One clause or directive, of whatever kind.
  private mutating func parseClause() {
    clauseStart = token.start
    level = 0
    if token.kind == .name, parsePlainFact() { return }
    let first = token
    do {
      switch first.kind {
      case .directive: parseDirective()
      case .ask: try parseMarkedQuestion()
      case .when: try parseConstraint()
      case .dot where isDirectiveWithinLine: skipDirectiveWithinLine()
      default: try parseStatement()
      }
    } catch {
      recover(from: first)
    }
  }

  /// Goes to where the next clause starts.
  mutating func recover(from first: Token) {
    defer { isAtNextClause = false }
    if isAtNextClause, token.start > first.start { return }
    lexer.isMuted = true
    defer { lexer.isMuted = false }
    while true {
      switch token.kind {
      case .end: return
      case .directive where token.start > first.start: return
      case .dot: return advance()
      default: advance()
      }
    }
  }

  // MARK: Tokens

  /// Moves past the token in hand.
  mutating func advance() {
    previousStart = token.start
    previousEnd = token.end
    token = lexer.next()
  }

  /// Moves past a token of the kind if it is in hand.
  mutating func take(_ kind: TokenKind) -> Bool {
    guard token.kind == kind else { return false }
    advance()
    return true
  }

  /// Moves past a token of the kind, which must be in hand.
  mutating func expect(_ kind: TokenKind, _ expected: Expected) throws(Abandoned) {
    guard take(kind) else { throw unexpected(expected) }
  }

  /// The text of a token as written.
  func text(of token: Token) -> String {
    String(decoding: lexer.text[token.start..<token.end], as: UTF8.self)
  }

  /// Whether a word of the text is this one.
  func isWord(_ word: StaticString, _ token: Token) -> Bool {
    guard token.kind == .name, token.end - token.start == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { word in
      (0..<word.count).allSatisfy { word[$0] == lexer.text[token.start + $0] }
    }
  }

  /// Where a token stands.
  func span(of token: Token) -> Span { lexer.span(token.start, token.end) }

  /// From an offset to the end of the token read last.
  func span(from start: Int) -> Span { lexer.span(start, max(start, previousEnd)) }

  /// A token as a name.
  func name(_ token: Token) -> Name { Name(text(of: token), span(of: token)) }

  // MARK: Faults

  /// Reports a fault that spoils the clause.
  func fail(_ diagnostic: @autoclosure () -> Diagnostic) -> Abandoned {
    lexer.report(diagnostic())
    return Abandoned()
  }

  /// Reports that the token in hand is not what has to stand here.
  mutating func unexpected(_ expected: Expected) -> Abandoned {
    if token.kind == .faulty { return abandonFaulty() }
    if token.kind == .end || token.kind == .directive || (expected.endsClause && startsClause(token)) {
      isAtNextClause = token.kind != .end
      return fail(unfinished(expected))
    }
    if token.kind == .colon, lexer.peek().kind == .leftBrace { return fail(.misplacedAggregate(at: span(of: token))) }
    let found = Found(token, text: lexer.excerpt(token.start, token.end))
    return fail(.unexpected(found, expected, at: span(of: token)))
  }

  /// Abandons a clause at something that has been reported. Quoted text without an end takes the rest of its line, and
  /// likely the end of the clause with it.
  private mutating func abandonFaulty() -> Abandoned {
    if lexer.byte(at: token.start) == UInt8(ascii: "\"") {
      let next = lexer.peek()
      if next.kind == .end || startsClause(next) {
        advance()
        isAtNextClause = true
      }
    }
    return Abandoned()
  }

  /// That the clause in hand ends, or breaks off, before the token in hand.
  private func unfinished(_ expected: Expected) -> Diagnostic {
    let last = lexer.span(min(previousStart, previousEnd), previousEnd)
    let isOnOneLine = lexer.endOfLine(from: clauseStart) >= previousEnd
    return .unfinishedClause(expected, at: last, start: isOnOneLine ? nil : lexer.span(clauseStart, clauseStart + 1))
  }

  /// Whether a token on a line of its own begins a clause rather than goes on with one.
  private func startsClause(_ token: Token) -> Bool {
    switch token.kind {
    case .ask, .when: true
    case .name: token.isFirstOnLine
    default: false
    }
  }

  /// Notes that something of this depth was made of what was read last.
  mutating func deepen(to depth: Int, at start: Int) throws(Abandoned) {
    self.depth = depth
    guard depth <= Parser.depthLimit else { throw fail(.nestedTooDeeply(at: span(from: start))) }
  }

  /// Opens a parenthesis or brace, the token in hand.
  mutating func enter() throws(Abandoned) {
    level += 1
    guard level <= Parser.depthLimit else { throw fail(.nestedTooDeeply(at: span(of: token))) }
    advance()
  }
}

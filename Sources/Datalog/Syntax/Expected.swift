/// What the grammar wants at a place, in the words of a message.
enum Expected: String {
  case value = "a value"
  case condition = "a condition"
  case clause = "a fact, a rule or a question"
  case atomAfterNot = "a predicate or a test"
  case closingParenthesis = "an operator or `)`"
  case closingGroup = "`,`, `;` or `)`"
  case closingBrace = "`,` or `}`"
  case commaOrParenthesis = "`,` or `)`"
  case commaOrEnd = "`,`, `;` or the end of the clause"
  case factEnd = "the `.` at the end of the fact"
  case questionEnd = "the end of the question"
  case braces = "`: { … }`"
  case document = "a document"
  case passage = "the number of a passage"
  case by = "`by`"
  case orderVariable = "a variable to order by"
  case limitNumber = "a number of rows"
  case expectedBrace = "`{`"
  case expectedRow = "a row in parentheses"
  case expectedValue = "a constant"
  case parameterValue = "a constant value"

  /// Whether the clause could end here, so that a new line is likely to be a new clause.
  var endsClause: Bool {
    switch self {
    case .commaOrEnd, .factEnd, .questionEnd: true
    default: false
    }
  }

  /// What closes what was opened before the place.
  var closing: String? {
    switch self {
    case .closingParenthesis, .closingGroup, .commaOrParenthesis: "each `(` is closed by a `)`"
    case .closingBrace: "each `{` is closed by a `}`"
    default: nil
    }
  }

  /// What to write instead, where the place alone says it.
  var help: String? {
    switch self {
    case .commaOrParenthesis: "`,` separates arguments; text of several words is quoted: `\"two words\"`"
    case .commaOrEnd: "conditions have `,` between them: `p(X, Y), X > 3`"
    case .by: "write `order by` and a variable"
    case .orderVariable: "`order by` comes after all conditions: `?- p(X, Y), X > 3 order by Y desc.`"
    case .limitNumber: "write a whole number: `limit 10`"
    case .braces: "an aggregate is written `N = count : { … }` or `S = sum C : { … }`"
    case .expectedBrace, .expectedRow: "expected answers are written `expect { (a, 1), (b, 2) }`"
    case .expectedValue: "expected answers are symbols, numbers, floats and dates"
    case .passage: "a source is written `doc:4`, passage 4 of the document `doc`"
    case .document: "a source is written `doc` or `doc:4`"
    default: nil
    }
  }
}

/// What stands at a place, in the words of a message.
enum Found {
  case token(TokenKind, String)
  case word(String)
  case endOfLine

  /// A token, with the text that a message quotes.
  init(_ token: Token, text: String) {
    self = .token(token.kind, text)
  }

  /// Whether nothing more stands on the line.
  var isEndOfLine: Bool {
    if case .endOfLine = self { true } else { false }
  }

  var isLeftBrace: Bool {
    if case .token(.leftBrace, _) = self { true } else { false }
  }

  /// The name that it is.
  var name: String? {
    if case .token(.name, let text) = self { text } else { nil }
  }

  /// What it is, with what is written there.
  var text: String {
    switch self {
    case .endOfLine: "the end of the line"
    case .word(let text): "`\(text)`"
    case .token(let kind, let text):
      switch kind {
      case .end: "the end of the text"
      case .name: "the name `\(text)`"
      case .variable: "the variable `\(text)`"
      case .quoted: "the text `\(text)`"
      case .number, .year, .float: "the number `\(text)`"
      case .date: "the date `\(text)`"
      default: "`\(text)`"
      }
    }
  }
}

/// How a directive is written.
enum DirectiveForm: String {
  case declaration = ".decl p(a: symbol, b: number)"
  case column = "a: symbol"
  case key = "key(a, b)"
  case include = ".include \"file.dl\""
  case input = ".input p from \"file.tsv\""
  case output = ".output p to \"file.csv\" format csv"
  case printSize = ".printsize p"
  case parameter = ".param name value"
  case limit = ".limit time=10m"
  case cite = ".cite doc:4, other:1"
  case stated = ".stated \"2018-06-29T10:00:00Z\" by \"anna\" because \"letter\" in \"visit.dl\""

  /// What it is, for a message.
  var subject: String {
    switch self {
    case .column: "a column"
    case .key: "a key"
    default: "`\(rawValue.prefix { $0 != " " })`"
    }
  }

  /// What to write instead.
  var help: String {
    switch self {
    case .column: "each column has a name and a type, `symbol`, `number`, `float` or `date`: `a: symbol`"
    case .cite: "write `\(rawValue)`, or `.cite none` to end it"
    case .stated: "write `\(rawValue)`, from `by` on as far as known, or `.stated none` to end it"
    case .declaration: "write `\(rawValue)`, with `key(a)` after it where no two facts may agree on `a`"
    default: "write `\(rawValue)`"
    }
  }

  /// The directives of a file.
  static let names = ["cite", "decl", "include", "input", "limit", "output", "param", "printsize", "stated"]
}

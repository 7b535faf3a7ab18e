/// What a token is.
enum TokenKind: UInt8 {
  /// The end of the text.
  case end
  case name, variable, wildcard, quoted, parameter
  /// A number of exactly four decimal digits is a `year`.
  case number, year, float, date
  case leftParenthesis, rightParenthesis, leftBrace, rightBrace
  case comma, semicolon, dot, question, colon, at, tilde, bang
  /// `?-`
  case ask
  /// `:-`
  case when
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case plus, minus, star, slash, percent, caret
  /// `.name` as the first thing on its line.
  case directive
  /// Something already reported that stands for nothing else.
  case faulty

  /// Whether it is a number, a year or a float.
  var isNumeric: Bool {
    switch self {
    case .number, .year, .float: true
    default: false
    }
  }

  /// Whether a `%` after it may be the remainder operator.
  var endsOperand: Bool {
    switch self {
    case .variable, .number, .year, .float, .parameter, .rightParenthesis: true
    default: false
    }
  }

  /// The comparison it writes, or `nil`.
  var comparison: ComparisonOperator? {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  /// The binary operator it writes, or `nil`.
  var arithmetic: BinaryOperator? {
    switch self {
    case .caret: .power
    case .star: .multiply
    case .slash: .divide
    case .percent: .remainder
    case .plus: .add
    case .minus: .subtract
    default: nil
    }
  }
}

/// One token: its kind and its place; nothing is copied out of the text.
struct Token {
  var kind: TokenKind
  /// Whether a line ended between the token before it and this one.
  var isFirstOnLine: Bool
  /// Whether quoted text has to be decoded.
  var hasEscapes = false
  /// UTF-8 offsets, start included, end excluded.
  var start: Int
  var end: Int
  /// The magnitude of a number or year, the bits of a float, the key of a date.
  var bits: UInt64 = 0
}

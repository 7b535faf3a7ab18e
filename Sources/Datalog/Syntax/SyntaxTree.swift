/// What one source says, name by name, before anything is looked up.
///
/// Facts that are plain (positional arguments, each one literal) are not here: the parser hands them to its `FactSink`
/// and keeps only their `FactSummary`, so that memory does not grow with them.
public struct SyntaxTree: Sendable {
  public let source: SourceID
  /// In the order of the text.
  public let clauses: [Clause]
  /// One for each predicate and arity of the plain facts, in order of first appearance.
  public let facts: [FactSummary]
  /// The distinct sets of passages that facts of this source cite; `SourceSetID` indexes it, 0 is the empty set.
  public let sourceSets: [[Citation]]
  /// One for each set: what `.stated` says of the facts that have it.
  public let statings: [Stating?]

  public init(
    source: SourceID,
    clauses: [Clause],
    facts: [FactSummary],
    sourceSets: [[Citation]],
    statings: [Stating?]
  ) {
    self.source = source
    self.clauses = clauses
    self.facts = facts
    self.sourceSets = sourceSets
    self.statings = statings
  }
}

/// `.stated "2018-06-29T10:00:00Z" by "anna" because "letter" in "visit.dl"`: how facts came to be there.
public struct Stating: Hashable, Sendable {
  /// ISO 8601 in UTC.
  public let time: String
  public let author: String?
  public let reason: String?
  /// The names of the files that state them.
  public let files: [Symbol]

  public init(time: String, author: String?, reason: String?, files: [Symbol]) {
    self.time = time
    self.author = author
    self.reason = reason
    self.files = files
  }
}

/// A word of the text and where it stands.
public struct Name: Hashable, Sendable {
  public let text: String
  public let span: Span

  public init(_ text: String, _ span: Span) {
    self.text = text
    self.span = span
  }
}

/// A document and one of its passages; without a passage, the document as a whole.
public struct Citation: Hashable, Sendable {
  public let document: Symbol
  public let passage: Int64?
  public let span: Span

  public init(document: Symbol, passage: Int64?, span: Span) {
    self.document = document
    self.passage = passage
    self.span = span
  }
}

/// An index into `SyntaxTree.sourceSets`.
public struct SourceSetID: Hashable, Sendable {
  public static let none = SourceSetID(0)
  public let index: Int

  public init(_ index: Int) {
    self.index = index
  }
}

/// How a plain fact wrote one argument. A number of exactly four decimal digits is a `year` until its column says more.
public enum LiteralKind: UInt8, CaseIterable, Sendable {
  case symbol, number, year, float, date
}

/// What the plain facts of one predicate with one arity look like, without the facts.
public struct FactSummary: Sendable {
  public let predicate: Name
  public let arity: Int
  public var count: Int
  /// For each column, the first place of each kind of literal seen there.
  public var kinds: [[LiteralKind: Span]]

  public init(predicate: Name, arity: Int, count: Int, kinds: [[LiteralKind: Span]]) {
    self.predicate = predicate
    self.arity = arity
    self.count = count
    self.kinds = kinds
  }
}

public enum Clause: Sendable {
  case declaration(DeclarationSyntax)
  /// A fact that is not plain: named arguments, expressions or parameters.
  case fact(FactSyntax)
  case rule(RuleSyntax)
  case constraint(ConstraintSyntax)
  case question(QuestionSyntax)
  /// `p(a, _)~`, at the prompt only.
  case retraction(RetractionSyntax)
  case directive(DirectiveSyntax)
}

/// `.decl p(a: symbol, b: number) key(a)`; types are as written, checked later.
public struct DeclarationSyntax: Sendable {
  public let predicate: Name
  public let columns: [(name: Name, type: Name)]
  public let keys: [[Name]]
  public let span: Span

  public init(predicate: Name, columns: [(name: Name, type: Name)], keys: [[Name]], span: Span) {
    self.predicate = predicate
    self.columns = columns
    self.keys = keys
    self.span = span
  }
}

public struct FactSyntax: Sendable {
  public let atom: AtomSyntax
  public let sources: SourceSetID
  public let span: Span

  public init(atom: AtomSyntax, sources: SourceSetID, span: Span) {
    self.atom = atom
    self.sources = sources
    self.span = span
  }
}

public struct RuleSyntax: Sendable {
  public let heads: [AtomSyntax]
  public let body: BodySyntax
  public let span: Span

  public init(heads: [AtomSyntax], body: BodySyntax, span: Span) {
    self.heads = heads
    self.body = body
    self.span = span
  }
}

public struct ConstraintSyntax: Sendable {
  public let body: BodySyntax
  public let span: Span

  public init(body: BodySyntax, span: Span) {
    self.body = body
    self.span = span
  }
}

public struct QuestionSyntax: Sendable {
  public struct Order: Sendable {
    public let variable: Name
    public let isDescending: Bool

    public init(variable: Name, isDescending: Bool) {
      self.variable = variable
      self.isDescending = isDescending
    }
  }

  public let body: BodySyntax
  public let order: [Order]
  /// A number literal or a parameter.
  public let limit: ExpressionSyntax?
  /// The rows of `expect { (a, 1), … }`, when stated.
  public let expected: [[ExpressionSyntax]]?
  /// Whether it would be a fact if it had no variables: one atom and a full stop.
  public let looksLikeFact: Bool
  public let span: Span

  public init(
    body: BodySyntax,
    order: [Order],
    limit: ExpressionSyntax?,
    expected: [[ExpressionSyntax]]?,
    looksLikeFact: Bool = false,
    span: Span
  ) {
    self.body = body
    self.order = order
    self.limit = limit
    self.expected = expected
    self.looksLikeFact = looksLikeFact
    self.span = span
  }
}

public struct RetractionSyntax: Sendable {
  public let atom: AtomSyntax
  public let span: Span

  public init(atom: AtomSyntax, span: Span) {
    self.atom = atom
    self.span = span
  }
}

/// A directive other than `.decl`, `.cite` and `.stated`.
public struct DirectiveSyntax: Sendable {
  public enum Kind: Sendable {
    case include(path: String, span: Span)
    /// `.param name value`; the value is a literal.
    case parameter(Name, ExpressionSyntax)
    /// `.limit time=10m`, `.limit tuples=none`: names and values as written.
    case limit([(name: Name, value: Name)])
    /// `sources` are those that `.cite` has put in force.
    case input(predicate: Name, path: String?, sources: SourceSetID)
    case output(predicate: Name, path: String?, format: Name?)
    case printSize(predicate: Name)
    /// Any other well-formed line: a command of the prompt (`.help`), with the rest of the line.
    case command(Name, arguments: String)
  }

  public let kind: Kind
  public let span: Span

  public init(kind: Kind, span: Span) {
    self.kind = kind
    self.span = span
  }
}

/// Alternatives (`;`), each a conjunction (`,`). Never empty.
public struct BodySyntax: Sendable {
  public let alternatives: [[LiteralSyntax]]

  public init(alternatives: [[LiteralSyntax]]) {
    self.alternatives = alternatives
  }
}

public indirect enum LiteralSyntax: Sendable {
  /// An atom or a test: which of the two is decided by what is declared.
  case atom(AtomSyntax, isNegated: Bool)
  case comparison(ComparisonOperator, ExpressionSyntax, ExpressionSyntax, span: Span)
  /// A parenthesised body.
  case group(BodySyntax, span: Span)
}

public enum ComparisonOperator: String, CaseIterable, Sendable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// `p(X, role: R) @ D:P`: in a body, in a head, or in a fact.
public struct AtomSyntax: Sendable {
  public struct Argument: Sendable {
    /// The column, when given by name.
    public let column: Name?
    public let value: ExpressionSyntax

    public init(column: Name?, value: ExpressionSyntax) {
      self.column = column
      self.value = value
    }
  }

  /// `@ D` or `@ D:P` in a body.
  public struct Sources: Sendable {
    public let document: ExpressionSyntax
    public let passage: ExpressionSyntax?

    public init(document: ExpressionSyntax, passage: ExpressionSyntax?) {
      self.document = document
      self.passage = passage
    }
  }

  public let predicate: Name
  public let arguments: [Argument]
  public let sources: Sources?
  public let span: Span

  public init(predicate: Name, arguments: [Argument], sources: Sources?, span: Span) {
    self.predicate = predicate
    self.arguments = arguments
    self.sources = sources
    self.span = span
  }
}

public enum UnaryOperator: String, Sendable {
  case negate = "-"
}

public enum BinaryOperator: String, CaseIterable, Sendable {
  case power = "^"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case add = "+"
  case subtract = "-"
}

public struct ExpressionSyntax: Sendable {
  public indirect enum Kind: Sendable {
    case variable(String)
    case wildcard
    case constant(Constant)
    /// An integer of exactly four decimal digits: a number, or a year where a date is wanted.
    case year(Int)
    case parameter(String)
    /// A function, a sequence (`range`, `split`), or in a head an aggregate.
    case call(Name, [ExpressionSyntax])
    case unary(UnaryOperator, ExpressionSyntax)
    case binary(BinaryOperator, ExpressionSyntax, ExpressionSyntax)
    /// `agg E : { body }`; only alone on the right of a comparison.
    case aggregate(Name, ExpressionSyntax?, BodySyntax)
  }

  public let kind: Kind
  public let span: Span

  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }
}

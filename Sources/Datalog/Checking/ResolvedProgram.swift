// What the text says once every name is looked up, and before types, alternatives and order are settled.
//
// The passes between `Resolver` and `Lowering` read this form: it still has the shape of the text (groups, expressions
// in atoms), so that each of them can point at what the user wrote.

/// A variable of one clause. Variables of braces that the enclosing body does not bind are variables of their own.
struct ClauseVariable {
  let name: String
  /// Where it stands first.
  let span: Span
  /// The place of its type in `TypeInference`.
  let node: Int
  /// 0 for the clause itself, then braces in the order of the text; an enclosing scope has the smaller number.
  let scope: Int
  var occurrenceCount: Int

  /// Whether the name begins with `_`, which says that it may stand alone and is no part of an answer.
  var isSilent: Bool { name.hasPrefix("_") }
}

/// What stands where a value may.
indirect enum Operand {
  case variable(Int, Span)
  /// `isYear`: a number of four digits, which is a date where one is wanted.
  case constant(Constant, isYear: Bool, Span)
  case call(Operation, [Operand], node: Int, Span)

  var span: Span {
    switch self {
    case .variable(_, let span), .constant(_, _, let span), .call(_, _, _, let span): span
    }
  }

  /// The variable, when it stands alone.
  var variable: Int? { if case .variable(let id, _) = self { id } else { nil } }

  /// Calls `visit` with each variable in it, in the order of the text.
  func forEachVariable(_ visit: (Int, Span) -> Void) {
    switch self {
    case .variable(let id, let span): visit(id, span)
    case .constant: break
    case .call(_, let operands, _, _): for operand in operands { operand.forEachVariable(visit) }
    }
  }
}

/// An operator or function of one value.
enum Operation: Hashable {
  case binary(BinaryOperator)
  case negate
  case function(FunctionName)

  /// As the text writes it.
  var text: String {
    switch self {
    case .binary(let binary): binary.rawValue
    case .negate: "-"
    case .function(let name): name.rawValue
    }
  }
}

/// The functions by the names the text has for them.
enum FunctionName: String, CaseIterable {
  case cat, strlen, substr, lower, upper, trim, replace
  case toNumber = "to_number"
  case toString = "to_string"
  case toFloat = "to_float"
  case abs, min, max, round
  case year, month, day, weekday, precision
  case firstDay = "first_day"
  case lastDay = "last_day"
  case today

  /// How many arguments it takes.
  var argumentCount: ClosedRange<Int> {
    switch self {
    case .cat, .min, .max: 1...Int.max
    case .substr, .replace: 3...3
    case .today: 0...0
    case .strlen, .lower, .upper, .trim, .toNumber, .toString, .toFloat, .abs, .round, .year, .month, .day, .weekday,
      .precision, .firstDay, .lastDay:
      1...1
    }
  }
}

/// An argument of an atom.
enum ResolvedTerm {
  case wildcard
  case operand(Operand)
}

/// An atom with one argument for each column of its predicate.
struct ResolvedAtom {
  /// An index into `PredicateTable.entries`.
  let predicate: Int
  let arguments: [ResolvedTerm]
  let span: Span
}

indirect enum ResolvedLiteral {
  case atom(ResolvedAtom, isNegated: Bool)
  case comparison(ComparisonOperator, Operand, Operand, Span)
  case test(TestFunction, [Operand], isNegated: Bool, Span)
  /// `target = range(…)`; `node` is the type of the elements.
  case sequence(target: Operand, SequenceFunction, [Operand], node: Int, Span)
  /// `left op aggregate`.
  case aggregate(ComparisonOperator, left: Operand, ResolvedAggregate)
  case group([[ResolvedLiteral]], Span)
}

/// `function value : { body }`.
struct ResolvedAggregate {
  let function: AggregateFunction
  let value: Operand?
  var body: [[ResolvedLiteral]]
  /// Variables of enclosing scopes that occur in it, each where it does first.
  let groups: [(variable: Int, span: Span)]
  /// The type of the result.
  let node: Int
  /// Of the variables that are local to it.
  let scope: Int
  let span: Span
}

enum ResolvedHeadArgument {
  case operand(Operand)
  case aggregate(AggregateFunction, [Operand], node: Int, Span)
  /// One of the columns of a measure of the graph whose arcs have these ends.
  case measure(GraphMeasure, column: Int, [Operand], node: Int, Span)

  var span: Span {
    switch self {
    case .operand(let operand): operand.span
    case .aggregate(_, _, _, let span), .measure(_, _, _, _, let span): span
    }
  }
}

struct ResolvedHead {
  let predicate: Int
  let arguments: [ResolvedHeadArgument]
  let span: Span

  /// The place and function of the aggregates among the arguments.
  var aggregates: [(column: Int, function: AggregateFunction)] {
    arguments.enumerated().compactMap { column, argument in
      if case .aggregate(let function, _, _, _) = argument { (column, function) } else { nil }
    }
  }

  var measure: GraphMeasure? {
    arguments.lazy.compactMap { if case .measure(let measure, _, _, _, _) = $0 { measure } else { nil } }.first
  }

  /// What is wrong where a measure stands beside an aggregate or another measure.
  var measureFault: Diagnostic? {
    var first: GraphMeasure?
    for argument in arguments {
      switch argument {
      case .operand: break
      case .aggregate(let function, _, _, let span):
        if let measure { return .measureNotAlone(measure, beside: function.rawValue, at: span) }
      case .measure(let measure, let column, _, _, let span) where column == 0:
        if let first { return .measureNotAlone(first, beside: measure.rawValue, at: span) }
        first = measure
      case .measure: break
      }
    }
    return nil
  }
}

/// A rule, a constraint or a question.
struct ResolvedClause {
  enum Kind {
    case rule
    case constraint
    /// `answers` are the columns of the answer.
    case question(QuestionSyntax, expected: [[Operand]]?, limit: Int?)
  }

  let kind: Kind
  var heads: [ResolvedHead]
  var body: [[ResolvedLiteral]]
  var variables: [ClauseVariable]
  let span: Span
  /// Whether it comes from the knowledge base.
  let isStored: Bool
  /// Part of it could not be resolved and is left out: what follows from its absence is not to be reported.
  let isPoisoned: Bool
}

/// A fact whose arguments are not plain literals.
struct ResolvedFact {
  let predicate: Int
  let arguments: [Operand]
  let source: SourceID
  let sources: SourceSetID
  let span: Span
}

/// A program in which every name is resolved, every type known, every variable bound and every negation stratified.
///
/// Only the checker makes one; later stages re-check nothing. What the text says in several ways is said in one way here:
/// - arguments stand by position; wildcards and left-out columns are `.wildcard`; expressions in atoms and heads are
///   variables with an `=` literal beside them; parameters and `today()` are constants; years are dates where wanted;
///   number literals are floats where wanted, computed numbers go through `.toFloat`;
/// - `;` is expanded: each alternative is a rule of its own, as is each head of a rule with several;
/// - a question and a constraint are rules of a predicate of their own, whose columns are their variables;
/// - an atom with `@ D:P` is an atom of the `.cited` predicate, which has the two columns `document`, `passage` more.
public struct CheckedProgram: Sendable {
  /// Indexed by `PredicateID`.
  public let predicates: [Predicate]
  /// Sets of mutually dependent predicates that have rules, each after those it depends on.
  public let strata: [Stratum]
  public let rules: [Rule]
  /// Facts whose arguments have to be computed; all arguments are ground.
  public let computedFacts: [ComputedFact]
  public let constraints: [CheckedConstraint]
  /// In the order of the text, questions, outputs and the like.
  public let requests: [Request]
  /// Patterns of facts to retract (`p(a, _)~`).
  public let retractions: [Atom]
  public let warnings: [Diagnostic]

  /// The program with predicates and rules made from its own, behind those it has.
  package func adding(
    predicates added: [Predicate],
    rules addedRules: [Rule],
    strata addedStrata: [Stratum] = []
  ) -> CheckedProgram {
    CheckedProgram(
      predicates: predicates + added,
      strata: strata + addedStrata,
      rules: rules + addedRules,
      computedFacts: computedFacts,
      constraints: constraints,
      requests: requests,
      retractions: retractions,
      warnings: warnings
    )
  }
}

/// An index into `CheckedProgram.predicates`.
public struct PredicateID: Hashable, Comparable, Sendable {
  public let index: Int

  public init(_ index: Int) {
    self.index = index
  }

  public static func < (a: PredicateID, b: PredicateID) -> Bool { a.index < b.index }
}

public struct Column: Hashable, Sendable {
  public let name: String
  public let type: ValueType

  public init(name: String, type: ValueType) {
    self.name = name
    self.type = type
  }
}

public struct Predicate: Sendable {
  public enum Kind: Hashable, Sendable {
    /// May have facts, rules, or both.
    case ordinary
    /// The facts of another predicate with a row for each passage they cite: its columns, then `document: symbol`,
    /// `passage: number` (-1 for the document as a whole).
    case cited(PredicateID)
    /// `mentions(document: symbol, passage: number, entity: symbol)`.
    case mentions
    /// `evidence(predicate: symbol, document: symbol, passage: number)`.
    case evidence
    /// The answers of a question or the violations of a constraint.
    case answers
  }

  /// Unique among `.ordinary` predicates.
  public let name: String
  public let columns: [Column]
  /// Each a set of column places.
  public let keys: [[Int]]
  public let kind: Kind
  /// Declared in the text or by the knowledge base.
  public let isDeclared: Bool
  /// Declared in the text of this program (a load has to store it).
  public let isDeclaredHere: Bool
  /// Whether it has rules.
  public let isDerived: Bool
  public let declaration: Span?

  package init(
    name: String,
    columns: [Column],
    keys: [[Int]] = [],
    kind: Kind = .ordinary,
    isDeclared: Bool = false,
    isDeclaredHere: Bool = false,
    isDerived: Bool = false,
    declaration: Span? = nil
  ) {
    self.name = name
    self.columns = columns
    self.keys = keys
    self.kind = kind
    self.isDeclared = isDeclared
    self.isDeclaredHere = isDeclaredHere
    self.isDerived = isDerived
    self.declaration = declaration
  }
}

/// Predicates that depend on one another, with the rules that derive them.
public struct Stratum: Sendable {
  public let predicates: [PredicateID]
  /// Indices into `CheckedProgram.rules`.
  public let rules: [Int]
  public let isRecursive: Bool

  package init(predicates: [PredicateID], rules: [Int], isRecursive: Bool) {
    self.predicates = predicates
    self.rules = rules
    self.isRecursive = isRecursive
  }
}

/// An index into the variables of one rule.
public struct VariableID: Hashable, Comparable, Sendable {
  public let index: Int

  public init(_ index: Int) {
    self.index = index
  }

  public static func < (a: VariableID, b: VariableID) -> Bool { a.index < b.index }
}

public struct Variable: Hashable, Sendable {
  /// As written; generated ones begin with `_`.
  public let name: String
  public let type: ValueType
  /// Stands for an expression: its value follows from those of the other variables.
  public let isGenerated: Bool

  package init(name: String, type: ValueType, isGenerated: Bool = false) {
    self.name = name
    self.type = type
    self.isGenerated = isGenerated
  }
}

public struct Rule: Sendable {
  /// Rules made of one clause (alternatives, several heads) share its number.
  public let clause: Int
  /// The place of the head among those of the clause.
  public let headPlace: Int
  public let head: Head
  /// One conjunction. Empty only for a rule that always holds.
  public let body: [Literal]
  /// Those of the body and of all braces in it, renamed apart.
  public let variables: [Variable]
  /// The whole clause in its source.
  public let span: Span

  package init(clause: Int, headPlace: Int, head: Head, body: [Literal], variables: [Variable], span: Span) {
    self.clause = clause
    self.headPlace = headPlace
    self.head = head
    self.body = body
    self.variables = variables
    self.span = span
  }
}

extension Rule {
  /// Names the head of a clause whose alternatives the rules with it are.
  public struct HeadID: Hashable, Sendable {
    let clause: Int
    let place: Int
  }

  public var headID: HeadID { HeadID(clause: clause, place: headPlace) }
}

public struct Head: Sendable {
  public let predicate: PredicateID
  /// One for each column.
  public let arguments: [HeadArgument]

  package init(predicate: PredicateID, arguments: [HeadArgument]) {
    self.predicate = predicate
    self.arguments = arguments
  }

  /// Whether its tuples are made of all solutions of a group together.
  public var isAggregate: Bool {
    arguments.contains { if case .term = $0 { false } else { true } }
  }

  public var measure: GraphMeasure? {
    arguments.lazy.compactMap { if case .measure(let measure, _, _) = $0 { measure } else { nil } }.first
  }
}

public enum HeadArgument: Sendable {
  /// A variable or constant. In a rule with aggregates, the group.
  case term(Term)
  /// Over the distinct tuples of the group and these arguments; the first is what is aggregated.
  case aggregate(AggregateFunction, [Term])
  /// One of the columns of a measure, of the graph whose arcs have these two ends; of each group, a graph of its own. All
  /// columns of the one measure of a head follow one another, and there is no aggregate beside it.
  case measure(GraphMeasure, column: Int, [Term])
}

public enum AggregateFunction: String, CaseIterable, Sendable {
  case count, sum, min, max, mean, list
}

public enum Term: Hashable, Sendable {
  case variable(VariableID)
  case constant(Constant)
  /// In body atoms only.
  case wildcard
}

public struct Atom: Sendable {
  public let predicate: PredicateID
  /// One for each column.
  public let arguments: [Term]
  public let span: Span

  package init(predicate: PredicateID, arguments: [Term], span: Span) {
    self.predicate = predicate
    self.arguments = arguments
    self.span = span
  }
}

public indirect enum Literal: Sendable {
  case atom(Atom, isNegated: Bool)
  /// Both sides of one type. With `.equal`, a bare variable on one side may be bound by it.
  case comparison(ComparisonOperator, Expression, Expression, span: Span)
  case test(TestFunction, [Expression], isNegated: Bool, span: Span)
  /// Binds the variable, or checks it, once for each element.
  case sequence(VariableID, SequenceFunction, [Expression], span: Span)
  case aggregate(AggregateLiteral)
}

/// `result = function value : { alternatives }`.
///
/// The solutions of the braces are the bindings of all variables and wildcards of an alternative. `count` without a value
/// counts them; `count` with a value counts distinct values; `list` lists distinct values; the others run over solutions.
public struct AggregateLiteral: Sendable {
  public let result: VariableID
  public let function: AggregateFunction
  /// What is aggregated; `nil` for plain `count`.
  public let value: Expression?
  public let alternatives: [[Literal]]
  /// Variables of the braces that the enclosing body binds.
  public let groups: [VariableID]
  public let span: Span

  /// The same with another variable for its result.
  package func resulting(in variable: VariableID) -> AggregateLiteral {
    AggregateLiteral(
      result: variable,
      function: function,
      value: value,
      alternatives: alternatives,
      groups: groups,
      span: span
    )
  }
}

public indirect enum Expression: Hashable, Sendable {
  case variable(VariableID)
  case constant(Constant)
  case call(Function, [Expression])
}

/// Every function that yields one value, by the types it works on where that matters.
public enum Function: String, CaseIterable, Sendable {
  // number × number → number, float × float → float
  case add, subtract, multiply, divide, remainder, power
  case negate, absolute
  // date × number → date (days), date × date → number (days)
  case addDays, subtractDays, daysBetween
  // any types → symbol
  case concatenate
  case length, substring, lower, upper, trim, replace
  // symbol, float or any → …
  case toNumber, toString, toFloat
  // any one type, one or more arguments
  case minimum, maximum
  // float → number, half away from zero
  case round
  case year, month, day, weekday, firstDay, lastDay, precision
}

public enum SequenceFunction: String, CaseIterable, Sendable {
  case range, split
}

public enum TestFunction: String, CaseIterable, Sendable {
  case contains, startsWith, endsWith, match, isTrue, isFalse
}

public struct ComputedFact: Sendable {
  public let predicate: PredicateID
  public let arguments: [Expression]
  public let source: SourceID
  /// Of the source's syntax tree.
  public let sources: SourceSetID
  public let span: Span
}

/// Each tuple of `answers` is a violation; its columns are the variables of the body in order of first appearance.
public struct CheckedConstraint: Sendable {
  public let answers: PredicateID
  public let span: Span
}

public struct CheckedQuestion: Sendable {
  /// Its columns are the answer's, named by the variables as written. No columns: yes or no.
  public let answers: PredicateID
  public let order: [(column: Int, isDescending: Bool)]
  public let limit: Int?
  /// Stated by `expect`.
  public let expected: [[Constant]]?
  public let span: Span
}

/// One thing the text asks for, in the order of the text.
public enum Request: Sendable {
  case question(CheckedQuestion)
  case output(PredicateID, path: String?, format: String?, span: Span)
  case printSize(PredicateID, span: Span)
}

// The wording of what is said about names. One function for each fault; see `Diagnostic` for the tone.

extension Diagnostic {
  // MARK: Predicates

  /// - Parameter values: that facts hold: the name itself, or else those nearest to it where no predicate is near.
  static func unknownPredicate(
    _ name: Name,
    at spans: [Span],
    nearest: [String],
    values: [Symbol] = []
  ) -> Diagnostic {
    var notes = [Note("a predicate is known by a declaration, a fact or a rule of it")]
    if spans.count > 1 { notes.append(Note("`\(name.text)` stands in \(spans.count) places")) }
    let isArcs = name.text == GraphMeasure.arcs
    return Diagnostic(
      .unknownPredicate,
      at: name.span,
      "there is no predicate `\(name.text)`",
      notes: notes,
      help: isArcs
        ? "say what is linked by a rule, for example `\(name.text)(A, B) :- met(A, B).`"
        : didYouMean(nearest) ?? describing(values) ?? "`.decl \(name.text)(…)` declares it, also without facts",
      repair: Repair(nearest, at: spans)
    )
  }

  private static func describing(_ values: [Symbol]) -> String? {
    guard let first = values.first else { return nil }
    let names = list(values.map(\.literalText), "or")
    return "facts hold \(names) as a value: at the prompt, `.describe \(first.literalText)` tells what is known of it"
  }

  static func wrongArity(_ name: Name, given: Int, entry: PredicateTable.Entry) -> Diagnostic {
    let columns = entry.columnNames
    let verb = given == 1 ? "is" : "are"
    let notes = entry.origin.map { [Note(entry.isDeclared ? "declared here" : "first used here", at: $0)] } ?? []
    return Diagnostic(
      .wrongArity,
      at: name.span,
      "`\(name.text)` has \(counted(columns.count, "column")), but here \(counted(given, "value")) \(verb) given",
      notes: notes,
      help: columns.isEmpty
        ? "write `\(name.text)`"
        : "the columns are `\(name.text)(\(columns.joined(separator: ", ")))`; `_` stands for any value, and "
          + "`\(columns[0]): X` names one and leaves out the others"
    )
  }

  static func declaredTwice(_ name: Name, first: Span) -> Diagnostic {
    Diagnostic(
      .declaredTwice,
      at: name.span,
      "`\(name.text)` is declared a second time; one declaration is enough",
      notes: [Note("declared first here", at: first)],
      help: "remove one of the two"
    )
  }

  static func declaredAlready(_ name: Name) -> Diagnostic {
    Diagnostic(
      .declaredTwice,
      at: name.span,
      "the knowledge base declares `\(name.text)` already, in these words",
      help: "there is nothing to do: leave the declaration out"
    )
  }

  /// - Parameter factCount: of the stored predicate.
  static func declarationDiffers(
    _ declaration: DeclarationSyntax,
    stored: StoredDeclaration,
    factCount: Int?
  ) -> Diagnostic {
    let here = declarationText(
      declaration.predicate.text,
      declaration.columns.map { ($0.name.text, $0.type.text) },
      keys: declaration.keys.map { $0.map(\.text) }
    )
    let there = declarationText(
      stored.predicate,
      stored.columns.map { ($0.name, $0.type.rawValue) },
      keys: stored.keys.map { key in
        key.compactMap { stored.columns.indices.contains($0) ? stored.columns[$0].name : nil }
      }
    )
    let held = factCount.map { ", with \(counted($0, "fact"))" } ?? ""
    return Diagnostic(
      .declarationDiffers,
      at: declaration.span,
      "`\(declaration.predicate.text)` is declared differently in the knowledge base; a file may only repeat its words",
      notes: [Note("here: `\(here)`"), Note("in the knowledge base\(held): `\(there)`")],
      help: "use the words of the knowledge base, or another name; `.retype` at the prompt converts stored facts"
    )
  }

  private static func declarationText(
    _ name: String,
    _ columns: [(name: String, type: String)],
    keys: [[String]]
  ) -> String {
    let columns = columns.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    return ".decl \(name)(\(columns))" + keys.map { " key(\($0.joined(separator: ", ")))" }.joined()
  }

  static func reservedPredicate(_ name: Name) -> Diagnostic {
    let what =
      PredicateTable.isBuiltIn(name.text) ? "a built-in relation, computed from the facts" : "the name of a test"
    return Diagnostic(
      .reservedPredicate,
      at: name.span,
      "`\(name.text)` is \(what); a predicate needs another name",
      help: "for example `\(name.text)_of`"
    )
  }

  static func undeclaredFact(_ name: Name, nearest: [String]) -> Diagnostic {
    Diagnostic(
      .undeclaredFact,
      at: name.span,
      "`\(name.text)` is not declared; where anything is declared, facts are taken for declared predicates only",
      help: didYouMean(nearest) ?? "declare it first: `.decl \(name.text)(…)`",
      repair: Repair(nearest, at: name.span)
    )
  }

  static func inputNotDeclared(_ name: Name, nearest: [String]) -> Diagnostic {
    Diagnostic(
      .inputNotDeclared,
      at: name.span,
      "`\(name.text)` is not declared; `.input` needs a declaration that gives the columns and their types",
      help: didYouMean(nearest) ?? "declare it first: `.decl \(name.text)(…)`",
      repair: Repair(nearest, at: name.span)
    )
  }

  static func sourcesOfDerived(_ name: Name, at span: Span, entry: PredicateTable.Entry) -> Diagnostic {
    let reason = entry.kind == .ordinary ? "has rules" : "is built in"
    return Diagnostic(
      .sourcesOfDerived,
      at: span,
      "`\(name.text)` \(reason), and only stored facts have sources to ask for with `@`",
      help: "put `@` after the facts that its rules use"
    )
  }

  static func sourcesOfTest(_ name: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .sourcesOfDerived,
      at: span,
      "`\(name)` is a test, and only stored facts have sources to ask for with `@`",
      help: "leave out `@` and what follows it"
    )
  }

  // MARK: Columns

  static func unknownColumn(_ name: Name, of predicate: String, columns: [String]) -> Diagnostic {
    let near = nearest(to: name.text, among: columns)
    return Diagnostic(
      .unknownColumn,
      at: name.span,
      "`\(predicate)` has no column `\(name.text)`",
      notes: [Note("its columns are \(list(columns))")],
      help: didYouMean(near),
      repair: Repair(near, at: name.span)
    )
  }

  static func missingColumn(_ missing: [String], of predicate: String, at span: Span) -> Diagnostic {
    let verb = missing.count == 1 ? "is" : "are"
    return Diagnostic(
      .missingColumn,
      at: span,
      "\(list(missing)) of `\(predicate)` \(verb) left out; a fact or head gives every column",
      help: "add " + list(missing.map { "\($0): …" })
    )
  }

  static func columnGivenTwice(_ column: String, of predicate: String, at span: Span, first: Span) -> Diagnostic {
    Diagnostic(
      .columnGivenTwice,
      at: span,
      "the column `\(column)` of `\(predicate)` is given twice",
      notes: [Note("given first here", at: first)],
      help: "give it once; that two values are equal is written `X = Y`"
    )
  }

  static func columnDeclaredTwice(_ column: Name, first: Span) -> Diagnostic {
    Diagnostic(
      .columnGivenTwice,
      at: column.span,
      "there are two columns `\(column.text)`; each needs a name of its own",
      notes: [Note("the first is here", at: first)],
      help: "rename one of the two"
    )
  }

  static func unknownOrderColumn(_ name: Name, columns: [String]) -> Diagnostic {
    let near = nearest(to: name.text, among: columns)
    return Diagnostic(
      .unknownOrderColumn,
      at: name.span,
      "`\(name.text)` is no column of the answer, which can only be ordered by what it shows",
      notes: [
        Note(columns.isEmpty ? "the answer is yes or no" : "the answer has \(list(columns))")
      ],
      help: didYouMean(near),
      repair: Repair(near, at: name.span)
    )
  }

  static func wrongExpectedCount(given: Int, columns: [String], at span: Span) -> Diagnostic {
    Diagnostic(
      .wrongArity,
      at: span,
      "the answer has \(counted(columns.count, "column")), but this row has \(counted(given, "value"))",
      notes: columns.isEmpty ? [] : [Note("the columns are \(list(columns))")],
      help: columns.isEmpty ? "`()` is yes" : "write one value for each column"
    )
  }

  // MARK: Functions and parameters

  static func unknownFunction(_ name: Name) -> Diagnostic {
    let functions = FunctionName.allCases.map(\.rawValue) + SequenceFunction.allCases.map(\.rawValue)
    let isTest = PredicateTable.tests[name.text] != nil
    let near = isTest ? [] : nearest(to: name.text, among: functions)
    return Diagnostic(
      .unknownFunction,
      at: name.span,
      "there is no function `\(name.text)`",
      notes: [
        Note("a name before `(` where a value is wanted is a function; a predicate stands alone, between commas")
      ],
      help: isTest ? "`\(name.text)(…)` is a test: it stands alone, between commas" : didYouMean(near),
      repair: Repair(near, at: name.span)
    )
  }

  static func unknownAggregate(_ name: Name) -> Diagnostic {
    let aggregates = AggregateFunction.allCases.map(\.rawValue)
    let near = nearest(to: name.text, among: aggregates)
    return Diagnostic(
      .unknownFunction,
      at: name.span,
      "there is no aggregate `\(name.text)`",
      notes: [Note("the aggregates are \(list(aggregates))")],
      help: didYouMean(near),
      repair: Repair(near, at: name.span)
    )
  }

  static func wrongArgumentCount(
    _ name: String,
    given: Int,
    wanted: ClosedRange<Int>,
    at span: Span
  ) -> Diagnostic {
    let wants: String
    if wanted.lowerBound == wanted.upperBound {
      wants = wanted.lowerBound == 0 ? "no values" : counted(wanted.lowerBound, "value")
    } else {
      wants = "at least \(counted(wanted.lowerBound, "value"))"
    }
    return Diagnostic(
      .wrongArgumentCount,
      at: span,
      "`\(name)` takes \(wants), but here \(counted(given, "value")) \(given == 1 ? "is" : "are") given",
      help: usage[name].map { "write `\($0)`" }
    )
  }

  /// How what takes a fixed number of values is written.
  private static let usage: [String: String] = [
    "strlen": "strlen(S)", "substr": "substr(S, From, Length)", "lower": "lower(S)", "upper": "upper(S)",
    "trim": "trim(S)", "replace": "replace(S, Old, New)", "to_number": "to_number(S)", "to_string": "to_string(X)",
    "to_float": "to_float(N)", "abs": "abs(N)", "round": "round(F)", "year": "year(D)", "month": "month(D)",
    "day": "day(D)", "weekday": "weekday(D)", "first_day": "first_day(D)", "last_day": "last_day(D)",
    "precision": "precision(D)", "today": "today()", "range": "N = range(First, Last)", "split": "W = split(S, \",\")",
    "contains": "contains(Part, Whole)", "starts_with": "starts_with(S, Start)", "ends_with": "ends_with(S, End)",
    "match": "match(Pattern, S)", "true": "true", "false": "false",
    "list": "list(E)",
  ]

  static func aggregateWithoutValue(_ name: Name, at span: Span) -> Diagnostic {
    Diagnostic(
      .wrongArgumentCount,
      at: name.span,
      "`\(name.text)` needs to know of which value; only `count` may stand directly before the braces",
      help: "write `\(name.text) E : { … }`, with `E` from the braces"
    )
  }

  static func testArgumentByName(_ name: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unknownColumn,
      at: span,
      "`\(name)` is a test, whose values are given by position, without names",
      help: usage[name].map { "write `\($0)`" }
    )
  }

  static func unsetParameter(_ name: String, at span: Span, nearest: [String]) -> Diagnostic {
    Diagnostic(
      .unsetParameter,
      at: span,
      "the parameter `$\(name)` has no value",
      help: didYouMean(nearest.map { "$" + $0 })
        ?? "give it one with `--param \(name)=VALUE`, or with `.param \(name) VALUE` at the prompt",
      repair: Repair(nearest.map { "$" + $0 }, at: span)
    )
  }
}

// The wording of what is said about bound variables, strata and what is merely suspicious.

extension Diagnostic {
  // MARK: Safety

  /// Where a variable stands that nothing binds.
  enum BindingProblem {
    case head, answer, comparison, expression, test, aggregate, braces
  }

  static func unboundVariable(
    _ name: String,
    _ problem: BindingProblem,
    at span: Span,
    isOneOfSeveral: Bool,
    twin: Span?
  ) -> Diagnostic {
    let place =
      switch problem {
      case .head: "stands in the head, but nothing in the body binds it"
      case .answer: "is asked for, but nothing binds it"
      case .comparison: "is compared, but nothing binds it"
      case .expression: "is used in an expression, but nothing binds it"
      case .test: "is tested, but nothing binds it"
      case .aggregate: "is aggregated, but nothing in the braces binds it"
      case .braces: "groups these braces, but nothing outside them binds it"
      }
    var notes = [Note("a variable is bound by an atom without `not`, or by `\(name) = …` with a value that is known")]
    if isOneOfSeveral { notes.append(Note("where alternatives are joined by `;`, each of them has to bind it")) }
    if let twin {
      notes.append(Note("the `\(name)` in the braces is another variable: nothing outside binds it", at: twin))
    }
    return Diagnostic(
      .unboundVariable,
      at: span,
      "`\(name)` \(place)",
      notes: notes,
      help: "add an atom with `\(name)` to the body"
    )
  }

  static func unboundInNegation(_ name: String, at span: Span, twin: Span?) -> Diagnostic {
    var notes = [Note("`not` asks about values that are known; it finds none")]
    if let twin { notes.append(Note("the `\(name)` in the braces is another variable", at: twin)) }
    return Diagnostic(
      .unboundInNegation,
      at: span,
      "`\(name)` stands only under `not`, so nothing binds it",
      notes: notes,
      help: "write `_` if any value is meant, or add an atom with `\(name)`"
    )
  }

  // MARK: Strata

  /// One step of a cycle of predicates.
  struct CycleStep {
    /// “not ”, “count of ”, or nothing.
    let prefix: String
    let predicate: String
    let span: Span
  }

  static func notStratified(start: String, steps: [CycleStep]) -> Diagnostic {
    // Chosen: a longer cycle is shown by its beginning and its end.
    let shown = 12
    var names = [start] + steps.map { $0.prefix + $0.predicate }
    if names.count > shown { names.replaceSubrange(shown - 2..<names.count - 1, with: ["…"]) }
    let cycle = names.joined(separator: " → ")
    var notes: [Note] = []
    var from = start
    for step in steps.prefix(shown) {
      notes.append(Note("`\(from)` depends on `\(step.prefix)\(step.predicate)` here", at: step.span))
      from = step.predicate
    }
    let isNegated = steps.first?.prefix == "not "
    return Diagnostic(
      .notStratified,
      at: steps.first?.span,
      "`\(start)` depends on \(isNegated ? "its own absence" : "an aggregate of itself"): `\(cycle)`",
      notes: notes,
      help: "what stands under `not` or in an aggregate has to be known before: take one of the steps out of the circle"
    )
  }

  static func recursiveAggregate(
    _ predicate: String,
    _ function: AggregateFunction,
    column: String,
    at span: Span
  ) -> Diagnostic {
    let comparison = function == .min ? "`V < …` or `V <= …`" : "`V > …` or `V >= …`"
    return Diagnostic(
      .recursiveAggregate,
      at: span,
      "this uses the `\(function.rawValue)` of `\(predicate)` while it is still being found",
      notes: [
        Note(
          "in the rules that find it, a value `V` of the column `\(column)` may only go into that column again, "
            + "directly or through `=`, by `+`, `min` or `max`, stand in \(comparison), or be `_`"
        )
      ],
      help: "find the value first, and use it in a rule of another predicate"
    )
  }

  static func mixedAggregates(
    _ predicate: String,
    _ function: AggregateFunction,
    column: String,
    at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .mixedAggregates,
      at: span,
      "the rules of `\(predicate)` are recursive, with `\(function.rawValue)` in column `\(column)`; this one differs",
      notes: [Note("all rules of such a predicate have the one aggregate in the one column; facts need none")],
      help: "write `\(function.rawValue)(…)` in the column `\(column)` here too"
    )
  }

  // MARK: Warnings

  static func singletonVariable(_ name: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .singletonVariable,
      at: span,
      "`\(name)` stands only once, so it joins nothing",
      help: "write `_` if any value is meant, or `_\(name)` to keep the name"
    )
  }

  /// Why a literal never holds.
  enum Contradiction: Hashable {
    case emptyPredicate(String)
    case `false`
    case sameVariable
    case constants
    case twoValues(first: Span)
  }

  static func neverHolds(
    _ reason: Contradiction,
    at span: Span,
    isOnly: Bool,
    isRule: Bool
  ) -> Diagnostic {
    let cause: String
    var notes: [Note] = []
    switch reason {
    case .emptyPredicate(let name): cause = "`\(name)` has no facts and no rules"
    case .false: cause = "this is never true"
    case .sameVariable: cause = "a value never differs from itself"
    case .constants: cause = "these two values do not compare so"
    case .twoValues(let first):
      cause = "the variable has another value already"
      notes = [Note("given here", at: first)]
    }
    let effect = !isOnly ? "this alternative never holds" : isRule ? "the rule never fires" : "there is never an answer"
    return Diagnostic(.ruleNeverFires, at: span, "\(cause), so \(effect)", notes: notes)
  }

  static func crossProduct(at span: Span, first: Span) -> Diagnostic {
    Diagnostic(
      .crossProduct,
      at: span,
      "this shares no variable with what stands before it, so every row meets every other",
      notes: [Note("nothing connects it with this", at: first)],
      help: "use one variable in both, or ask two questions"
    )
  }

  static func askedNotStated(_ variable: String, at span: Span) -> Diagnostic {
    let name = variable.lowercased()
    return Diagnostic(
      .askedNotStated,
      at: span,
      "`\(variable)` begins with a capital letter, so this asks, and nothing is added",
      help: "to add it, write `\(name)` or `\"\(variable)\"`",
      repair: Repair([name], at: span)
    )
  }

  static func symbolForVariable(_ symbol: Symbol, at span: Span) -> Diagnostic {
    let variable = symbol.description.prefix(1).uppercased() + symbol.description.dropFirst()
    return Diagnostic(
      .unknownSymbol,
      at: span,
      "no fact contains `\(symbol)`",
      help: "what is wanted begins with a capital letter: `\(variable)`",
      repair: Repair([variable], at: span)
    )
  }

  static func unknownSymbol(_ symbol: Symbol, at span: Span, nearest: [Symbol]) -> Diagnostic {
    Diagnostic(
      .unknownSymbol,
      at: span,
      "no fact contains \(backquoted(symbol))",
      help: didYouMean(nearest.map(\.literalText)),
      repair: Repair(nearest.map(\.literalText), at: span)
    )
  }

  private static func backquoted(_ symbol: Symbol) -> String { "`\(symbol.literalText)`" }

  static func partialDateComparison(_ date: PartialDate, at span: Span) -> Diagnostic {
    Diagnostic(
      .partialDateComparison,
      at: span,
      "`\(date)` compares as its first day, before every day in it; a date stated less exactly comes before its days",
      help: "write `last_day(\(date))` or `first_day(\(date))`, whichever is meant"
    )
  }

  static func joinsStoredRules(_ predicate: String, at span: Span, stored: Span) -> Diagnostic {
    Diagnostic(
      .joinsStoredRules,
      at: span,
      "the knowledge base has rules of `\(predicate)` too; for this run, yours stand beside them",
      notes: [Note("a stored rule", at: stored)],
      help: "use another name if yours are meant to stand alone"
    )
  }
}

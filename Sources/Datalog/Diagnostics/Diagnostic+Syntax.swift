// The wording of what the parser finds: one function for each fault.

extension Diagnostic {
  static func unexpected(_ found: Found, _ expected: Expected, at span: Span) -> Diagnostic {
    let meant = meant(by: found, expected)
    return Diagnostic(
      .unexpectedToken,
      at: span,
      "\(found.text) stands where \(expected.rawValue) is expected",
      help: meant?.help ?? expected.help,
      repair: meant?.sign.flatMap { Repair([$0], at: span) }
    )
  }

  /// The sign that is likely meant, and how it is written.
  private static func meant(by found: Found, _ expected: Expected) -> (sign: String?, help: String?)? {
    if found.isLeftBrace, expected.endsClause { return (": {", Expected.braces.help) }
    return found.name.flatMap { foreignWords[$0.lowercased()] }
  }

  /// What is written here for words of other languages.
  private static let foreignWords: [String: (sign: String?, help: String)] = [
    "and": (",", "`and` is written `,`"), "or": (";", "`or` is written `;`"),
    "is": ("=", "`is` is written `=`: `K = university`"),
    "like": (nil, "a part of a text is looked for by `contains(\"part\", X)`"),
    "where": (",", "`where` is written `,`"),
    "in": (nil, "write `(X = a ; X = b)`"), "sort": ("order", "the order is told by `order by X`"),
    "if": (":-", "`if` is written `:-`"), "but": (",", "`but` is written `,`"),
  ]

  /// `start` is where the clause begins, when that is on another line.
  static func unfinishedClause(_ expected: Expected, at span: Span, start: Span?) -> Diagnostic {
    Diagnostic(
      .unfinishedClause,
      at: span,
      expected.endsClause
        ? "the clause that stops here has no end"
        : "the clause that stops here breaks off where \(expected.rawValue) is expected",
      notes: start.map { [Note("the clause begins here", at: $0)] } ?? [],
      help: expected.closing ?? "a clause ends with `.`"
    )
  }

  static func nestedTooDeeply(at span: Span) -> Diagnostic {
    Diagnostic(
      .nestedTooDeeply,
      at: span,
      "this is nested more than \(Parser.depthLimit) deep, which is the limit",
      help: "compute a part of it in a rule of its own"
    )
  }

  // MARK: Conditions

  /// - Parameters:
  ///   - isVariable: whether it is a variable alone.
  ///   - next: the token after it.
  static func valueAsCondition(_ text: String, isVariable: Bool, next: (name: String?, span: Span), at span: Span)
    -> Diagnostic
  {
    let meant = next.name.flatMap { foreignWords[$0.lowercased()] }
    return Diagnostic(
      .unexpectedToken,
      at: span,
      "`\(text)` is a \(isVariable ? "variable" : "value"), and a condition is an atom, a test or a comparison",
      help: meant?.help ?? "compare it with something, as in `X > 3`, or write `p(X)`",
      repair: meant?.sign.flatMap { Repair([$0], at: next.span) }
    )
  }

  static func variableAsPredicate(_ name: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "`\(name)` is a variable, and a predicate is a name that begins with a small letter",
      help: "write `\(name.drop { $0 == "_" }.lowercased())(…)`"
    )
  }

  static func chainedComparison(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "a second comparison follows the first, and a comparison has two sides",
      help: "write two conditions: `1 < X, X < 3`"
    )
  }

  static func negatedGroup(at span: Span) -> Diagnostic {
    Diagnostic(
      .negatedGroup,
      at: span,
      "`not` stands before a group, and it negates one atom or test only",
      help: "write `not p(X)`; make a longer group a rule of its own, and write `not` before its head"
    )
  }

  static func negatedTwice(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "`not` stands twice, and it negates one atom or test",
      help: "leave both out"
    )
  }

  static func negatedValue(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "`not` stands before a comparison, and it negates one atom or test only",
      help: "write the opposite comparison: `!=` for `=`, `>=` for `<`, `>` for `<=`"
    )
  }

  static func misplacedAggregate(at span: Span) -> Diagnostic {
    Diagnostic(
      .misplacedAggregate,
      at: span,
      "an aggregate with braces stands alone on the right of `=` or of a comparison",
      help: "give it a variable first, and calculate with that: `N = count : { … }, M = N + 1`"
    )
  }

  static func wildcardInExpression(at span: Span) -> Diagnostic {
    Diagnostic(
      .misplacedWildcard,
      at: span,
      "`_` stands in an expression, a comparison or a function, where a value is needed",
      help: "use a variable with a name; `_` stands only for a whole argument of a condition"
    )
  }

  static func wildcardInHead(at span: Span) -> Diagnostic {
    Diagnostic(
      .misplacedWildcard,
      at: span,
      "`_` stands in the head of a rule, which has to say each value",
      help: "use a variable that the body binds"
    )
  }

  static func namedArgumentOfCall(_ column: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "`\(column):` names an argument of a function, and only columns of predicates have names",
      help: "give a function its arguments by position"
    )
  }

  static func variableAsColumn(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "`\(text)` is a variable, and a column's name begins with a small letter",
      help: "write `\(text.lowercased())`"
    )
  }

  static func notAsValue(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "`not` is a word of the language and no symbol",
      help: "quote it to use it as a value: `\"not\"`"
    )
  }

  // MARK: Clauses

  static func factWithVariable(_ variable: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .factWithVariable,
      at: span,
      variable == "_"
        ? "`_` stands in a fact, and a fact states every value"
        : "the variable `\(variable)` stands in a fact, and a fact states values only",
      help: "write `?-` before it to ask; quote or write small what is meant as a symbol"
    )
  }

  static func unmarkedQuestion(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "this clause is neither a fact, which is one atom, nor a rule, which has `:-`, nor marked as a question",
      help: "write `?-` before it to ask"
    )
  }

  static func headIsNoAtom(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "this stands before `:-`, where only atoms may stand: what a rule derives",
      help: "move conditions behind `:-`"
    )
  }

  static func alternativeHeads(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "heads are joined by `;`, and a rule derives all of its heads",
      help: "separate heads with `,`"
    )
  }

  static func sourceInHead(at span: Span) -> Diagnostic {
    Diagnostic(
      .sourceInHead,
      at: span,
      "a source stands in the head of a rule, and only stated facts have sources of their own",
      help: "leave out `@` and what follows it; derived facts lead to the sources of the facts they come from"
    )
  }

  static func sourceOfValue(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "a source follows a value, and only facts have sources",
      help: "write `@` after a whole atom: `p(X) @ D`"
    )
  }

  static func severalSources(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "a second source follows the first, and a condition has one",
      help: "repeat the atom to ask for another source: `p(X) @ D, p(X) @ E`"
    )
  }

  static func parameterAsSource(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken,
      at: span,
      "the source of a fact is a parameter, and a fact states its sources",
      help: "write the document's symbol: `@ doc:4`"
    )
  }

  static func questionTailInRule(_ word: String, at span: Span) -> Diagnostic {
    let text = word == "order" ? "order by" : word
    return Diagnostic(
      .notAllowedHere,
      at: span,
      "`\(text)` stands in a rule, and it belongs to the end of a question",
      help: "leave it out here, and write it after `?- …`"
    )
  }

  static func retractionInFile(at span: Span) -> Diagnostic {
    Diagnostic(
      .notAllowedHere,
      at: span,
      "`~` retracts facts, which is done at the prompt only",
      help: "load the file with `--replace` to retract what it states no longer"
    )
  }

  static func retractionOfBody(at span: Span) -> Diagnostic {
    Diagnostic(
      .notAllowedHere,
      at: span,
      "`~` stands after more than one atom, and it retracts the facts that match one",
      help: "write one atom before each `~`"
    )
  }

  static func retractionOfSource(at span: Span) -> Diagnostic {
    Diagnostic(
      .notAllowedHere,
      at: span,
      "`~` stands after an atom with a source, and it retracts facts with all their sources",
      help: "leave out `@` and what follows it"
    )
  }

  static func noQuestion(at span: Span) -> Diagnostic {
    Diagnostic(.notOneQuestion, at: span, "there is no question here", help: "write conditions, as in `met(X, Y)`")
  }

  static func secondQuestion(at span: Span) -> Diagnostic {
    Diagnostic(
      .notOneQuestion,
      at: span,
      "something follows the question, and exactly one question is expected",
      help: "join conditions with `,`, or ask one question after the other"
    )
  }

  static func notAQuestion(at span: Span) -> Diagnostic {
    Diagnostic(
      .notOneQuestion,
      at: span,
      "this is not part of a question, and exactly one question is expected",
      help: "rules, facts and directives belong in a file"
    )
  }

  // MARK: Directives

  static func unknownDirective(_ word: Name) -> Diagnostic {
    let near = nearest(to: word.text, among: DirectiveForm.names)
    let all = DirectiveForm.names.map { "`.\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .unknownDirective,
      at: word.span,
      "a file has no directive `.\(word.text)`",
      help: near.isEmpty
        ? "the directives are \(all)"
        : "did you mean \(near.map { "`.\($0)`" }.joined(separator: " or "))?"
    )
  }

  static func directiveWithinLine(_ word: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedDirective,
      at: span,
      "`.\(word)` stands within a line, and a directive is the first thing on its line",
      help: "begin a new line before it"
    )
  }

  static func malformedDirective(_ form: DirectiveForm, _ found: Found, at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedDirective,
      at: span,
      found.isEndOfLine ? "\(form.subject) is not complete" : "\(found.text) does not belong here in \(form.subject)",
      help: form.help
    )
  }
}

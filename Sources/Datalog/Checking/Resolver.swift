/// The second pass: what each name of the text stands for.
///
/// Turns clauses into their resolved form. A part that cannot be resolved is reported, left out, and its clause marked,
/// so that later passes say nothing that follows from the gap.
struct Resolver {
  var table: PredicateTable
  private(set) var clauses: [ResolvedClause] = []
  private(set) var facts: [ResolvedFact] = []
  /// Patterns with their places; their terms hold no variables.
  private(set) var retractions: [ResolvedAtom] = []
  var faults: [Diagnostic] = []
  let mode: CheckedProgram.Mode
  let catalogue: Catalogue
  let storedSources: Set<SourceID>
  /// Set by `.param` in the texts; a value from outside goes before.
  private var parameters: [String: Constant] = [:]
  /// Unknown predicates, with their first place and how often they occur.
  private var unknown: [String: [Span]] = [:]
  private var unsetParameters: Set<String> = []

  // State of the clause at hand.
  var variables: [ClauseVariable] = []
  var scopes: [Scope] = []
  var scopeCount = 0
  var isPoisoned = false

  /// Where variables live: a clause or the braces of an aggregate.
  struct Scope {
    let id: Int
    var names: [String: Int] = [:]
    /// The names that the body of this scope binds, and so shares with braces in it.
    let bound: Set<String>
  }

  init(
    resolving trees: [SyntaxTree],
    against table: PredicateTable,
    mode: CheckedProgram.Mode,
    catalogue: Catalogue,
    storedSources: Set<SourceID>
  ) {
    self.table = table
    self.mode = mode
    self.catalogue = catalogue
    self.storedSources = storedSources
    for tree in trees { collectParameters(of: tree) }
    for tree in trees {
      checkArities(of: tree)
      for clause in tree.clauses { resolve(clause, of: tree) }
    }
    reportUnknownPredicates()
  }

  private mutating func collectParameters(of tree: SyntaxTree) {
    for case .directive(let directive) in tree.clauses {
      guard case .parameter(let name, let value) = directive.kind else { continue }
      switch value.kind {
      case .constant(let constant): parameters[name.text] = constant
      case .year(let year): parameters[name.text] = .number(Int64(year))
      case .unary(.negate, let operand):
        if case .constant(let constant) = operand.kind, let negated = constant.negated {
          parameters[name.text] = negated
        } else if case .year(let year) = operand.kind {
          parameters[name.text] = .number(-Int64(year))
        }
      case .variable, .wildcard, .parameter, .call, .binary, .aggregate: break
      }
    }
  }

  /// Whether the facts handed to the sink have as many values as their predicates have columns.
  private mutating func checkArities(of tree: SyntaxTree) {
    for summary in tree.facts {
      guard let index = table[summary.predicate.text] else { continue }
      let entry = table.entries[index]
      if summary.arity != entry.columns.count {
        faults.append(.wrongArity(summary.predicate, given: summary.arity, entry: entry))
      }
    }
  }

  private mutating func resolve(_ clause: Clause, of tree: SyntaxTree) {
    variables = []
    scopes = []
    scopeCount = 0
    isPoisoned = false
    let isStored = storedSources.contains(tree.source)
    if !isStored, let fault = fault(ofPlacing: clause) {
      faults.append(fault)
      return
    }
    switch clause {
    case .declaration: break
    case .fact(let fact): resolve(fact, of: tree.source)
    case .rule(let rule): resolve(rule, isStored: isStored)
    case .constraint(let constraint):
      resolve(constraint.body, as: .constraint, span: constraint.span, isStored: isStored)
    case .question(let question): resolve(question)
    case .retraction(let retraction): resolve(retraction)
    case .directive(let directive): resolve(directive)
    }
  }

  /// What is wrong with the place of a clause: a load stores declarations, facts, rules and constraints only.
  private func fault(ofPlacing clause: Clause) -> Diagnostic? {
    switch clause {
    case .question(let question): mode == .load ? .notAllowedInLoad("a question", at: question.span) : nil
    case .directive(let directive):
      switch directive.kind {
      // The parser lets commands through at the prompt only.
      case .include, .command: nil
      case .input: mode == .prompt ? .inputAtPrompt(directive.span) : nil
      case .parameter: mode == .load ? .notAllowedInLoad("`.param`", at: directive.span) : nil
      case .limit: mode == .load ? .notAllowedInLoad("`.limit`", at: directive.span) : nil
      case .output: mode == .load ? .notAllowedInLoad("`.output`", at: directive.span) : nil
      case .printSize: mode == .load ? .notAllowedInLoad("`.printsize`", at: directive.span) : nil
      }
    // The parser lets retractions through at the prompt only.
    case .declaration, .fact, .rule, .constraint, .retraction: nil
    }
  }

  // MARK: Clauses

  private mutating func resolve(_ fact: FactSyntax, of source: SourceID) {
    enterScope(bound: [])
    guard let index = table[fact.atom.predicate.text] else { return }
    guard let places = arrange(fact.atom, for: index, gaps: .errors) else { return }
    let arguments = places.compactMap { argument in argument.flatMap { operand($0) } }
    guard arguments.count == places.count, !isPoisoned else { return }
    facts.append(
      ResolvedFact(
        predicate: index,
        arguments: arguments,
        source: source,
        sources: fact.sources,
        span: fact.span
      )
    )
  }

  private mutating func resolve(_ rule: RuleSyntax, isStored: Bool) {
    enterScope(bound: sharedNames(of: rule.body))
    let heads = rule.heads.compactMap { resolveHead($0) }
    let body = resolve(rule.body)
    clauses.append(
      ResolvedClause(
        kind: .rule,
        heads: heads,
        body: body,
        variables: variables,
        span: rule.span,
        isStored: isStored,
        isPoisoned: isPoisoned
      )
    )
  }

  private mutating func resolveHead(_ head: AtomSyntax) -> ResolvedHead? {
    guard let index = table[head.predicate.text], case .ordinary = table.entries[index].kind,
      let places = arrange(head.withColumnsOfMeasures, for: index, gaps: .errors)
    else {
      // Its variables still occur: left out, they would seem to stand alone in the body.
      isPoisoned = true
      return nil
    }
    var column = 0
    let arguments = places.compactMap { argument in argument.flatMap { headArgument($0, column: &column) } }
    guard arguments.count == places.count else {
      isPoisoned = true
      return nil
    }
    let resolved = ResolvedHead(predicate: index, arguments: arguments, span: head.span)
    if let fault = resolved.measureFault { fail(fault) }
    return resolved
  }

  /// A constraint or question: a rule of a predicate of its own.
  private mutating func resolve(
    _ body: BodySyntax,
    as kind: ResolvedClause.Kind,
    span: Span,
    isStored: Bool
  ) {
    enterScope(bound: sharedNames(of: body))
    let resolved = resolve(body)
    appendAnswers(kind, body: resolved, span: span, isStored: isStored)
  }

  private mutating func appendAnswers(
    _ kind: ResolvedClause.Kind,
    body: [[ResolvedLiteral]],
    span: Span,
    isStored: Bool
  ) {
    let shown = variables.indices.filter { variables[$0].scope == 0 && !variables[$0].isSilent }
    let answers = table.addAnswers(shown.map { (variables[$0].name, variables[$0].node) })
    let arguments = shown.map { ResolvedHeadArgument.operand(.variable($0, variables[$0].span)) }
    clauses.append(
      ResolvedClause(
        kind: kind,
        heads: [ResolvedHead(predicate: answers, arguments: arguments, span: span)],
        body: body,
        variables: variables,
        span: span,
        isStored: isStored,
        isPoisoned: isPoisoned
      )
    )
  }

  private mutating func resolve(_ question: QuestionSyntax) {
    enterScope(bound: sharedNames(of: question.body))
    let body = resolve(question.body)
    let shown = variables.filter { $0.scope == 0 && !$0.isSilent }.map(\.name)
    for order in question.order where !shown.contains(order.variable.text) {
      faults.append(.unknownOrderColumn(order.variable, columns: shown))
    }
    let expected = question.expected.map { rows in rows.compactMap { expectedRow($0, columns: shown, of: question) } }
    let limit = question.limit.flatMap { checkedLimit($0) }
    appendAnswers(
      .question(question, expected: expected, limit: limit),
      body: body,
      span: question.span,
      isStored: false
    )
  }

  private mutating func expectedRow(
    _ row: [ExpressionSyntax],
    columns: [String],
    of question: QuestionSyntax
  ) -> [Operand]? {
    guard row.count == columns.count else {
      let span = row.first.map { $0.span.joined(row[row.count - 1].span) } ?? question.span
      faults.append(.wrongExpectedCount(given: row.count, columns: columns, at: span))
      return nil
    }
    let operands: [Operand] = row.compactMap { value in
      guard let operand = operand(value) else { return nil }
      if case .constant = operand { return operand }
      faults.append(.notAConstant(at: value.span, where: "`expect`"))
      return nil
    }
    return operands.count == row.count ? operands : nil
  }

  private mutating func checkedLimit(_ expression: ExpressionSyntax) -> Int? {
    guard let operand = operand(expression) else { return nil }
    if case .constant(.number(let value), _, _) = operand, value >= 0, let limit = Int(exactly: value) { return limit }
    faults.append(.wrongLimit(at: expression.span))
    return nil
  }

  private mutating func resolve(_ retraction: RetractionSyntax) {
    enterScope(bound: [])
    guard let index = predicate(of: retraction.atom) else { return }
    guard let places = arrange(retraction.atom, for: index, gaps: .wildcards) else { return }
    var terms: [ResolvedTerm] = []
    for argument in places {
      guard let argument else {
        terms.append(.wildcard)
        continue
      }
      if case .wildcard = argument.kind {
        terms.append(.wildcard)
      } else if let operand = operand(argument) {
        if case .constant = operand {
          terms.append(.operand(operand))
        } else {
          faults.append(.notAConstant(at: argument.span, where: "`~`"))
        }
      }
    }
    guard terms.count == places.count else { return }
    retractions.append(ResolvedAtom(predicate: index, arguments: terms, span: retraction.span))
  }

  private mutating func resolve(_ directive: DirectiveSyntax) {
    switch directive.kind {
    case .output(let name, _, _), .printSize(let name): _ = knownPredicate(name)
    case .include, .parameter, .limit, .input, .command: break
    }
  }

  // MARK: Predicates

  /// The predicate of an atom in a body or a pattern, reported when there is none.
  mutating func predicate(of atom: AtomSyntax) -> Int? {
    knownPredicate(atom.predicate)
  }

  private mutating func knownPredicate(_ name: Name) -> Int? {
    if let index = table.lookUp(name.text) { return index }
    isPoisoned = true
    unknown[name.text, default: []].append(name.span)
    return nil
  }

  private mutating func reportUnknownPredicates() {
    guard !unknown.isEmpty else { return }
    let names = table.names
    // Chosen: each suggestion looks at every name, and nobody reads more than these.
    let suggestionLimit = 100
    let inOrder = unknown.sorted {
      ($0.value[0].source, $0.value[0].start) < ($1.value[0].source, $1.value[0].start)
    }
    for (place, (name, spans)) in inOrder.enumerated() {
      guard place < suggestionLimit else {
        faults.append(.unknownPredicate(Name(name, spans[0]), at: spans, nearest: []))
        continue
      }
      let symbol = Symbol(name)
      let isValue = catalogue.containsSymbol(symbol)
      let near = isValue ? [] : nearest(to: name, among: names)
      let values = isValue ? [symbol] : near.isEmpty ? catalogue.nearestSymbols(symbol).filter(\.isName) : []
      faults.append(.unknownPredicate(Name(name, spans[0]), at: spans, nearest: near, values: values))
    }
  }

  // MARK: Parameters

  /// The value of `$name`, reported once when it has none.
  mutating func parameter(_ name: String, at span: Span) -> Operand? {
    guard let value = catalogue.parameters[name] ?? parameters[name] else {
      isPoisoned = true
      if unsetParameters.insert(name).inserted {
        let known = (Array(catalogue.parameters.keys) + Array(parameters.keys)).sorted()
        faults.append(.unsetParameter(name, at: span, nearest: nearest(to: name, among: known)))
      }
      return nil
    }
    // What was four digits on the command line may be a year, as it may in the text.
    if case .number(let number) = value, (1000...9999).contains(number) {
      return .constant(value, isYear: true, span)
    }
    return .constant(value, isYear: false, span)
  }
}

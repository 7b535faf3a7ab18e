extension Resolver {
  /// How many literals may be nested in one another is bounded by the parser, so recursion over groups is.
  mutating func resolve(_ body: BodySyntax) -> [[ResolvedLiteral]] {
    body.alternatives.map { alternative in
      var literals: [ResolvedLiteral] = []
      literals.reserveCapacity(alternative.count)
      for literal in alternative {
        if let resolved = resolve(literal) { literals.append(resolved) }
      }
      return literals
    }
  }

  private mutating func resolve(_ literal: LiteralSyntax) -> ResolvedLiteral? {
    switch literal {
    case .atom(let atom, let isNegated):
      if let test = PredicateTable.tests[atom.predicate.text], table[atom.predicate.text] == nil {
        return resolveTest(atom, test.function, argumentCount: test.argumentCount, isNegated: isNegated)
      }
      return resolveAtom(atom, isNegated: isNegated)
    case .comparison(let comparison, let left, let right, let span):
      return resolveComparison(comparison, left, right, span)
    case .group(let body, let span): return .group(resolve(body), span)
    }
  }

  // MARK: Atoms

  private mutating func resolveAtom(_ atom: AtomSyntax, isNegated: Bool) -> ResolvedLiteral? {
    guard let index = predicate(of: atom), let places = arrange(atom, for: index, gaps: .wildcards) else {
      noteVariables(of: atom)
      return nil
    }
    var found = [ResolvedTerm?](repeating: nil, count: places.count)
    // Variables are met in the order in which they are written.
    for place in places.indices.sorted(by: { (places[$0]?.span.start ?? 0) < (places[$1]?.span.start ?? 0) }) {
      found[place] = term(places[place])
    }
    let terms = found.compactMap(\.self)
    guard terms.count == places.count else { return nil }
    guard let sources = atom.sources else {
      return .atom(ResolvedAtom(predicate: index, arguments: terms, span: atom.span), isNegated: isNegated)
    }
    let entry = table.entries[index]
    guard entry.kind == .ordinary, !entry.hasRules else {
      isPoisoned = true
      faults.append(.sourcesOfDerived(atom.predicate, at: atom.span, entry: entry))
      return nil
    }
    guard let document = term(sources.document), let passage = term(sources.passage) else { return nil }
    let cited = table.citedPredicate(of: index)
    return .atom(
      ResolvedAtom(predicate: cited, arguments: terms + [document, passage], span: atom.span),
      isNegated: isNegated
    )
  }

  /// A missing argument is a wildcard.
  private mutating func term(_ expression: ExpressionSyntax?) -> ResolvedTerm? {
    guard let expression else { return .wildcard }
    if case .wildcard = expression.kind { return .wildcard }
    return operand(expression).map { .operand($0) }
  }

  /// Counts the variables of an atom that is left out, so that they do not seem to stand alone elsewhere.
  private mutating func noteVariables(of atom: AtomSyntax) {
    for argument in atom.arguments { noteVariables(of: argument.value) }
  }

  private mutating func noteVariables(of expression: ExpressionSyntax) {
    switch expression.kind {
    case .variable(let name): _ = variable(name, at: expression.span)
    case .call(_, let arguments): for argument in arguments { noteVariables(of: argument) }
    case .unary(_, let operand): noteVariables(of: operand)
    case .binary(_, let left, let right):
      noteVariables(of: left)
      noteVariables(of: right)
    case .wildcard, .constant, .year, .parameter, .aggregate: break
    }
  }

  /// What a column without an argument means.
  enum Gaps { case wildcards, errors }

  /// The arguments in the order of the columns; `nil` when they do not fit, which is reported.
  mutating func arrange(_ atom: AtomSyntax, for index: Int, gaps: Gaps) -> [ExpressionSyntax?]? {
    let entry = table.entries[index]
    var places = [ExpressionSyntax?](repeating: nil, count: entry.columns.count)
    guard atom.arguments.contains(where: { $0.column != nil }) else {
      guard atom.arguments.count == places.count else {
        fail(.wrongArity(atom.predicate, given: atom.arguments.count, entry: entry))
        return nil
      }
      return atom.arguments.map(\.value)
    }
    var isWhole = true
    for (position, argument) in atom.arguments.enumerated() {
      let place = argument.column.map { name in entry.columns.firstIndex { $0.name == name.text } } ?? position
      guard let place, place < places.count else {
        if let column = argument.column {
          fail(.unknownColumn(column, of: entry.name, columns: entry.columnNames))
        } else {
          fail(.wrongArity(atom.predicate, given: atom.arguments.count, entry: entry))
        }
        isWhole = false
        continue
      }
      if let first = places[place] {
        let span = argument.column?.span ?? argument.value.span
        fail(.columnGivenTwice(entry.columns[place].name, of: entry.name, at: span, first: first.span))
        isWhole = false
      }
      places[place] = argument.value
    }
    let missing = places.indices.filter { places[$0] == nil }.map { entry.columns[$0].name }
    if isWhole, gaps == .errors, !missing.isEmpty {
      fail(.missingColumn(missing, of: entry.name, at: atom.span))
      isWhole = false
    }
    return isWhole ? places : nil
  }

  // MARK: Tests and comparisons

  private mutating func resolveTest(
    _ atom: AtomSyntax,
    _ function: TestFunction,
    argumentCount: Int,
    isNegated: Bool
  ) -> ResolvedLiteral? {
    if let column = atom.arguments.lazy.compactMap(\.column).first {
      fail(.testArgumentByName(atom.predicate.text, at: column.span))
      return nil
    }
    guard atom.arguments.count == argumentCount else {
      fail(
        .wrongArgumentCount(
          atom.predicate.text,
          given: atom.arguments.count,
          wanted: argumentCount...argumentCount,
          at: atom.span
        )
      )
      return nil
    }
    if atom.sources != nil {
      fail(.sourcesOfTest(atom.predicate.text, at: atom.span))
      return nil
    }
    let operands = atom.arguments.compactMap { operand($0.value) }
    guard operands.count == argumentCount else { return nil }
    if function == .match, case .constant(.symbol(let pattern), _, let span) = operands[0],
      let fault = catalogue.patternFault(pattern)
    {
      faults.append(.badPattern(fault, at: span))
    }
    return .test(function, operands, isNegated: isNegated, atom.span)
  }

  private mutating func resolveComparison(
    _ comparison: ComparisonOperator,
    _ left: ExpressionSyntax,
    _ right: ExpressionSyntax,
    _ span: Span
  ) -> ResolvedLiteral? {
    // `=` reads the same from both sides; sequences and aggregates are kept on the right.
    if comparison == .equal, sequence(of: left) != nil, sequence(of: right) == nil {
      return resolveComparison(comparison, right, left, span)
    }
    if case .aggregate(let name, let value, let body) = right.kind {
      let left = operand(left)
      let aggregate = resolveAggregate(name, value, body, right.span)
      guard let left, let aggregate else { return nil }
      return .aggregate(comparison, left: left, aggregate)
    }
    if let (name, function, arguments) = sequence(of: right) {
      return resolveSequence(comparison, left, name, function, arguments, span)
    }
    let left = operand(left)
    let right = operand(right)
    guard let left, let right else { return nil }
    return .comparison(comparison, left, right, span)
  }

  private func sequence(
    of expression: ExpressionSyntax
  ) -> (Name, SequenceFunction, [ExpressionSyntax])? {
    guard case .call(let name, let arguments) = expression.kind,
      let function = SequenceFunction(rawValue: name.text)
    else { return nil }
    return (name, function, arguments)
  }

  private mutating func resolveSequence(
    _ comparison: ComparisonOperator,
    _ left: ExpressionSyntax,
    _ name: Name,
    _ function: SequenceFunction,
    _ arguments: [ExpressionSyntax],
    _ span: Span
  ) -> ResolvedLiteral? {
    let target = operand(left)
    guard comparison == .equal else {
      fail(.misplacedSequence(name))
      return nil
    }
    guard arguments.count == 2 else {
      fail(.wrongArgumentCount(name.text, given: arguments.count, wanted: 2...2, at: name.span))
      return nil
    }
    let operands = arguments.compactMap { operand($0) }
    guard let target, operands.count == 2 else { return nil }
    return .sequence(target: target, function, operands, node: table.makeNode(), span)
  }

  // MARK: Aggregates

  private mutating func resolveAggregate(
    _ name: Name,
    _ value: ExpressionSyntax?,
    _ body: BodySyntax,
    _ span: Span
  ) -> ResolvedAggregate? {
    guard let function = AggregateFunction(rawValue: name.text) else {
      fail(.unknownAggregate(name))
      return nil
    }
    if value == nil, function != .count {
      fail(.aggregateWithoutValue(name, at: span))
      return nil
    }
    enterScope(bound: sharedNames(of: body))
    let scope = scopes[scopes.count - 1].id
    let operand = value.flatMap { self.operand($0) }
    let resolved = resolve(body)
    scopes.removeLast()
    guard value == nil || operand != nil else { return nil }
    var groups: [(variable: Int, span: Span)] = []
    var seen: Set<Int> = []
    let visit = { (variable: Int, span: Span) in
      if self.variables[variable].scope < scope, seen.insert(variable).inserted { groups.append((variable, span)) }
    }
    operand?.forEachVariable(visit)
    resolved.forEachVariable(visit)
    return ResolvedAggregate(
      function: function,
      value: operand,
      body: resolved,
      groups: groups,
      node: table.makeNode(),
      scope: scope,
      span: span
    )
  }
}

extension [[ResolvedLiteral]] {
  /// Calls `visit` with each variable of the alternatives; of braces, with those they share with the body around them.
  func forEachVariable(_ visit: (Int, Span) -> Void) {
    for alternative in self {
      for literal in alternative { literal.forEachVariable(visit) }
    }
  }
}

extension ResolvedLiteral {
  /// Calls `visit` with each variable of the literal; of braces, with those they share with the body around them.
  func forEachVariable(_ visit: (Int, Span) -> Void) {
    switch self {
    case .atom(let atom, _):
      for case .operand(let operand) in atom.arguments { operand.forEachVariable(visit) }
    case .comparison(_, let left, let right, _):
      left.forEachVariable(visit)
      right.forEachVariable(visit)
    case .test(_, let operands, _, _):
      for operand in operands { operand.forEachVariable(visit) }
    case .sequence(let target, _, let operands, _, _):
      target.forEachVariable(visit)
      for operand in operands { operand.forEachVariable(visit) }
    case .aggregate(_, let left, let aggregate):
      left.forEachVariable(visit)
      for group in aggregate.groups { visit(group.variable, group.span) }
    case .group(let alternatives, _): alternatives.forEachVariable(visit)
    }
  }
}

/// The seventh pass: what a program may well say, but hardly anybody means.
struct Warnings {
  private(set) var faults: [Diagnostic] = []
  let program: Resolver
  private let types: TypeInference
  private let mode: CheckedProgram.Mode
  private var warnedSymbols: Set<Symbol> = []
  private var warnedPredicates: Set<String> = []
  /// Symbols that the texts themselves may put into a relation.
  private var ownSymbols: Set<Symbol> = []

  init(
    about program: Resolver,
    in trees: [SyntaxTree],
    clauses: [ExpandedClause],
    types: TypeInference,
    mode: CheckedProgram.Mode,
    catalogue: Catalogue
  ) {
    self.program = program
    self.types = types
    self.mode = mode
    collectOwnSymbols(in: trees)
    if mode == .prompt { faults += questionsLikeFacts(in: trees) }
    noteJoinedRules()
    for (clause, alternatives) in clauses where !clause.isStored {
      noteSingletons(of: clause)
      noteLiterals(of: clause, alternatives, catalogue)
      noteCrossProducts(of: alternatives, variables: clause.variables)
    }
  }

  // MARK: Whole clauses

  private mutating func noteSingletons(of clause: ResolvedClause) {
    var answers: Set<Int> = []
    if case .rule = clause.kind {
    } else {
      for case .operand(.variable(let variable, _)) in clause.heads.lazy.flatMap(\.arguments) {
        answers.insert(variable)
      }
    }
    for (index, variable) in clause.variables.enumerated() {
      guard variable.occurrenceCount == 1, !variable.isSilent, !answers.contains(index) else { continue }
      faults.append(.singletonVariable(variable.name, at: variable.span))
    }
  }

  private mutating func noteJoinedRules() {
    var stored: [Int: Span] = [:]
    for clause in program.clauses where clause.isStored {
      guard case .rule = clause.kind else { continue }
      for head in clause.heads where stored[head.predicate] == nil { stored[head.predicate] = clause.span }
    }
    guard mode != .load, !stored.isEmpty else { return }
    for clause in program.clauses where !clause.isStored {
      guard case .rule = clause.kind else { continue }
      for head in clause.heads {
        guard let first = stored.removeValue(forKey: head.predicate) else { continue }
        faults.append(.joinsStoredRules(program.table.entries[head.predicate].name, at: head.span, stored: first))
      }
    }
  }

  // MARK: Single literals

  private mutating func noteLiterals(
    of clause: ResolvedClause,
    _ alternatives: [[ResolvedLiteral]],
    _ catalogue: Catalogue
  ) {
    var seen: Set<Span> = []
    for alternative in alternatives {
      noteContradictions(in: alternative, of: clause, isOnly: alternatives.count == 1, &seen)
    }
    noteSymbols(in: clause.body, clause, catalogue)
    notePartialDates(in: clause.body, clause)
  }

  /// Literals that no binding satisfies, whatever the facts.
  private mutating func noteContradictions(
    in literals: [ResolvedLiteral],
    of clause: ResolvedClause,
    isOnly: Bool,
    _ seen: inout Set<Span>
  ) {
    var values: [Int: (constant: Constant, span: Span)] = [:]
    for literal in literals {
      guard let (reason, span) = contradiction(in: literal, &values), seen.insert(span).inserted else { continue }
      if case .emptyPredicate(let name) = reason, !warnedPredicates.insert(name).inserted { continue }
      let isRule: Bool
      if case .rule = clause.kind { isRule = true } else { isRule = false }
      faults.append(.neverHolds(reason, at: span, isOnly: isOnly, isRule: isRule))
    }
  }

  private func contradiction(
    in literal: ResolvedLiteral,
    _ values: inout [Int: (constant: Constant, span: Span)]
  ) -> (Diagnostic.Contradiction, Span)? {
    switch literal {
    case .atom(let atom, isNegated: false):
      let entry = program.table.entries[atom.predicate]
      guard mode != .load, entry.kind == .ordinary, !entry.hasFacts, !entry.hasRules, !entry.mayBeStored else {
        return nil
      }
      // What the knowledge base declares may be empty now; the question is a good one.
      if let declaration = entry.declaration, program.storedSources.contains(declaration.source) { return nil }
      return (.emptyPredicate(entry.name), atom.span)
    case .test(let function, _, let isNegated, let span):
      return function == (isNegated ? .isTrue : .isFalse) ? (.false, span) : nil
    case .comparison(let comparison, let left, let right, let span):
      return contradiction(comparison, left, right, &values).map { ($0, span) }
    case .atom, .sequence, .aggregate, .group: return nil
    }
  }

  private func contradiction(
    _ comparison: ComparisonOperator,
    _ left: Operand,
    _ right: Operand,
    _ values: inout [Int: (constant: Constant, span: Span)]
  ) -> Diagnostic.Contradiction? {
    switch (left, right) {
    case (.variable(let a, _), .variable(let b, _)) where a == b:
      return comparison == .notEqual || comparison == .less || comparison == .greater ? .sameVariable : nil
    case (.constant(let a, _, _), .constant(let b, _, _)):
      return comparison.holds(a, b) == false ? .constants : nil
    case (.variable(let variable, _), .constant(let constant, _, let span)) where comparison == .equal,
      (.constant(let constant, _, let span), .variable(let variable, _)) where comparison == .equal:
      guard let known = values[variable] else {
        values[variable] = (constant, span)
        return nil
      }
      return comparison.holds(known.constant, constant) == false ? .twoValues(first: known.span) : nil
    default: return nil
    }
  }

  private mutating func notePartialDates(in body: [[ResolvedLiteral]], _ clause: ResolvedClause) {
    for literal in body.joined() {
      switch literal {
      case .comparison(let comparison, let left, let right, let span):
        if comparison == .lessOrEqual || comparison == .greater { notePartialDate(right, beside: left, clause, span) }
        if comparison == .greaterOrEqual || comparison == .less { notePartialDate(left, beside: right, clause, span) }
      case .group(let body, _): notePartialDates(in: body, clause)
      case .aggregate(_, _, let aggregate): notePartialDates(in: aggregate.body, clause)
      case .atom, .test, .sequence: break
      }
    }
  }

  private mutating func notePartialDate(
    _ operand: Operand,
    beside other: Operand,
    _ clause: ResolvedClause,
    _ span: Span
  ) {
    guard case .constant(let constant, let isYear, let place) = operand else { return }
    let date: PartialDate
    switch constant {
    case .date(let own): date = own
    case .number where isYear && isDate(other, clause):
      guard case .date(let year) = constant.converted(to: .date) else { return }
      date = year
    case .number, .symbol, .float: return
    }
    if date.day == nil { faults.append(.partialDateComparison(date, at: place)) }
  }

  private func isDate(_ operand: Operand, _ clause: ResolvedClause) -> Bool {
    switch operand {
    case .variable(let variable, _): types.type(of: clause.variables[variable].node) == .date
    case .constant(let constant, _, _): constant.type == .date
    case .call(_, _, let node, _): types.type(of: node) == .date
    }
  }

  // MARK: Symbols

  private mutating func collectOwnSymbols(in trees: [SyntaxTree]) {
    for citation in trees.lazy.flatMap(\.sourceSets).joined() { ownSymbols.insert(citation.document) }
    for fact in program.facts {
      for case .constant(.symbol(let symbol), _, _) in fact.arguments { ownSymbols.insert(symbol) }
    }
    for clause in program.clauses {
      for case .operand(.constant(.symbol(let symbol), _, _)) in clause.heads.lazy.flatMap(\.arguments) {
        ownSymbols.insert(symbol)
      }
      collectOwnSymbols(in: clause.body)
    }
  }

  /// `X = a` gives a value to a head as well as `a` in it does; that is only so where nothing else binds `X`, which the
  /// caller of `noteSymbols` looks at.
  private mutating func collectOwnSymbols(in body: [[ResolvedLiteral]]) {
    let bound = boundByAtoms(body)
    for case .comparison(.equal, let left, let right, _) in body.joined() {
      for (variable, constant) in [(left, right), (right, left)] {
        guard let variable = variable.variable, !bound.contains(variable),
          case .constant(.symbol(let symbol), _, _) = constant
        else { continue }
        ownSymbols.insert(symbol)
      }
    }
  }

  private func boundByAtoms(_ body: [[ResolvedLiteral]]) -> Set<Int> {
    var bound: Set<Int> = []
    for literal in body.joined() {
      switch literal {
      case .atom(let atom, isNegated: false):
        for case .operand(.variable(let variable, _)) in atom.arguments { bound.insert(variable) }
      case .group(let body, _): bound.formUnion(boundByAtoms(body))
      case .atom, .comparison, .test, .sequence, .aggregate: break
      }
    }
    return bound
  }

  private mutating func noteSymbols(in body: [[ResolvedLiteral]], _ clause: ResolvedClause, _ catalogue: Catalogue) {
    let bound = boundByAtoms(body)
    noteSymbols(in: body, bound, catalogue)
  }

  private mutating func noteSymbols(in body: [[ResolvedLiteral]], _ bound: Set<Int>, _ catalogue: Catalogue) {
    for literal in body.joined() {
      switch literal {
      case .atom(let atom, _):
        let isEvidence = program.table.entries[atom.predicate].kind == .evidence
        let allAreNew = atom.arguments.count > 1 && atom.arguments.allSatisfy { isNew($0, catalogue) }
        for (column, argument) in atom.arguments.enumerated() where !(isEvidence && column == 0) {
          if case .operand(let operand) = argument { noteSymbol(operand, catalogue, mayBeVariable: allAreNew) }
        }
      case .comparison(let comparison, let left, let right, _):
        // Where an order is asked for, any text will do.
        guard comparison == .equal || comparison == .notEqual else { continue }
        if let variable = left.variable, bound.contains(variable) { noteSymbol(right, catalogue) }
        if let variable = right.variable, bound.contains(variable) { noteSymbol(left, catalogue) }
      case .group(let body, _): noteSymbols(in: body, bound, catalogue)
      case .aggregate(_, _, let aggregate):
        noteSymbols(in: aggregate.body, bound.union(boundByAtoms(aggregate.body)), catalogue)
      case .test, .sequence: break
      }
    }
  }

  /// Whether it is a bare name that no fact contains.
  private func isNew(_ argument: ResolvedTerm, _ catalogue: Catalogue) -> Bool {
    guard case .operand(.constant(.symbol(let symbol), _, _)) = argument else { return false }
    return symbol.isName && !ownSymbols.contains(symbol) && !catalogue.containsSymbol(symbol)
  }

  /// - Parameter mayBeVariable: whether nothing but such names stands beside it.
  private mutating func noteSymbol(_ operand: Operand, _ catalogue: Catalogue, mayBeVariable: Bool = false) {
    // The empty text names nothing, so it is not mistyped.
    guard case .constant(.symbol(let symbol), _, let span) = operand, !symbol.utf8.isEmpty,
      !ownSymbols.contains(symbol), warnedSymbols.insert(symbol).inserted, !catalogue.containsSymbol(symbol)
    else { return }
    if mayBeVariable {
      faults.append(.symbolForVariable(symbol, at: span))
    } else {
      faults.append(.unknownSymbol(symbol, at: span, nearest: catalogue.nearestSymbols(symbol)))
    }
  }

  // MARK: Cross products

  private mutating func noteCrossProducts(of alternatives: [[ResolvedLiteral]], variables: [ClauseVariable]) {
    var seen: Set<Span> = []
    for alternative in alternatives { noteCrossProducts(in: alternative, outer: -1, variables, &seen) }
  }

  /// Variables of the scopes up to `outer` have one value where the literals stand.
  private mutating func noteCrossProducts(
    in literals: [ResolvedLiteral],
    outer: Int,
    _ variables: [ClauseVariable],
    _ seen: inout Set<Span>
  ) {
    var groups = VariableGroups()
    var atoms: [(variables: [Int], span: Span)] = []
    var constants: Set<Int> = []
    for literal in literals {
      var own: [Int] = []
      literal.forEachVariable { variable, _ in own.append(variable) }
      groups.join(own)
      switch literal {
      case .atom(let atom, isNegated: false):
        atoms.append((own, atom.span))
        groups.join(own, sharing: atom.symbols)
      case .comparison(.equal, let left, let right, _):
        if let variable = left.variable, case .constant = right { constants.insert(variable) }
        if let variable = right.variable, case .constant = left { constants.insert(variable) }
      case .aggregate(_, _, let aggregate):
        for alternative in aggregate.body {
          noteCrossProducts(in: alternative, outer: aggregate.scope - 1, variables, &seen)
        }
      case .atom, .comparison, .test, .sequence, .group: break
      }
    }
    var first: (group: Int, span: Span)?
    for atom in atoms {
      // An atom whose variables all have one value holds or does not: it multiplies nothing.
      let free = atom.variables.filter { variables[$0].scope > outer && !constants.contains($0) }
      guard let variable = free.first else { continue }
      let group = groups.group(of: variable)
      guard let known = first else {
        first = (group, atom.span)
        continue
      }
      guard known.group != group, seen.insert(atom.span).inserted else { continue }
      // Said once for each body: what to do about it is the same for all of its groups.
      faults.append(.crossProduct(at: atom.span, first: known.span))
      return
    }
  }
}

/// Variables that literals connect.
private struct VariableGroups {
  private var parent: [Int: Int] = [:]
  private var holders: [Symbol: Int] = [:]

  mutating func group(of variable: Int) -> Int {
    var root = variable
    while let next = parent[root], next != root { root = next }
    var node = variable
    while let next = parent[node], next != root {
      parent[node] = root
      node = next
    }
    return root
  }

  mutating func join(_ variables: [Int]) {
    guard let first = variables.first else { return }
    for other in variables.dropFirst() {
      let (a, b) = (group(of: first), group(of: other))
      if a != b { parent[b] = a }
    }
  }

  /// Two atoms about one entity are about the same thing: `starts(v1, D), ends(v1, E)` is no mistake.
  mutating func join(_ variables: [Int], sharing symbols: [Symbol]) {
    guard let first = variables.first else { return }
    for symbol in symbols {
      if let holder = holders[symbol] { join([holder, first]) } else { holders[symbol] = first }
    }
  }
}

extension ResolvedAtom {
  /// The symbols among its arguments.
  fileprivate var symbols: [Symbol] {
    arguments.compactMap { argument in
      if case .operand(.constant(.symbol(let symbol), _, _)) = argument { symbol } else { nil }
    }
  }
}

extension ComparisonOperator {
  /// Whether it holds between two literals; `nil` when they are of types that are compared after a conversion.
  fileprivate func holds(_ a: Constant, _ b: Constant) -> Bool? {
    switch (a, b) {
    case (.number(let a), .number(let b)): holds(a, b)
    case (.float(let a), .float(let b)): holds(a, b)
    case (.symbol(let a), .symbol(let b)): holds(a, b)
    case (.date(let a), .date(let b)): holds(a, b)
    default: nil
    }
  }

  private func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}

extension Resolver {
  // MARK: Variables

  mutating func enterScope(bound: Set<String>) {
    scopes.append(Scope(id: scopeCount, bound: bound))
    scopeCount += 1
  }

  /// Reports a fault and marks the clause as one with a gap.
  mutating func fail(_ fault: Diagnostic) {
    isPoisoned = true
    faults.append(fault)
  }

  /// The variable of a name: the enclosing body's when that binds it, else the one of the braces at hand.
  mutating func variable(_ name: String, at span: Span) -> Int {
    let innermost = scopes.count - 1
    let owner = scopes.count == 1 ? 0 : scopes.firstIndex { $0.bound.contains(name) } ?? innermost
    if let known = scopes[owner].names[name] {
      variables[known].occurrenceCount += 1
      return known
    }
    variables.append(
      ClauseVariable(
        name: name,
        span: span,
        node: table.makeNode(),
        scope: scopes[owner].id,
        occurrenceCount: 1
      )
    )
    scopes[owner].names[name] = variables.count - 1
    return variables.count - 1
  }

  /// The names that a body binds by positive atoms or `=`, which braces in it share.
  ///
  /// Empty when it has no braces, for nobody asks then. What only some alternatives of a `;` bind counts, and is missed
  /// in the others by the pass on safety.
  func sharedNames(of body: BodySyntax) -> Set<String> {
    guard body.hasBraces else { return [] }
    var ready: [String] = []
    var equations: [Equation] = []
    collectBinders(of: body, into: &ready, &equations)
    var watchers: [String: [Int]] = [:]
    for (index, equation) in equations.enumerated() {
      if equation.needs.isEmpty { ready.append(equation.name) }
      for name in equation.needs { watchers[name, default: []].append(index) }
    }
    var bound: Set<String> = []
    while let name = ready.popLast() {
      guard bound.insert(name).inserted else { continue }
      for index in watchers.removeValue(forKey: name) ?? [] {
        equations[index].needs.remove(name)
        if equations[index].needs.isEmpty { ready.append(equations[index].name) }
      }
    }
    return bound
  }

  /// `name = E`, which binds the name once what `E` needs is bound.
  private struct Equation {
    let name: String
    var needs: Set<String>
  }

  private func collectBinders(
    of body: BodySyntax,
    into ready: inout [String],
    _ equations: inout [Equation]
  ) {
    for literal in body.alternatives.joined() {
      switch literal {
      case .atom(let atom, false):
        if PredicateTable.tests[atom.predicate.text] != nil, table[atom.predicate.text] == nil { continue }
        var values = atom.arguments.map(\.value)
        if let sources = atom.sources { values += [sources.document] + [sources.passage].compactMap { $0 } }
        for value in values {
          if case .variable(let name) = value.kind { ready.append(name) }
        }
      case .comparison(.equal, let left, let right, _):
        if case .variable(let name) = left.kind { equations.append(Equation(name: name, needs: right.names)) }
        if case .variable(let name) = right.kind { equations.append(Equation(name: name, needs: left.names)) }
      case .group(let body, _): collectBinders(of: body, into: &ready, &equations)
      case .atom, .comparison: break
      }
    }
  }

  // MARK: Values

  /// The value of an expression; `nil` when part of it could not be resolved, which is reported.
  mutating func operand(_ expression: ExpressionSyntax) -> Operand? {
    let span = expression.span
    switch expression.kind {
    case .variable(let name): return .variable(variable(name, at: span), span)
    case .wildcard:
      fail(.misplacedWildcard(at: span))
      return nil
    case .constant(let constant): return .constant(constant, isYear: false, span)
    case .year(let year): return .constant(.number(Int64(year)), isYear: true, span)
    case .parameter(let name): return parameter(name, at: span)
    case .call(let name, let arguments): return call(name, arguments, span)
    case .unary(.negate, let inner):
      guard let inner = operand(inner) else { return nil }
      if case .constant(let constant, _, _) = inner, let negated = constant.negated {
        return .constant(negated, isYear: false, span)
      }
      return .call(.negate, [inner], node: table.makeNode(), span)
    case .binary(let binary, let left, let right):
      let left = operand(left)
      let right = operand(right)
      guard let left, let right else { return nil }
      return .call(.binary(binary), [left, right], node: table.makeNode(), span)
    case .aggregate(let name, _, _):
      fail(.misplacedAggregate(name))
      return nil
    }
  }

  private mutating func call(_ name: Name, _ arguments: [ExpressionSyntax], _ span: Span) -> Operand? {
    guard let function = FunctionName(rawValue: name.text), !isLoneExtreme(function, arguments) else {
      for argument in arguments { _ = operand(argument) }
      if AggregateFunction(rawValue: name.text) != nil {
        fail(.misplacedAggregate(name))
      } else if let measure = GraphMeasure(rawValue: name.text) {
        fail(.misplacedMeasure(measure, at: name.span))
      } else if SequenceFunction(rawValue: name.text) != nil {
        fail(.misplacedSequence(name))
      } else {
        fail(.unknownFunction(name))
      }
      return nil
    }
    guard function.argumentCount.contains(arguments.count) else {
      for argument in arguments { _ = operand(argument) }
      fail(.wrongArgumentCount(name.text, given: arguments.count, wanted: function.argumentCount, at: span))
      return nil
    }
    let operands = arguments.compactMap { operand($0) }
    guard operands.count == arguments.count else { return nil }
    if function == .today { return .constant(.date(catalogue.today), isYear: false, span) }
    return .call(.function(function), operands, node: table.makeNode(), span)
  }

  /// `min(X)` outside a head is meant as the aggregate, which is written otherwise there.
  private func isLoneExtreme(_ function: FunctionName, _ arguments: [ExpressionSyntax]) -> Bool {
    (function == .min || function == .max) && arguments.count < 2
  }

  /// An argument of a rule's head, where an aggregate or a measure may stand.
  ///
  /// - Parameter measured: which column of a measure is next.
  mutating func headArgument(_ expression: ExpressionSyntax, column measured: inout Int) -> ResolvedHeadArgument? {
    if let measure = expression.measure { return measureArgument(measure, expression, column: &measured) }
    guard case .call(let name, let arguments) = expression.kind,
      let function = AggregateFunction(rawValue: name.text),
      !(function == .min || function == .max) || arguments.count == 1
    else {
      return operand(expression).map { .operand($0) }
    }
    let wanted = function.headArgumentCount
    guard wanted.contains(arguments.count) else {
      for argument in arguments { _ = operand(argument) }
      fail(.wrongArgumentCount(name.text, given: arguments.count, wanted: wanted, at: expression.span))
      return nil
    }
    let operands = arguments.compactMap { operand($0) }
    guard operands.count == arguments.count else { return nil }
    return .aggregate(function, operands, node: table.makeNode(), expression.span)
  }

  private mutating func measureArgument(
    _ measure: GraphMeasure,
    _ expression: ExpressionSyntax,
    column: inout Int
  ) -> ResolvedHeadArgument? {
    guard case .call(let name, let arguments) = expression.kind else { return nil }
    let operands = arguments.compactMap { operand($0) }
    let own = column
    column = (column + 1) % measure.columns.count
    guard arguments.count == 2 else {
      if own == 0 { fail(.wrongArgumentCount(name.text, given: arguments.count, wanted: 2...2, at: expression.span)) }
      return nil
    }
    guard operands.count == arguments.count else { return nil }
    return .measure(measure, column: own, operands, node: table.makeNode(), expression.span)
  }
}

extension AggregateFunction {
  /// How many arguments it takes in a head.
  fileprivate var headArgumentCount: ClosedRange<Int> {
    switch self {
    case .count, .sum, .mean: 1...Int.max
    case .min, .max, .list: 1...1
    }
  }
}

extension Constant {
  /// The literal with a minus before it; `nil` for what has none, or would not fit.
  var negated: Constant? {
    switch self {
    case .number(let value): value == .min ? nil : .number(-value)
    case .float(let value): .float(value == 0 ? 0 : -value)
    case .symbol, .date: nil
    }
  }
}

extension BodySyntax {
  /// Whether an aggregate with braces stands in the body itself.
  fileprivate var hasBraces: Bool {
    alternatives.contains { alternative in
      alternative.contains { literal in
        switch literal {
        case .atom: false
        case .comparison(_, let left, let right, _): left.isAggregate || right.isAggregate
        case .group(let body, _): body.hasBraces
        }
      }
    }
  }
}

extension ExpressionSyntax {
  fileprivate var isAggregate: Bool { if case .aggregate = kind { true } else { false } }

  /// The names of its variables, those of braces not included.
  fileprivate var names: Set<String> {
    switch kind {
    case .variable(let name): [name]
    case .call(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.names) }
    case .unary(_, let operand): operand.names
    case .binary(_, let left, let right): left.names.union(right.names)
    case .wildcard, .constant, .year, .parameter, .aggregate: []
    }
  }
}

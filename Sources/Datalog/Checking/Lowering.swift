/// The last pass: from resolved clauses with known types to the one form of `CheckedProgram`.
///
/// `p(X + 1) :- q(X), X < max A : { r(X, A) }` becomes
/// `p(_1) :- q(X), _2 = max A : { r(X, A) }, X < _2, _1 = X + 1`.
struct Lowering {
  private let table: PredicateTable
  let types: TypeInference
  private(set) var rules: [Rule] = []
  // State of the rule at hand.
  private var variables: [Variable] = []
  private var places: [Int: Int] = [:]
  private var clauseVariables: [ClauseVariable] = []

  init(table: PredicateTable, types: TypeInference) {
    self.table = table
    self.types = types
  }

  /// Appends the rules of a clause: one for each head and alternative.
  mutating func lower(_ clause: ResolvedClause, number: Int, alternatives: [[ResolvedLiteral]]) {
    clauseVariables = clause.variables
    for (place, head) in clause.heads.enumerated() {
      for alternative in alternatives {
        variables = []
        places = [:]
        var body: [Literal] = []
        body.reserveCapacity(alternative.count)
        for literal in alternative { lower(literal, into: &body) }
        let arguments = lowerArguments(of: head, into: &body)
        rules.append(
          Rule(
            clause: number,
            headPlace: place,
            head: Head(predicate: PredicateID(head.predicate), arguments: arguments),
            body: body,
            variables: variables,
            span: clause.span
          )
        )
      }
    }
  }

  func lower(_ fact: ResolvedFact) -> ComputedFact {
    let columns = table.entries[fact.predicate].columns
    let arguments = zip(fact.arguments, columns).map { operand, column in
      ground(operand, as: types.type(of: column.node))
    }
    return ComputedFact(
      predicate: PredicateID(fact.predicate),
      arguments: arguments,
      source: fact.source,
      sources: fact.sources,
      span: fact.span
    )
  }

  func lower(pattern: ResolvedAtom) -> Atom {
    let columns = table.entries[pattern.predicate].columns
    let arguments: [Term] = zip(pattern.arguments, columns).map { term, column in
      guard case .operand(let operand) = term else { return .wildcard }
      guard case .constant(let constant) = ground(operand, as: types.type(of: column.node)) else { return .wildcard }
      return .constant(constant)
    }
    return Atom(predicate: PredicateID(pattern.predicate), arguments: arguments, span: pattern.span)
  }

  /// A literal of the text in a column of a known type.
  func constant(_ operand: Operand, in column: PredicateTable.ColumnEntry) -> Constant? {
    guard case .constant(let constant) = ground(operand, as: types.type(of: column.node)) else { return nil }
    return constant
  }

  // MARK: Literals

  private mutating func lower(_ literal: ResolvedLiteral, into body: inout [Literal]) {
    switch literal {
    case .atom(let atom, let isNegated):
      var equations: [Literal] = []
      let arguments = lowerTerms(of: atom, into: &equations)
      // A negated atom is read after what computes its arguments; the order says nothing to the planner.
      body.append(contentsOf: equations)
      body.append(
        .atom(
          Atom(predicate: PredicateID(atom.predicate), arguments: arguments, span: atom.span),
          isNegated: isNegated
        )
      )
    case .comparison(let comparison, let left, let right, let span):
      let type = commonType(left, right)
      body.append(.comparison(comparison, expression(left, as: type), expression(right, as: type), span: span))
    case .test(let function, let operands, let isNegated, let span):
      body.append(
        .test(function, operands.map { expression($0, as: .symbol) }, isNegated: isNegated, span: span)
      )
    case .sequence(let target, let function, let operands, let node, let span):
      let own = types.type(of: node)
      let arguments = operands.map { expression($0, as: own) }
      var checks: [Literal] = []
      let result = resultVariable(for: target, type: own, span: span, into: &checks)
      body.append(.sequence(result, function, arguments, span: span))
      body.append(contentsOf: checks)
    case .aggregate(let comparison, let left, let aggregate):
      lower(comparison, left, aggregate, into: &body)
    case .group: preconditionFailure("alternatives have no groups")
    }
  }

  private mutating func lowerTerms(of atom: ResolvedAtom, into equations: inout [Literal]) -> [Term] {
    let columns = table.entries[atom.predicate].columns
    var terms: [Term] = []
    terms.reserveCapacity(columns.count)
    for (argument, column) in zip(atom.arguments, columns) {
      switch argument {
      case .wildcard: terms.append(.wildcard)
      case .operand(let operand):
        terms.append(term(operand, as: types.type(of: column.node), into: &equations))
      }
    }
    return terms
  }

  /// A variable or constant for an operand, with an equation where it is computed.
  private mutating func term(_ operand: Operand, as type: ValueType, into equations: inout [Literal]) -> Term {
    switch expression(operand, as: type) {
    case .variable(let variable): return .variable(variable)
    case .constant(let constant): return .constant(constant)
    case .call(let function, let arguments):
      let fresh = makeVariable(type)
      equations.append(
        .comparison(.equal, .variable(fresh), .call(function, arguments), span: operand.span)
      )
      return .variable(fresh)
    }
  }

  private mutating func lowerArguments(of head: ResolvedHead, into body: inout [Literal]) -> [HeadArgument] {
    zip(head.arguments, table.entries[head.predicate].columns).map { argument, column in
      let type = types.type(of: column.node)
      switch argument {
      case .operand(let operand): return .term(term(operand, as: type, into: &body))
      case .aggregate(let function, let operands, _, _):
        var terms = operands.enumerated().map { place, operand in
          let own = place == 0 ? valueType(of: operand, in: function, result: type) : naturalType(of: operand)
          return term(operand, as: own, into: &body)
        }
        guard function == .count, type == .float else { return .aggregate(function, terms) }
        // Counted as floats: each distinct tuple adds one.
        terms.insert(.constant(.float(1)), at: 0)
        return .aggregate(.sum, terms)
      case .measure(let measure, let column, let operands, let node, _):
        let end = types.type(of: node)
        return .measure(measure, column: column, operands.map { term($0, as: end, into: &body) })
      }
    }
  }

  /// The type in which a value is aggregated, so that the result is of type `result`.
  private func valueType(of operand: Operand, in function: AggregateFunction, result: ValueType) -> ValueType {
    let own = naturalType(of: operand)
    switch function {
    case .sum, .min, .max: return result
    case .count, .mean, .list: return own
    }
  }

  private mutating func lower(
    _ comparison: ComparisonOperator,
    _ left: Operand,
    _ aggregate: ResolvedAggregate,
    into body: inout [Literal]
  ) {
    let own = types.type(of: aggregate.node)
    let result: VariableID
    var checks: [Literal] = []
    if comparison == .equal {
      result = resultVariable(for: left, type: own, span: aggregate.span, into: &checks)
    } else {
      result = makeVariable(own)
      let type = commonType(naturalType(of: left), own)
      checks.append(
        .comparison(comparison, expression(left, as: type), converted(result, own, to: type), span: aggregate.span)
      )
    }
    let value = aggregate.value.map { operand in
      expression(operand, as: valueType(of: operand, in: aggregate.function, result: own))
    }
    let alternatives = aggregate.body.map { alternative in
      var literals: [Literal] = []
      for literal in alternative { lower(literal, into: &literals) }
      return literals
    }
    body.append(
      .aggregate(
        AggregateLiteral(
          result: result,
          function: aggregate.function,
          value: value,
          alternatives: alternatives,
          groups: aggregate.groups.map { place(of: $0.variable) },
          span: aggregate.span
        )
      )
    )
    body.append(contentsOf: checks)
  }

  /// The variable that takes a result: the target itself when it is a variable of that type.
  private mutating func resultVariable(
    for target: Operand,
    type: ValueType,
    span: Span,
    into body: inout [Literal]
  ) -> VariableID {
    let wanted = commonType(naturalType(of: target), type)
    if let variable = target.variable, wanted == type { return place(of: variable) }
    let fresh = makeVariable(type)
    body.append(
      .comparison(.equal, expression(target, as: wanted), converted(fresh, type, to: wanted), span: span)
    )
    return fresh
  }

  private func converted(_ variable: VariableID, _ type: ValueType, to wanted: ValueType) -> Expression {
    type == .number && wanted == .float ? .call(.toFloat, [.variable(variable)]) : .variable(variable)
  }

  // MARK: Variables

  private mutating func place(of variable: Int) -> VariableID {
    if let place = places[variable] { return VariableID(place) }
    let own = clauseVariables[variable]
    variables.append(Variable(name: own.name, type: types.type(of: own.node)))
    places[variable] = variables.count - 1
    return VariableID(variables.count - 1)
  }

  private mutating func makeVariable(_ type: ValueType) -> VariableID {
    variables.append(Variable(name: "_\(variables.count)", type: type, isGenerated: true))
    return VariableID(variables.count - 1)
  }

  // MARK: Expressions

  /// An operand without variables.
  private func ground(_ operand: Operand, as type: ValueType) -> Expression {
    var copy = self
    copy.clauseVariables = []
    return copy.expression(operand, as: type)
  }

  /// The expression of an operand where a value of `wanted` stands.
  private mutating func expression(_ operand: Operand, as wanted: ValueType) -> Expression {
    switch operand {
    case .variable(let variable, _):
      // Only under an aggregate of a head is a variable of numbers wanted as floats.
      let place = place(of: variable)
      return converted(place, naturalType(of: operand), to: wanted)
    case .constant(let constant, _, _): return .constant(constant.converted(to: wanted))
    case .call(let operation, let operands, let node, _):
      let own = types.type(of: node)
      let isConverted = own == .number && wanted == .float
      // `min` and `max` of numbers are the same in floats, so that conversion may wait for the result.
      let call = self.call(operation, operands, type: own)
      return isConverted ? .call(.toFloat, [call]) : call
    }
  }

  private mutating func call(_ operation: Operation, _ operands: [Operand], type: ValueType) -> Expression {
    switch operation {
    case .binary(let binary): return arithmetic(binary, operands, type: type)
    case .negate: return .call(.negate, operands.map { expression($0, as: type) })
    case .function(let function): return call(function, operands, type: type)
    }
  }

  private mutating func arithmetic(_ binary: BinaryOperator, _ operands: [Operand], type: ValueType) -> Expression {
    let (left, right) = (operands[0], operands[1])
    if naturalType(of: left) == .date {
      if naturalType(of: right) == .date {
        return .call(.daysBetween, [expression(left, as: .date), expression(right, as: .date)])
      }
      let function: Function = binary == .add ? .addDays : .subtractDays
      return .call(function, [expression(left, as: .date), expression(right, as: .number)])
    }
    let function: Function
    switch binary {
    case .power: function = .power
    case .multiply: function = .multiply
    case .divide: function = .divide
    case .remainder: function = .remainder
    case .add: function = .add
    case .subtract: function = .subtract
    }
    return .call(function, [expression(left, as: type), expression(right, as: type)])
  }

  private mutating func call(_ name: FunctionName, _ operands: [Operand], type: ValueType) -> Expression {
    if let operand = operands.first, operands.count == 1, naturalType(of: operand) == type,
      name == .toNumber || name == .toFloat || name == .toString
    {
      return expression(operand, as: type)
    }
    let arguments = operands.map { operand in
      expression(operand, as: name.argumentType(of: naturalType(of: operand), result: type))
    }
    return .call(name.function, arguments)
  }

  // MARK: Types

  /// The type an operand has by itself.
  private func naturalType(of operand: Operand) -> ValueType {
    switch operand {
    case .variable(let variable, _): types.type(of: clauseVariables[variable].node)
    case .constant(let constant, _, _): constant.type
    case .call(_, _, let node, _): types.type(of: node)
    }
  }

  private func commonType(_ left: Operand, _ right: Operand) -> ValueType {
    commonType(naturalType(of: left), naturalType(of: right))
  }

  /// The type of both sides: a date beside a year is one, and a float beside a number.
  private func commonType(_ left: ValueType, _ right: ValueType) -> ValueType {
    if left == .date || right == .date { return .date }
    if left == .float || right == .float { return .float }
    return left
  }
}

extension FunctionName {
  /// The type in which an argument of the type `own` is read.
  fileprivate func argumentType(of own: ValueType, result: ValueType) -> ValueType {
    switch self {
    case .min, .max, .abs: result
    case .round: .float
    case .year, .month, .day, .weekday, .precision, .firstDay, .lastDay: .date
    case .cat, .strlen, .substr, .lower, .upper, .trim, .replace, .toNumber, .toString, .toFloat, .today: own
    }
  }

  fileprivate var function: Function {
    switch self {
    case .cat: .concatenate
    case .strlen: .length
    case .substr: .substring
    case .lower: .lower
    case .upper: .upper
    case .trim: .trim
    case .replace: .replace
    case .toNumber: .toNumber
    case .toString: .toString
    case .toFloat: .toFloat
    case .abs: .absolute
    case .min: .minimum
    case .max: .maximum
    case .round: .round
    case .year: .year
    case .month: .month
    case .day: .day
    case .weekday: .weekday
    case .precision: .precision
    case .firstDay: .firstDay
    case .lastDay: .lastDay
    case .today: preconditionFailure("today is a constant since names were resolved")
    }
  }
}

extension Constant {
  /// The literal as a value of the type wanted in its place.
  func converted(to type: ValueType) -> Constant {
    switch (self, type) {
    case (.number(let value), .float): return .float(Double(value))
    case (.number(let value), .date):
      guard let year = Int(exactly: value), let date = PartialDate(year: year) else { return self }
      return .date(date)
    default: return self
    }
  }
}

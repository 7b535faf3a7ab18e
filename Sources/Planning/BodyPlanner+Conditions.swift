import Datalog
import Engine

/// Conditions, and the aggregates among them.
extension BodyPlanner {
  /// A condition with what it waits for.
  func waiting(_ condition: RuleBody.Condition) -> Agenda.Waiting {
    switch condition {
    case .exclude(let atom):
      return Agenda.Waiting(condition, isTotal: true, needs: atom.registers)
    case .compare(let comparison, let a, let b):
      let (left, right) = (registers(of: [a]), registers(of: [b]))
      var targets: Set<Int> = []
      if comparison == .equal {
        if let target = bare(a), !right.contains(target) { targets.insert(target) }
        if let target = bare(b), !left.contains(target) { targets.insert(target) }
      }
      return Agenda.Waiting(
        condition,
        isTotal: a.isTotal && b.isTotal,
        needs: left.union(right),
        canBind: targets
      )
    case .test(let test, let arguments, _):
      let isTotal = test != .match && arguments.allSatisfy(\.isTotal)
      return Agenda.Waiting(condition, isTotal: isTotal, needs: registers(of: arguments))
    case .sequence(let variable, _, let arguments):
      return Agenda.Waiting(
        condition,
        isTotal: false,
        needs: registers(of: arguments),
        binds: Set(resolved(variable))
      )
    case .aggregate(let aggregate):
      return Agenda.Waiting(
        condition,
        isTotal: false,
        needs: Set(aggregate.groups.flatMap { resolved($0.index) }),
        binds: Set(resolved(aggregate.result.index))
      )
    }
  }

  /// Conditions with the share of bindings that they are expected to let through.
  func weighed(_ conditions: [Agenda.Waiting], _ atoms: [RuleBody.BodyAtom]) -> [Agenda.Waiting] {
    guard atoms.count <= JoinOrder.mostAtoms, conditions.count <= JoinOrder.mostFilters else { return conditions }
    return conditions.map { waiting in
      var waiting = waiting
      waiting.share = share(of: waiting.condition, atoms)
      return waiting
    }
  }

  /// The share of bindings that a condition is expected to let through; of a comparison with a constant, as a sample of
  /// the column says.
  private func share(of condition: RuleBody.Condition, _ atoms: [RuleBody.BodyAtom]) -> Double {
    switch condition {
    case .exclude: return 0.7
    case .test(_, _, let isNegated): return isNegated ? 0.7 : 0.3
    case .sequence, .aggregate: return 1
    case .compare(let comparison, let a, let b):
      if let sampled = sampledShare(comparison, a, b, atoms) ?? sampledShare(comparison.mirrored, b, a, atoms) {
        return sampled
      }
      switch comparison {
      case .equal: return min(shareOfEquals(a, atoms), shareOfEquals(b, atoms))
      case .notEqual: return 1
      case .less, .lessOrEqual, .greater, .greaterOrEqual: return 0.5
      }
    }
  }

  /// The share of tuples in which a variable has a certain value; 1 for what no atom names.
  private func shareOfEquals(_ side: Expression, _ atoms: [RuleBody.BodyAtom]) -> Double {
    guard let register = bare(side) else { return 1 }
    let distinct = atoms.compactMap { atom in
      atom.columns.firstIndex(of: .register(register)).map { statistics.distinct(atom.predicate, $0) }
    }
    return distinct.min().map { 1 / $0 } ?? 1
  }

  private func sampledShare(
    _ comparison: ComparisonOperator,
    _ a: Expression,
    _ b: Expression,
    _ atoms: [RuleBody.BodyAtom]
  ) -> Double? {
    // Texts may lie in the file, and are not read to plan.
    guard let register = bare(a), case .constant(let word, let type) = scalar(b), comparison != .equal, type != .symbol
    else { return nil }
    for atom in atoms where !statistics.growing.contains(atom.predicate) {
      guard let column = atom.columns.firstIndex(of: .register(register)) else { continue }
      let relation = RelationID(atom.predicate.index)
      return statistics.evaluation.share(of: relation, column, comparison.scalar, word)
    }
    return nil
  }

  private func registers(of expressions: [Expression]) -> Set<Int> {
    Set(expressions.flatMap(\.variables).flatMap { resolved($0.index) })
  }

  /// The register that stands for a variable, if it is no constant.
  private func resolved(_ register: Int) -> [Int] {
    if case .register(let register) = substitution.operand(register) { [register] } else { [] }
  }

  /// The register of a bare variable.
  private func bare(_ expression: Expression) -> Int? {
    guard case .variable(let variable) = expression else { return nil }
    return resolved(variable.index).first
  }

  /// The register of a bare variable that nothing has bound yet.
  private func bareUnbound(_ expression: Expression) -> Int? {
    bare(expression).flatMap { bound.contains($0) ? nil : $0 }
  }

  mutating func placeCondition(_ condition: RuleBody.Condition) {
    switch condition {
    case .exclude(let atom):
      steps.append(.require(plainMatch(atom), isNegated: true))
    case .compare(let comparison, let a, let b):
      placeComparison(comparison, a, b)
    case .test(let test, let arguments, let isNegated):
      let isTotal = test != .match && arguments.allSatisfy(\.isTotal)
      let scalar = ScalarCondition.test(test.scalar, arguments.map(scalar), isNegated: isNegated)
      steps.append(.filter(scalar, whenMissing: isTotal ? nil : missingSteps()))
    case .sequence(let variable, let function, let arguments):
      placeSequence(variable, function, arguments)
    case .aggregate(let aggregate):
      placeAggregate(aggregate)
    }
  }

  private mutating func placeComparison(
    _ comparison: ComparisonOperator,
    _ a: Expression,
    _ b: Expression
  ) {
    let isTotal = a.isTotal && b.isTotal
    let target = comparison == .equal ? bareUnbound(a) ?? bareUnbound(b) : nil
    guard let target else {
      let condition = ScalarCondition.compare(comparison.scalar, scalar(a), scalar(b))
      steps.append(.filter(condition, whenMissing: isTotal ? nil : missingSteps()))
      estimate *= comparison == .equal ? 0.1 : 0.5
      return
    }
    let value = bareUnbound(a) == nil ? a : b
    steps.append(.compute(target, scalar(value), whenMissing: isTotal ? nil : missingSteps(without: target)))
    bind(target)
  }

  private mutating func placeSequence(
    _ variable: Int,
    _ function: SequenceFunction,
    _ arguments: [Expression]
  ) {
    let generator: SequenceGenerator =
      switch function {
      case .range: .range
      case .split: .split
      }
    if function == .range, case .register(let known) = substitution.operand(variable), bound.contains(known) {
      placeRangeTest(.variable(VariableID(known)), arguments)
      return
    }
    let isTotal = arguments.allSatisfy(\.isTotal)
    let target = bindingTarget(variable)
    let missing = isTotal ? nil : missingSteps(without: target.register)
    steps.append(.generate(target.register, generator, arguments.map(scalar), whenMissing: missing))
    bind(target.register)
    steps += target.check
    estimate *= 8
  }

  /// A known number is in a range when it lies between the ends: nothing is enumerated.
  private mutating func placeRangeTest(
    _ number: Expression,
    _ ends: [Expression]
  ) {
    placeComparison(.lessOrEqual, ends[0], number)
    placeComparison(.lessOrEqual, number, ends[1])
  }

  /// Where a computed value goes: the variable's register or, when that is known already, one of its own, compared with it.
  private mutating func bindingTarget(_ variable: Int) -> (register: Int, check: [Step]) {
    let type = types[variable]
    let known: ScalarExpression
    switch substitution.operand(variable) {
    case .register(let register) where !bound.contains(register): return (register, [])
    case .register(let register): known = .register(register, type)
    case .constant(let word): known = .constant(word, type)
    }
    let copy = hiddenRegisters.next()
    return (copy, [.filter(.compare(.equal, .register(copy, type), known), whenMissing: nil)])
  }

  /// What a row without a value still has to satisfy to count: all literals not placed that can do without the value.
  /// `nil` where such rows are not counted.
  private mutating func missingSteps(without target: Int? = nil) -> [Step]? {
    guard countsMissing else { return nil }
    var atoms = agenda.remainingAtoms
    var conditions = agenda.remainingConditions
    if let target {
      atoms.removeAll { $0.registers.contains(target) }
      conditions.removeAll { $0.registers.contains(target) }
    }
    var planner = BodyPlanner(
      bound: inBindingOrder(bound),
      types: types,
      substitution: substitution,
      keepsSolutions: false,
      countsMissing: false,
      hidden: hiddenRegisters,
      statistics: statistics,
      options: options
    )
    planner.placeWhatCanBe(atoms, conditions)
    return planner.steps
  }

  /// Like `place`, for a body of which some literals may lack what binds their variables.
  private mutating func placeWhatCanBe(_ atoms: [RuleBody.BodyAtom], _ conditions: [Agenda.Waiting]) {
    agenda = Agenda(
      atoms: atoms,
      conditions: conditions,
      bound: bound,
      statistics: statistics,
      ordersSets: options.usesJoinOrder
    )
    while true {
      if let condition = agenda.takeCondition(allowsPartial: true) {
        placeCondition(condition)
      } else if let atom = agenda.takeAtom(bound: bound, allowsProducts: true) {
        placeAtom(atom)
      } else {
        return
      }
    }
  }

  // MARK: Aggregates

  private mutating func placeAggregate(_ aggregate: AggregateLiteral) {
    let target = bindingTarget(aggregate.result.index)
    let groups = Set(aggregate.groups.flatMap { resolved($0.index) })
    let ordered = inBindingOrder(groups)
    let isSingle = aggregate.alternatives.count == 1
    let needsEach = aggregate.value == nil || aggregate.function == .sum || aggregate.function == .mean
    var alternatives: [AggregatePlan.Alternative] = []
    var value: ScalarExpression?
    for literals in aggregate.alternatives {
      let body = RuleBody(
        literals,
        wanted: [],
        substitution: substitution,
        fixed: isSingle ? groups : Set(types.indices),
        values: statistics.values
      )
      var planner = BodyPlanner(
        bound: ordered,
        types: types,
        substitution: body.substitution,
        keepsSolutions: needsEach,
        hidden: hiddenRegisters,
        statistics: statistics,
        options: options
      )
      if body.isContradictory { continue }
      value = aggregate.value.map(planner.scalar)
      let placed = planner.place(body, needed: isSingle ? needed(aggregate, value) : nil)
      precondition(placed != nil, "the checker has shown that every literal can be placed")
      let solution = hiddenRegisters.independent(planner.bound.subtracting(groups))
      alternatives.append(.init(steps: planner.steps, solution: solution, factors: planner.factors))
    }
    steps.append(
      .aggregate(
        AggregatePlan(
          function: aggregate.function.engine,
          value: value,
          valueType: aggregate.value.map(scalar)?.type ?? .number,
          alternatives: alternatives,
          mayRepeat: !isSingle || alternatives.contains { $0.steps.contains(where: \.mayRepeat) },
          groups: ordered,
          result: target.register,
          resultType: types[aggregate.result.index]
        )
      )
    )
    bind(target.register)
    steps += target.check
  }

  /// The registers that an aggregate reads at the end of its body; `nil` when it takes each solution by itself: values
  /// that may be missing are counted by solution, and floats are summed in the order of their values.
  private func needed(_ aggregate: AggregateLiteral, _ value: ScalarExpression?) -> Set<Int>? {
    guard let expression = aggregate.value, let value else { return [] }
    guard expression.isTotal else { return nil }
    if value.type == .float, aggregate.function == .sum || aggregate.function == .mean { return nil }
    return Set(value.registers.map(\.register))
  }

  // MARK: Expressions

  func scalar(_ expression: Expression) -> ScalarExpression {
    switch expression {
    case .variable(let variable):
      switch substitution.operand(variable.index) {
      case .register(let register): return .register(register, types[variable.index])
      case .constant(let word): return .constant(word, types[variable.index])
      }
    case .constant(let constant):
      return .constant(statistics.values.word(of: constant), constant.type.wordType)
    case .call(let function, let arguments):
      let arguments = arguments.map(scalar)
      return .call(function.scalar, arguments, type: function.resultType(arguments.map(\.type)))
    }
  }
}

extension Step {
  /// Whether it can give one element twice.
  fileprivate var mayRepeat: Bool {
    if case .generate(_, .split, _, _) = self { true } else { false }
  }
}

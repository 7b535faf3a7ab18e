import Datalog
import Engine

/// Orders the literals of one body: at each point the literal that keeps the number of bindings smallest.
///
/// Filters run as soon as what they use is bound. Of the atoms, one that binds nothing comes first, then the one with the
/// fewest expected matches for a binding; an atom that shares no variable with what is bound comes last. Never the text's
/// order: it only breaks ties.
struct BodyPlanner {
  private(set) var steps: [Step] = []
  private(set) var bound: Set<Int>
  /// Bindings expected at this point.
  private(set) var estimate = 1.0
  let types: [WordType]
  let statistics: Statistics
  /// Whether each solution has to come out exactly once: then wildcards are enumerated and nothing is projected away.
  private let keepsSolutions: Bool
  /// Whether rows without a value are counted; they are not while it is planned what such a row has to satisfy.
  private let countsMissing: Bool
  private let substitution: Substitution
  private let hiddenRegisters: HiddenRegisters
  private var agenda = Agenda()

  init(
    bound: Set<Int>,
    types: [WordType],
    substitution: Substitution,
    keepsSolutions: Bool,
    countsMissing: Bool = true,
    hidden: HiddenRegisters,
    statistics: Statistics
  ) {
    self.bound = bound
    self.types = types
    self.substitution = substitution
    self.keepsSolutions = keepsSolutions
    self.countsMissing = countsMissing
    hiddenRegisters = hidden
    self.statistics = statistics
  }

  /// Places everything. Conditions over registers in `deferred` are handed back: they belong to the sink.
  ///
  /// - Returns: `nil` when some literal lacks what binds its variables, which an atom kept for the sink may do.
  mutating func place(_ body: RuleBody, first: Match? = nil, deferred: Set<Int> = []) -> [RuleBody.Condition]? {
    if let first { join(first) }
    var conditions = body.conditions.map(waiting)
    let kept = conditions.filter { !$0.registers.isDisjoint(with: deferred) }
    if !kept.isEmpty { conditions.removeAll { !$0.registers.isDisjoint(with: deferred) } }
    agenda = Agenda(atoms: body.atoms, conditions: conditions, bound: bound, statistics: statistics)
    while true {
      if let condition = agenda.takeCondition(allowsPartial: false) {
        placeCondition(condition)
      } else if let atom = agenda.takeAtom(allowsProducts: false) {
        placeAtom(atom)
      } else if let condition = agenda.takeCondition(allowsPartial: true) {
        placeCondition(condition)
      } else if let atom = agenda.takeAtom(allowsProducts: true) {
        placeAtom(atom)
      } else {
        return agenda.remainingConditions.isEmpty ? kept.map(\.condition) : nil
      }
    }
  }

  private mutating func bind(_ register: Int) {
    bound.insert(register)
    agenda.bind(register, bound: bound, statistics: statistics)
  }

  // MARK: Atoms

  private mutating func placeAtom(_ atom: RuleBody.BodyAtom) {
    let isBound = atom.registers.isSubset(of: bound)
    guard isBound, !keepsSolutions || !atom.columns.contains(nil) else {
      join(plainMatch(atom), of: atom)
      return
    }
    steps.append(.require(plainMatch(atom), isNegated: false))
    estimate *= min(1, statistics.matches(atom, bound: bound))
  }

  private func plainMatch(_ atom: RuleBody.BodyAtom) -> Match {
    Match(
      relation: RelationID(atom.predicate.index),
      columns: atom.columns.map { column in
        switch column {
        case nil: .ignored
        case .constant(let word): .bound(.constant(word))
        case .register(let register): bound.contains(register) ? .bound(.register(register)) : .bind(register)
        }
      }
    )
  }

  /// Joins with an atom; a variable that occurs twice and is not bound yet is bound once and compared.
  mutating func join(_ match: Match, of atom: RuleBody.BodyAtom? = nil) {
    var match = match
    var seen: Set<Int> = []
    var repeats: [(Int, Int)] = []
    for (place, column) in match.columns.enumerated() {
      switch column {
      case .bind(let register) where !seen.insert(register).inserted:
        let copy = hiddenRegisters.next()
        match.columns[place] = .bind(copy)
        repeats.append((register, copy))
      case .ignored where keepsSolutions:
        let wildcard = hiddenRegisters.wildcard(at: atom?.offset, column: place)
        match.columns[place] = .bind(wildcard)
        seen.insert(wildcard)
      case .bind, .bound, .ignored: break
      }
    }
    estimate *= statistics.matches(match, bound: bound)
    steps.append(.match(match))
    for register in seen.sorted() { bind(register) }
    for (register, copy) in repeats {
      let type = types[register]
      steps.append(.filter(.compare(.equal, .register(register, type), .register(copy, type)), whenMissing: nil))
    }
  }

  // MARK: Conditions

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

  private mutating func placeCondition(_ condition: RuleBody.Condition) {
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
      bound: bound,
      types: types,
      substitution: substitution,
      keepsSolutions: false,
      countsMissing: false,
      hidden: hiddenRegisters,
      statistics: statistics
    )
    planner.placeWhatCanBe(atoms, conditions)
    return planner.steps
  }

  /// Like `place`, for a body of which some literals may lack what binds their variables.
  private mutating func placeWhatCanBe(_ atoms: [RuleBody.BodyAtom], _ conditions: [Agenda.Waiting]) {
    agenda = Agenda(atoms: atoms, conditions: conditions, bound: bound, statistics: statistics)
    while true {
      if let condition = agenda.takeCondition(allowsPartial: true) {
        placeCondition(condition)
      } else if let atom = agenda.takeAtom(allowsProducts: true) {
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
    let isSingle = aggregate.alternatives.count == 1
    let needsEach = aggregate.value == nil || aggregate.function == .sum || aggregate.function == .mean
    var alternatives: [AggregatePlan.Alternative] = []
    var value: ScalarExpression?
    for literals in aggregate.alternatives {
      let body = RuleBody(
        literals,
        substitution: substitution,
        fixed: isSingle ? groups : Set(types.indices),
        values: statistics.values
      )
      var planner = BodyPlanner(
        bound: groups,
        types: types,
        substitution: body.substitution,
        keepsSolutions: needsEach,
        hidden: hiddenRegisters,
        statistics: statistics
      )
      if body.isContradictory { continue }
      precondition(planner.place(body) != nil, "the checker has shown that every literal can be placed")
      value = aggregate.value.map(planner.scalar)
      alternatives.append(
        .init(steps: planner.steps, solution: hiddenRegisters.independent(planner.bound.subtracting(groups)))
      )
    }
    steps.append(
      .aggregate(
        AggregatePlan(
          function: aggregate.function.engine,
          value: value,
          valueType: aggregate.value.map(scalar)?.type ?? .number,
          alternatives: alternatives,
          mayRepeat: !isSingle || alternatives.contains { $0.steps.contains(where: \.mayRepeat) },
          groups: groups.sorted(),
          result: target.register,
          resultType: types[aggregate.result.index]
        )
      )
    )
    bind(target.register)
    steps += target.check
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

/// Gives out registers beyond a rule's variables; shared by the planners of one rule.
final class HiddenRegisters {
  private(set) var count: Int
  private var wildcards: [WildcardPlace: Int] = [:]
  /// Registers whose words follow from others, and are no part of a solution.
  private var dependent: Set<Int>

  init(after variables: [Variable]) {
    count = variables.count
    dependent = Set(variables.indices.filter { variables[$0].isGenerated })
  }

  /// Those of the registers that tell one solution from another.
  func independent(_ registers: Set<Int>) -> [Int] {
    registers.subtracting(dependent).sorted()
  }

  /// A register for a copy of a value.
  func next() -> Int {
    dependent.insert(count)
    count += 1
    return count - 1
  }

  /// The register of a wildcard: the same for the same place of the text.
  func wildcard(at offset: Int?, column: Int) -> Int {
    let place = offset.map { WildcardPlace(offset: $0, column: column) }
    if let place, let known = wildcards[place] { return known }
    let register = count
    count += 1
    if let place { wildcards[place] = register }
    return register
  }

  private struct WildcardPlace: Hashable {
    let offset: Int
    let column: Int
  }
}

extension Step {
  /// Whether it can give one element twice.
  fileprivate var mayRepeat: Bool {
    if case .generate(_, .split, _, _) = self { true } else { false }
  }
}

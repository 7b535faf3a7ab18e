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
  private var substitution: Substitution
  private var hiddenRegisters: HiddenRegisters

  init(
    bound: Set<Int>,
    types: [WordType],
    substitution: Substitution,
    keepsSolutions: Bool,
    hidden: HiddenRegisters,
    statistics: Statistics
  ) {
    self.bound = bound
    self.types = types
    self.substitution = substitution
    self.keepsSolutions = keepsSolutions
    hiddenRegisters = hidden
    self.statistics = statistics
  }

  /// Places everything. Conditions over registers in `deferred` are handed back: they belong to the sink.
  ///
  /// - Returns: `nil` when some literal lacks what binds its variables, which an atom kept for the sink may do.
  mutating func place(_ body: RuleBody, first: Match? = nil, deferred: Set<Int> = []) -> [RuleBody.Condition]? {
    var atoms = body.atoms
    var conditions = body.conditions
    var kept: [RuleBody.Condition] = []
    conditions.removeAll { condition in
      guard !registersUsed(by: condition).isDisjoint(with: deferred) else { return false }
      kept.append(condition)
      return true
    }
    if let first { join(first) }
    while true {
      if placeReady(&conditions, atoms: atoms, allowing: .total) { continue }
      if let next = nextAtom(atoms), !isProduct(atoms[next]) {
        placeAtom(atoms.remove(at: next), remaining: (atoms, conditions))
        continue
      }
      if placeReady(&conditions, atoms: atoms, allowing: .any) { continue }
      guard let next = nextAtom(atoms) else { break }
      placeAtom(atoms.remove(at: next), remaining: (atoms, conditions))
    }
    return conditions.isEmpty ? kept : nil
  }

  // MARK: Atoms

  private func isProduct(_ atom: RuleBody.BodyAtom) -> Bool {
    !bound.isEmpty && !atom.registers.isEmpty && atom.registers.isDisjoint(with: bound)
      && !atom.columns.contains { if case .constant = $0 { true } else { false } }
  }

  private func nextAtom(_ atoms: [RuleBody.BodyAtom]) -> Int? {
    atoms.indices.min { rank(atoms[$0]) < rank(atoms[$1]) }
  }

  /// Whether it is a product, then the matches expected for one binding.
  private func rank(_ atom: RuleBody.BodyAtom) -> (Int, Double) {
    (isProduct(atom) ? 1 : 0, statistics.matches(atom, bound: bound))
  }

  private mutating func placeAtom(
    _ atom: RuleBody.BodyAtom,
    remaining: ([RuleBody.BodyAtom], [RuleBody.Condition])
  ) {
    if let match = requirement(atom, remaining) {
      steps.append(.require(match, isNegated: false))
      estimate *= min(1, statistics.matches(atom, bound: bound))
      return
    }
    join(plainMatch(atom), of: atom)
  }

  /// The atom as a test, when it binds nothing that anybody needs.
  private func requirement(
    _ atom: RuleBody.BodyAtom,
    _ remaining: ([RuleBody.BodyAtom], [RuleBody.Condition])
  ) -> Match? {
    let isBound = atom.registers.isSubset(of: bound)
    guard isBound, !keepsSolutions || !atom.columns.contains(nil) else { return nil }
    return plainMatch(atom)
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
    bound.formUnion(seen)
    for (register, copy) in repeats {
      let type = types[register]
      steps.append(.filter(.compare(.equal, .register(register, type), .register(copy, type)), whenMissing: nil))
    }
  }

  // MARK: Conditions

  private enum Readiness {
    case total, any
  }

  /// The registers that a condition reads or binds.
  func registersUsed(by condition: RuleBody.Condition) -> Set<Int> {
    switch condition {
    case .exclude(let atom): atom.registers
    case .compare(_, let a, let b): registers(of: [a, b])
    case .test(_, let arguments, _): registers(of: arguments)
    case .sequence(let register, _, let arguments): registers(of: arguments).union(resolved(register))
    case .aggregate(let aggregate):
      Set(aggregate.groups.flatMap { resolved($0.index) }).union(resolved(aggregate.result.index))
    }
  }

  private func registers(of expressions: [Expression]) -> Set<Int> {
    Set(expressions.flatMap(\.variables).flatMap { resolved($0.index) })
  }

  /// The register that stands for a variable, if it is no constant.
  private func resolved(_ register: Int) -> [Int] {
    if case .register(let register) = substitution.operand(register) { [register] } else { [] }
  }

  /// Places the first condition that can be; false when there is none.
  private mutating func placeReady(
    _ conditions: inout [RuleBody.Condition],
    atoms: [RuleBody.BodyAtom],
    allowing readiness: Readiness
  ) -> Bool {
    for (index, condition) in conditions.enumerated() where isReady(condition, allowing: readiness) {
      conditions.remove(at: index)
      placeCondition(condition, rest: (atoms, conditions))
      return true
    }
    return false
  }

  private func isReady(_ condition: RuleBody.Condition, allowing readiness: Readiness) -> Bool {
    switch condition {
    case .exclude(let atom): return atom.registers.isSubset(of: bound)
    case .compare(let comparison, let a, let b):
      if readiness == .total, !a.isTotal || !b.isTotal { return false }
      let (left, right) = (registers(of: [a]), registers(of: [b]))
      if left.union(right).isSubset(of: bound) { return true }
      guard comparison == .equal else { return false }
      return (bareUnbound(a) != nil && right.isSubset(of: bound)) || (bareUnbound(b) != nil && left.isSubset(of: bound))
    case .test(let test, let arguments, _):
      if readiness == .total, test == .match || !arguments.allSatisfy(\.isTotal) { return false }
      return registers(of: arguments).isSubset(of: bound)
    case .sequence(_, _, let arguments):
      return readiness == .any && registers(of: arguments).isSubset(of: bound)
    case .aggregate(let aggregate):
      return readiness == .any && Set(aggregate.groups.flatMap { resolved($0.index) }).isSubset(of: bound)
    }
  }

  /// The register of a bare variable that nothing has bound yet.
  private func bareUnbound(_ expression: Expression) -> Int? {
    guard case .variable(let variable) = expression, let register = resolved(variable.index).first else { return nil }
    return bound.contains(register) ? nil : register
  }

  private mutating func placeCondition(
    _ condition: RuleBody.Condition,
    rest: ([RuleBody.BodyAtom], [RuleBody.Condition])
  ) {
    switch condition {
    case .exclude(let atom):
      steps.append(.require(plainMatch(atom), isNegated: true))
    case .compare(let comparison, let a, let b):
      placeComparison(comparison, a, b, rest: rest)
    case .test(let test, let arguments, let isNegated):
      let isTotal = test != .match && arguments.allSatisfy(\.isTotal)
      let scalar = ScalarCondition.test(test.scalar, arguments.map(scalar), isNegated: isNegated)
      steps.append(.filter(scalar, whenMissing: isTotal ? nil : missingSteps(rest, without: nil)))
    case .sequence(let variable, let function, let arguments):
      placeSequence(variable, function, arguments, rest: rest)
    case .aggregate(let aggregate):
      placeAggregate(aggregate)
    }
  }

  private mutating func placeComparison(
    _ comparison: ComparisonOperator,
    _ a: Expression,
    _ b: Expression,
    rest: ([RuleBody.BodyAtom], [RuleBody.Condition])
  ) {
    let isTotal = a.isTotal && b.isTotal
    let target = comparison == .equal ? bareUnbound(a) ?? bareUnbound(b) : nil
    guard let target else {
      let condition = ScalarCondition.compare(comparison.scalar, scalar(a), scalar(b))
      steps.append(.filter(condition, whenMissing: isTotal ? nil : missingSteps(rest, without: nil)))
      estimate *= comparison == .equal ? 0.1 : 0.5
      return
    }
    let value = bareUnbound(a) == nil ? a : b
    steps.append(.compute(target, scalar(value), whenMissing: isTotal ? nil : missingSteps(rest, without: target)))
    bound.insert(target)
  }

  private mutating func placeSequence(
    _ variable: Int,
    _ function: SequenceFunction,
    _ arguments: [Expression],
    rest: ([RuleBody.BodyAtom], [RuleBody.Condition])
  ) {
    let generator: SequenceGenerator =
      switch function {
      case .range: .range
      case .split: .split
      }
    if function == .range, case .register(let known) = substitution.operand(variable), bound.contains(known) {
      placeRangeTest(.variable(VariableID(known)), arguments, rest: rest)
      return
    }
    let isTotal = arguments.allSatisfy(\.isTotal)
    let target = bindingTarget(variable)
    let missing = isTotal ? nil : missingSteps(rest, without: target.register)
    steps.append(.generate(target.register, generator, arguments.map(scalar), whenMissing: missing))
    bound.insert(target.register)
    steps += target.check
    estimate *= 8
  }

  /// A known number is in a range when it lies between the ends: nothing is enumerated.
  private mutating func placeRangeTest(
    _ number: Expression,
    _ ends: [Expression],
    rest: ([RuleBody.BodyAtom], [RuleBody.Condition])
  ) {
    placeComparison(.lessOrEqual, ends[0], number, rest: rest)
    placeComparison(.lessOrEqual, number, ends[1], rest: rest)
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
  private mutating func missingSteps(
    _ rest: ([RuleBody.BodyAtom], [RuleBody.Condition]),
    without target: Int?
  ) -> [Step] {
    var atoms = rest.0
    var conditions = rest.1
    if let target {
      atoms.removeAll { $0.registers.contains(target) }
      conditions.removeAll { registersUsed(by: $0).contains(target) }
    }
    var planner = BodyPlanner(
      bound: bound,
      types: types,
      substitution: substitution,
      keepsSolutions: false,
      hidden: hiddenRegisters,
      statistics: statistics
    )
    planner.placeWhatCanBe(atoms, conditions)
    hiddenRegisters = planner.hiddenRegisters
    return planner.steps
  }

  /// Like `place`, for a body of which some literals may lack what binds their variables; rows without a value are dropped.
  private mutating func placeWhatCanBe(_ atoms: [RuleBody.BodyAtom], _ conditions: [RuleBody.Condition]) {
    var atoms = atoms
    var conditions = conditions
    while true {
      if placeReady(&conditions, atoms: [], allowing: .any) { continue }
      guard let next = nextAtom(atoms) else { break }
      placeAtom(atoms.remove(at: next), remaining: ([], []))
    }
    steps = steps.map(\.droppingMissing)
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
      hiddenRegisters = planner.hiddenRegisters
      value = aggregate.value.map(planner.scalar)
      alternatives.append(.init(steps: planner.steps, solution: planner.bound.subtracting(groups).sorted()))
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
    bound.insert(target.register)
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

  init(after variableCount: Int) {
    count = variableCount
  }

  func next() -> Int {
    count += 1
    return count - 1
  }

  /// The register of a wildcard: the same for the same place of the text.
  func wildcard(at offset: Int?, column: Int) -> Int {
    guard let offset else { return next() }
    let place = WildcardPlace(offset: offset, column: column)
    if let known = wildcards[place] { return known }
    let register = next()
    wildcards[place] = register
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

  /// The same step for rows of which nobody counts those without a value.
  fileprivate var droppingMissing: Step {
    switch self {
    case .filter(let condition, _): .filter(condition, whenMissing: nil)
    case .compute(let register, let expression, _): .compute(register, expression, whenMissing: nil)
    case .generate(let register, let generator, let arguments, _):
      .generate(register, generator, arguments, whenMissing: nil)
    case .match, .require, .aggregate, .distinct: self
    }
  }
}

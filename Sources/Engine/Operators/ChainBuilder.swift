/// The building of one pipeline and of the side chains in it.
struct ChainBuilder {
  let builder: PipelineBuilder
  let rule: Int
  let cells = OperandCells()
  let run = LeafRun()
  /// From the last step to the first.
  private(set) var rowCounts: [RowCount] = []
  /// The scan that the first step is, if it is one.
  private(set) var scan: TableScan?
  /// The sink, if it builds rows.
  var rowBuild: RowBuild?
  private var registerCount: Int
  private var hidden: Int
  var context: EvaluationContext { builder.context }

  init(builder: PipelineBuilder, rule: Int, registerCount: Int, plan: RulePlan) {
    self.builder = builder
    self.rule = rule
    hidden = registerCount
    self.registerCount = registerCount + 2 * ChainBuilder.aggregateCount(plan.steps)
  }

  /// Each aggregate needs a register for the number of its group and one for its value.
  private static func aggregateCount(_ steps: [Step]) -> Int {
    steps.reduce(0) { total, step in
      switch step {
      case .aggregate(let plan):
        total + plan.alternatives.reduce(1) { $0 + 1 + aggregateCount($1.steps) + aggregateCount($1.factors) }
      case .requireSolution(let plan): total + aggregateCount([.solutions(plan)])
      case .filter(_, let missing), .compute(_, _, let missing), .generate(_, _, _, let missing):
        total + aggregateCount(missing ?? [])
      case .match, .require, .intersect, .requireCommon, .distinct: total
      }
    }
  }

  private static func aggregateCount(_ factors: [FactorPlan]) -> Int {
    factors.reduce(0) { total, factor in
      guard case .solutions(let plan) = factor else { return total }
      return total + 1 + aggregateCount(plan.steps) + aggregateCount(plan.factors)
    }
  }

  mutating func build(_ plan: RulePlan) -> Operator {
    let (sink, uses) = sink(plan.sink)
    let (first, _) = chain(
      plan.steps,
      to: sink,
      needing: uses,
      isOutermost: !startsWithRun(plan.sink),
      countsRows: builder.countsRows
    )
    guard case .unite(_, _, .deltaRun(let leaves, let key, let swapped)) = plan.sink else { return first }
    let live: Set<Int> = key.map { [$0] } ?? []
    return DeltaRuns(
      builder.relations[leaves.index],
      swapped: swapped,
      key: key,
      run: run,
      frame: frame(live),
      next: first,
      context: context
    )
  }

  private func startsWithRun(_ sink: Sink) -> Bool {
    if case .unite(_, _, .deltaRun) = sink { true } else { false }
  }

  private func frame(_ live: Set<Int>) -> Frame {
    Frame(live: live, registerCount: registerCount, account: context.account)
  }

  /// Operators for `steps` in front of `sink`, and the registers that the first of them reads.
  private mutating func chain(
    _ steps: [Step],
    to sink: Operator,
    needing uses: Set<Int>,
    isOutermost: Bool,
    countsRows: Bool = false
  ) -> (Operator, Set<Int>) {
    var next = sink
    var live = uses
    for (place, step) in steps.enumerated().reversed() {
      if countsRows {
        let rowCount = RowCount(next: next)
        rowCounts.append(rowCount)
        next = rowCount
      }
      (next, live) = stage(step, next: next, live: live, isFirst: isOutermost && place == 0)
    }
    return (next, live)
  }

  private mutating func stage(
    _ step: Step,
    next: Operator,
    live: Set<Int>,
    isFirst: Bool
  ) -> (Operator, Set<Int>) {
    switch step {
    case .match(let match):
      let uses = live.subtracting(match.binds).union(match.uses)
      let join = MatchBuilder(chain: self, match: match, isFirst: isFirst).join(frame: frame(live), next: next)
      if isFirst { scan = join as? TableScan }
      return (join, uses)
    case .require(let match, let isNegated):
      let membership = MatchBuilder(chain: self, match: match, isFirst: isFirst)
        .membership(isNegated: isNegated, frame: frame(live), next: next)
      return (membership, live.union(match.uses))
    case .intersect(let register, let leaves):
      let stage = Intersect(register, intersection(leaves), frame: frame(live), next: next, context: context)
      return (stage, live.subtracting([register]).union(leaves.registers))
    case .requireCommon(let leaves):
      let stage = IntersectionTest(intersection(leaves), frame: frame(live), next: next, context: context)
      return (stage, live.union(leaves.registers))
    case .requireSolution(let plan):
      let stage = Existence(counter(plan), frame: frame(live), next: next, context: context)
      return (stage, live.union(plan.groups))
    case .distinct(let register, let type):
      return (Distinct(register, type: type, frame: frame(live), next: next, context: context), live)
    case .filter(let condition, let steps):
      let (missing, uses) = missingChain(steps, condition.registers)
      let filter = Filter(
        condition,
        evaluator: builder.evaluator,
        missing: missing,
        frame: frame(live),
        next: next,
        context: context
      )
      return (filter, live.union(uses))
    case .compute(let register, let expression, let steps):
      let (missing, uses) = missingChain(steps, expression.registers)
      let computation = Computation(
        register,
        expression,
        evaluator: builder.evaluator,
        missing: missing,
        frame: frame(live),
        next: next,
        context: context
      )
      return (computation, live.subtracting([register]).union(uses))
    case .generate(let register, let generator, let arguments, let steps):
      let (missing, uses) = missingChain(steps, arguments.flatMap(\.registers))
      let generation = Generation(
        register,
        generator,
        arguments,
        evaluator: builder.evaluator,
        missing: missing,
        frame: frame(live),
        next: next,
        context: context
      )
      return (generation, live.subtracting([register]).union(uses))
    case .aggregate(let plan):
      return aggregation(plan, next: next, live: live)
    }
  }

  /// Where rows without a value go: through `steps` to be counted. Also all registers that the stage reads for it.
  private mutating func missingChain(
    _ steps: [Step]?,
    _ registers: [(register: Int, type: WordType)]
  ) -> (MissingChain?, Set<Int>) {
    guard let steps else { return (nil, Set(registers.map(\.register))) }
    let cell = OutcomeCell()
    let distinct = Dictionary(registers.map { ($0.register, $0.type) }, uniquingKeysWith: { a, _ in a })
      .sorted { $0.key < $1.key }.map { (register: $0.key, type: $0.value) }
    let end = MissingValues(rule: rule, registers: distinct, outcomes: cell, context: context)
    let (first, live) = chain(steps, to: end, needing: Set(distinct.map(\.register)), isOutermost: false)
    return (MissingChain(first: first, frame: frame(live), cell: cell), live.union(distinct.map(\.register)))
  }

  private mutating func aggregation(
    _ plan: AggregatePlan,
    next: Operator,
    live: Set<Int>
  ) -> (Operator, Set<Int>) {
    let groupRegister = hidden
    hidden += 1
    let states = AggregateStates(
      function: plan.function,
      valueType: plan.valueType,
      isDistinct: plan.value != nil && (plan.function == .count || plan.function == .list),
      values: context.values,
      account: context.account
    )
    let wholeSolution = Set(plan.alternatives.flatMap(\.solution)).sorted()
    let seen = plan.mayRepeat ? RowStore(arity: wholeSolution.count + 1, account: context.account) : nil
    var pipelines: [Operator] = []
    for alternative in plan.alternatives {
      var steps = alternative.steps
      let value = valueRegister(of: plan, &steps)
      var uses = alternative.factors.registers.union([groupRegister])
      if let value { uses.insert(value) }
      if seen != nil { uses.formUnion(alternative.solution) }
      let sink = AggregateSink(
        states: states,
        groupRegister: groupRegister,
        valueRegister: value,
        factors: product(alternative.factors),
        solution: wholeSolution,
        seen: seen,
        context: context
      )
      pipelines.append(chain(steps, to: sink, needing: uses, isOutermost: false).0)
    }
    let operation = Aggregation(
      plan,
      rule: rule,
      states: states,
      solver: solver(plan.groups, pipelines, groupRegister),
      frame: frame(live),
      next: next,
      context: context
    )
    return (operation, live.subtracting([plan.result]).union(plan.groups))
  }

  private func solver(_ groups: [Int], _ pipelines: [Operator], _ groupRegister: Int) -> GroupSolver {
    GroupSolver(
      groups: groups,
      pipelines: pipelines,
      input: frame(Set(groups).union([groupRegister])),
      groupRegister: groupRegister,
      account: context.account
    )
  }

  // MARK: Intersections and counts

  private func intersection(_ leaves: [Leaf]) -> LeafIntersection {
    let sources = leaves.map { leaf in
      guard case .row(let id, let key, let keyColumn, let leafColumn) = leaf else {
        preconditionFailure("rows are intersected, not additions")
      }
      let (relation, swapped) = builder.leaves(id, keyColumn: keyColumn, leafColumn: leafColumn)
      return LeafIntersection.Source(relation: relation, swapped: swapped, key: cells.reader(key ?? .constant(0)))
    }
    return LeafIntersection(sources, context: context)
  }

  private mutating func counter(_ plan: SolutionPlan) -> SolutionCounter {
    let groupRegister = hidden
    hidden += 1
    let totals = SolutionTotals(account: context.account)
    let sink = SolutionSink(
      totals,
      groupRegister: groupRegister,
      factors: product(plan.factors),
      context: context
    )
    let uses = plan.factors.registers.union([groupRegister])
    let pipeline = chain(plan.steps, to: sink, needing: uses, isOutermost: false).0
    let isSettled = plan.relations.isDisjoint(with: builder.growing)
    return SolutionCounter(solver(plan.groups, [pipeline], groupRegister), totals: totals, isSettled: isSettled)
  }

  private mutating func product(_ plans: [FactorPlan]) -> FactorProduct {
    var factors: [Factor] = []
    for plan in plans {
      switch plan {
      case .tuples(let id): factors.append(SizeFactor(builder.relations[id.index]))
      case .words(.row(let id, let key, let keyColumn, let leafColumn)):
        let (relation, swapped) = builder.leaves(id, keyColumn: keyColumn, leafColumn: leafColumn)
        factors.append(RowSizeFactor(relation, swapped: swapped, key: cells.reader(key ?? .constant(0))))
      case .words(.deltaRun): preconditionFailure("additions are no factors")
      case .common(let leaves): factors.append(IntersectionFactor(intersection(leaves), context: context))
      case .solutions(let plan): factors.append(SolutionFactor(counter(plan)))
      }
    }
    return FactorProduct(factors, account: context.account)
  }

  /// The register that holds what is aggregated; a value that is no bare register is computed into one of its own.
  private mutating func valueRegister(of plan: AggregatePlan, _ steps: inout [Step]) -> Int? {
    guard let value = plan.value else { return nil }
    if case .register(let register, _) = value { return register }
    let register = hidden
    hidden += 1
    steps.append(.compute(register, value, whenMissing: []))
    return register
  }
}

/// The operators of one rule, from the first step to the sink, with the memory they share.
final class Pipeline {
  private let first: Operator
  private let rule: Int
  private let context: EvaluationContext
  private let cells: OperandCells
  /// Behind each step, where rows are counted.
  private let rowCounts: [RowCount]
  /// The outermost loop, where several threads may each do a part of it.
  private let scan: TableScan?
  /// The sink, where it builds rows.
  private let rowBuild: RowBuild?

  fileprivate init(_ chain: ChainBuilder, first: Operator, plan: RulePlan, context: EvaluationContext) {
    self.first = first
    rule = plan.rule
    cells = chain.cells
    rowCounts = chain.rowCounts.reversed()
    scan = plan.isShareable ? chain.scan.flatMap { plan.sink.buildsRows(of: $0.key) ? $0 : nil } : nil
    rowBuild = chain.rowBuild
    self.context = context
  }

  /// The rows built so far, by a rule that builds rows.
  var writtenRows: WrittenRows? { rowBuild?.written }

  /// Into how many parts the rule can be cut.
  var partCount: Int { scan.map { context.parallelism.partCount(of: $0.keyCount) } ?? 1 }

  /// Evaluates one of `count` parts of the rule.
  func run(part: Int, of count: Int) throws(EvaluationError) {
    if let scan, count > 1 { scan.part = Parallelism.part(part, of: count, from: scan.keyCount) }
    try run()
    rowBuild?.written.endPart(part)
  }

  /// Rows that have come out of each step so far.
  var stepRows: [Int] { rowCounts.map(\.count) }

  /// Evaluates the rule once: one row without columns goes in at the top.
  func run() throws(EvaluationError) {
    context.currentRule = rule
    try context.poll()
    first.begin()
    var none: UnsafeMutablePointer<Word>?
    try withUnsafeMutablePointer(to: &none) { columns throws(EvaluationError) in
      try first.push(Batch(columns: columns, count: 1))
    }
    try first.finish()
  }
}

/// The constants of a pipeline's operands, which its operators read by address.
final class OperandCells {
  private var cells: [UnsafeMutablePointer<Word>] = []

  deinit {
    for cell in cells { cell.deallocate() }
  }

  func reader(_ operand: Operand) -> OperandReader {
    let cell = UnsafeMutablePointer<Word>.allocate(capacity: 1)
    cell.initialize(to: 0)
    cells.append(cell)
    return OperandReader(operand, cell: cell)
  }
}

/// Turns plans into pipelines, from the sink backwards, so that each operator knows which registers are live behind it.
struct PipelineBuilder {
  let relations: [Relation]
  private(set) var context: EvaluationContext
  let evaluator: ScalarEvaluator
  /// The relations that grow while the pipelines run.
  let growing: Set<RelationID>
  /// Whether sinks note what is new.
  let isRecursive: Bool
  /// Whether rows are counted between steps.
  let countsRows: Bool
  /// Of the stratum's heads with aggregates.
  let groupings: [Grouping]

  /// - Parameter context: of the thread that will run the pipeline; this builder's own unless given.
  func pipeline(_ plan: RulePlan, in context: EvaluationContext? = nil) -> Pipeline {
    var builder = self
    builder.context = context ?? self.context
    return builder.ownPipeline(plan)
  }

  private func ownPipeline(_ plan: RulePlan) -> Pipeline {
    var chain = ChainBuilder(builder: self, rule: plan.rule, registerCount: plan.registerCount, plan: plan)
    let first = chain.build(plan)
    return Pipeline(chain, first: first, plan: plan, context: context)
  }
}

/// The building of one pipeline and of the side chains in it.
struct ChainBuilder {
  let builder: PipelineBuilder
  let rule: Int
  let cells = OperandCells()
  private let run = LeafRun()
  /// From the last step to the first.
  fileprivate private(set) var rowCounts: [RowCount] = []
  /// The scan that the first step is, if it is one.
  fileprivate private(set) var scan: TableScan?
  fileprivate private(set) var rowBuild: RowBuild?
  private var registerCount: Int
  private var hidden: Int
  private var context: EvaluationContext { builder.context }

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

  private mutating func sink(_ sink: Sink) -> (Operator, Set<Int>) {
    switch sink {
    case .insert(let id, let operands, let areDistinct):
      return (insertion(builder.relations[id.index], operands, areDistinct: areDistinct), operands.registers)
    case .group(_, let place, let group, let arguments):
      let insertion = GroupInsertion(
        builder.groupings[place],
        by: group.map(cells.reader),
        arguments.map { $0.map(cells.reader) },
        context: context
      )
      return (insertion, (group + arguments.joined()).registers)
    case .improve(let id, let operands, let valueColumn, let isMaximum):
      let insertion = BestInsertion(
        builder.relations[id.index],
        operands.map(cells.reader),
        valueColumn: valueColumn,
        isMaximum: isMaximum,
        context: context
      )
      return (insertion, operands.registers)
    case .unite(let id, let row, let leaf):
      return union(builder.relations[id.index], row: row ?? .constant(0), leaf)
    case .build(let id, let row, let leaf, let filters):
      return build(builder.relations[id.index], row: row ?? .constant(0), leaf, filters)
    }
  }

  private func insertion(_ relation: Relation, _ operands: [Operand], areDistinct: Bool) -> Operator {
    if areDistinct { return DistinctInsertion(relation, operands.map(cells.reader), context: context) }
    if relation.hasStore {
      return StoreInsertion(
        relation,
        operands.map(cells.reader),
        isRecursive: builder.isRecursive,
        context: context
      )
    }
    return PairInsertion(
      relation,
      key: cells.reader(operands.count == 2 ? operands[0] : .constant(0)),
      value: cells.reader(operands.last ?? .constant(0)),
      isRecursive: builder.isRecursive,
      context: context
    )
  }

  private func union(_ relation: Relation, row: Operand, _ leaf: Leaf) -> (Operator, Set<Int>) {
    let source: LeafUnion.Source
    var uses = [row].registers
    switch leaf {
    case .row(let id, let key, let keyColumn, let leafColumn):
      let (leaves, swapped) = builder.leaves(id, keyColumn: keyColumn, leafColumn: leafColumn)
      let leafKey = key ?? .constant(0)
      source = .row(leaves, key: cells.reader(leafKey), swapped: swapped)
      uses.formUnion([leafKey].registers)
    case .deltaRun(_, let key, _):
      source = .run(run)
      if let key { uses.insert(key) }
    }
    let union = LeafUnion(
      relation,
      row: cells.reader(row),
      source: source,
      isRecursive: builder.isRecursive,
      context: context
    )
    return (union, uses)
  }

  private mutating func build(
    _ relation: Relation,
    row: Operand,
    _ leaf: Leaf,
    _ filters: [LeafFilter]
  ) -> (Operator, Set<Int>) {
    guard case .row(let id, let key, let keyColumn, let leafColumn) = leaf else {
      preconditionFailure("rows are built from leaves of settled relations")
    }
    let (leaves, swapped) = builder.leaves(id, keyColumn: keyColumn, leafColumn: leafColumn)
    let leafKey = key ?? .constant(0)
    let sink = RowBuild(
      relation,
      row: cells.reader(row),
      leaves: leaves,
      swapped: swapped,
      key: cells.reader(leafKey),
      filters: filters.map(filter),
      context: context
    )
    rowBuild = sink
    return (sink, [row, leafKey].registers)
  }

  private func filter(_ filter: LeafFilter) -> RowBuild.Filter {
    switch filter {
    case .compareToRow(.notEqual, _): .notTheRow
    case .compareToRow(let comparison, let type): .rank(comparison, type)
    case .absentFromRow(let id): .absentFromRow(builder.relations[id.index])
    case .absentFromSet(let id): .absentFromSet(builder.relations[id.index])
    }
  }
}

extension PipelineBuilder {
  /// The relation of two columns or fewer that stands for two columns of a relation, and which of its tables is keyed so.
  func leaves(_ id: RelationID, keyColumn: Int, leafColumn: Int) -> (Relation, swapped: Bool) {
    PipelineBuilder.leaves(relations, id, keyColumn: keyColumn, leafColumn: leafColumn)
  }

  static func leaves(
    _ relations: [Relation],
    _ id: RelationID,
    keyColumn: Int,
    leafColumn: Int
  ) -> (Relation, swapped: Bool) {
    let relation = relations[id.index]
    if relation.hasStore { return (relation.projection(on: [keyColumn, leafColumn]), false) }
    return (relation, relation.arity == 2 && keyColumn == 1)
  }
}

extension Match {
  package var uses: Set<Int> {
    Set(columns.compactMap { if case .bound(.register(let register)) = $0 { register } else { nil } })
  }

  package var binds: Set<Int> {
    Set(columns.compactMap { if case .bind(let register) = $0 { register } else { nil } })
  }
}

extension [Leaf] {
  /// The registers that hold their keys.
  package var registers: Set<Int> {
    Set(compactMap { if case .row(_, .register(let register)?, _, _) = $0 { register } else { nil } })
  }
}

extension [FactorPlan] {
  /// The registers that they start from.
  package var registers: Set<Int> {
    reduce(into: []) { registers, factor in
      switch factor {
      case .tuples: break
      case .words(let leaf): registers.formUnion([leaf].registers)
      case .common(let leaves): registers.formUnion(leaves.registers)
      case .solutions(let plan): registers.formUnion(plan.groups)
      }
    }
  }
}

extension SolutionPlan {
  /// All relations that it reads.
  var relations: Set<RelationID> {
    var found: Set<RelationID> = []
    func note(_ leaves: [Leaf]) {
      for case .row(let id, _, _, _) in leaves { found.insert(id) }
    }
    for step in steps {
      switch step {
      case .match(let match), .require(let match, _): found.insert(match.relation)
      case .intersect(_, let leaves), .requireCommon(let leaves): note(leaves)
      case .requireSolution(let plan): found.formUnion(plan.relations)
      case .filter, .compute, .generate, .aggregate, .distinct: break
      }
    }
    for factor in factors {
      switch factor {
      case .tuples(let id): found.insert(id)
      case .words(let leaf): note([leaf])
      case .common(let leaves): note(leaves)
      case .solutions(let plan): found.formUnion(plan.relations)
      }
    }
    return found
  }
}

extension [Operand] {
  package var registers: Set<Int> {
    Set(compactMap { if case .register(let register) = $0 { register } else { nil } })
  }
}

extension ScalarExpression {
  /// With repeats, in order of appearance.
  package var registers: [(register: Int, type: WordType)] {
    switch self {
    case .register(let register, let type): [(register, type)]
    case .constant: []
    case .call(_, let arguments, _): arguments.flatMap(\.registers)
    }
  }
}

extension ScalarCondition {
  package var registers: [(register: Int, type: WordType)] {
    switch self {
    case .compare(_, let a, let b): a.registers + b.registers
    case .test(_, let arguments, _): arguments.flatMap(\.registers)
    }
  }
}

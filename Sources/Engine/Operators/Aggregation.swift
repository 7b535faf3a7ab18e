/// Binds a register to an aggregate over the solutions of other pipelines.
///
/// Each distinct tuple of the groups is solved once in the life of the operator: its relations are settled when it runs.
/// The pipelines start from the batch's new groups and carry the group's number in a register of its own.
final class Aggregation: Stage {
  private let plan: AggregatePlan
  private let states: AggregateStates
  private let solver: GroupSolver
  private let frame: Frame
  private let carried: [Int]
  private let rule: Int
  private var results: [(word: Word?, overflows: Bool)] = []

  init(
    _ plan: AggregatePlan,
    rule: Int,
    states: AggregateStates,
    solver: GroupSolver,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.plan = plan
    self.rule = rule
    self.states = states
    self.solver = solver
    self.frame = frame
    carried = frame.live.filter { $0 != plan.result }
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let known = solver.take(batch)
    states.ensure(groupCount: solver.count)
    try solver.solve(from: known)
    if known < solver.count { results += states.results(from: known) }
    frame.ensure(batch.count)
    var kept = 0
    for index in 0..<batch.count {
      let (word, overflows) = results[Int(solver.numbers[index])]
      if overflows { throw .overflow(rule: rule, values: []) }
      guard let word else { continue }
      if let column = frame.columns[plan.result] { column[kept] = word }
      for register in carried { frame.columns[register].unsafelyUnwrapped[kept] = batch.column(register)[index] }
      kept += 1
    }
    if kept > 0 { try hand(frame, kept) }
  }
}

/// The end of an aggregate's pipeline: one value, or one solution, for the group of each row.
final class AggregateSink: Operator {
  private let states: AggregateStates
  private let groupRegister: Int
  private let valueRegister: Int?
  private let factors: FactorProduct
  /// Registers that tell solutions apart, where alternatives can give one twice.
  private let solution: [Int]
  private let seen: RowStore?
  private let tuple: UnsafeMutablePointer<Word>
  private let context: EvaluationContext

  /// - Parameter seen: shared by all alternatives of one aggregate; `nil` when there is one only.
  init(
    states: AggregateStates,
    groupRegister: Int,
    valueRegister: Int?,
    factors: FactorProduct,
    solution: [Int],
    seen: RowStore?,
    context: EvaluationContext
  ) {
    self.states = states
    self.groupRegister = groupRegister
    self.valueRegister = valueRegister
    self.factors = factors
    self.solution = solution
    self.seen = seen
    self.context = context
    tuple = .allocate(capacity: solution.count + 1)
  }

  deinit {
    tuple.deallocate()
  }

  override func begin() {
    factors.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let groups = batch.column(groupRegister)
    let values = valueRegister.map { batch.column($0) }
    let times = try factors.product(of: batch)
    let (seen, solution) = (seen, solution)
    for index in 0..<batch.count {
      if let seen {
        tuple[0] = groups[index]
        for (place, register) in solution.enumerated() {
          tuple[place + 1] = batch.columns[register]?[index] ?? Row.vacant
        }
        guard seen.insert(tuple).isNew else { continue }
      }
      let count = times?[index] ?? 1
      if let values {
        states.add(Int(groups[index]), values[index], times: count)
      } else {
        states.addCount(Int(groups[index]), count)
      }
    }
    try context.poll()
  }
}

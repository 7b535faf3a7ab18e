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
  @exclusivity(unchecked) private var tuples: Vector<Word>
  /// Of the rows' solutions among all that were seen.
  @exclusivity(unchecked) private var numbers: Vector<UInt32>
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
    tuples = Vector(account: context.account)
    numbers = Vector(account: context.account)
  }

  override func begin() {
    factors.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let groups = batch.column(groupRegister)
    let values = valueRegister.map { batch.column($0) }
    let times = try factors.product(of: batch)
    var next = seen.map { number(batch, in: $0) }
    let numbers = numbers.base
    for index in 0..<batch.count {
      if let number = next {
        guard numbers[index] == number else { continue }
        next = number &+ 1
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

  /// Numbers the rows' solutions by those that were seen; gives the number of the next new one.
  private func number(_ batch: Batch, in seen: RowStore) -> UInt32 {
    let next = UInt32(truncatingIfNeeded: seen.count)
    let arity = solution.count + 1
    tuples.reserve(batch.count * arity)
    numbers.reserve(batch.count)
    let groups = batch.column(groupRegister)
    for index in 0..<batch.count { tuples.base[index &* arity] = groups[index] }
    for (place, register) in solution.enumerated() {
      let target = tuples.base + place + 1
      let source = batch.columns[register]
      for index in 0..<batch.count { target[index &* arity] = source?[index] ?? Row.vacant }
    }
    seen.insert(tuples.base, count: batch.count, numbers: numbers.base)
    return next
  }
}

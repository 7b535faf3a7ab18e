/// Binds a register to an aggregate over the solutions of other pipelines.
///
/// Each distinct tuple of the groups is solved once in the life of the operator: its relations are settled when it runs.
/// The pipelines start from the batch's new groups and carry the group's number in a register of its own.
final class Aggregation: Stage {
  private let plan: AggregatePlan
  private let groups: RowStore
  private let groupTuple: UnsafeMutablePointer<Word>
  private let states: AggregateStates
  private let pipelines: [Operator]
  private let input: Frame
  private let groupRegister: Int
  private let frame: Frame
  private let carried: [Int]
  private let rule: Int
  private var results: [(word: Word?, overflows: Bool)] = []

  init(
    _ plan: AggregatePlan,
    rule: Int,
    states: AggregateStates,
    pipelines: [Operator],
    input: Frame,
    groupRegister: Int,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.plan = plan
    self.rule = rule
    self.states = states
    self.pipelines = pipelines
    self.input = input
    self.groupRegister = groupRegister
    self.frame = frame
    carried = frame.live.filter { $0 != plan.result }
    groups = RowStore(arity: max(plan.groups.count, 1), account: context.account)
    groupTuple = .allocate(capacity: max(plan.groups.count, 1))
    groupTuple.initialize(repeating: 0, count: max(plan.groups.count, 1))
    super.init(next: next, context: context)
  }

  deinit {
    groupTuple.deallocate()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let numbers = try solveNewGroups(of: batch)
    frame.ensure(batch.count)
    var kept = 0
    for index in 0..<batch.count {
      let (word, overflows) = results[numbers[index]]
      if overflows { throw .overflow(rule: rule, values: []) }
      guard let word else { continue }
      if let column = frame.columns[plan.result] { column[kept] = word }
      for register in carried { frame.columns[register].unsafelyUnwrapped[kept] = batch.column(register)[index] }
      kept += 1
    }
    if kept > 0 { try hand(frame, kept) }
  }

  /// The group's number of each row, after solving those not met before.
  private func solveNewGroups(of batch: Batch) throws(EvaluationError) -> [Int] {
    var numbers = [Int](repeating: 0, count: batch.count)
    let known = groups.count
    input.ensure(batch.count)
    for index in 0..<batch.count {
      for (place, register) in plan.groups.enumerated() { groupTuple[place] = batch.column(register)[index] }
      let (number, isNew) = groups.insert(groupTuple)
      numbers[index] = number
      guard isNew else { continue }
      let place = number - known
      for register in plan.groups { input.columns[register]?[place] = batch.column(register)[index] }
      input.columns[groupRegister]?[place] = Word(number)
    }
    let added = groups.count - known
    guard added > 0 else { return numbers }
    states.ensure(groupCount: groups.count)
    for pipeline in pipelines {
      pipeline.begin()
      try pipeline.push(Batch(columns: input.columns, count: added))
      try pipeline.finish()
    }
    for number in known..<groups.count { results.append(states.result(number)) }
    return numbers
  }
}

/// The end of an aggregate's pipeline: one value, or one solution, for the group of each row.
final class AggregateSink: Operator {
  private let states: AggregateStates
  private let groupRegister: Int
  private let valueRegister: Int?
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
    solution: [Int],
    seen: RowStore?,
    context: EvaluationContext
  ) {
    self.states = states
    self.groupRegister = groupRegister
    self.valueRegister = valueRegister
    self.solution = solution
    self.seen = seen
    self.context = context
    tuple = .allocate(capacity: solution.count + 1)
  }

  deinit {
    tuple.deallocate()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let groups = batch.column(groupRegister)
    let values = valueRegister.map { batch.column($0) }
    for index in 0..<batch.count {
      if let seen {
        tuple[0] = groups[index]
        for (place, register) in solution.enumerated() {
          tuple[place + 1] = batch.columns[register]?[index] ?? Row.vacant
        }
        guard seen.insert(tuple).isNew else { continue }
      }
      if let values { states.add(Int(groups[index]), values[index]) } else { states.addCount(Int(groups[index]), 1) }
    }
    try context.poll()
  }
}

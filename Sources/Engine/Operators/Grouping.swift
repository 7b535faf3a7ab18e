/// The groups of a head with aggregates, and its aggregates over each.
final class Grouping {
  private let head: GroupedHead
  private let groups: GroupNumbers
  private let aggregates: [Aggregate]
  private let context: EvaluationContext

  /// One aggregate of the head.
  private struct Aggregate {
    let states: AggregateStates
    /// Finds the rows that repeat another of the group in the aggregate's arguments, where that counts.
    let seen: GroupNumbers?
  }

  init(_ head: GroupedHead, _ context: EvaluationContext) {
    self.head = head
    self.context = context
    groups = GroupNumbers(width: head.groupCount, account: context.account)
    aggregates = head.aggregates.map { aggregate in
      let states = AggregateStates(
        function: aggregate.function,
        valueType: aggregate.types[0],
        isDistinct: false,
        values: context.values,
        account: context.account
      )
      let width = 1 + aggregate.types.count
      let seen = aggregate.dropsRepeats ? GroupNumbers(width: width, account: context.account) : nil
      return Aggregate(states: states, seen: seen)
    }
  }

  /// Takes so many rows: the columns that they are grouped by, and those of each aggregate's arguments.
  fileprivate func take(_ count: Int, by group: [OperandColumn], _ arguments: [[OperandColumn]]) {
    for (place, column) in group.enumerated() { groups.columns[place] = column }
    groups.take(count)
    let numbers = OperandColumn(base: groups.numbers.base, mask: -1)
    for (aggregate, columns) in zip(aggregates, arguments) {
      aggregate.states.ensure(groupCount: groups.count)
      if let seen = aggregate.seen {
        takeNew(count, numbers, columns, seen, aggregate.states)
      } else {
        aggregate.states.add(groups.numbers.base, columns[0], count: count)
      }
    }
  }

  private func takeNew(
    _ count: Int,
    _ numbers: OperandColumn,
    _ columns: [OperandColumn],
    _ seen: GroupNumbers,
    _ states: AggregateStates
  ) {
    seen.columns[0] = numbers
    for (place, column) in columns.enumerated() { seen.columns[place + 1] = column }
    var next = seen.take(count)
    for index in 0..<count where Int(seen.numbers.base[index]) == next {
      states.add(Int(numbers[index]), columns[0][index])
      next += 1
    }
  }

  /// Adds a tuple for each group in which every aggregate has a value.
  func finish(into relation: Relation) throws(EvaluationError) {
    let results = aggregates.map { $0.states.results(from: 0) }
    var columns = [[Word]](repeating: [], count: head.columns.count)
    nextGroup: for group in 0..<groups.count {
      for results in results {
        if results[group].overflows { throw .overflow(rule: head.rule, values: []) }
        if results[group].word == nil { continue nextGroup }
      }
      for (place, column) in head.columns.enumerated() {
        switch column {
        case .group(let source): columns[place].append(groups.word(group, source))
        case .aggregate(let source): columns[place].append(results[source][group].word.unsafelyUnwrapped)
        }
      }
      if group % Stage.batchSize == 0 { try context.poll() }
    }
    relation.append(columns: columns)
    try context.poll(derived: columns[0].count)
  }
}

/// Gives the rows to a head's groups.
final class GroupInsertion: Operator {
  private let grouping: Grouping
  private let group: [OperandReader]
  private let arguments: [[OperandReader]]
  private let context: EvaluationContext

  init(
    _ grouping: Grouping,
    by group: [OperandReader],
    _ arguments: [[OperandReader]],
    context: EvaluationContext
  ) {
    self.grouping = grouping
    self.group = group
    self.arguments = arguments
    self.context = context
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let columns = arguments.map { $0.map { $0.column(of: batch) } }
    grouping.take(batch.count, by: group.map { $0.column(of: batch) }, columns)
    try context.poll(attempted: batch.count)
  }
}

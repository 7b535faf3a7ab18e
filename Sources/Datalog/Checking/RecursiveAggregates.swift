/// The rules for `min` and `max` in the heads of recursive rules.
///
/// Such a predicate keeps the best value of each group while the values still improve. That gives the answer of the
/// rules as written only if a better value can never take a tuple away again, so the recursive value may go only where
/// a better one does no harm: by `+`, `min` and `max` into the aggregated column of the same kind, and to the side of a
/// comparison where better stays true.
struct RecursiveAggregates {
  private(set) var faults: [Diagnostic] = []
  /// By predicate, the aggregated column of those whose rules are recursive.
  private var aggregated: [Int: (column: Int, function: AggregateFunction)] = [:]
  private let table: PredicateTable
  private let strata: Stratification

  init(
    in clauses: [(clause: ResolvedClause, alternatives: [[ResolvedLiteral]])],
    table: PredicateTable,
    strata: Stratification
  ) {
    self.table = table
    self.strata = strata
    let rules = clauses.filter { if case .rule = $0.clause.kind { true } else { false } }
    for rule in rules { note(rule.clause) }
    guard !aggregated.isEmpty else { return }
    for rule in rules { checkUniform(rule.clause) }
    for rule in rules {
      for head in rule.clause.heads {
        for alternative in rule.alternatives { check(alternative, of: head, in: rule.clause) }
      }
    }
  }

  private mutating func note(_ clause: ResolvedClause) {
    for head in clause.heads {
      let component = strata.component[head.predicate]
      guard strata.isRecursive(component), let aggregate = head.aggregates.first,
        aggregate.function == .min || aggregate.function == .max, aggregated[head.predicate] == nil
      else { continue }
      aggregated[head.predicate] = aggregate
    }
  }

  /// Every rule of such a predicate has its one aggregate, in the one column.
  private mutating func checkUniform(_ clause: ResolvedClause) {
    for head in clause.heads {
      guard let wanted = aggregated[head.predicate] else { continue }
      let own = head.aggregates
      guard own.count != 1 || own[0] != wanted else { continue }
      let entry = table.entries[head.predicate]
      faults.append(
        .mixedAggregates(
          entry.name,
          wanted.function,
          column: entry.columns[wanted.column].name,
          at: head.span
        )
      )
    }
  }

  // MARK: The recursive value

  /// Follows the values of aggregated columns through one alternative of a rule of the same component.
  private mutating func check(_ literals: [ResolvedLiteral], of head: ResolvedHead, in clause: ResolvedClause) {
    let component = strata.component[head.predicate]
    var flow = ValueFlow(variables: clause.variables.count)
    for literal in literals {
      guard case .atom(let atom, false) = literal, strata.component[atom.predicate] == component,
        let aggregate = aggregated[atom.predicate], case .operand(let operand) = atom.arguments[aggregate.column]
      else { continue }
      guard let variable = operand.variable else {
        report(operand.span, atom.predicate)
        continue
      }
      flow.start(variable, aggregate.function, predicate: atom.predicate)
    }
    guard flow.hasValues else { return }
    flow.spread(through: literals)
    for literal in literals { check(literal, component, flow) }
    check(head, flow)
  }

  private mutating func report(_ span: Span, _ predicate: Int) {
    guard let aggregate = aggregated[predicate] else { return }
    let fault = Diagnostic.recursiveAggregate(
      table.entries[predicate].name,
      aggregate.function,
      column: table.entries[predicate].columns[aggregate.column].name,
      at: span
    )
    if !faults.contains(where: { $0.span == span && $0.code == fault.code }) { faults.append(fault) }
  }

  private mutating func check(_ literal: ResolvedLiteral, _ component: Int, _ flow: ValueFlow) {
    switch literal {
    case .atom(let atom, let isNegated):
      for (column, argument) in atom.arguments.enumerated() {
        guard case .operand(let operand) = argument, let value = flow.value(in: operand) else { continue }
        let isSource =
          !isNegated && strata.component[atom.predicate] == component && aggregated[atom.predicate]?.column == column
        // As the value of two atoms it would have to be equal in both.
        if !isSource || value.sourceCount != 1 { report(operand.span, value.predicate) }
      }
    case .comparison(let comparison, let left, let right, _):
      guard !flow.isDefinition(comparison, left, right) else { return }
      check(comparison, left, right, flow)
    case .test(_, let operands, _, _), .sequence(_, _, let operands, _, _):
      for operand in operands {
        if let value = flow.value(in: operand) { report(operand.span, value.predicate) }
      }
      if case .sequence(let target, _, _, _, _) = literal, let value = flow.value(in: target) {
        report(target.span, value.predicate)
      }
    case .aggregate(_, let left, let aggregate):
      if let value = flow.value(in: left) { report(left.span, value.predicate) }
      for group in aggregate.groups {
        if let value = flow.values[group.variable] { report(group.span, value.predicate) }
      }
    case .group: preconditionFailure("alternatives have no groups")
    }
  }

  /// A comparison keeps what it let through when the value gets better: smaller for `min`, larger for `max`.
  private mutating func check(
    _ comparison: ComparisonOperator,
    _ left: Operand,
    _ right: Operand,
    _ flow: ValueFlow
  ) {
    let (onLeft, onRight) = (flow.value(in: left), flow.value(in: right))
    guard let value = onLeft ?? onRight else { return }
    let isBelow: Bool
    switch comparison {
    case .less, .lessOrEqual: isBelow = onLeft != nil
    case .greater, .greaterOrEqual: isBelow = onLeft == nil
    case .equal, .notEqual: return report(left.span, value.predicate)
    }
    let isAllowed = isBelow == (value.function == .min) && (onLeft == nil || onRight == nil)
    let operand = onLeft != nil ? left : right
    if !isAllowed || !operand.isMonotone(flow.carries) { report(operand.span, value.predicate) }
  }

  private mutating func check(_ head: ResolvedHead, _ flow: ValueFlow) {
    let wanted = aggregated[head.predicate]
    for (column, argument) in head.arguments.enumerated() {
      switch argument {
      case .operand(let operand):
        if let value = flow.value(in: operand) { report(operand.span, value.predicate) }
      case .aggregate(let function, let operands, _, _):
        for operand in operands {
          guard let value = flow.value(in: operand) else { continue }
          let isAllowed = wanted?.column == column && flow.functions(in: operand) == [function]
          if !isAllowed || !operand.isMonotone(flow.carries) { report(operand.span, value.predicate) }
        }
      case .measure(_, _, let operands, _, _):
        for operand in operands {
          if let value = flow.value(in: operand) { report(operand.span, value.predicate) }
        }
      }
    }
  }
}

/// The variables of one alternative that hold a recursive value, directly or by `=`.
private struct ValueFlow {
  struct Value {
    let function: AggregateFunction
    let predicate: Int
    /// Atoms and equations that give it.
    var sourceCount: Int
  }

  private(set) var values: [Int: Value] = [:]

  init(variables: Int) {
    values.reserveCapacity(min(variables, 16))
  }

  var hasValues: Bool { !values.isEmpty }

  func carries(_ variable: Int) -> Bool { values[variable] != nil }

  mutating func start(_ variable: Int, _ function: AggregateFunction, predicate: Int) {
    values[variable, default: Value(function: function, predicate: predicate, sourceCount: 0)].sourceCount += 1
  }

  /// `V = E` hands the value on to `V` when `E` has it and does no more than `+`, `min` and `max` with it.
  mutating func spread(through literals: [ResolvedLiteral]) {
    var watchers: [Int: [(target: Int, source: Operand)]] = [:]
    for case .comparison(.equal, let left, let right, _) in literals {
      for (target, source) in [(left, right), (right, left)] {
        guard let target = target.variable else { continue }
        for variable in Set(source.variables) { watchers[variable, default: []].append((target, source)) }
      }
    }
    var fresh = Array(values.keys)
    while let variable = fresh.popLast() {
      for (target, source) in watchers[variable] ?? [] where values[target] == nil {
        guard let value = values[variable], source.isMonotone(carries) else { continue }
        values[target] = Value(function: value.function, predicate: value.predicate, sourceCount: 1)
        fresh.append(target)
        definitions[target] = source.span
      }
    }
  }

  /// Where the value of a variable that has it by `=` is written.
  private var definitions: [Int: Span] = [:]

  /// Whether the comparison is the one by which a variable has its value.
  func isDefinition(_ comparison: ComparisonOperator, _ left: Operand, _ right: Operand) -> Bool {
    guard comparison == .equal else { return false }
    return [(left, right), (right, left)].contains { target, source in
      guard let variable = target.variable, let span = definitions[variable] else { return false }
      return span == source.span
    }
  }

  func value(in operand: Operand) -> Value? {
    var found: Value?
    operand.forEachVariable { variable, _ in found = found ?? values[variable] }
    return found
  }

  func functions(in operand: Operand) -> Set<AggregateFunction> {
    Set(operand.variables.compactMap { values[$0]?.function })
  }
}

extension Operand {
  /// Whether the operand grows with every variable for which `carries` holds: bare, or under `+`, `min`, `max`.
  fileprivate func isMonotone(_ carries: (Int) -> Bool) -> Bool {
    guard variables.contains(where: carries) else { return true }
    switch self {
    case .variable, .constant: return true
    case .call(.binary(.add), let operands, _, _), .call(.function(.min), let operands, _, _),
      .call(.function(.max), let operands, _, _):
      return operands.allSatisfy { $0.isMonotone(carries) }
    case .call: return false
    }
  }
}

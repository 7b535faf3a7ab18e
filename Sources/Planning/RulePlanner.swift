import Datalog
import Engine

/// The planning of one rule, or of its variant that reads the last round's additions of one atom.
struct RulePlanner {
  struct Head {
    var relation: RelationID
    var terms: [Term]
    /// Set when the relation keeps a minimum or maximum.
    var best: StratumPlan.Best?
  }

  private let rule: Rule
  private let number: Int
  private let origin: Int
  private let head: Head
  private let statistics: Statistics
  private let options: PlannerOptions
  private let canUniteRows: Bool
  private let types: [WordType]
  private let hidden: HiddenRegisters

  init(
    rule: Rule,
    number: Int,
    origin: Int,
    head: Head,
    statistics: Statistics,
    options: PlannerOptions,
    canUniteRows: Bool
  ) {
    self.rule = rule
    self.number = number
    self.origin = origin
    self.head = head
    self.statistics = statistics
    self.options = options
    self.canUniteRows = canUniteRows
    types = rule.variables.map { $0.type.wordType }
    hidden = HiddenRegisters(after: rule.variables)
  }

  /// - Parameters:
  ///   - canBuild: the head's relation is empty and this rule alone fills it.
  ///   - delta: the place in the rule's body of the atom whose additions are read.
  /// - Returns: `nil` when the rule cannot have solutions.
  mutating func plan(canBuild: Bool, delta: Int?) -> RulePlan? {
    var literals = rule.body
    var deltaAtom: Atom?
    if let delta, case .atom(let atom, _) = literals[delta] {
      deltaAtom = atom
      literals.remove(at: delta)
    }
    let body = RuleBody(literals, wanted: head.terms, values: statistics.values)
    if body.isContradictory { return nil }
    let operands = head.terms.compactMap { body.substitution.operand($0, statistics.values) }
    let delta = deltaAtom.map { atom in
      RuleBody.BodyAtom(
        predicate: atom.predicate,
        offset: atom.span.start,
        columns: atom.arguments.map { body.substitution.operand($0, statistics.values) }
      )
    }
    if options.usesLeafUnion, canUniteRows, let plan = leafPlan(body, operands, delta: delta, canBuild: canBuild) {
      return plan
    }
    return plainPlan(body, operands, delta: delta, canBuild: canBuild)
  }

  /// A plan whose rows are grouped as they come for the head at a place in the stratum; `nil` where rows may repeat and
  /// an aggregate would count them.
  mutating func groupedPlan(_ shape: GroupedShape, place: Int) -> RulePlan? {
    let wanted = shape.group + shape.aggregates.flatMap(\.terms)
    let body = RuleBody(rule.body, wanted: wanted, values: statistics.values)
    if body.isContradictory { return nil }
    let group = shape.group.compactMap { body.substitution.operand($0, statistics.values) }
    let arguments = shape.aggregates.map { aggregate in
      aggregate.terms.compactMap { body.substitution.operand($0, statistics.values) }
    }
    var planner = bodyPlanner(body)
    let placed = planner.place(body, needed: (group + arguments.joined()).registers)
    precondition(placed != nil, "the checker has shown that every literal can be placed")
    let distinguishing = planner.steps.distinguishing
    for (aggregate, own) in zip(shape.aggregates, arguments) where aggregate.function.countsRepeats {
      guard distinguishing?.isSubset(of: (group + own).registers) ?? false else { return nil }
    }
    return finished(planner.steps, .group(head.relation, place: place, by: group, arguments: arguments))
  }

  private func bodyPlanner(_ body: RuleBody, bound: [Int] = []) -> BodyPlanner {
    BodyPlanner(
      bound: bound,
      types: types,
      substitution: body.substitution,
      keepsSolutions: false,
      hidden: hidden,
      statistics: statistics,
      options: options
    )
  }

  private func finished(_ steps: [Step], _ sink: Sink) -> RulePlan {
    let liveness = Liveness(sink: sink)
    let narrowed = liveness.narrowed(steps, types: types, usesDistinct: options.usesDistinct)
    return RulePlan(rule: origin, number: number, registerCount: hidden.count, steps: narrowed, sink: sink)
  }

  // MARK: Tuple by tuple

  private func plainPlan(
    _ body: RuleBody,
    _ operands: [Operand],
    delta: RuleBody.BodyAtom?,
    canBuild: Bool
  ) -> RulePlan {
    var planner = bodyPlanner(body)
    let first = delta.map { deltaMatch($0, grouping: operands.first) }
    let placed = planner.place(body, first: first, needed: operands.registers)
    precondition(placed != nil, "the checker has shown that every literal can be placed")
    let sink: Sink
    if let best = head.best {
      sink = .improve(head.relation, operands, valueColumn: best.valueColumn, isMaximum: best.isMaximum)
    } else {
      let canLoad = canBuild && options.usesDistinctInsertion
      let isDistinct = planner.steps.distinguishing?.isSubset(of: operands.registers) ?? false
      sink = .insert(head.relation, operands, areDistinct: canLoad && isDistinct)
    }
    return finished(planner.steps, sink)
  }

  /// The additions of an atom, grouped by the column that is the head's first, if it has it.
  private func deltaMatch(_ atom: RuleBody.BodyAtom, grouping operand: Operand?) -> Match {
    let columns: [Match.Column] = atom.columns.map { column in
      switch column {
      case nil: .ignored
      case .constant(let word): .bound(.constant(word))
      case .register(let register): .bind(register)
      }
    }
    let isGroupedBySecond = atom.columns.count == 2 && operand != nil && atom.columns[1] == operand
    return Match(
      relation: RelationID(atom.predicate.index),
      source: .delta,
      columns: columns,
      groupedBy: isGroupedBySecond ? 1 : 0
    )
  }

  // MARK: Leaf by leaf

  /// A plan whose sink takes whole leaves: the head's last column is a variable of exactly one positive atom, which has
  /// one other named column.
  private func leafPlan(
    _ body: RuleBody,
    _ operands: [Operand],
    delta: RuleBody.BodyAtom?,
    canBuild: Bool
  ) -> RulePlan? {
    guard case .register(let leaf)? = operands.last else { return nil }
    let row = operands.count == 2 ? operands[0] : nil
    guard row != .register(leaf) else { return nil }
    let holders = body.atoms.indices.filter { body.atoms[$0].registers.contains(leaf) }
    if let delta, delta.registers.contains(leaf) {
      guard holders.isEmpty, body.conditions.allSatisfy({ !uses($0, leaf, body) }) else { return nil }
      return deltaRunPlan(body, delta, leaf: leaf, row: row)
    }
    guard holders.count == 1 else { return nil }
    let atom = body.atoms[holders[0]]
    guard let shape = LeafShape(atom, leaf: leaf), !statistics.isGrowingStore(atom.predicate) else { return nil }
    let rest = body.without(atom: holders[0])
    guard isCheap(body, first: nil, last: holders[0]) else { return nil }
    if canBuild, options.usesRowBuild, let plan = buildPlan(body, holders[0], shape, leaf: leaf, row: row) {
      return plan
    }
    guard body.conditions.allSatisfy({ !uses($0, leaf, body) }) else { return nil }
    return unionPlan(rest, atom, shape, row: row, delta: delta)
  }

  /// Rows and leaves save on each tuple, so that they may cost a few times the bindings of the best order.
  private static let savings = 4.0

  /// Whether the best order with an atom at a given place gives not many more bindings than the best of all. What grows
  /// has no statistics.
  private func isCheap(_ body: RuleBody, first: Int?, last: Int?) -> Bool {
    guard (2...JoinOrder.mostAtoms).contains(body.atoms.count), statistics.growing.isEmpty, first != last else {
      return true
    }
    let planner = bodyPlanner(body)
    let filters = planner.weighed(body.conditions.map(planner.waiting), body.atoms).map(\.filter)
    let best = JoinOrder(body.atoms, filters, bound: [], statistics: statistics)
    let given = JoinOrder(body.atoms, filters, bound: [], statistics: statistics, first: first, last: last)
    // What all of it gives is a word in a row that is looked up here, and an insertion of its own there.
    return given.costBefore <= RulePlanner.savings * best.costBefore + best.resultCount + 1_000
  }

  private func uses(_ condition: RuleBody.Condition, _ register: Int, _ body: RuleBody) -> Bool {
    bodyPlanner(body).waiting(condition).registers.contains(register)
  }

  /// The additions themselves are the leaves: the outermost loop goes through their runs.
  private func deltaRunPlan(
    _ body: RuleBody,
    _ delta: RuleBody.BodyAtom,
    leaf: Int,
    row: Operand?
  ) -> RulePlan? {
    guard delta.columns.count <= 2, !statistics.isGrowingStore(delta.predicate),
      let place = delta.columns.firstIndex(of: .register(leaf))
    else { return nil }
    var key: Int?
    if delta.columns.count == 2 {
      guard case .register(let register)? = delta.columns[1 - place], register != leaf else { return nil }
      key = register
    }
    var planner = bodyPlanner(body, bound: key.map { [$0] } ?? [])
    let needed = [row, key.map { .register($0) }].compactMap { $0 }.registers
    guard planner.place(body, needed: needed) != nil, row.map({ isBound($0, planner) }) ?? true else { return nil }
    let swapped = delta.columns.count == 2 && place == 0
    let source = Leaf.deltaRun(RelationID(delta.predicate.index), key: key, swapped: swapped)
    return finished(planner.steps, .unite(head.relation, row: row, source))
  }

  private func isBound(_ operand: Operand, _ planner: BodyPlanner) -> Bool {
    if case .register(let register) = operand { planner.bound.contains(register) } else { true }
  }

  private func unionPlan(
    _ rest: RuleBody,
    _ atom: RuleBody.BodyAtom,
    _ shape: LeafShape,
    row: Operand?,
    delta: RuleBody.BodyAtom?
  ) -> RulePlan? {
    var planner = bodyPlanner(rest)
    planner.tail = atom
    let needed = [row, shape.key].compactMap { $0 }
    let first = delta.map { deltaMatch($0, grouping: row) }
    guard planner.place(rest, first: first, needed: needed.registers) != nil else { return nil }
    for operand in needed where !isBound(operand, planner) { return nil }
    return finished(planner.steps, .unite(head.relation, row: row, shape.leaf(of: atom.predicate)))
  }

  /// Rows one after the other: the outermost loop goes through the head's first column.
  private func buildPlan(
    _ body: RuleBody,
    _ holder: Int,
    _ shape: LeafShape,
    leaf: Int,
    row: Operand?
  ) -> RulePlan? {
    let atom = body.atoms[holder]
    var rest = body.without(atom: holder)
    var planner = bodyPlanner(rest)
    planner.tail = atom
    if case .register(let register)? = row {
      guard let start = rowStart(rest, register, leafAtom: atom, shape) else { return nil }
      // Where the leaf's atom itself lists the rows, it comes first.
      let first = start.place.map { $0 + ($0 < holder ? 0 : 1) }
      guard isCheap(body, first: first ?? holder, last: first.map { _ in holder }) else { return nil }
      planner.join(start.match)
      if let place = start.place { rest = rest.without(atom: place) }
    }
    let needed = [row, shape.key].compactMap { $0 }
    guard let deferred = planner.place(rest, deferred: [leaf], needed: needed.registers) else { return nil }
    for operand in needed where !isBound(operand, planner) { return nil }
    var filters: [LeafFilter] = []
    for condition in deferred {
      guard let filter = leafFilter(condition, leaf: leaf, row: row, rest) else { return nil }
      filters.append(filter)
    }
    guard filters.isEmpty || !planner.steps.contains(where: \.makesValues) else { return nil }
    return finished(planner.steps, .build(head.relation, row: row, shape.leaf(of: atom.predicate), filters))
  }

  /// The atom that lists the head's rows, each once and all of a row together: one of a single column, or a pair scanned
  /// by that column.
  private func rowStart(
    _ rest: RuleBody,
    _ row: Int,
    leafAtom: RuleBody.BodyAtom,
    _ shape: LeafShape
  ) -> (match: Match, place: Int?)? {
    var best: (match: Match, place: Int?, size: Double)?
    for (place, atom) in rest.atoms.enumerated() {
      let named = atom.columns.indices.filter { atom.columns[$0] != nil }
      guard let column = atom.columns.firstIndex(of: .register(row)), named.count <= 2,
        atom.registers.count == named.count
      else { continue }
      let other = named.firstIndex(of: column) == 0 ? 0 : 1
      let columns: [Match.Column] = atom.columns.map { operand in
        if case .register(let register)? = operand { .bind(register) } else { .ignored }
      }
      let match = Match(relation: RelationID(atom.predicate.index), columns: columns, groupedBy: other)
      let size = statistics.count(atom.predicate)
      if best.map({ size < $0.size }) ?? true { best = (match, place, size) }
    }
    if let best { return (best.match, best.place) }
    guard shape.key == .register(row) else { return nil }
    let columns: [Match.Column] = leafAtom.columns.map { $0 == .register(row) ? .bind(row) : .ignored }
    return (Match(relation: RelationID(leafAtom.predicate.index), columns: columns), nil)
  }

  private func leafFilter(
    _ condition: RuleBody.Condition,
    leaf: Int,
    row: Operand?,
    _ body: RuleBody
  ) -> LeafFilter? {
    switch condition {
    case .exclude(let atom):
      let id = RelationID(atom.predicate.index)
      if atom.columns == [.register(leaf)] { return .absentFromSet(id) }
      if let row, atom.columns == [row, .register(leaf)] { return .absentFromRow(id) }
      return nil
    case .compare(let comparison, .variable(let a), .variable(let b)):
      let left = body.substitution.operand(a.index)
      let right = body.substitution.operand(b.index)
      guard comparison != .equal, case .register? = row else { return nil }
      if left == .register(leaf), right == row { return .compareToRow(comparison.scalar, types[leaf]) }
      if right == .register(leaf), left == row { return .compareToRow(comparison.mirrored.scalar, types[leaf]) }
      return nil
    case .compare, .test, .sequence, .aggregate: return nil
    }
  }
}

/// An atom as leaves: one column is the leaf's, at most one other is named.
struct LeafShape {
  let key: Operand?
  let keyColumn: Int
  private let leafColumn: Int

  init?(_ atom: RuleBody.BodyAtom, leaf: Int) {
    guard let leafColumn = atom.columns.firstIndex(of: .register(leaf)) else { return nil }
    let others = atom.columns.indices.filter { atom.columns[$0] != nil && $0 != leafColumn }
    self.leafColumn = leafColumn
    guard atom.columns.count > 1 else {
      key = nil
      keyColumn = 0
      return
    }
    guard others.count == 1, let operand = atom.columns[others[0]], operand != .register(leaf) else { return nil }
    key = operand
    keyColumn = others[0]
  }

  func leaf(of predicate: PredicateID) -> Leaf {
    .row(RelationID(predicate.index), key: key, keyColumn: keyColumn, leafColumn: leafColumn)
  }
}

extension Step {
  /// Whether it can add words to a dictionary.
  fileprivate var makesValues: Bool {
    switch self {
    case .compute, .generate, .aggregate: true
    case .requireSolution(let plan): plan.steps.contains(where: \.makesValues)
    case .match, .require, .intersect, .requireCommon, .filter, .distinct: false
    }
  }
}

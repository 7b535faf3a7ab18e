import Datalog
import Engine

/// The planning of one stratum.
struct StratumPlanner {
  let program: CheckedProgram
  let stratum: Stratum
  let evaluation: Evaluation
  let statistics: Statistics
  let options: PlannerOptions
  /// The number that a rule bears in plans.
  let origin: (Int) -> Int

  func plan() -> StratumPlan {
    if stratum.isRecursive {
      if let fixpoint = rowFixpoint() { return fixpoint }
      return rounds()
    }
    let rules = stratum.rules.map { program.rules[$0] }
    guard rules.contains(where: \.head.isAggregate) else { return .once(plansOnce()) }
    return grouped()
  }

  // MARK: Once

  private func plansOnce() -> [RulePlan] {
    var plans: [RulePlan] = []
    for number in stratum.rules {
      let rule = program.rules[number]
      let isOnly =
        stratum.rules.count == 1 && evaluation.relations[rule.head.predicate.index].count == 0
      if let plan = plan(rule, number, head: plainHead(rule), canBuild: isOnly) { plans.append(plan) }
    }
    return plans
  }

  private func plainHead(_ rule: Rule) -> RulePlanner.Head {
    let terms = rule.head.arguments.map { argument in
      switch argument {
      case .term(let term): term
      case .aggregate(_, let terms), .measure(_, _, let terms): terms[0]
      }
    }
    return RulePlanner.Head(relation: RelationID(rule.head.predicate.index), terms: terms, best: nil)
  }

  private func plan(
    _ rule: Rule,
    _ number: Int,
    head: RulePlanner.Head,
    canBuild: Bool = false,
    delta: Int? = nil
  ) -> RulePlan? {
    var planner = planner(rule, number, head: head)
    return planner.plan(canBuild: canBuild, delta: delta)
  }

  private func planner(_ rule: Rule, _ number: Int, head: RulePlanner.Head) -> RulePlanner {
    RulePlanner(
      rule: rule,
      number: number,
      origin: origin(number),
      head: head,
      statistics: statistics,
      options: options,
      canUniteRows: evaluation.relations[head.relation.index].arity <= 2 && head.best == nil
    )
  }

  // MARK: Rounds

  private func rounds() -> StratumPlan {
    var best: [RelationID: StratumPlan.Best] = [:]
    for number in stratum.rules {
      let head = program.rules[number].head
      if let kept = self.best(head) { best[RelationID(head.predicate.index)] = kept }
    }
    let recursive = Set(stratum.predicates)
    var initial: [RulePlan] = []
    var variants: [RulePlan] = []
    for number in stratum.rules {
      let rule = program.rules[number]
      var head = plainHead(rule)
      head.best = best[head.relation]
      let deltas = rule.recursiveAtoms(recursive)
      if deltas.isEmpty, let plan = plan(rule, number, head: head) { initial.append(plan) }
      for place in inOrderOfBody(deltas, of: rule) {
        if let plan = plan(rule, number, head: head, delta: place) { variants.append(plan) }
      }
    }
    let relations = stratum.predicates.map { RelationID($0.index) }
    return .rounds(
      StratumPlan.Rounds(
        relations: relations,
        best: best,
        initial: initial,
        variants: variants,
        keptColumn: options.usesTurns ? keptColumn(best: best, variants) : nil
      )
    )
  }

  /// Places of a rule's atoms in an order that does not depend on that of the text.
  private func inOrderOfBody(_ places: [Int], of rule: Rule) -> [Int] {
    guard places.count > 1 else { return places }
    let body = RuleBody(rule.body, wanted: plainHead(rule).terms, values: statistics.values)
    return body.atoms.compactMap { atom in
      places.first { if case .atom(let other, _) = rule.body[$0] { other.span.start == atom.offset } else { false } }
    }
  }

  /// A column that is the same variable in the head and in all recursive atoms of each recursive rule, for all relations
  /// of two columns or more that need each other; of pairs only the first, by which their rows are kept and found.
  private func keptColumn(best: [RelationID: StratumPlan.Best], _ variants: [RulePlan]) -> Int? {
    let widths = stratum.predicates.map { program.predicates[$0.index].columns.count }
    guard let width = widths.min(), width > 1 else { return nil }
    let hasPairs = stratum.predicates.enumerated().contains { widths[$0] == 2 && best[RelationID($1.index)] == nil }
    if hasPairs, !variants.allSatisfy(\.beginsWithAdditions) { return nil }
    var kept = Set(0..<(hasPairs ? 1 : width))
    for best in best.values { kept.remove(best.valueColumn) }
    for rule in stratum.rules.map({ program.rules[$0] }) {
      for place in rule.recursiveAtoms(Set(stratum.predicates)) {
        guard case .atom(let atom, _) = rule.body[place] else { return nil }
        kept = kept.filter { column in
          guard case .term(.variable(let variable)) = rule.head.arguments[column] else { return false }
          return atom.arguments[column] == .variable(variable)
        }
      }
    }
    return kept.min()
  }

  private func best(_ head: Head) -> StratumPlan.Best? {
    for (place, argument) in head.arguments.enumerated() {
      guard case .aggregate(let function, _) = argument else { continue }
      return .init(valueColumn: place, isMaximum: function == .max)
    }
    return nil
  }

  // MARK: Heads with aggregates

  private func grouped() -> StratumPlan {
    var heads: [GroupedHead] = []
    var measured: [MeasuredHead] = []
    var initial: [RulePlan] = []
    // The alternatives of one head are grouped together.
    var tuplesOfHead: [Rule.HeadID: RelationID] = [:]
    for number in stratum.rules {
      let rule = program.rules[number]
      guard rule.head.isAggregate else {
        if let plan = plan(rule, number, head: plainHead(rule)) { initial.append(plan) }
        continue
      }
      if let shape = MeasuredShape(rule) {
        let arcs = tuplesOfHead[rule.headID] ?? evaluation.addRelation(types: shape.types)
        if tuplesOfHead.updateValue(arcs, forKey: rule.headID) == nil {
          measured.append(shape.head(rule: origin(number), arcs: arcs))
        }
        let head = RulePlanner.Head(relation: arcs, terms: shape.tuple, best: nil)
        if let plan = plan(rule, number, head: head) { initial.append(plan) }
        continue
      }
      let shape = GroupedShape(rule)
      let isOnly = stratum.rules.count(where: { program.rules[$0].headID == rule.headID }) == 1
      let head = RulePlanner.Head(relation: RelationID(rule.head.predicate.index), terms: [], best: nil)
      var planner = planner(rule, number, head: head)
      if options.usesDirectGrouping, isOnly, let plan = planner.groupedPlan(shape, place: heads.count) {
        initial.append(plan)
        heads.append(shape.head(rule: origin(number), head.relation, tuples: nil))
        continue
      }
      let tuples: RelationID
      if let known = tuplesOfHead[rule.headID] {
        tuples = known
      } else {
        tuples = evaluation.addRelation(types: shape.tuple.map { shape.type(of: $0) })
        tuplesOfHead[rule.headID] = tuples
        let plan = shape.plan(rule: origin(number), number, tuples, head.relation, place: heads.count)
        heads.append(shape.head(rule: origin(number), head.relation, tuples: plan))
      }
      let ungrouped = RulePlanner.Head(relation: tuples, terms: shape.tuple, best: nil)
      if let plan = plan(rule, number, head: ungrouped, canBuild: isOnly) { initial.append(plan) }
    }
    return .grouped(heads, measured: measured, initial: initial)
  }
}

extension Rule {
  /// Places in the body of positive atoms of the given predicates.
  func recursiveAtoms(_ predicates: Set<PredicateID>) -> [Int] {
    body.indices.filter { place in
      if case .atom(let atom, false) = body[place] { predicates.contains(atom.predicate) } else { false }
    }
  }
}

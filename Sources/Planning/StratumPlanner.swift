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
      case .aggregate(_, let terms): terms[0]
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
    var planner = RulePlanner(
      rule: rule,
      number: number,
      origin: origin(number),
      head: head,
      statistics: statistics,
      options: options,
      canUniteRows: evaluation.relations[head.relation.index].arity <= 2 && head.best == nil
    )
    return planner.plan(canBuild: canBuild, delta: delta)
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
      for place in 0..<deltas.count {
        if let plan = plan(rule, number, head: head, delta: deltas[place]) { variants.append(plan) }
      }
    }
    return .rounds(
      relations: stratum.predicates.map { RelationID($0.index) },
      best: best,
      initial: initial,
      variants: variants
    )
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
    var initial: [RulePlan] = []
    // The alternatives of one head are grouped together.
    var tuplesOfHead: [Rule.HeadID: RelationID] = [:]
    for number in stratum.rules {
      let rule = program.rules[number]
      guard rule.head.isAggregate else {
        if let plan = plan(rule, number, head: plainHead(rule)) { initial.append(plan) }
        continue
      }
      let shape = GroupedShape(rule.head)
      let tuples: RelationID
      if let known = tuplesOfHead[rule.headID] {
        tuples = known
      } else {
        tuples = evaluation.addRelation(types: shape.terms.map { type(of: $0, in: rule) })
        tuplesOfHead[rule.headID] = tuples
        heads.append(shape.head(rule: origin(number), head: rule.head, tuples: tuples, program.predicates))
      }
      let head = RulePlanner.Head(relation: tuples, terms: shape.terms, best: nil)
      let isOnly = stratum.rules.count(where: { program.rules[$0].headID == rule.headID }) == 1
      if let plan = plan(rule, number, head: head, canBuild: isOnly) { initial.append(plan) }
    }
    return .grouped(heads, initial: initial)
  }

  func type(of term: Term, in rule: Rule) -> WordType {
    switch term {
    case .variable(let variable): rule.variables[variable.index].type.wordType
    case .constant(let constant): constant.type.wordType
    case .wildcard: preconditionFailure("a head has no wildcards")
    }
  }
}

/// The tuples that a head with aggregates is grouped from: its group, then the arguments of each aggregate.
private struct GroupedShape {
  let terms: [Term]
  private let columns: [GroupedHead.Column?]
  private let arguments: [[Int]]

  init(_ head: Head) {
    var group: [Term] = []
    for case .term(let term) in head.arguments { group.append(term) }
    var terms = group
    var columns: [GroupedHead.Column?] = []
    var arguments: [[Int]] = []
    var nextGroup = 0
    for argument in head.arguments {
      switch argument {
      case .term:
        columns.append(.group(nextGroup))
        arguments.append([])
        nextGroup += 1
      case .aggregate(_, let own):
        columns.append(nil)
        arguments.append(Array(terms.count..<(terms.count + own.count)))
        terms += own
      }
    }
    self.terms = terms
    self.columns = columns
    self.arguments = arguments
  }

  func head(rule: Int, head: Head, tuples: RelationID, _ predicates: [Predicate]) -> GroupedHead {
    var result: [GroupedHead.Column] = []
    for (place, argument) in head.arguments.enumerated() {
      switch argument {
      case .term: result.append(columns[place] ?? .group(0))
      case .aggregate(let function, _):
        let type = predicates[head.predicate.index].columns[place].type.wordType
        result.append(.aggregate(function.engine, arguments: arguments[place], resultType: type))
      }
    }
    return GroupedHead(
      rule: rule,
      head: RelationID(head.predicate.index),
      tuples: tuples,
      groupCount: head.arguments.count { if case .term = $0 { true } else { false } },
      columns: result
    )
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

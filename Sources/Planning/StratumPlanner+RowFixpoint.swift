import Datalog
import Engine

extension StratumPlanner {
  /// A plan by row fixpoint, when every recursive rule keeps one variable unchanged:
  /// ```
  /// h(x, z) :- h(x, y), r(y, z).      h(x, z) :- r(x, y), h(y, z).      h(z) :- h(y), r(y, z).
  /// ```
  /// The second form is solved by columns. `h(x, z) :- h(x, y), h(y, z)` alone is the closure of the base rules.
  func rowFixpoint() -> StratumPlan? {
    guard options.usesRowFixpoint, stratum.predicates.count == 1 else { return nil }
    let predicate = stratum.predicates[0]
    let head = RelationID(predicate.index)
    let types = evaluation.relations[head.index].types
    guard (1...2).contains(types.count), evaluation.relations[head.index].count == 0 else { return nil }
    let recursive = stratum.rules.filter { !program.rules[$0].recursiveAtoms([predicate]).isEmpty }
    let base = stratum.rules.filter { program.rules[$0].recursiveAtoms([predicate]).isEmpty }
    guard !stratum.rules.contains(where: { program.rules[$0].head.isAggregate }) else { return nil }
    let shapes = recursive.compactMap { RecursionShape(program.rules[$0], predicate, evaluation) }
    guard shapes.count == recursive.count, !base.isEmpty else { return nil }

    let start = baseRelation(base, types: types)
    func plan(_ edges: [StratumPlan.Edge], isSwapped: Bool = false) -> StratumPlan {
      .rowFixpoint(
        StratumPlan.RowFixpoint(
          head: head,
          base: start.relation,
          edges: edges,
          isSwapped: isSwapped,
          usesComponents: options.usesComponents,
          rule: origin(recursive[0])
        ),
        initial: start.plans
      )
    }
    let closure = StratumPlan.Edge(relation: start.relation, from: 0, to: 1)
    if shapes.allSatisfy({ $0 == .doubling }) {
      return plan([closure])
    }
    let forward = shapes.compactMap(\.forwardEdge)
    if forward.count == shapes.count {
      return plan(forward)
    }
    let backward = shapes.compactMap(\.backwardEdge)
    guard backward.count == shapes.count else { return nil }
    let mirrored = StratumPlan.Edge(relation: start.relation, from: 1, to: 0)
    if start.plans.isEmpty, backward == [mirrored] {
      return plan([closure])
    }
    return plan(backward, isSwapped: true)
  }

  /// The relation that the base rules give: that of the one atom of a plain copy, else one of its own with the plans that
  /// fill it.
  private func baseRelation(_ rules: [Int], types: [WordType]) -> (relation: RelationID, plans: [RulePlan]) {
    if rules.count == 1, let source = program.rules[rules[0]].copiedPredicate {
      return (RelationID(source.index), [])
    }
    let relation = evaluation.addRelation(types: types)
    let plans = rules.compactMap { number -> RulePlan? in
      let rule = program.rules[number]
      let terms = rule.head.arguments.compactMap { if case .term(let term) = $0 { term } else { nil } }
      var planner = RulePlanner(
        rule: rule,
        number: number,
        origin: origin(number),
        head: RulePlanner.Head(relation: relation, terms: terms, best: nil),
        statistics: statistics,
        options: options,
        canUniteRows: true
      )
      return planner.plan(canBuild: rules.count == 1, delta: nil)
    }
    return (relation, plans)
  }
}

/// How a recursive rule of two atoms steps from one tuple of its head to the next.
private enum RecursionShape: Equatable {
  case forward(StratumPlan.Edge)
  case backward(StratumPlan.Edge)
  case doubling

  init?(_ rule: Rule, _ predicate: PredicateID, _ evaluation: Evaluation) {
    let recursive = rule.recursiveAtoms([predicate])
    let head = rule.head.arguments.compactMap { argument -> Term? in
      if case .term(.variable(let variable)) = argument { .variable(variable) } else { nil }
    }
    guard rule.body.count == 2, head.count == rule.head.arguments.count, Set(head).count == head.count,
      case .atom(let first, false) = rule.body[0], case .atom(let second, false) = rule.body[1]
    else { return nil }
    if recursive.count == 2 {
      guard head.count == 2,
        RecursionShape.isChain(first.arguments, second.arguments, head)
          || RecursionShape.isChain(second.arguments, first.arguments, head)
      else { return nil }
      self = .doubling
      return
    }
    let (own, step) = recursive == [0] ? (first, second) : (second, first)
    self.init(own: own.arguments, step: step, head: head)
  }

  private init?(own: [Term], step: Atom, head: [Term]) {
    let named = step.arguments.indices.filter { step.arguments[$0] != .wildcard }
    guard named.count == 2 else { return nil }
    for (from, to) in [(named[0], named[1]), (named[1], named[0])] {
      let edge = StratumPlan.Edge(relation: RelationID(step.predicate.index), from: from, to: to)
      let (start, end) = (step.arguments[from], step.arguments[to])
      guard case .variable = start, case .variable = end, start != end else { continue }
      if head.count == 1, own == [start], head == [end] {
        self = .forward(edge)
        return
      }
      guard head.count == 2, own.count == 2 else { continue }
      if own == [head[0], start], head[1] == end, head[0] != start {
        self = .forward(edge)
        return
      }
      if own == [start, head[1]], head[0] == end, head[1] != start {
        self = .backward(edge)
        return
      }
    }
    return nil
  }

  private static func isChain(_ a: [Term], _ b: [Term], _ head: [Term]) -> Bool {
    guard case .variable = a[1] else { return false }
    return a[0] == head[0] && a[1] == b[0] && b[1] == head[1] && !head.contains(a[1])
  }

  var forwardEdge: StratumPlan.Edge? {
    if case .forward(let edge) = self { edge } else { nil }
  }

  var backwardEdge: StratumPlan.Edge? {
    if case .backward(let edge) = self { edge } else { nil }
  }
}

extension Rule {
  /// The predicate of a rule that only copies it: `h(X, Y) :- e(X, Y).`
  fileprivate var copiedPredicate: PredicateID? {
    guard body.count == 1, case .atom(let atom, false) = body[0] else { return nil }
    let terms = head.arguments.compactMap { argument -> Term? in
      if case .term(.variable(let variable)) = argument { .variable(variable) } else { nil }
    }
    guard terms.count == head.arguments.count, terms == atom.arguments, Set(terms).count == terms.count else {
      return nil
    }
    return atom.predicate
  }
}

import Datalog
import Engine

/// Aggregates: the groups that a change reaches are found, and made again.
extension ChangeRules {
  /// A head with aggregates: the groups that a change reaches are made again.
  mutating func addGroups(of predicate: PredicateID) -> (losses: [Int], gains: [Int])? {
    let numbers = stratum.rules.filter { original.rules[$0].isGrouped(predicate) }
    let places = original.rules[numbers[0]].head.groupPlaces
    guard numbers.allSatisfy({ original.rules[$0].head.groupPlaces == places }) else { return nil }
    let columns = original.predicates[predicate.index].columns
    let groups = add("groups", places.map { columns[$0] })
    var reached: [Int] = []
    for number in numbers {
      let rule = original.rules[number]
      let terms = rule.head.groupTerms
      guard let bodies = affectedBodies(rule.body, in: number) else { return nil }
      for body in bodies {
        guard Set(terms.variables).isSubset(of: body.boundVariables) else { return nil }
        reached.append(add(head(groups, terms), body, like: number))
      }
    }
    guard !reached.isEmpty else { return ([], []) }
    losing.append(Stratum(predicates: [groups], rules: reached, isRecursive: false))

    let made = add("grouped", columns)
    let regrouped = numbers.map { number in
      let rule = original.rules[number]
      let reach = atom(groups, rule.head.groupTerms, rule.span)
      let head = Head(predicate: made, arguments: rule.head.arguments)
      return add(head, [reach] + rule.body, like: number, isGrouped: true)
    }
    gaining.append(Stratum(predicates: [made], rules: regrouped, isRecursive: false))
    let (tuple, span) = tuple(of: predicate)
    let reachedTuple = [atom(groups, places.map { tuple[$0] }, span), atom(predicate, tuple, span)]
    let newTuple = [atom(made, tuple, span), atom(predicate, tuple, span, isNegated: true)]
    return (
      [addTransfer(of: predicate, to: lost[predicate], reachedTuple)],
      [addTransfer(of: predicate, to: gained[predicate], newTuple)]
    )
  }

  /// An atom for each way in which a change reaches groups of an aggregate.
  mutating func affectedGroups(of aggregate: AggregateLiteral, in number: Int) -> [Literal]? {
    let rule = original.rules[number]
    var bodies: [[Literal]] = []
    for alternative in aggregate.alternatives {
      guard let reached = affectedBodies(alternative, in: number) else { return nil }
      bodies += reached
    }
    var byVariables: [[VariableID]: [[Literal]]] = [:]
    for body in bodies {
      let bound = body.boundVariables
      byVariables[aggregate.groups.filter(bound.contains), default: []].append(body)
    }
    return byVariables.sorted { $0.key.count > $1.key.count }.map { variables, bodies in
      let columns = variables.map { rule.variables[$0.index] }.map { Column(name: $0.name, type: $0.type) }
      let groups = add("groups", columns)
      let terms: [Term] = variables.map { .variable($0) }
      let numbers = bodies.map { add(head(groups, terms), $0, like: number) }
      losing.append(Stratum(predicates: [groups], rules: numbers, isRecursive: false))
      return atom(groups, terms, rule.span)
    }
  }

  /// For each choice of changed literals of a conjunction, the atoms that hold for what the change reaches.
  private mutating func affectedBodies(_ literals: [Literal], in number: Int) -> [[Literal]]? {
    var forms: [[Literal]] = []
    for literal in literals {
      guard let form = self.forms(of: literal, in: number, .either) else { return nil }
      forms.append(form)
    }
    return ChangeRules.choices(forms)?.map { chosen in
      let others = literals.indices.filter { place in !chosen.contains { $0.place == place } }.map { literals[$0] }
      return chosen.map { forms[$0.place][$0.form] }.joined(with: others)
    }
  }
}

extension Rule {
  func isGrouped(_ predicate: PredicateID) -> Bool { head.predicate == predicate && head.isAggregate }
}

extension Head {
  /// The places of what is no aggregate.
  fileprivate var groupPlaces: [Int] {
    arguments.indices.filter { if case .term = arguments[$0] { true } else { false } }
  }

  fileprivate var groupTerms: [Term] {
    arguments.compactMap { if case .term(let term) = $0 { term } else { nil } }
  }
}

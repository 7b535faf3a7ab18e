import Datalog

/// The oracle of proofs: the least height that a proof of each tuple can have, by the definition, from the complete
/// relations of a program and nothing else.
///
/// A fact has height 0, a derived tuple one more than the highest thing that an instance of a rule rests on, and of all
/// instances the least counts. A comparison rests on nothing, a negated atom counts 1, an aggregate one more than the
/// highest of its solutions, or for `min` and `max` the least of those with the value.
struct NaiveHeights {
  private(set) var heights: [PredicateID: [[Constant]: Int]] = [:]
  let state: NaiveEvaluator.State
  private let program: CheckedProgram

  init(of program: CheckedProgram, facts: Facts, relations: Facts) throws(NaiveFault) {
    self.program = program
    state = NaiveEvaluator.State(relations: relations, bound: 100_000)
    for (predicate, tuples) in facts {
      for tuple in tuples where relations[predicate, default: []].contains(tuple) {
        heights[predicate, default: [:]][tuple] = 0
      }
    }
    for stratum in program.strata {
      let clauses = stratum.rules.map { program.rules[$0] }.alternativesTogether
      var isChanged = true
      while isChanged {
        isChanged = false
        for rules in clauses where try improve(by: rules, isRecursive: stratum.isRecursive) { isChanged = true }
      }
    }
  }

  /// - Returns: whether any height became known or less.
  private mutating func improve(by rules: [Rule], isRecursive: Bool) throws(NaiveFault) -> Bool {
    let head = rules[0].head
    var found: [([Constant], Int)] = []
    if head.isAggregate, !isRecursive {
      found = try grouped(rules)
    } else {
      for rule in rules {
        for binding in try state.solutions(of: rule.body, in: rule) {
          let tuple = binding.parts(of: rule.head).map { $0[0] }
          guard state.relations[head.predicate, default: []].contains(tuple),
            let height = try height(of: rule.body, in: rule, binding)
          else { continue }
          found.append((tuple, height + 1))
        }
      }
    }
    var isChanged = false
    for (tuple, height) in found where height < heights[head.predicate]?[tuple] ?? .max {
      heights[head.predicate, default: [:]][tuple] = height
      isChanged = true
    }
    return isChanged
  }

  private func grouped(_ rules: [Rule]) throws(NaiveFault) -> [([Constant], Int)] {
    let head = rules[0].head
    var rows: [[[Constant]]: Int] = [:]
    for rule in rules {
      for binding in try state.solutions(of: rule.body, in: rule) {
        guard let height = try height(of: rule.body, in: rule, binding) else { continue }
        let row = binding.parts(of: rule.head)
        rows[row] = min(height, rows[row] ?? .max)
      }
    }
    let columns = program.predicates[head.predicate.index].columns
    return try state.grouped(Set(rows.keys), head, columns).map { tuple in
      let members = rows.filter { row, _ in
        head.arguments.indices.allSatisfy { head.arguments[$0].function != nil || row[$0] == [tuple[$0]] }
      }
      let heights = head.arguments.indices.map { place -> Int in
        guard let function = head.arguments[place].function else { return 0 }
        let byKey = Dictionary(grouping: members, by: { $0.key[place] }).mapValues { $0.map(\.value).min() ?? 0 }
        if function == .min || function == .max { return byKey[[tuple[place]]] ?? 0 }
        return byKey.values.max() ?? 0
      }
      return (tuple, 1 + (heights.max() ?? 0))
    }
  }

  /// The height of a conjunction for one binding; `nil` while something that it rests on has none.
  private func height(of body: [Literal], in rule: Rule, _ binding: NaiveBinding) throws(NaiveFault) -> Int? {
    var result = 0
    for literal in body {
      switch literal {
      case .atom(let atom, false):
        guard program.predicates[atom.predicate.index].isDerived else { continue }
        guard let height = heights[atom.predicate]?[binding.tuple(of: atom)] else { return nil }
        result = max(result, height)
      case .atom(_, true): result = max(result, 1)
      case .aggregate(let aggregate):
        guard let height = try height(of: aggregate, in: rule, binding) else { return nil }
        result = max(result, height + 1)
      case .comparison, .test, .sequence: break
      }
    }
    return result
  }

  private func height(
    of aggregate: AggregateLiteral,
    in rule: Rule,
    _ binding: NaiveBinding
  ) throws(NaiveFault) -> Int? {
    let start = binding.restricted(to: aggregate.groups)
    var byKey: [[NaiveBinding]: Int] = [:]
    var byValue: [Constant: Int] = [:]
    for body in aggregate.alternatives {
      for solution in try state.solutions(of: body, in: rule, from: start) {
        guard let height = try height(of: body, in: rule, solution) else { return nil }
        let key = [solution.solution(of: body, in: rule)]
        byKey[key] = min(height, byKey[key] ?? .max)
        if let value = aggregate.value.flatMap({ NaiveFunctions.value(of: $0, in: solution.values).constant }) {
          byValue[value] = min(height, byValue[value] ?? .max)
        }
      }
    }
    switch aggregate.function {
    case .min, .max: return binding.values[aggregate.result].flatMap { byValue[$0] }
    case .list: return byValue.values.max() ?? 0
    case .count where aggregate.value != nil: return byValue.values.max() ?? 0
    case .count, .sum, .mean: return byKey.values.max() ?? 0
    }
  }
}

extension NaiveBinding {
  /// The tuple that an atom matched.
  func tuple(of atom: Atom) -> [Constant] {
    atom.arguments.enumerated().compactMap { column, term in
      if case .wildcard = term { wildcards[Wildcard(atom: atom.span, column: column)] } else { constant(of: term) }
    }
  }
}

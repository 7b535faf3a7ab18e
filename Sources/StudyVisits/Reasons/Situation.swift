internal import Datalog

/// A body some of whose variables have values, condition by condition.
struct Situation {
  let rule: Rule
  let given: [VariableID: Constant]
  let conditions: [Condition]

  init(_ rule: Rule, given: [VariableID: Constant] = [:]) {
    self.rule = rule
    self.given = given
    conditions = Condition.conditions(of: rule)
  }

  var all: [Int] { Array(conditions.indices) }

  /// Those of some conditions whose variables they bind between them, and what is bound then.
  ///
  /// More conditions never leave fewer of them, so what has no solution has none with more.
  func safe(_ chosen: [Int]) -> (conditions: [Int], bound: Set<VariableID>) {
    var open = chosen
    var kept: [Int] = []
    var bound = Set(given.keys)
    while let place = open.indices.first(where: { conditions[open[$0]].binding(bound) != nil }) {
      let condition = open.remove(at: place)
      bound = conditions[condition].binding(bound) ?? bound
      kept.append(condition)
    }
    return (kept.sorted(), bound)
  }

  /// The literals of some conditions, but for those whose variables these leave unbound, with the given values.
  func body(of chosen: [Int]) -> [Literal] {
    let equations = given.sorted { $0.key < $1.key }.map { variable, value in
      Literal.comparison(.equal, .variable(variable), .constant(value), span: rule.span)
    }
    return equations + safe(chosen).conditions.flatMap { conditions[$0].literals }
  }

  /// The same with values for further variables.
  func with(_ values: [VariableID: Constant]) -> Situation {
    Situation(rule, given: given.merging(values) { known, _ in known })
  }
}

extension Atom {
  /// With some of its variables alone.
  func keeping(_ variables: [VariableID]) -> Atom {
    let terms = arguments.map { term in
      if case .variable(let variable) = term, variables.contains(variable) { term } else { Term.wildcard }
    }
    return Atom(predicate: predicate, arguments: terms, span: span)
  }

  /// With the given values in place of variables.
  func applying(_ given: [VariableID: Constant]) -> Atom {
    let terms = arguments.map { term in
      if case .variable(let variable) = term, let value = given[variable] { Term.constant(value) } else { term }
    }
    return Atom(predicate: predicate, arguments: terms, span: span)
  }
}

package import Datalog

/// The order in which known values pass from literal to literal of a body: conditions as soon as they can be tested, then
/// the atom with a known column of which the fewest matches are expected. Literals that nothing known reaches are the rest.
struct InformationPassing {
  /// What no known value reaches.
  private(set) var rest: [Literal]
  private var bound: Set<VariableID>
  private let statistics: Statistics

  init(_ body: [Literal], bound: Set<VariableID>, statistics: Statistics) {
    rest = body
    self.bound = bound
    self.statistics = statistics
  }

  /// The next literal; of an atom the columns whose values are known.
  mutating func next() -> (literal: Literal, known: [Int])? {
    if let place = rest.firstIndex(where: canBeTested) {
      let literal = rest.remove(at: place)
      bound.formUnion(literal.variables)
      return (literal, [])
    }
    var best: (place: Int, known: [Int], matches: Double)?
    for (place, literal) in rest.enumerated() {
      guard case .atom(let atom, false) = literal else { continue }
      let known = atom.arguments.indices.filter { isKnown(atom.arguments[$0]) }
      guard !known.isEmpty else { continue }
      let matches = statistics.matches(atom.predicate, known)
      if best.map({ matches < $0.matches }) ?? true { best = (place, known, matches) }
    }
    guard let best else { return nil }
    let literal = rest.remove(at: best.place)
    bound.formUnion(literal.variables)
    return (literal, best.known)
  }

  private func isKnown(_ term: Term) -> Bool {
    switch term {
    case .variable(let variable): bound.contains(variable)
    case .constant: true
    case .wildcard: false
    }
  }

  /// Whether a condition has a value and all that it reads is known; an equation may bind a variable.
  private func canBeTested(_ literal: Literal) -> Bool {
    guard literal.isTotal else { return false }
    switch literal {
    case .comparison(.equal, .variable(let variable), let value, _) where value.variables.isSubset(of: bound):
      return !value.variables.contains(variable)
    case .comparison(.equal, let value, .variable(let variable), _) where value.variables.isSubset(of: bound):
      return !value.variables.contains(variable)
    case .comparison, .test: return literal.variables.isSubset(of: bound)
    case .atom, .sequence, .aggregate: return false
    }
  }
}

extension Literal {
  /// The variables that stand in it, those inside braces only where they are groups.
  package var variables: Set<VariableID> {
    switch self {
    case .atom(let atom, _): Set(atom.variables)
    case .comparison(_, let a, let b, _): a.variables.union(b.variables)
    case .test(_, let arguments, _, _): Set(arguments.flatMap(\.variables))
    case .sequence(let variable, _, let arguments, _): Set(arguments.flatMap(\.variables)).union([variable])
    case .aggregate(let aggregate): Set(aggregate.groups).union([aggregate.result])
    }
  }

  /// Whether none of its functions can lack a value or fail.
  var isTotal: Bool {
    switch self {
    case .atom: true
    case .comparison(_, let a, let b, _): a.isTotal && b.isTotal
    case .test(let test, let arguments, _, _): test != .match && arguments.allSatisfy(\.isTotal)
    case .sequence: false
    case .aggregate(let aggregate):
      (aggregate.function == .count || aggregate.function == .list || aggregate.function == .min
        || aggregate.function == .max) && (aggregate.value?.isTotal ?? true)
        && aggregate.alternatives.joined().allSatisfy(\.isTotal)
    }
  }
}

extension Atom {
  package var variables: [VariableID] {
    arguments.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
  }
}

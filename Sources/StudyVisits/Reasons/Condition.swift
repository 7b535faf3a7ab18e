internal import Datalog
internal import Planning

/// One literal of a body as written, with those that compute its arguments: `in_series(B, S, N + 1)` is lowered to an
/// atom and an equation.
struct Condition {
  let literals: [Literal]
  /// What it needs and binds, generated ones not counted.
  let variables: Set<VariableID>

  /// The literal that the condition is about.
  var main: Literal {
    let atom = literals.first { if case .atom = $0 { true } else { false } }
    let aggregate = literals.first { if case .aggregate = $0 { true } else { false } }
    return atom ?? aggregate ?? literals[0]
  }

  /// The place of the main literal and of what is compared with it.
  var span: Span { literals.reduce(main.span) { $0.joined($1.span) } }

  /// The conditions of a rule's body, in the order of the text.
  static func conditions(of rule: Rule) -> [Condition] {
    var groups: [(literals: [Literal], generated: Set<VariableID>)] = []
    for literal in rule.body {
      var literals = [literal]
      var generated = literal.variables.filter { rule.variables[$0.index].isGenerated }
      // Literals that share what stands for an expression are one.
      for place in groups.indices.reversed() where !groups[place].generated.isDisjoint(with: generated) {
        literals = groups[place].literals + literals
        generated.formUnion(groups[place].generated)
        groups.remove(at: place)
      }
      groups.append((literals, generated))
    }
    return groups.map { group in
      let variables = group.literals.reduce(into: Set()) { $0.formUnion($1.variables) }
      return Condition(literals: group.literals, variables: variables.subtracting(group.generated))
    }.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
  }

  /// What is bound when the condition is added to what binds `bound`; `nil` when it needs more.
  func binding(_ bound: Set<VariableID>) -> Set<VariableID>? {
    var bound = bound
    var open = literals
    while let place = open.firstIndex(where: { $0.isSafe(bound) }) {
      bound.formUnion(open.remove(at: place).variables)
    }
    return open.isEmpty ? bound : nil
  }

  /// Whether it says yes or no of values that come from elsewhere, and binds none itself.
  func isCheck(_ bound: Set<VariableID>) -> Bool {
    switch main {
    case .atom(_, let isNegated): isNegated
    case .comparison, .test: variables.isSubset(of: bound)
    case .sequence: false
    case .aggregate(let aggregate):
      bound.isSuperset(of: aggregate.groups) && (literals.count > 1 || bound.contains(aggregate.result))
    }
  }
}

extension Literal {
  /// Whether what it needs is bound; it may bind more.
  fileprivate func isSafe(_ bound: Set<VariableID>) -> Bool {
    switch self {
    case .atom(let atom, let isNegated): return !isNegated || bound.isSuperset(of: atom.variables)
    case .comparison(let comparison, let left, let right, _):
      if case (.equal, .variable) = (comparison, left), right.variables.isSubset(of: bound) { return true }
      if case (.equal, .variable) = (comparison, right), left.variables.isSubset(of: bound) { return true }
      return variables.isSubset(of: bound)
    case .test: return variables.isSubset(of: bound)
    case .sequence(_, _, let arguments, _): return arguments.allSatisfy { $0.variables.isSubset(of: bound) }
    case .aggregate(let aggregate): return bound.isSuperset(of: aggregate.groups)
    }
  }

  var span: Span {
    switch self {
    case .atom(let atom, _): atom.span
    case .comparison(_, _, _, let span), .test(_, _, _, let span), .sequence(_, _, _, let span): span
    case .aggregate(let aggregate): aggregate.span
    }
  }
}

import Datalog

/// A binding of the variables of one body, under way.
struct NaiveBinding: Hashable {
  /// Where a wildcard stands: the same place in two alternatives of one text is the same wildcard.
  struct Wildcard: Hashable {
    let atom: Span
    let column: Int
  }

  var values: [VariableID: Constant] = [:]
  var wildcards: [Wildcard: Constant] = [:]
  /// Variables that a value which is not there would have bound.
  var spoilt: Set<VariableID> = []
  /// Whether a function had no value.
  var isMissing = false
  /// Why another had none.
  var fault: NaiveFault?

  /// This binding extended by a tuple of an atom, or `nil` when the two differ.
  func matching(_ atom: Atom, _ tuple: [Constant]) -> NaiveBinding? {
    var binding = self
    for (column, (term, constant)) in zip(atom.arguments, tuple).enumerated() {
      switch term {
      case .wildcard: binding.wildcards[Wildcard(atom: atom.span, column: column)] = constant
      case .constant(let wanted): if wanted != constant { return nil }
      case .variable(let variable):
        if let held = binding.values[variable], held != constant { return nil }
        binding.values[variable] = constant
      }
    }
    return binding
  }

  /// One binding for each value that the variable may take; a value that is not there spoils it.
  func binding(_ variable: VariableID, to choices: [NaiveValue]) -> [NaiveBinding] {
    choices.compactMap { choice in
      guard case .constant(let constant) = choice else { return lacking(choice).spoiling([variable]) }
      var binding = self
      if let held = values[variable], held != constant { return nil }
      binding.values[variable] = constant
      return binding
    }
  }

  /// This binding when the condition holds for the expressions' values, or marked when one of them is not there.
  func keeping(if expressions: [Expression], _ condition: ([Constant]) -> Bool?) -> [NaiveBinding] {
    let outcomes = expressions.map { NaiveFunctions.value(of: $0, in: values) }
    if let lack = outcomes.first(where: \.isMissing) ?? outcomes.first(where: { $0.constant == nil }) {
      return [lacking(lack)]
    }
    guard let holds = condition(outcomes.compactMap(\.constant)) else { return [lacking(.missing)] }
    return holds ? [self] : []
  }

  func spoiling(_ variables: Set<VariableID>) -> NaiveBinding {
    var binding = self
    binding.spoilt.formUnion(variables.filter { values[$0] == nil })
    return binding
  }

  /// What the braces of an aggregate see of this binding.
  func restricted(to groups: [VariableID]) -> NaiveBinding {
    NaiveBinding(values: values.filter { groups.contains($0.key) })
  }

  /// This binding as a solution of braces: without the variables that only stand for an expression of the text.
  func solution(of body: [Literal], in rule: Rule) -> NaiveBinding {
    let computed = body.reduce(into: Set<VariableID>()) { $0.formUnion($1.computed) }
    let kept = values.filter { !(computed.contains($0.key) && rule.variables[$0.key.index].mayBeGenerated) }
    return NaiveBinding(values: kept, wildcards: wildcards)
  }

  /// The values of each argument of a head: one, or those of an aggregate.
  func parts(of head: Head) -> [[Constant]] {
    head.arguments.map { argument in
      switch argument {
      case .term(let term): [constant(of: term)]
      case .aggregate(_, let terms), .measure(_, _, let terms): terms.map(constant)
      }
    }
  }

  private func lacking(_ value: NaiveValue) -> NaiveBinding {
    var binding = self
    binding.isMissing = isMissing || value.isMissing
    binding.fault = fault ?? value.fault
    return binding
  }

  func constant(of term: Term) -> Constant {
    switch term {
    case .constant(let constant): return constant
    case .variable(let variable):
      guard let constant = values[variable] else { preconditionFailure("a head variable is bound by the body") }
      return constant
    case .wildcard: preconditionFailure("a wildcard does not stand in a head")
    }
  }
}

extension [Literal] {
  /// The literals, each after those that bind what it needs.
  ///
  /// What needs no more variables comes first; then atoms, those last that use a variable which an expression will
  /// define, so that a value which is not there is passed over by as few literals as the definition demands.
  func inOrderOfBinding(known: Set<VariableID>) -> [Literal] {
    var rest = self
    var known = known
    var order: [Literal] = []
    while !rest.isEmpty {
      let defined = rest.reduce(into: Set<VariableID>()) { $0.formUnion($1.defined) }.subtracting(known)
      let next =
        rest.firstIndex { !$0.isPositiveAtom && $0.isReady(known) }
        ?? rest.firstIndex { $0.isPositiveAtom && !$0.uses(defined) }
        ?? rest.firstIndex(where: \.isPositiveAtom)
      guard let next else { preconditionFailure("the checker lets no unsafe body through") }
      known.formUnion(rest[next].bindable)
      order.append(rest.remove(at: next))
    }
    return order
  }
}

extension Literal {
  var isPositiveAtom: Bool {
    if case .atom(_, isNegated: false) = self { true } else { false }
  }

  /// The variables that the literal shares with the body it stands in.
  private var variables: Set<VariableID> {
    switch self {
    case .atom(let atom, _): Set(atom.arguments.compactMap(\.variable))
    case .comparison(_, let left, let right, _): left.variables.union(right.variables)
    case .test(_, let arguments, _, _): Set(arguments.flatMap(\.variables))
    case .sequence(let variable, _, let arguments, _): Set(arguments.flatMap(\.variables)).union([variable])
    case .aggregate(let aggregate): Set(aggregate.groups).union([aggregate.result])
    }
  }

  /// The variables that the literal may bind.
  var bindable: Set<VariableID> {
    switch self {
    case .atom(_, let isNegated): isNegated ? [] : variables
    case .comparison(.equal, let left, let right, _): Set([left, right].compactMap(\.bareVariable))
    case .comparison, .test: []
    case .sequence(let variable, _, _, _): [variable]
    case .aggregate(let aggregate): [aggregate.result]
    }
  }

  /// The variables that get a computed value here.
  var defined: Set<VariableID> {
    switch self {
    case .comparison(.equal, .variable(let variable), .call, _), .comparison(.equal, .call, .variable(let variable), _):
      [variable]
    case .sequence, .aggregate: bindable
    case .atom, .comparison, .test: []
    }
  }

  /// The variables that have one value here once the others are known.
  fileprivate var computed: Set<VariableID> {
    switch self {
    case .comparison(.equal, .variable(let variable), .call, _), .comparison(.equal, .call, .variable(let variable), _),
      .comparison(.equal, .variable(let variable), .constant, _),
      .comparison(.equal, .constant, .variable(let variable), _):
      [variable]
    case .aggregate(let aggregate): [aggregate.result]
    case .atom, .comparison, .sequence, .test: []
    }
  }

  func uses(_ spoilt: Set<VariableID>) -> Bool { !variables.isDisjoint(with: spoilt) }

  func isReady(_ known: Set<VariableID>) -> Bool {
    let missing = variables.subtracting(known)
    guard case .comparison(.equal, let left, let right, _) = self else { return missing.isSubset(of: bindable) }
    return left.variables.isSubset(of: known) && (right.bareVariable != nil || right.variables.isSubset(of: known))
      || left.bareVariable != nil && right.variables.isSubset(of: known)
  }
}

extension Variable {
  /// Whether the checker may have made the variable: `_` and digits.
  fileprivate var mayBeGenerated: Bool {
    name.utf8.count > 1 && name.utf8.first == 0x5F && Int(name.dropFirst()) != nil
  }
}

extension Term {
  var variable: VariableID? {
    if case .variable(let variable) = self { variable } else { nil }
  }
}

extension Expression {
  var bareVariable: VariableID? {
    if case .variable(let variable) = self { variable } else { nil }
  }

  var variables: Set<VariableID> {
    switch self {
    case .variable(let variable): [variable]
    case .constant: []
    case .call(_, let arguments): Set(arguments.flatMap(\.variables))
    }
  }
}

extension HeadArgument {
  var function: AggregateFunction? {
    if case .aggregate(let function, _) = self { function } else { nil }
  }
}

extension [Rule] {
  /// Alternatives of one clause whose head has aggregates stand together; every other rule stands alone.
  var alternativesTogether: [[Rule]] {
    reduce(into: []) { clauses, rule in
      let place = clauses.firstIndex { $0[0].headID == rule.headID }
      if rule.head.isAggregate, let place { clauses[place].append(rule) } else { clauses.append([rule]) }
    }
  }
}

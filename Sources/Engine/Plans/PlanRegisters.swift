extension Match {
  package var uses: Set<Int> {
    Set(columns.compactMap { if case .bound(.register(let register)) = $0 { register } else { nil } })
  }

  package var binds: Set<Int> {
    Set(columns.compactMap { if case .bind(let register) = $0 { register } else { nil } })
  }
}

extension [Leaf] {
  /// The registers that hold their keys.
  package var registers: Set<Int> {
    Set(compactMap { if case .row(_, .register(let register)?, _, _) = $0 { register } else { nil } })
  }
}

extension [FactorPlan] {
  /// The registers that they start from.
  package var registers: Set<Int> {
    reduce(into: []) { registers, factor in
      switch factor {
      case .tuples: break
      case .words(let leaf): registers.formUnion([leaf].registers)
      case .common(let leaves): registers.formUnion(leaves.registers)
      case .solutions(let plan): registers.formUnion(plan.groups)
      }
    }
  }
}

extension SolutionPlan {
  /// All relations that it reads.
  var relations: Set<RelationID> {
    var found: Set<RelationID> = []
    func note(_ leaves: [Leaf]) {
      for case .row(let id, _, _, _) in leaves { found.insert(id) }
    }
    for step in steps {
      switch step {
      case .match(let match), .require(let match, _): found.insert(match.relation)
      case .intersect(_, let leaves), .requireCommon(let leaves): note(leaves)
      case .requireSolution(let plan): found.formUnion(plan.relations)
      case .filter, .compute, .generate, .aggregate, .distinct: break
      }
    }
    for factor in factors {
      switch factor {
      case .tuples(let id): found.insert(id)
      case .words(let leaf): note([leaf])
      case .common(let leaves): note(leaves)
      case .solutions(let plan): found.formUnion(plan.relations)
      }
    }
    return found
  }
}

extension [Operand] {
  package var registers: Set<Int> {
    Set(compactMap { if case .register(let register) = $0 { register } else { nil } })
  }
}

extension ScalarExpression {
  /// With repeats, in order of appearance.
  package var registers: [(register: Int, type: WordType)] {
    switch self {
    case .register(let register, let type): [(register, type)]
    case .constant: []
    case .call(_, let arguments, _): arguments.flatMap(\.registers)
    }
  }
}

extension ScalarCondition {
  package var registers: [(register: Int, type: WordType)] {
    switch self {
    case .compare(_, let a, let b): a.registers + b.registers
    case .test(_, let arguments, _): arguments.flatMap(\.registers)
    }
  }
}

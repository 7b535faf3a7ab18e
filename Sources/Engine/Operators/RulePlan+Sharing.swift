extension RulePlan {
  /// Whether several threads may each evaluate the rule for some of the head's rows, if these are the keys of the
  /// outermost scan: rows are built, and no step gives words to new values or reads texts that are not there yet.
  var isShareable: Bool {
    if case .build = sink { steps.isShareable } else { false }
  }
}

extension Sink {
  /// Whether the register's words are the keys of the rows that are built.
  func buildsRows(of register: Int) -> Bool {
    if case .build(_, .register(register)?, _, _) = self { true } else { false }
  }
}

extension [Step] {
  fileprivate var isShareable: Bool {
    allSatisfy { step in
      switch step {
      case .match(let match), .require(let match, _): match.source == .all
      case .intersect, .requireCommon: true
      case .requireSolution(let plan): plan.isShareable
      // Repeats are dropped over all rows, not those of one part.
      case .distinct: false
      case .filter, .compute, .generate, .aggregate: false
      }
    }
  }
}

extension SolutionPlan {
  fileprivate var isShareable: Bool {
    let areFactorsShareable = factors.allSatisfy { factor in
      if case .solutions(let plan) = factor { plan.isShareable } else { true }
    }
    return steps.isShareable && areFactorsShareable
  }
}

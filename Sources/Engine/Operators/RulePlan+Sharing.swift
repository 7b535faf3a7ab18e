extension RulePlan {
  /// Whether several threads may each evaluate the rule for some of the head's rows, if these are the keys of the
  /// outermost scan: rows are built, and no step gives words to new values or reads texts that are not there yet.
  var isShareable: Bool {
    if case .build = sink { steps.isShareable(inTurns: false) } else { false }
  }

  /// Whether several threads may take turns of a recursion with the rule: each begins with what was added, and no step
  /// reads texts that are not there yet. Turns that need words for new values are given back.
  var hasShareableTurns: Bool { beginsWithAdditions && steps.isShareable(inTurns: true) }

  /// Whether a variant goes through what the last round added, and not first through all of something.
  package var beginsWithAdditions: Bool {
    if case .unite(_, _, .deltaRun) = sink { return true }
    guard case .match(let match) = steps.first else { return false }
    return match.source == .delta
  }
}

extension Sink {
  /// Whether the register's words are the keys of the rows that are built.
  func buildsRows(of register: Int) -> Bool {
    if case .build(_, .register(register)?, _, _) = self { true } else { false }
  }
}

extension [Step] {
  fileprivate func isShareable(inTurns: Bool) -> Bool {
    allSatisfy { step in
      switch step {
      case .match(let match), .require(let match, _): match.source == .all || inTurns
      case .intersect, .requireCommon: true
      case .requireSolution(let plan): plan.isShareable(inTurns: inTurns)
      // Repeats are dropped over all rows, not those of one part.
      case .distinct: inTurns
      case .filter(let condition, let missing): inTurns && condition.readsNoTexts && missing.isShareable
      case .compute(_, let value, let missing): inTurns && value.readsNoTexts && missing.isShareable
      case .generate, .aggregate: false
      }
    }
  }
}

extension [Step]? {
  fileprivate var isShareable: Bool { self?.isShareable(inTurns: true) ?? true }
}

extension SolutionPlan {
  fileprivate func isShareable(inTurns: Bool) -> Bool {
    let areFactorsShareable = factors.allSatisfy { factor in
      if case .solutions(let plan) = factor { plan.isShareable(inTurns: inTurns) } else { true }
    }
    return steps.isShareable(inTurns: inTurns) && areFactorsShareable
  }
}

extension ScalarCondition {
  /// Whether only numbers, floats and dates are looked at, or words as such.
  fileprivate var readsNoTexts: Bool {
    switch self {
    case .compare(.equal, let a, let b), .compare(.notEqual, let a, let b):
      a.isLeaf && b.isLeaf || a.readsNoTexts && b.readsNoTexts
    case .compare(_, let a, let b): a.readsNoTexts && b.readsNoTexts
    case .test(_, let arguments, _): arguments.allSatisfy(\.readsNoTexts)
    }
  }
}

extension ScalarExpression {
  fileprivate var isLeaf: Bool {
    if case .call = self { false } else { true }
  }

  fileprivate var readsNoTexts: Bool {
    switch self {
    case .register(_, let type), .constant(_, let type): type != .symbol
    case .call(_, let arguments, let type): type != .symbol && arguments.allSatisfy(\.readsNoTexts)
    }
  }
}

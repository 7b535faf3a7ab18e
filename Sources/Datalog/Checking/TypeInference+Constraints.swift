extension TypeInference {
  /// Decides a constraint, or says which nodes it waits for.
  mutating func attempt(_ constraint: Constraint) -> [Int] {
    switch constraint {
    case .flow(let subject, let node): return attemptFlow(subject, into: node)
    case .arithmetic(let binary, let left, let right, let node, let span):
      return attemptArithmetic(binary, left, right, node: node, span)
    case .numeric(let subject, let node, let name, let span):
      guard let type = type(of: subject) else { return open([subject]) }
      if isPoisoned(subject) {
        poison(node)
      } else if type == .number || type == .float {
        settle(node, type, Reason(kind: .result(name), span: span), at: span)
      } else {
        refuse(node, .wrongOperand(type, of: name, wanted: .number, at: subject.span))
      }
    case .summand(let subject, let function):
      guard let type = type(of: subject) else { return open([subject]) }
      if type != .number, type != .float, !isPoisoned(subject) {
        faults.append(.notAggregable(function, type, at: subject.span))
      }
    case .exact(let subject, let wanted, let function):
      guard let type = type(of: subject) else { return open([subject]) }
      if type != wanted, !(type == .number && wanted == .float), !isPoisoned(subject) {
        faults.append(.wrongOperand(type, of: function, wanted: wanted, at: subject.span))
      }
    case .convertible(let subject, let function):
      guard let type = type(of: subject) else { return open([subject]) }
      if type == .date, !isPoisoned(subject) {
        faults.append(.wrongOperand(type, of: function, wanted: .symbol, at: subject.span))
      }
    }
    return []
  }

  /// An operator whose operands nothing decides works on numbers.
  mutating func assume(_ constraint: Constraint) {
    let subjects: [Subject]
    let name: String
    switch constraint {
    case .arithmetic(let binary, let left, let right, _, _): (subjects, name) = ([left, right], binary.rawValue)
    case .numeric(let subject, _, let function, _): (subjects, name) = ([subject], function)
    case .summand(let subject, let function): (subjects, name) = ([subject], function.rawValue)
    case .flow, .exact, .convertible: return
    }
    for case .variable(let node, _, let span) in subjects where !isSettled(node) {
      settle(node, .number, Reason(kind: .operand(name), span: span), at: span)
    }
  }

  private mutating func attemptFlow(_ subject: Subject, into node: Int) -> [Int] {
    guard let type = type(of: subject) else { return open([subject]) }
    guard case .computed(_, let operation, let span) = subject, !isPoisoned(subject) else { return [] }
    if type == .number {
      flowNumber(into: node, at: span)
    } else {
      settle(node, type, Reason(kind: .result(operation), span: span), at: span)
    }
    return []
  }

  /// The nodes of operands whose types are not known yet.
  private func open(_ subjects: [Subject]) -> [Int] {
    subjects.compactMap { subject in
      switch subject {
      case .variable(let node, _, _), .computed(let node, _, _): isSettled(node) ? nil : node
      case .literal: nil
      }
    }
  }

  private mutating func refuse(_ node: Int, _ fault: Diagnostic) {
    faults.append(fault)
    poison(node)
  }

  // MARK: Arithmetic

  private mutating func attemptArithmetic(
    _ binary: BinaryOperator,
    _ left: Subject,
    _ right: Subject,
    node: Int,
    _ span: Span
  ) -> [Int] {
    if isPoisoned(left) || isPoisoned(right) {
      poison(node)
      return []
    }
    let (a, b) = (type(of: left), type(of: right))
    for (subject, type) in [(left, a), (right, b)] where type == .symbol {
      refuse(node, .wrongOperand(.symbol, of: binary.rawValue, wanted: .number, at: subject.span))
      return []
    }
    if a == .date || b == .date { return attemptDates(binary, left, right, node: node, span) }
    if a == .float || b == .float {
      for subject in [left, right] { demand(.float, of: subject, by: binary.rawValue) }
      settle(node, .float, Reason(kind: .result(binary.rawValue), span: span), at: span)
      return []
    }
    // Beside a variable that is a number, another variable is one: only literals and computed values are converted.
    // To the left of `+` and `-` it may be a date yet.
    if a == .number, b == nil, case .variable = left { settleAsNumber(right, by: binary) }
    if b == .number, a == nil, case .variable = right, binary != .add, binary != .subtract {
      settleAsNumber(left, by: binary)
    }
    guard type(of: left) == .number, type(of: right) == .number else { return open([left, right]) }
    settle(node, .number, Reason(kind: .result(binary.rawValue), span: span), at: span)
    return []
  }

  private mutating func settleAsNumber(_ subject: Subject, by binary: BinaryOperator) {
    guard case .variable(let node, _, let span) = subject else { return }
    settle(node, .number, Reason(kind: .operand(binary.rawValue), span: span), at: span)
  }

  private mutating func attemptDates(
    _ binary: BinaryOperator,
    _ left: Subject,
    _ right: Subject,
    node: Int,
    _ span: Span
  ) -> [Int] {
    guard binary == .add || binary == .subtract else {
      let culprit = type(of: left) == .date ? left : right
      refuse(node, .wrongOperand(.date, of: binary.rawValue, wanted: .number, at: culprit.span))
      return []
    }
    if type(of: left) == nil {
      guard binary == .subtract, case .variable(let variable, _, let place) = left else { return open([left]) }
      settle(variable, .date, Reason(kind: .operand("-"), span: place), at: place)
    }
    if binary == .add, type(of: right) == nil { settleAsNumber(right, by: binary) }
    switch (type(of: left), type(of: right)) {
    case (_, nil): return open([right])
    case (.date, .number): settle(node, .date, Reason(kind: .result(binary.rawValue), span: span), at: span)
    case (.date, .date) where binary == .subtract:
      settle(node, .number, Reason(kind: .result("-"), span: span), at: span)
    default: refuse(node, .wrongDateArithmetic(binary, at: span))
    }
    return []
  }
}

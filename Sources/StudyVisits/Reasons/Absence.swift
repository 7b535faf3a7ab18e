internal import Datalog
internal import Engine
internal import Planning

/// Why a body has no solution.
///
/// A body fails by a minimal set of its conditions. One that fails by itself is looked into: an atom value by value, a
/// predicate with rules through these. Of several that only fail together it is said which check excludes what the others
/// give, or what they would have to share.
struct Absence {
  let inquiry: Inquiry
  let situation: Situation
  /// The conditions that have no solution together.
  let set: MinimalSet

  /// - Parameter situation: one whose conditions have no solution together.
  init(_ situation: Situation, _ inquiry: Inquiry) throws(RunError) {
    self.inquiry = inquiry
    self.situation = situation
    var failure: RunError?
    // What fails by itself says most.
    for condition in situation.all where situation.safe([condition]).conditions == [condition] {
      if try !inquiry.holds(situation, [condition]) {
        set = MinimalSet(of: [condition]) { _ in true }
        return
      }
    }
    set = MinimalSet(of: situation.all) { conditions in
      do throws(RunError) {
        return try inquiry.holds(situation, conditions)
      } catch {
        failure = error
        return nil
      }
    }
    if let failure, failure.isInterruption { throw failure }
  }

  /// The absence of one condition by itself.
  init(of condition: Int, in situation: Situation, _ inquiry: Inquiry) {
    self.inquiry = inquiry
    self.situation = situation
    set = MinimalSet(of: [condition]) { _ in true }
  }

  /// What the set fails by.
  ///
  /// - Parameter depth: through how many rules it may still be followed.
  func reason(depth: Int = 3) throws(RunError) -> Reason {
    let span = inquiry.span(situation, set.conditions)
    guard set.isMinimal else { return together(at: span) }
    if set.conditions.count == 1 { return try reason(of: set.conditions[0], depth) }
    let check = set.conditions.last { condition in
      situation.conditions[condition].isCheck(situation.safe(set.conditions.filter { $0 != condition }).bound)
    }
    guard let check else { return try unmet() ?? together(at: span) }
    return try excluded(by: check, rest: set.conditions.filter { $0 != check })
  }

  private func together(at span: Span) -> Reason {
    Reason("\(inquiry.list(situation, set.conditions)) never hold together", at: span)
  }

  private func reason(of condition: Int, _ depth: Int) throws(RunError) -> Reason {
    let own = situation.conditions[condition]
    switch own.main {
    case .atom(let atom, isNegated: false):
      return try AtomAbsence(atom.applying(situation.given), situation.rule, inquiry).reason(depth)
    case .aggregate(let aggregate) where own.literals.count == 1 && situation.given[aggregate.result] == nil:
      let text = "there is nothing to take the \(aggregate.function.rawValue) of in `\(inquiry.written(own.span))`"
      return Reason(text, at: own.span)
    case .sequence(let variable, .range, _, let span)
    where own.literals.count == 1 && situation.given[variable] == nil:
      return Reason("`\(inquiry.written(span))` has no value, since `range` counts upwards", at: span)
    case .atom, .comparison, .test, .sequence, .aggregate: return try excluded(by: condition, rest: [])
    }
  }

  // MARK: Conditions that share nothing

  /// Two atoms, or more, whose common variable has no common value.
  private func unmet() throws(RunError) -> Reason? {
    guard set.conditions.count == 2 else { return nil }
    let (first, second) = (set.conditions[0], set.conditions[1])
    let (a, b) = (situation.conditions[first], situation.conditions[second])
    let shared = a.variables.intersection(b.variables).subtracting(situation.given.keys).sorted()
    guard !shared.isEmpty else { return nil }
    let dependent = [first, second].first { situation.safe([$0]).conditions.isEmpty }
    if let dependent {
      let other = dependent == first ? second : first
      let text = "no `\(inquiry.text(situation, other))` meets `\(inquiry.text(situation, dependent))`"
      let example = try inquiry.example(situation, of: situation.conditions[dependent], [other])
      return Reason(text + example, at: inquiry.span(situation, set.conditions))
    }
    let names = shared.map { situation.rule.variables[$0.index].name }
    var text = "no \(Diagnostic.list(names)) \(names.count == 1 ? "is" : "are") in both"
    text += " \(inquiry.list(situation, set.conditions))"
    if shared.count == 1, let first = try few(shared[0], first), let second = try few(shared[0], second) {
      text += ": it is \(first) in the first, \(second) in the second"
    }
    let reason = Reason(text, at: inquiry.span(situation, set.conditions))
    guard try haveOthersInColumns(a, b, shared) else { return reason }
    var swap = try swapped(first, beside: second)
    if swap == nil { swap = try swapped(second, beside: first) }
    return swap?.suggested(by: reason) ?? reason
  }

  /// Whether the columns of two atoms in which a variable stands have no value in common at all, whatever is beside it.
  private func haveOthersInColumns(_ a: Condition, _ b: Condition, _ shared: [VariableID]) throws(RunError) -> Bool {
    guard case .atom(let first, false) = a.main, case .atom(let second, false) = b.main,
      first.predicate != second.predicate
    else { return false }
    let columns = [first, second].map { atom in
      Literal.atom(atom.keeping(shared), isNegated: false)
    }
    return try inquiry.run.solutions(of: columns, [], in: situation.rule).count == 0
  }

  /// The values of a variable under one condition, if they are few enough to read.
  private func few(_ variable: VariableID, _ condition: Int) throws(RunError) -> String? {
    let values = try inquiry.values(situation, [condition], of: .variable(variable))
    guard values.count <= 3 else { return nil }
    return Diagnostic.list(values.map(\.literalText), "or")
  }

  /// An atom with two of its arguments in each other's place, if that has a solution beside another condition.
  private func swapped(_ condition: Int, beside other: Int) throws(RunError) -> Swap? {
    guard case .atom(let atom, false) = situation.conditions[condition].main else { return nil }
    for swap in inquiry.swaps(of: atom) {
      let body = [Literal.atom(swap, isNegated: false)] + situation.body(of: [other])
      guard try inquiry.run.solutions(of: body, [], in: situation.rule).count > 0 else { continue }
      return Swap(text: inquiry.program.text(of: swap, in: situation.rule), span: atom.span)
    }
    return nil
  }
}

/// An atom with two of its arguments in each other's place, which may be what was meant.
struct Swap {
  let text: String
  let span: Span

  func suggested(by reason: Reason) -> Reason {
    Reason(reason.text, at: reason.span, help: "did you mean `\(text)`?", repair: Repair([text], at: [span]))
  }
}

extension Inquiry {
  func span(_ situation: Situation, _ conditions: [Int]) -> Span {
    conditions.dropFirst().reduce(situation.conditions[conditions[0]].span) { span, condition in
      span.joined(situation.conditions[condition].span)
    }
  }

  /// An atom with two arguments of one type in each other's place, for each two.
  func swaps(of atom: Atom) -> [Atom] {
    let columns = predicate(atom.predicate).columns
    var swaps: [Atom] = []
    for first in columns.indices {
      for second in columns.indices.dropFirst(first + 1) where columns[first].type == columns[second].type {
        guard atom.arguments[first] != atom.arguments[second] else { continue }
        var arguments = atom.arguments
        arguments.swapAt(first, second)
        swaps.append(Atom(predicate: atom.predicate, arguments: arguments, span: atom.span))
      }
    }
    return swaps
  }
}

extension RunError {
  /// Whether somebody wants an end.
  var isInterruption: Bool {
    if case .evaluation(.interrupted(_, _)) = self { true } else { false }
  }

  /// Whether a value could not be computed.
  var isArithmetic: Bool {
    switch self {
    case .evaluation(.divisionByZero), .evaluation(.overflow): true
    case .evaluation, .knowledgeBase: false
    }
  }
}

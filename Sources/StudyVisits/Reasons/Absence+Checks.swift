internal import Datalog
internal import Engine
internal import Planning

// Checks that exclude what other conditions give.

extension Absence {
  /// Why a check holds for nothing that the rest gives.
  func excluded(by check: Int, rest: [Int]) throws(RunError) -> Reason {
    let condition = situation.conditions[check]
    let text = "`\(inquiry.text(situation, check))`"
    let excludes: String
    switch rest.count {
    case 0: excludes = "\(text) does not hold"
    case 1: excludes = "\(text) excludes every \(inquiry.list(situation, rest))"
    default: excludes = "\(text) excludes all that \(inquiry.list(situation, rest)) give"
    }
    switch condition.main {
    case .atom(let atom, isNegated: true):
      return Reason(excludes + (try witness(against: atom, of: condition, rest) ?? ""), at: condition.span)
    case .comparison(let comparison, let left, let right, _):
      return try compared(comparison, left, right, condition, rest, excludes)
    case .test(let test, let arguments, let isNegated, _):
      return try tested(test, arguments, isNegated, condition, rest, excludes)
    case .aggregate(let aggregate):
      let values = try inquiry.values(situation, rest, of: aggregate)
      return Reason("\(excludes): the \(aggregate.function.rawValue) \(inquiry.extent(values))", at: condition.span)
    case .atom, .sequence: return Reason(excludes, at: condition.span)
    }
  }

  /// Why a check does not hold of given values; empty where there is nothing more to say.
  func cause(of check: Int) throws(RunError) -> String {
    let statement = "`\(inquiry.text(situation, check))` does not hold"
    let text = try excluded(by: check, rest: []).text
    return text.hasPrefix(statement) ? String(text.dropFirst(statement.count + 2)) : text
  }

  // MARK: Negation

  /// A tuple that a negated atom finds.
  private func witness(against atom: Atom, of condition: Condition, _ rest: [Int]) throws(RunError) -> String? {
    let rule = situation.rule
    var given = situation.given
    let open = atom.variables.filter { given[$0] == nil && !rule.variables[$0.index].isGenerated }
    if let row = try inquiry.rows(situation, rest, of: open, limit: 1).first {
      for (variable, value) in zip(open, row) { given[variable] = value }
    }
    var found = atom.applying(given)
    guard found.arguments.allSatisfy({ if case .variable = $0 { false } else { true } }) else { return nil }
    for column in found.arguments.indices where found.arguments[column] == .wildcard {
      guard let value = try inquiry.column(column, of: atom.predicate, found.arguments, in: rule).first else {
        return nil
      }
      var arguments = found.arguments
      arguments[column] = .constant(value)
      found = Atom(predicate: atom.predicate, arguments: arguments, span: atom.span)
    }
    let example = "`\(inquiry.program.text(of: found, in: rule))`"
    return rest.isEmpty ? ": there is \(example)" : ": there is \(example), for instance"
  }

  // MARK: Comparisons

  private func compared(
    _ comparison: ComparisonOperator,
    _ left: Expression,
    _ right: Expression,
    _ condition: Condition,
    _ rest: [Int],
    _ excludes: String
  ) throws(RunError) -> Reason {
    let known = Set(situation.given.keys)
    let isLeftOpen = !left.variables.isSubset(of: known)
    guard isLeftOpen != !right.variables.isSubset(of: known) else {
      return Reason(excludes + (try inquiry.example(situation, of: condition, rest)), at: condition.span)
    }
    let open = isLeftOpen ? left : right
    let values = try inquiry.values(situation, rest, of: open)
    let name = inquiry.text(of: open, in: situation.rule) ?? (isLeftOpen ? "its left side" : "its right side")
    var reason = Reason(excludes + ": \(name) \(inquiry.extent(values))", at: condition.span)
    if comparison == .equal, case .constant(let wanted) = isLeftOpen ? right : left {
      var near = try inquiry.entities(called: wanted, among: values).values
      if near.isEmpty { near = inquiry.near(wanted, among: values) }
      if !near.isEmpty {
        reason = inquiry.suggesting(near, for: wanted, Reason(excludes, at: condition.span))
      }
    }
    return reason
  }

  // MARK: Tests

  private func tested(
    _ test: TestFunction,
    _ arguments: [Expression],
    _ isNegated: Bool,
    _ condition: Condition,
    _ rest: [Int],
    _ excludes: String
  ) throws(RunError) -> Reason {
    var reason = Reason(excludes + (try inquiry.example(situation, of: condition, rest)), at: condition.span)
    guard !isNegated, test == .contains || test == .startsWith || test == .endsWith else { return reason }
    let lowered = arguments.map { Expression.call(.lower, [$0]) }
    let body = situation.body(of: rest) + [.test(test, lowered, isNegated: false, span: condition.span)]
    guard try inquiry.run.solutions(of: body, [], in: situation.rule).count > 0 else { return reason }
    reason = Reason(excludes, at: condition.span)
    reason.help = "it holds in other letters: compare in small ones, with `lower`"
    return reason
  }
}

extension Inquiry {
  /// What the variables of a condition are in one solution of others.
  func example(_ situation: Situation, of condition: Condition, _ others: [Int]) throws(RunError) -> String {
    let bound = situation.safe(others).bound
    let variables = condition.variables.subtracting(situation.given.keys).intersection(bound).sorted()
    let row = try rows(situation, others, of: variables, limit: 1).first
    guard let row else { return "" }
    let bindings = zip(variables, row).map { "\(situation.rule.variables[$0.index].name) = \($1.literalText)" }
    return ": for instance, \(bindings.joined(separator: " and "))"
  }

  /// How far some values reach, or which they are when they are few.
  func extent(_ values: SortedValues) -> String {
    guard let first = values.first, let last = values.last else { return "has no value" }
    if values.count == 1 { return "is always `\(first.literalText)`" }
    switch values.type {
    case .number, .float, .date: return "goes from `\(first.literalText)` to `\(last.literalText)`"
    case .symbol where values.count <= 6: return "is \(Diagnostic.list(values.map(\.literalText), "or"))"
    case .symbol:
      return "is one of \(values.count) others, such as \(Diagnostic.list(values.prefix(2).map(\.literalText)))"
    }
  }

  /// An expression as the text has it, where it is a variable.
  func text(of expression: Expression, in rule: Rule) -> String? {
    guard case .variable(let variable) = expression, !rule.variables[variable.index].isGenerated else { return nil }
    return "`\(rule.variables[variable.index].name)`"
  }
}

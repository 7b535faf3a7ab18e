internal import Datalog
internal import Engine

/// Why an atom has no solution by itself.
struct AtomAbsence {
  let inquiry: Inquiry
  let rule: Rule
  let atom: Atom

  init(_ atom: Atom, _ rule: Rule, _ inquiry: Inquiry) {
    self.atom = atom
    self.rule = rule
    self.inquiry = inquiry
  }

  private var predicate: Predicate { inquiry.predicate(atom.predicate) }

  func reason(_ depth: Int) throws(RunError) -> Reason {
    let open = [Term](repeating: .wildcard, count: atom.arguments.count)
    guard try inquiry.holds(atom.predicate, open, in: rule) else {
      if !predicate.isDerived { return Reason("`\(predicate.name)` has no facts", at: atom.span) }
      return try derived(Reason("there is no `\(predicate.name)`", at: atom.span), depth)
    }
    let demands = try minimalDemands()
    let terms = masked(demands)
    let reason = Reason("there is no `\(inquiry.text(of: atom.predicate, terms, in: rule))`", at: atom.span)
    guard let column = demands.last?[0], case .constant(let value) = terms[column] else {
      if let swap = try swapped() { return swap.suggested(by: reason) }
      return try derived(reason, depth)
    }
    guard demands.count == 1 else {
      if let swap = try swapped() { return swap.suggested(by: reason) }
      return try derived(instead(of: column, demands, reason), depth)
    }
    let values = try inquiry.column(column, of: atom.predicate, open, in: rule)
    let named = try inquiry.entities(called: value, among: values)
    if !named.values.isEmpty {
      var reason = inquiry.suggesting(named.values, for: value, reason)
      reason.elsewhere = named.reason
      return reason
    }
    if let swap = try swapped() { return swap.suggested(by: reason) }
    let near = inquiry.near(value, among: values)
    if !near.isEmpty { return inquiry.suggesting(near, for: value, reason) }
    let followed = try derived(reason, depth)
    return followed.text == reason.text ? try missing(value, in: column, among: values, reason) : followed
  }

  // MARK: What it asks of its columns

  /// The least of its demands that no tuple meets: each a column with a value, or columns with one value.
  private func minimalDemands() throws(RunError) -> [[Int]] {
    var demands: [[Int]] = []
    var places: [VariableID: [Int]] = [:]
    for (column, term) in atom.arguments.enumerated() {
      switch term {
      case .constant: demands.append([column])
      case .variable(let variable): places[variable, default: []].append(column)
      case .wildcard: break
      }
    }
    demands += places.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    for demand in demands where try !holds([demand]) { return [demand] }
    for demand in demands {
      let rest = demands.filter { $0 != demand }
      if try !holds(rest) { demands = rest }
    }
    return demands
  }

  private func masked(_ demands: [[Int]]) -> [Term] {
    var terms = [Term](repeating: .wildcard, count: atom.arguments.count)
    for column in demands.joined() { terms[column] = atom.arguments[column] }
    return terms
  }

  private func holds(_ demands: [[Int]]) throws(RunError) -> Bool {
    try inquiry.holds(atom.predicate, masked(demands), in: rule)
  }

  private func swapped() throws(RunError) -> Swap? {
    for swap in inquiry.swaps(of: atom) where try inquiry.holds(atom.predicate, swap.arguments, in: rule) {
      return Swap(text: inquiry.program.text(of: swap, in: rule), span: atom.span)
    }
    return nil
  }

  /// What there is beside the other values instead of the last.
  private func instead(of column: Int, _ demands: [[Int]], _ reason: Reason) throws(RunError) -> Reason {
    let others = masked(demands.filter { $0 != [column] })
    let values = try inquiry.column(column, of: atom.predicate, others, in: rule)
    guard values.count <= 3 else { return reason }
    let there = values.map { value in
      var terms = others
      terms[column] = .constant(value)
      return inquiry.text(of: atom.predicate, terms, in: rule)
    }
    return Reason(reason.text + ", only \(Diagnostic.list(there))", at: reason.span)
  }

  // MARK: A value that a column does not hold

  private func missing(
    _ value: Constant,
    in column: Int,
    among values: SortedValues,
    _ reason: Reason
  ) throws(RunError) -> Reason {
    var reason = reason
    let name = predicate.columns[column].name
    switch value {
    case .symbol:
      let places = try inquiry.places(of: value, in: rule)
      if !places.isEmpty {
        reason.elsewhere = "`\(value.literalText)` occurs in \(Diagnostic.list(places))"
        return reason
      }
      return Reason(reason.text + "; its `\(name)` \(inquiry.extent(values))", at: reason.span)
    case .date(let date):
      let within = values.first { if case .date(let other) = $0 { other.isWithin(date) } else { false } }
      if let within {
        reason.help =
          "a date is only equal to itself, and `\(within.literalText)` lies in it: write `year(D) = \(date.year)`"
        return reason
      }
      return Reason(reason.text + "; its `\(name)` \(inquiry.extent(values))", at: reason.span)
    case .number, .float: return Reason(reason.text + "; its `\(name)` \(inquiry.extent(values))", at: reason.span)
    }
  }

  // MARK: Rules

  /// The reason followed into the rule that could have given the atom, where there is one.
  private func derived(_ reason: Reason, _ depth: Int) throws(RunError) -> Reason {
    guard predicate.isDerived else { return reason }
    let fitting = inquiry.rules(for: atom)
    if fitting.isEmpty { return Reason(reason.text + ": no rule gives such", at: reason.span) }
    guard fitting.count == 1, depth > 0, try !inquiry.holds(fitting[0], fitting[0].all) else {
      return reason
    }
    let cause = try Absence(fitting[0], inquiry).reason(depth: depth - 1)
    return Reason(reason.text + ", because \(cause.text)", at: reason.span)
  }
}

extension Inquiry {
  /// The bodies of the rules that could give what an atom asks for, with the values that it has.
  func rules(for atom: Atom) -> [Situation] {
    program.rules.filter { $0.head.predicate == atom.predicate }.compactMap { rule in
      rule.unified(with: atom.arguments).map { Situation(rule, given: $0) }
    }
  }
}

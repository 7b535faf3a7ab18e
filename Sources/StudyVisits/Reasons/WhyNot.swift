internal import Datalog
internal import Engine
internal import Planning

/// Why an atom does not hold: what is said of it if it is a matter of facts, else each rule that could have given it.
public struct WhyNot: Encodable {
  /// A rule, tried for the values of the atom.
  public struct Attempt: Encodable {
    /// As written, on one line.
    public let rule: String
    /// `file:line`.
    public let place: String
    /// How many conditions its body has.
    public let conditionCount: Int
    /// How many of them hold together, with the values below.
    public let holdingCount: Int
    /// The first that does not, with its values.
    public let failing: String
    /// What variables are that stand in it, where it is no atom.
    public let bindings: [String]
    /// Why it does not; empty where that is to be seen.
    public let reason: String
    /// The fact that would have to be stated for the atom to hold, if one suffices. A column name with a capital letter
    /// stands for anything.
    public let missing: String?
    var lackCount: Int { conditionCount - holdingCount }

    enum CodingKeys: String, CodingKey {
      case rule, place, conditionCount, holdingCount, failing, bindings, reason, missing
    }
  }

  public let atom: String
  public let holds: Bool
  /// Of an atom that no rule could give.
  public let reason: String?
  public let help: String?
  /// Those that lack least first.
  public let attempts: [Attempt]
}

/// Finds out why an atom does not hold.
struct Refusal {
  let inquiry: Inquiry
  let written: (Span) -> (text: String, place: String)
  /// Its body should hold.
  let goal: Rule

  /// Chosen: a premise's rules are looked at, and those of its premise, and that is as far as anybody reads.
  static let depth = 2

  /// The attempts of all rules that could give what an atom asks for, those that lack least first.
  func attempts(for atom: Atom, depth: Int = Refusal.depth) throws(RunError) -> [WhyNot.Attempt] {
    var attempts: [WhyNot.Attempt] = []
    for situation in inquiry.rules(for: atom) { attempts.append(try attempt(situation, atom, depth)) }
    // Sorting is not stable by promise.
    let order = attempts.indices.sorted { a, b in
      let (first, second) = (attempts[a], attempts[b])
      if first.lackCount != second.lackCount { return first.lackCount < second.lackCount }
      if (first.missing == nil) != (second.missing == nil) { return second.missing == nil }
      return (-first.holdingCount, a) < (-second.holdingCount, b)
    }
    return order.map { attempts[$0] }
  }

  private func attempt(_ situation: Situation, _ atom: Atom, _ depth: Int) throws(RunError) -> WhyNot.Attempt {
    let held = try largestSet(of: situation)
    guard let failing = situation.all.first(where: { !held.contains($0) }) else {
      // The body holds, so the head has other values in the columns that are aggregated.
      let reason = try AtomAbsence(atom, situation.rule, inquiry).reason(0)
      var failure = Failure(text: inquiry.program.text(of: atom, in: situation.rule), reason: reason.text)
      failure.missing = try fact(among: situation.literals, of: situation, depth)
      return made(situation, held, failure)
    }
    let isOnly = held.count == situation.conditions.count - 1
    // What stands behind the condition says nothing of it, unless it is all that fails.
    let known = isOnly ? held : held.filter { $0 < failing }
    let bound = try binding(situation, of: situation.conditions[failing].variables, known)
    var failure = Failure(text: inquiry.text(bound, failing), reason: "")
    if case .atom(let premise, false) = bound.conditions[failing].main {
      failure.reason = try AtomAbsence(premise.applying(bound.given), situation.rule, inquiry).reason(1).text
      if isOnly || situation.areCompared(besides: held + [failing]) {
        let wanted = premise.meeting(bound.literals, bound.given)
        failure.missing = try fact(for: wanted, in: situation.rule, depth)
      }
    } else {
      failure.bindings = bindings(bound, failing)
      let isAsked = !bound.safe([failing]).conditions.isEmpty
      failure.reason = isAsked ? try Absence(of: failing, in: bound, inquiry).cause(of: failing) : ""
      if isOnly { failure.missing = try fact(among: bound.aggregated(by: failing), of: bound, depth) }
    }
    return made(situation, held, failure)
  }

  /// How a condition fails.
  private struct Failure {
    let text: String
    var reason: String
    var bindings: [String] = []
    var missing: String?
  }

  private func made(_ situation: Situation, _ held: [Int], _ failure: Failure) -> WhyNot.Attempt {
    let (rule, place) = written(situation.rule.span)
    return WhyNot.Attempt(
      rule: rule.onOneLine,
      place: place,
      conditionCount: situation.conditions.count,
      holdingCount: held.count,
      failing: failure.text,
      bindings: failure.bindings,
      reason: failure.reason,
      missing: failure.missing
    )
  }

  // MARK: Conditions

  /// All conditions but one, if these hold together and the one is an atom or nothing better is found; else as many as
  /// hold together when they are taken in the order of the text.
  private func largestSet(of situation: Situation) throws(RunError) -> [Int] {
    let all = situation.all
    if try inquiry.holds(situation, all) { return all }
    var almost: [Int]?
    for condition in all {
      let rest = all.filter { $0 != condition }
      guard situation.safe(rest).conditions == rest, try inquiry.holds(situation, rest) else { continue }
      if case .atom(_, isNegated: false) = situation.conditions[condition].main { return rest }
      almost = almost ?? rest
    }
    if let almost { return almost }
    var held: [Int] = []
    // What needs values is tried once there are some.
    var open = all
    while let place = open.indices.first(where: { situation.safe(held + [open[$0]]).conditions.contains(open[$0]) }) {
      let condition = open.remove(at: place)
      if try inquiry.holds(situation, (held + [condition]).sorted()) { held = (held + [condition]).sorted() }
    }
    return held
  }

  /// The situation with what some variables are in one solution of what holds.
  private func binding(_ situation: Situation, of variables: Set<VariableID>, _ held: [Int]) throws(RunError)
    -> Situation
  {
    let bound = situation.safe(held).bound
    let open = variables.intersection(bound).subtracting(situation.given.keys).sorted()
    guard let row = try inquiry.rows(situation, held, of: open, limit: 1).first else { return situation }
    return situation.with(Dictionary(uniqueKeysWithValues: zip(open, row)))
  }

  private func bindings(_ situation: Situation, _ condition: Int) -> [String] {
    if case .atom = situation.conditions[condition].main { return [] }
    return situation.conditions[condition].variables.sorted().compactMap { variable in
      situation.given[variable].map { "\(situation.rule.variables[variable.index].name) = \($0.literalText)" }
    }
  }

  // MARK: Facts

  /// The first fact that one of some literals lacks.
  private func fact(among literals: [Literal], of situation: Situation, _ depth: Int) throws(RunError) -> String? {
    for case .atom(let atom, isNegated: false) in literals {
      if let fact = try fact(for: atom.meeting(literals, situation.given), in: situation.rule, depth) { return fact }
    }
    return nil
  }

  /// The fact that an atom lacks, or that one of its rules lacks and nothing else, if the goal holds once it is stated.
  private func fact(for atom: Atom, in rule: Rule, _ depth: Int) throws(RunError) -> String? {
    guard inquiry.hasOnlyFacts(atom.predicate) else {
      guard depth > 1 else { return nil }
      for attempt in try attempts(for: atom, depth: depth - 1) where attempt.missing != nil { return attempt.missing }
      return nil
    }
    let columns = inquiry.predicate(atom.predicate).columns
    guard try !isTaken(atom, in: rule) else { return nil }
    // What stands for anything must do whatever it is.
    let tuples = Set(
      [0, 1].map { sample in
        zip(atom.arguments, columns).map { term, column in
          inquiry.values.word(of: term.constant ?? column.type.samples[sample])
        }
      }
    )
    for tuple in tuples where try !suffices(tuple, of: atom.predicate) { return nil }
    let texts = zip(atom.arguments, columns).map {
      $0.constant?.literalText ?? ($1.name.prefix(1).uppercased() + $1.name.dropFirst())
    }
    return "\(inquiry.predicate(atom.predicate).name)(\(texts.joined(separator: ", ")))."
  }

  /// Whether the goal holds once a fact is stated.
  private func suffices(_ tuple: [Word], of predicate: PredicateID) throws(RunError) -> Bool {
    do throws(RunError) {
      return try inquiry.run.supposing(tuple, of: predicate).solutions(of: goal.body, [], in: goal).count > 0
    } catch {
      guard error.isArithmetic else { throw error }
      return false
    }
  }

  /// Whether a key forbids the fact beside one that is there.
  private func isTaken(_ atom: Atom, in rule: Rule) throws(RunError) -> Bool {
    for key in inquiry.predicate(atom.predicate).keys {
      let terms = atom.arguments.indices.map { key.contains($0) ? atom.arguments[$0] : Term.wildcard }
      guard terms.filter({ $0.constant != nil }).count == key.count else { continue }
      if try inquiry.holds(atom.predicate, terms, in: rule) { return true }
    }
    return false
  }
}

extension Term {
  fileprivate var constant: Constant? {
    if case .constant(let constant) = self { constant } else { nil }
  }
}

extension Situation {
  fileprivate var literals: [Literal] { conditions.flatMap(\.literals) }

  /// Whether all conditions but some are comparisons.
  fileprivate func areCompared(besides others: [Int]) -> Bool {
    all.allSatisfy { condition in
      if case .comparison = conditions[condition].main { true } else { others.contains(condition) }
    }
  }

  /// What the aggregates run over that a condition is about.
  fileprivate func aggregated(by condition: Int) -> [Literal] {
    conditions.indices.flatMap { place -> [Literal] in
      guard case .aggregate(let aggregate) = conditions[place].main else { return [] }
      let isAbout = place == condition || conditions[condition].variables.contains(aggregate.result)
      return isAbout ? Array(aggregate.alternatives.joined()) : []
    }
  }
}

extension ValueType {
  /// Two that stand for any: unlikely ones that lie far apart, and can be computed with.
  fileprivate var samples: [Constant] {
    switch self {
    case .symbol: [.symbol(Symbol("?")), .symbol(Symbol("¿"))]
    case .number: [.number(-1 << 40), .number(1 << 40)]
    case .float: [.float(-1e15), .float(1e15)]
    case .date: [1, 9999].map { year in PartialDate(year: year).map { .date($0) } ?? .number(0) }
    }
  }
}

extension WhyNot {
  /// For people: the rules one below the other.
  public var text: String {
    if holds { return "`\(atom)` holds; `why` shows how it follows\n" }
    var lines = ["`\(atom)` does not hold" + (reason.map { ": \($0)" } ?? "")]
    if let help { lines.append("  \(help)") }
    for attempt in attempts.prefix(WhyNot.mostAttempts) { lines += attempt.lines }
    let others = attempts.count - WhyNot.mostAttempts
    if others > 0 { lines.append("  \(others) more \(others == 1 ? "rule lacks" : "rules lack") as much or more") }
    return lines.map { $0.terminalText + "\n" }.joined()
  }

  /// Chosen: half a screen.
  private static let mostAttempts = 4
}

extension WhyNot.Attempt {
  fileprivate var lines: [String] {
    var lines = ["  \(rule)  \(place)"]
    if lackCount == 0 {
      lines.append("    its conditions hold, but \(reason)")
    } else {
      let count = conditionCount == 1 ? "" : "\(holdingCount) of \(conditionCount) conditions hold; "
      let with = bindings.isEmpty ? "" : " with \(bindings.joined(separator: ", "))"
      lines.append("    \(count)`\(failing)`\(with) does not" + (reason.isEmpty ? "" : ": \(reason)"))
    }
    if let missing { lines.append("    one fact would do: \(missing)") }
    return lines
  }
}

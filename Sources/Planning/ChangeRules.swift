import Datalog
import Engine

/// The rules by which one stratum follows changes of what it reads, by deletion and rederivation (Gupta, Mumick,
/// Subrahmanian: Maintaining Views Incrementally, SIGMOD 1993, doi:10.1145/170036.170066).
///
/// For `h(X, Z) :- a(X, Y), not b(Y, Z)` and tuples that a and b have lost and gained:
/// ```
/// h⁻(X, Z) :- a⁻(X, Y), h(X, Z).            h⁺(X, Z) :- a⁺(X, Y), not b(Y, Z), not h(X, Z).
/// h⁻(X, Z) :- b⁺(Y, Z), a(X, Y), h(X, Z).   h⁺(X, Z) :- b⁻(Y, Z), a(X, Y), not b(Y, Z), not h(X, Z).
///                                           h⁺(X, Z) :- h⁻(X, Z), a(X, Y), not b(Y, Z), not h(X, Z).
/// ```
/// The rules of h⁻ are evaluated first; its tuples, more than are lost, are taken out of h, and the last rule brings
/// back those that can still be derived. What the stratum reads is in its new state throughout: where several literals
/// of a body have lost tuples, the rules of h⁻ cover every choice among them. Conditions other than atoms are left out
/// of h⁻, which may be too large but never lacks a tuple, so that nothing is computed from tuples that are gone.
///
/// Of an aggregate that reads a change the affected groups are found in the same way, and stand for a change of it.
struct ChangeRules {
  /// The program with the predicates and rules below behind its own.
  private(set) var program: CheckedProgram
  /// Relations of added predicates that have no rules, by number.
  private(set) var given: [PredicateID: Relation] = [:]
  /// What finds the tuples that may be lost, then what finds those that are there beside the rest.
  var losing: [Stratum] = []
  var gaining: [Stratum] = []
  /// h⁻ and h⁺ of the stratum's predicates.
  private(set) var lost: [PredicateID: PredicateID] = [:]
  private(set) var gained: [PredicateID: PredicateID] = [:]

  let original: CheckedProgram
  let stratum: Stratum
  private let inputs: [PredicateID: TupleChange]
  private var predicates: [Predicate] = []
  private var rules: [Rule] = []
  private var origins: [Int] = []
  private var changed: [Change: PredicateID] = [:]

  /// What an added predicate without rules holds.
  struct Change: Hashable {
    let predicate: PredicateID
    let kind: Kind

    enum Kind: Hashable {
      case read(TupleChange.Direction)
      case facts, gainedFacts, lostFacts
    }
  }

  /// Chosen: a rule that reads more changes at once is evaluated anew.
  private static let mostVariants = 32

  /// - Parameters:
  ///   - inputs: what the predicates below the stratum have gained and lost.
  ///   - facts: of predicates of the stratum that have facts beside their rules.
  /// - Returns: `nil` when the stratum has to be evaluated anew.
  init?(
    _ program: CheckedProgram,
    stratum: Stratum,
    inputs: [PredicateID: TupleChange],
    facts: [PredicateID: (all: Relation, change: TupleChange?)]
  ) {
    original = program
    self.program = program
    self.stratum = stratum
    self.inputs = inputs
    for predicate in stratum.predicates {
      lost[predicate] = add("lost", program.predicates[predicate.index].columns)
      gained[predicate] = add("gained", program.predicates[predicate.index].columns)
    }
    for (predicate, facts) in facts {
      give(facts.all, .facts, of: predicate)
      guard let change = facts.change else { continue }
      give(change.gained, .gainedFacts, of: predicate)
      give(change.lost, .lostFacts, of: predicate)
    }
    guard addRules() else { return nil }
    self.program = program.adding(predicates: predicates, rules: rules)
  }

  /// The rule of the program that an added rule was made from.
  func origin(of rule: Int) -> Int {
    let added = rule - original.rules.count
    return added < 0 ? rule : origins[added]
  }

  // MARK: Predicates and rules

  mutating func add(_ name: String, _ columns: [Column]) -> PredicateID {
    predicates.append(Predicate(name: name, columns: columns, isDerived: true))
    return PredicateID(original.predicates.count + predicates.count - 1)
  }

  @discardableResult
  private mutating func give(_ relation: Relation, _ kind: Change.Kind, of predicate: PredicateID) -> PredicateID {
    let change = Change(predicate: predicate, kind: kind)
    if let known = changed[change] { return known }
    let id = add("changed", original.predicates[predicate.index].columns)
    given[id] = relation
    changed[change] = id
    return id
  }

  /// Adds a rule made from another one.
  ///
  /// - Returns: its number.
  @discardableResult
  mutating func add(_ head: Head, _ body: [Literal], like number: Int, isGrouped: Bool = false) -> Int {
    let rule = original.rules[number]
    let index = original.rules.count + rules.count
    rules.append(
      Rule(
        clause: isGrouped ? rule.clause : original.rules.count + index,
        headPlace: isGrouped ? rule.headPlace : 0,
        head: head,
        body: body,
        variables: rule.variables,
        span: rule.span
      )
    )
    origins.append(number)
    return index
  }

  func head(_ predicate: PredicateID?, _ terms: [Term]) -> Head {
    guard let predicate else { preconditionFailure("every predicate of the stratum has been given its changes") }
    return Head(predicate: predicate, arguments: terms.map { .term($0) })
  }

  // MARK: The stratum

  private mutating func addRules() -> Bool {
    var lostRules: [Int] = []
    var gainedRules: [Int] = []
    let grouped = stratum.predicates.filter { predicate in
      stratum.rules.contains { original.rules[$0].isGrouped(predicate) }
    }
    guard grouped.allSatisfy(hasNothingButGroups), stratum.rules.allSatisfy({ ownPlaces(original.rules[$0]).count < 5 })
    else { return false }
    for number in stratum.rules where !original.rules[number].head.isAggregate {
      guard let losses = addLosses(number), let gains = addGains(number) else { return false }
      lostRules += losses
      gainedRules += gains
    }
    for predicate in grouped {
      guard let (losses, gains) = addGroups(of: predicate) else { return false }
      lostRules += losses
      gainedRules += gains
    }
    for predicate in stratum.predicates {
      lostRules += addFactRules(of: predicate, .lostFacts, to: lost[predicate], isPresent: true)
      gainedRules += addFactRules(of: predicate, .gainedFacts, to: gained[predicate], isPresent: false)
    }
    if !lostRules.isEmpty {
      for number in stratum.rules where !original.rules[number].head.isAggregate {
        lostRules += addRecursiveLosses(number)
        gainedRules.append(addRederivation(number))
      }
      for predicate in stratum.predicates {
        let target = gained[predicate]
        gainedRules += addFactRules(of: predicate, .facts, to: target, isPresent: false, among: lost[predicate])
      }
      append(lostRules, of: lost, to: &losing)
    }
    if !gainedRules.isEmpty {
      for number in stratum.rules where !original.rules[number].head.isAggregate {
        gainedRules += addRecursiveGains(number)
      }
      append(gainedRules, of: gained, to: &gaining)
    }
    return rules.count <= ChangeRules.mostVariants * max(stratum.rules.count, 1)
  }

  /// Whether no facts or rules without aggregates may derive what a group has lost.
  private func hasNothingButGroups(_ predicate: PredicateID) -> Bool {
    let heads = stratum.rules.map { original.rules[$0].head }
    return !changed.keys.contains { $0.predicate == predicate }
      && heads.allSatisfy { $0.predicate != predicate || $0.isAggregate }
  }

  private func append(_ rules: [Int], of heads: [PredicateID: PredicateID], to strata: inout [Stratum]) {
    strata.append(
      Stratum(predicates: stratum.predicates.compactMap { heads[$0] }, rules: rules, isRecursive: stratum.isRecursive)
    )
  }

  func atom(_ predicate: PredicateID?, _ terms: [Term], _ span: Span, isNegated: Bool = false) -> Literal {
    .atom(Atom(predicate: head(predicate, []).predicate, arguments: terms, span: span), isNegated: isNegated)
  }

  /// The places of positive atoms of the stratum itself.
  private func ownPlaces(_ rule: Rule) -> [Int] { rule.recursiveAtoms(Set(stratum.predicates)) }

  // MARK: Tuples that may be lost

  private mutating func addLosses(_ number: Int) -> [Int]? {
    let rule = original.rules[number]
    var forms: [[Literal]] = []
    for literal in rule.body {
      guard let form = self.forms(of: literal, in: number, .lost) else { return nil }
      forms.append(form)
    }
    guard let choices = ChangeRules.choices(forms) else { return nil }
    return choices.map { chosen in
      addLoss(number, chosen: chosen.map { forms[$0.place][$0.form] }, without: chosen.map(\.place))
    }
  }

  /// Tuples that are lost with tuples of the stratum; all of these are still there.
  private mutating func addRecursiveLosses(_ number: Int) -> [Int] {
    let rule = original.rules[number]
    return ownPlaces(rule).map { place in
      guard case .atom(let atom, _) = rule.body[place] else { preconditionFailure("own places are of atoms") }
      return addLoss(number, chosen: [self.atom(lost[atom.predicate], atom.arguments, atom.span)], without: [place])
    }
  }

  private mutating func addLoss(_ number: Int, chosen: [Literal], without places: [Int]) -> Int {
    let rule = original.rules[number]
    let others = rule.body.indices.filter { !places.contains($0) }.map { rule.body[$0] }
    var body = chosen.joined(with: others)
    // What was never there is no loss: it must not spread in a recursion, and elsewhere is left out afterwards.
    if stratum.isRecursive || !Set(rule.head.terms.variables).isSubset(of: body.boundVariables) {
      body = (chosen + [atom(rule.head.predicate, rule.head.terms, rule.span)]).joined(with: others)
    }
    return add(head(lost[rule.head.predicate], rule.head.terms), body, like: number)
  }

  // MARK: Tuples that are there

  private mutating func addGains(_ number: Int) -> [Int]? {
    let rule = original.rules[number]
    var added: [Int] = []
    for (place, literal) in rule.body.enumerated() {
      guard let forms = forms(of: literal, in: number, .gained) else { return nil }
      for form in forms {
        var body = rule.body
        // What a negated atom has lost does not say that nothing like it is left.
        if case .atom(_, isNegated: false) = literal { body[place] = form } else { body.insert(form, at: 0) }
        added.append(addGain(number, body))
      }
    }
    return added
  }

  /// What may be lost and can be derived all the same.
  private mutating func addRederivation(_ number: Int) -> Int {
    let rule = original.rules[number]
    return addGain(number, [atom(lost[rule.head.predicate], rule.head.terms, rule.span)] + rule.body)
  }

  /// What follows from tuples that the stratum itself gains: these are not in its relations yet.
  private mutating func addRecursiveGains(_ number: Int) -> [Int] {
    let rule = original.rules[number]
    let own = ownPlaces(rule)
    return (1..<(1 << own.count)).map { set in
      var body = rule.body
      for (bit, place) in own.enumerated() where set & (1 << bit) != 0 {
        guard case .atom(let atom, _) = body[place] else { continue }
        body[place] = self.atom(gained[atom.predicate], atom.arguments, atom.span)
      }
      return addGain(number, body)
    }
  }

  private mutating func addGain(_ number: Int, _ body: [Literal]) -> Int {
    let rule = original.rules[number]
    let absent = atom(rule.head.predicate, rule.head.terms, rule.span, isNegated: true)
    return add(head(gained[rule.head.predicate], rule.head.terms), body + [absent], like: number)
  }

  /// Rules that take over facts of a predicate.
  private mutating func addFactRules(
    of predicate: PredicateID,
    _ kind: Change.Kind,
    to target: PredicateID?,
    isPresent: Bool,
    among candidates: PredicateID? = nil
  ) -> [Int] {
    guard let facts = changed[Change(predicate: predicate, kind: kind)], given[facts]?.count ?? 0 > 0 else { return [] }
    let (terms, span) = tuple(of: predicate)
    var body = [atom(facts, terms, span), atom(predicate, terms, span, isNegated: !isPresent)]
    if let candidates { body.append(atom(candidates, terms, span)) }
    return [addTransfer(of: predicate, to: target, body)]
  }

  /// A variable for each column of a predicate, and where its first rule stands.
  func tuple(of predicate: PredicateID) -> (terms: [Term], span: Span) {
    let columns = original.predicates[predicate.index].columns
    return (columns.indices.map { .variable(VariableID($0)) }, original.rules[firstRule(of: predicate)].span)
  }

  private func firstRule(of predicate: PredicateID) -> Int {
    stratum.rules.first { original.rules[$0].head.predicate == predicate } ?? stratum.rules[0]
  }

  /// Adds a rule by which `target` takes over tuples like a predicate's; the body is made of `tuple(of:)`.
  mutating func addTransfer(of predicate: PredicateID, to target: PredicateID?, _ body: [Literal]) -> Int {
    let columns = original.predicates[predicate.index].columns
    let (terms, span) = tuple(of: predicate)
    let number = original.rules.count + rules.count
    rules.append(
      Rule(
        clause: original.rules.count + number,
        headPlace: 0,
        head: head(target, terms),
        body: body,
        variables: columns.map { Variable(name: $0.name, type: $0.type) },
        span: span
      )
    )
    origins.append(firstRule(of: predicate))
    return number
  }

  // MARK: Changed literals

  /// What stands for the tuples by which a literal that did not hold holds now (`gained`), or the other way round;
  /// `nil` when that cannot be said.
  mutating func forms(of literal: Literal, in number: Int, _ direction: TupleChange.Direction) -> [Literal]? {
    switch literal {
    case .atom(let atom, let isNegated):
      guard let change = inputs[atom.predicate] else { return [] }
      let direction = isNegated ? direction.opposite : direction
      let relation = change.relation(direction)
      guard relation.count > 0 else { return [] }
      return [self.atom(give(relation, .read(direction), of: atom.predicate), atom.arguments, atom.span)]
    case .aggregate(let aggregate): return affectedGroups(of: aggregate, in: number)
    case .comparison, .test, .sequence: return []
    }
  }

  /// All ways to take one of its forms for at least one of the literals that have any; `nil` when there are too many.
  static func choices(_ forms: [[Literal]]) -> [[(place: Int, form: Int)]]? {
    var choices: [[(place: Int, form: Int)]] = [[]]
    for (place, forms) in forms.enumerated() where !forms.isEmpty {
      choices += choices.flatMap { chosen in forms.indices.map { chosen + [(place, $0)] } }
      if choices.count > mostVariants { return nil }
    }
    return Array(choices.dropFirst())
  }
}

extension [Literal] {
  /// With those of the others that hang together with it and can only bind or compare: positive atoms, and comparisons
  /// of variables and constants.
  func joined(with others: [Literal]) -> [Literal] {
    var result = self
    var bound = boundVariables
    var rest = others.filter { if case .atom(_, isNegated: false) = $0 { true } else { false } }
    while let place = rest.firstIndex(where: { !$0.variables.isDisjoint(with: bound) }) {
      let literal = rest.remove(at: place)
      bound.formUnion(literal.variables)
      result.append(literal)
    }
    return result + others.filter { $0.isPlainComparison && $0.variables.isSubset(of: bound) }
  }

  /// The variables that positive atoms bind.
  var boundVariables: Set<VariableID> {
    reduce(into: []) { bound, literal in
      if case .atom(_, isNegated: false) = literal { bound.formUnion(literal.variables) }
    }
  }
}

extension [Term] {
  var variables: [VariableID] {
    compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
  }
}

extension Literal {
  fileprivate var isPlainComparison: Bool {
    guard case .comparison(_, let a, let b, _) = self else { return false }
    return a.isPlain && b.isPlain
  }
}

extension Expression {
  fileprivate var isPlain: Bool {
    if case .call = self { false } else { true }
  }
}

public import Datalog
public import Engine

/// Brings complete relations up to date with changed facts: first the facts change, then each stratum above follows, in
/// order.
///
/// A stratum follows by its `ChangeRules` while the change is small, else it is evaluated anew and compared with what
/// there was; what it gained and lost is what those above follow.
public struct Maintenance {
  private let program: CheckedProgram
  private let context: EvaluationContext
  private let options: PlannerOptions
  /// By predicate. A stratum that was evaluated anew has new ones.
  public private(set) var relations: [Relation]
  /// The facts of predicates that have rules too.
  private let facts: [PredicateID: Relation]
  /// What has changed so far; nothing empty.
  private var changes: [PredicateID: TupleChange] = [:]
  private var factChanges: [PredicateID: TupleChange] = [:]

  /// How a stratum followed.
  public enum Outcome: Hashable, Sendable {
    case unaffected, followed
    /// Functions without a value have been counted anew, in the context.
    case evaluatedAnew
  }

  /// - Parameters:
  ///   - relations: complete as far as the strata are that will follow.
  ///   - facts: of all predicates with rules that have facts beside them.
  public init(
    _ program: CheckedProgram,
    relations: [Relation],
    facts: [PredicateID: Relation],
    context: EvaluationContext,
    options: PlannerOptions = PlannerOptions()
  ) {
    precondition(relations.count == program.predicates.count, "each predicate has a relation")
    self.program = program
    self.relations = relations
    self.facts = facts
    self.context = context
    self.options = options
  }

  // MARK: Facts

  /// Changes the facts of a predicate: what is gained is there afterwards, what is lost and not gained is not.
  public mutating func change(_ predicate: PredicateID, gained: Relation, lost: Relation) {
    let isDerived = program.predicates[predicate.index].isDerived
    let relation = isDerived ? facts[predicate] : relations[predicate.index]
    guard let relation else { preconditionFailure("facts of derived predicates have relations of their own") }
    let lost = lost.subtracting(gained)
    let change = TupleChange(
      gained: gained.subtracting(relation),
      lost: lost.subtracting(lost.subtracting(relation))
    )
    guard !change.isEmpty else { return }
    relation.remove(change.lost)
    relation.insert(change.gained)
    if isDerived { factChanges[predicate] = change } else { changes[predicate] = change }
  }

  /// What has changed of a predicate's facts; `nil` when nothing has.
  public func factChange(of predicate: PredicateID) -> TupleChange? {
    program.predicates[predicate.index].isDerived ? factChanges[predicate] : changes[predicate]
  }

  // MARK: Strata

  /// Brings one stratum up to date; those below it are.
  ///
  /// - Throws: when it cannot be evaluated; its relations are worth nothing then.
  public mutating func follow(_ stratum: Stratum) throws(EvaluationError) -> Outcome {
    var inputs: [PredicateID: TupleChange] = [:]
    for rule in stratum.rules {
      for predicate in program.rules[rule].body.predicates where changes[predicate] != nil {
        inputs[predicate] = changes[predicate]
      }
    }
    guard !inputs.isEmpty || stratum.predicates.contains(where: { factChanges[$0] != nil }) else { return .unaffected }
    if try followByRules(stratum, inputs) { return .followed }
    try evaluateAnew(stratum)
    return .evaluatedAnew
  }

  /// A stratum is evaluated anew once a change reaches more than this share of it (measured: following one tuple costs
  /// about as much as deriving ten).
  private static let largestShare = 10

  private func allowance(_ stratum: Stratum) -> Int {
    let size = stratum.predicates.reduce(0) { $0 + relations[$1.index].count }
    return options.smallChange + size / Maintenance.largestShare
  }

  /// - Returns: false when the stratum has to be evaluated anew; its relations are as they were.
  private mutating func followByRules(
    _ stratum: Stratum,
    _ inputs: [PredicateID: TupleChange]
  ) throws(EvaluationError) -> Bool {
    guard stratum.rules.allSatisfy({ canFollow(program.rules[$0], in: stratum) }) else { return false }
    var facts: [PredicateID: (all: Relation, change: TupleChange?)] = [:]
    for predicate in stratum.predicates {
      if let all = self.facts[predicate] { facts[predicate] = (all, factChanges[predicate]) }
    }
    guard let rules = ChangeRules(program, stratum: stratum, inputs: inputs, facts: facts) else { return false }
    let own = context.renewed(tupleCount: allowance(stratum))
    let added = rules.program.predicates.indices.dropFirst(relations.count).map { index in
      rules.given[PredicateID(index)]
        ?? Relation(types: rules.program.predicates[index].columns.map(\.type.wordType), context: context)
    }
    let evaluation = Evaluation(relations: relations + added, context: own)
    let planner = Planner(rules, evaluation: evaluation, options: options)
    var removed: [(from: PredicateID, tuples: Relation)] = []
    do throws(EvaluationError) {
      for step in rules.losing { try evaluation.run(planner.plan(step)) }
      for predicate in stratum.predicates {
        guard let lost = rules.lost[predicate] else { continue }
        let tuples = evaluation.relations[lost.index]
        tuples.remove(tuples.subtracting(relations[predicate.index]))
        relations[predicate.index].remove(tuples)
        removed.append((predicate, tuples))
      }
      for step in rules.gaining { try evaluation.run(planner.plan(step)) }
    } catch {
      for (predicate, tuples) in removed { relations[predicate.index].insert(tuples) }
      guard case .tooManyTuples = error else { throw error }
      return false
    }
    for predicate in stratum.predicates {
      guard let lost = rules.lost[predicate], let gained = rules.gained[predicate] else { continue }
      take(predicate, lost: evaluation.relations[lost.index], gained: evaluation.relations[gained.index])
    }
    return true
  }

  /// Whether a rule's tuples and errors are those of all tuples together, and nothing is told of single ones.
  private func canFollow(_ rule: Rule, in stratum: Stratum) -> Bool {
    !(stratum.isRecursive && rule.head.isAggregate) && rule.head.measure == nil
      && !rule.body.contains(where: \.mayLackValue)
  }

  private mutating func take(_ predicate: PredicateID, lost: Relation, gained: Relation) {
    relations[predicate.index].insert(gained)
    let change = TupleChange(gained: gained.subtracting(lost), lost: lost.subtracting(gained))
    if !change.isEmpty { changes[predicate] = change }
  }

  private mutating func evaluateAnew(_ stratum: Stratum) throws(EvaluationError) {
    let old = stratum.predicates.map { relations[$0.index] }
    for predicate in stratum.predicates {
      let old = relations[predicate.index]
      let fresh = Relation(types: old.types, context: old.sharedContext)
      if let facts = facts[predicate] { fresh.insert(facts) }
      relations[predicate.index] = fresh
    }
    let evaluation = Evaluation(relations: relations, context: context)
    try evaluation.run(Planner(program, evaluation: evaluation, options: options).plan(stratum))
    for (predicate, old) in zip(stratum.predicates, old) {
      let new = relations[predicate.index]
      let change = TupleChange(gained: new.subtracting(old), lost: old.subtracting(new))
      if !change.isEmpty { changes[predicate] = change }
    }
  }
}

extension [Literal] {
  /// All predicates that they name, those in braces too.
  var predicates: Set<PredicateID> {
    reduce(into: []) { found, literal in
      switch literal {
      case .atom(let atom, _): found.insert(atom.predicate)
      case .aggregate(let aggregate): for body in aggregate.alternatives { found.formUnion(body.predicates) }
      case .comparison, .test, .sequence: break
      }
    }
  }
}

extension Literal {
  /// Whether there may be rows for which a function has no value, of which a run tells how many.
  fileprivate var mayLackValue: Bool {
    switch self {
    case .atom: false
    case .comparison(_, let a, let b, _): a.mayLackValue || b.mayLackValue
    case .test(let test, let arguments, _, _): test == .match || arguments.contains(where: \.mayLackValue)
    case .sequence(_, _, let arguments, _): arguments.contains(where: \.mayLackValue)
    case .aggregate(let aggregate):
      (aggregate.value?.mayLackValue ?? false) || aggregate.alternatives.joined().contains(where: \.mayLackValue)
    }
  }
}

extension Expression {
  fileprivate var mayLackValue: Bool {
    switch self {
    case .variable, .constant: false
    case .call(let function, let arguments): function.mayLackValue || arguments.contains(where: \.mayLackValue)
    }
  }
}

extension Function {
  /// A text that is no number, a date without a month or day, or what is beyond the calendar.
  fileprivate var mayLackValue: Bool {
    switch self {
    case .toNumber, .toFloat, .addDays, .subtractDays, .daysBetween, .month, .day, .weekday: true
    case .add, .subtract, .multiply, .divide, .remainder, .power, .negate, .absolute, .concatenate, .length,
      .substring, .lower, .upper, .trim, .replace, .toString, .minimum, .maximum, .round, .year, .firstDay, .lastDay,
      .precision:
      false
    }
  }
}

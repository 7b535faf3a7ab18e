import Datalog
import Engine

/// Orders the literals of one body: at each point the literal that keeps the number of bindings smallest.
///
/// Filters run as soon as what they use is bound. Of the atoms, one that binds nothing comes first, then the one with the
/// fewest expected matches for a binding; an atom that shares no variable with what is bound comes last. Never the text's
/// order: it only breaks ties.
struct BodyPlanner {
  var steps: [Step] = []
  /// What each row after the steps counts, where solutions are kept.
  var factors: [FactorPlan] = []
  private(set) var bound: Set<Int>
  /// When each register got its value: those that change least often first.
  private(set) var bindingOrder: [Int: Int] = [:]
  /// Bindings expected at this point.
  var estimate = 1.0
  let types: [WordType]
  let statistics: Statistics
  let options: PlannerOptions
  /// Whether each solution has to come out exactly once: then wildcards are enumerated and nothing is projected away.
  let keepsSolutions: Bool
  /// Whether rows without a value are counted; they are not while it is planned what such a row has to satisfy.
  let countsMissing: Bool
  let substitution: Substitution
  let hiddenRegisters: HiddenRegisters
  var agenda = Agenda()
  /// An atom that the sink reads, after all others.
  var tail: RuleBody.BodyAtom?
  /// The parts, by the numbers of their atoms, that the rows so far were tested for.
  var testedParts: Set<[Int]> = []

  /// - Parameter bound: registers that have a value before, those that change least often first.
  init(
    bound: [Int],
    types: [WordType],
    substitution: Substitution,
    keepsSolutions: Bool,
    countsMissing: Bool = true,
    hidden: HiddenRegisters,
    statistics: Statistics,
    options: PlannerOptions
  ) {
    self.bound = Set(bound)
    for register in bound { bindingOrder[register] = bindingOrder.count }
    self.types = types
    self.substitution = substitution
    self.keepsSolutions = keepsSolutions
    self.countsMissing = countsMissing
    hiddenRegisters = hidden
    self.statistics = statistics
    self.options = options
  }

  /// Places everything. Conditions over registers in `deferred` are handed back: they belong to the sink.
  ///
  /// - Parameter needed: registers that are read at the end; `nil` for all.
  /// - Returns: `nil` when some literal lacks what binds its variables, which an atom kept for the sink may do.
  mutating func place(
    _ body: RuleBody,
    first: Match? = nil,
    deferred: Set<Int> = [],
    needed: Set<Int>? = nil
  ) -> [RuleBody.Condition]? {
    if let first { join(first) }
    var conditions = body.conditions.map(waiting)
    let kept = conditions.filter { !$0.registers.isDisjoint(with: deferred) }
    if !kept.isEmpty { conditions.removeAll { !$0.registers.isDisjoint(with: deferred) } }
    return place(body.atoms, conditions, needed: needed) ? kept.map(\.condition) : nil
  }

  /// The same; false when something is left.
  mutating func place(_ atoms: [RuleBody.BodyAtom], _ conditions: [Agenda.Waiting], needed: Set<Int>?) -> Bool {
    let conditions = weighed(conditions, atoms)
    let reduces = needed != nil && isWorthReducing(atoms + (tail.map { [$0] } ?? []), conditions)
    agenda = Agenda(
      atoms: atoms,
      conditions: conditions,
      bound: bound,
      statistics: statistics,
      ordersSets: options.usesJoinOrder
    )
    while true {
      if let condition = agenda.takeCondition(allowsPartial: false) {
        placeCondition(condition)
      } else if let needed, placePart(needed: needed) {
        continue
      } else if reduces, reduce() {
        continue
      } else if let atom = agenda.takeAtom(bound: bound, allowsProducts: false) {
        placeAtom(atom, needed: needed)
      } else if let condition = agenda.takeCondition(allowsPartial: true) {
        placeCondition(condition)
      } else if let atom = agenda.takeAtom(bound: bound, allowsProducts: true) {
        placeAtom(atom, needed: needed)
      } else {
        return agenda.remainingConditions.isEmpty
      }
    }
  }

  mutating func bind(_ register: Int) {
    if bindingOrder[register] == nil { bindingOrder[register] = bindingOrder.count }
    bound.insert(register)
    agenda.bind(register, bound: bound, statistics: statistics)
  }

  /// Registers that have a value, those that change least often first.
  func inBindingOrder(_ registers: Set<Int>) -> [Int] {
    registers.sorted { (bindingOrder[$0] ?? 0, $0) < (bindingOrder[$1] ?? 0, $1) }
  }

  // MARK: Atoms

  mutating func placeAtom(_ atom: RuleBody.BodyAtom, needed: Set<Int>? = nil) {
    if intersect(atom) || scanKeys(of: atom, needed: needed) { return }
    let isBound = atom.registers.isSubset(of: bound)
    guard isBound, !keepsSolutions || !atom.columns.contains(nil) else {
      join(plainMatch(atom), of: atom)
      return
    }
    steps.append(.require(plainMatch(atom), isNegated: false))
    estimate *= min(1, statistics.matches(atom, bound: bound))
  }

  func plainMatch(_ atom: RuleBody.BodyAtom) -> Match {
    Match(
      relation: RelationID(atom.predicate.index),
      columns: atom.columns.map { column in
        switch column {
        case nil: .ignored
        case .constant(let word): .bound(.constant(word))
        case .register(let register): bound.contains(register) ? .bound(.register(register)) : .bind(register)
        }
      }
    )
  }

  /// Joins with an atom; a variable that occurs twice and is not bound yet is bound once and compared.
  mutating func join(_ match: Match, of atom: RuleBody.BodyAtom? = nil) {
    var match = match
    var seen: Set<Int> = []
    var repeats: [(Int, Int)] = []
    for (place, column) in match.columns.enumerated() {
      switch column {
      case .bind(let register) where !seen.insert(register).inserted:
        let copy = hiddenRegisters.next()
        match.columns[place] = .bind(copy)
        repeats.append((register, copy))
      case .ignored where keepsSolutions:
        let wildcard = hiddenRegisters.wildcard(at: atom?.offset, column: place)
        match.columns[place] = .bind(wildcard)
        seen.insert(wildcard)
      case .bind, .bound, .ignored: break
      }
    }
    estimate *= statistics.matches(match, bound: bound)
    steps.append(.match(match))
    // What a scan is grouped by changes less often than what stands beside it.
    let columns = match.groupedBy == 1 ? match.columns.reversed() : match.columns
    for case .bind(let register) in columns { bind(register) }
    for (register, copy) in repeats {
      let type = types[register]
      steps.append(.filter(.compare(.equal, .register(register, type), .register(copy, type)), whenMissing: nil))
    }
  }
}

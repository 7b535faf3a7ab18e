import Datalog
import Engine

/// Joins of more than two atoms at once, and parts of a body of which nothing but their existence or number is wanted.
extension BodyPlanner {
  // MARK: Intersections

  /// Binds the one variable of an atom that has no value yet by the intersection with all other atoms that are as far:
  /// cyclic bodies by generic join.
  mutating func intersect(_ atom: RuleBody.BodyAtom) -> Bool {
    let open = atom.registers.subtracting(bound)
    guard options.usesIntersection, open.count == 1, let register = open.first,
      let first = leaf(of: atom, at: register)
    else { return false }
    let planner = self
    let partners = agenda.takeAtoms { planner.leaf(of: $0, at: register) != nil }
    if partners.isEmpty { return false }
    estimate *= statistics.matches(atom, bound: bound)
    bind(register)
    for partner in partners { estimate *= min(1, statistics.matches(partner, bound: bound)) }
    steps.append(.intersect(register, slowestFirst([first] + partners.compactMap { leaf(of: $0, at: register) })))
    return true
  }

  /// The words that an atom leaves to a register when all else that it names has a value.
  private func leaf(of atom: RuleBody.BodyAtom, at register: Int) -> Leaf? {
    guard let shape = LeafShape(atom, leaf: register), !keepsSolutions || !atom.columns.contains(nil) else {
      return nil
    }
    if case .register(let key)? = shape.key, !bound.contains(key) { return nil }
    if atom.columns.count > 2, keepsSolutions { return nil }
    if statistics.isGrowingStore(atom.predicate) { return nil }
    guard shape.key == nil || statistics.isAtHand(atom.predicate, by: shape.keyColumn) else { return nil }
    return shape.leaf(of: atom.predicate)
  }

  /// Leaves by how often their keys change from row to row.
  private func slowestFirst(_ leaves: [Leaf]) -> [Leaf] {
    func order(_ leaf: Leaf) -> Int {
      guard case .row(_, .register(let key)?, _, _) = leaf else { return -1 }
      return bindingOrder[key] ?? -1
    }
    return leaves.enumerated().sorted { (order($0.element), $0.offset) < (order($1.element), $1.offset) }.map(\.element)
  }

  // MARK: Parts

  /// Where only the number of solutions matters: lists one column of a pair and counts the words beside it, when nothing
  /// else reads those.
  mutating func scanKeys(of atom: RuleBody.BodyAtom, needed: Set<Int>?) -> Bool {
    guard let needed, keepsSolutions, options.usesParts, !agenda.hasPartialConditions, atom.columns.count == 2 else {
      return false
    }
    let others = agenda.remainingRegisters.union(needed).union(bound)
    for place in 0..<2 {
      guard case .register(let key)? = atom.columns[1 - place], !bound.contains(key),
        atom.columns[place] != atom.columns[1 - place], isPrivate(atom.columns[place], others)
      else { continue }
      var match = plainMatch(atom)
      match.columns[place] = .ignored
      steps.append(.match(match))
      estimate *= Double(statistics.distinct(atom.predicate, 1 - place))
      bind(key)
      factors.append(
        .words(.row(match.relation, key: .register(key), keyColumn: 1 - place, leafColumn: place))
      )
      return true
    }
    return false
  }

  private func isPrivate(_ column: Operand?, _ others: Set<Int>) -> Bool {
    switch column {
    case nil: true
    case .constant: false
    case .register(let register): !others.contains(register)
    }
  }

  /// Places one part of what is left of which no value is wanted, as a test or, where solutions are kept, as a factor.
  ///
  /// A part is solved once for each tuple of values that it depends on, so that what a body fans out to there is not
  /// multiplied by the rows before it. False when there is none.
  mutating func placePart(needed: Set<Int>) -> Bool {
    guard options.usesParts, !keepsSolutions || !agenda.hasPartialConditions else { return false }
    let parts = agenda.parts(bound: bound)
    let isFresh = parts.count == 1 && steps.isEmpty && factors.isEmpty
    for part in parts where part.isTotal && !part.atoms.isEmpty && part.open.isDisjoint(with: needed) {
      if keepsSolutions ? placeFactor(part, isFresh: isFresh) : placeTest(part, isFresh: isFresh) { return true }
    }
    return false
  }

  private mutating func placeTest(_ part: Agenda.Part, isFresh: Bool) -> Bool {
    let atoms = agenda.atoms(of: part)
    if part.conditions.isEmpty, atoms.count == 1, hasDistinctOpenColumns(atoms[0]) {
      _ = agenda.take(part)
      steps.append(.require(ignoringOpen(atoms[0]), isNegated: false))
      estimate *= min(1, statistics.matches(atoms[0], bound: bound))
      return true
    }
    if let leaves = commonLeaves(of: part, atoms) {
      _ = agenda.take(part)
      steps.append(.requireCommon(leaves))
    } else if !isFresh {
      steps.append(.requireSolution(solutions(of: part)))
    } else {
      return false
    }
    estimate *= 0.5
    return true
  }

  private mutating func placeFactor(_ part: Agenda.Part, isFresh: Bool) -> Bool {
    let atoms = agenda.atoms(of: part)
    if part.conditions.isEmpty, atoms.count == 1, hasDistinctOpenColumns(atoms[0]) {
      let atom = atoms[0]
      let open = atom.columns.indices.filter { isOpen(atom.columns[$0]) }
      if open.count == atom.columns.count {
        factors.append(.tuples(RelationID(atom.predicate.index)))
      } else if open.isEmpty {
        steps.append(.require(plainMatch(atom), isNegated: false))
      } else if open.count == 1, atom.columns.count == 2 {
        let relation = RelationID(atom.predicate.index)
        let key = atom.columns[1 - open[0]]
        factors.append(.words(.row(relation, key: key, keyColumn: 1 - open[0], leafColumn: open[0])))
      } else {
        if isFresh { return false }
        factors.append(.solutions(solutions(of: part)))
        return true
      }
      _ = agenda.take(part)
      return true
    }
    if let leaves = commonLeaves(of: part, atoms) {
      _ = agenda.take(part)
      factors.append(.common(leaves))
    } else if !isFresh {
      factors.append(.solutions(solutions(of: part)))
    } else {
      return false
    }
    return true
  }

  private func isOpen(_ column: Operand?) -> Bool {
    switch column {
    case nil: true
    case .constant: false
    case .register(let register): !bound.contains(register)
    }
  }

  /// Whether no variable without a value stands twice in the atom.
  private func hasDistinctOpenColumns(_ atom: RuleBody.BodyAtom) -> Bool {
    let open = atom.columns.compactMap { column in isOpen(column) ? column : nil }
    return Set(open).count == open.count
  }

  /// The leaves of a part that is nothing but one variable in several atoms.
  private func commonLeaves(of part: Agenda.Part, _ atoms: [RuleBody.BodyAtom]) -> [Leaf]? {
    guard options.usesIntersection, part.conditions.isEmpty, atoms.count > 1, part.open.count == 1,
      let register = part.open.first
    else { return nil }
    let leaves = atoms.compactMap { leaf(of: $0, at: register) }
    return leaves.count == atoms.count ? slowestFirst(leaves) : nil
  }

  /// The plan of a part by itself, which it takes off the agenda.
  private mutating func solutions(of part: Agenda.Part) -> SolutionPlan {
    let (atoms, conditions) = agenda.take(part)
    return solutions(of: atoms, conditions, known: part.known)
  }

  private func solutions(
    of atoms: [RuleBody.BodyAtom],
    _ conditions: [RuleBody.Condition],
    known: Set<Int>
  ) -> SolutionPlan {
    let known = inBindingOrder(known)
    var planner = BodyPlanner(
      bound: known,
      types: types,
      substitution: substitution,
      keepsSolutions: keepsSolutions,
      hidden: hiddenRegisters,
      statistics: statistics,
      options: options
    )
    planner.estimate = estimate
    // The whole part is what is planned: it is no test for itself.
    planner.testedParts = [Array(atoms.indices)]
    let isPlaced = planner.place(atoms, conditions.map(waiting), needed: [])
    precondition(isPlaced, "a part binds all that it names")
    let steps =
      keepsSolutions
      ? planner.steps : Liveness(registers: []).narrowed(planner.steps, types: types, usesDistinct: false)
    return SolutionPlan(groups: known, steps: steps, factors: planner.factors)
  }

  // MARK: Reduction

  /// Chosen: tests of what is to follow cost about as much as the relations are large, once.
  private static let worthReducing = 4.0

  /// Whether so much is expected on the way that each row had better be tested for the rest of the body before it is
  /// widened, so that what leads nowhere is not multiplied (Yannakakis, Algorithms for acyclic database schemes, 1981).
  func isWorthReducing(_ atoms: [RuleBody.BodyAtom], _ conditions: [Agenda.Waiting]) -> Bool {
    guard options.usesParts, options.usesReduction, !keepsSolutions, statistics.growing.isEmpty,
      (2...JoinOrder.mostAtoms).contains(atoms.count)
    else { return false }
    let size = atoms.reduce(0) { $0 + statistics.count($1.predicate) }
    let filters = conditions.map(\.filter)
    let order = JoinOrder(atoms, filters, bound: bound, statistics: statistics)
    return max(1, estimate) * order.cost > BodyPlanner.worthReducing * size + 10_000
  }

  /// Adds tests for the parts of the rest that follow from what has a value and were not tested as they are.
  mutating func reduce() -> Bool {
    let parts = agenda.parts(bound: bound, with: tail)
    // Where but one variable is left, what follows finds out itself, and at once, that there is nothing.
    if parts.count == 1, parts[0].open.count == 1 { return false }
    let count = parts.reduce(0) { $0 + $1.atoms.count }
    var hasAdded = false
    for part in parts where part.isTotal && !part.known.isEmpty && count > 1 {
      guard !part.atoms.isEmpty, testedParts.insert(part.atoms).inserted else { continue }
      let (atoms, conditions) = agenda.literals(of: part, with: tail)
      if atoms.count > 1 || !conditions.isEmpty {
        steps.append(.requireSolution(solutions(of: atoms, conditions, known: part.known)))
      } else if hasDistinctOpenColumns(atoms[0]) {
        steps.append(.require(ignoringOpen(atoms[0]), isNegated: false))
      }
      hasAdded = true
    }
    return hasAdded
  }

  /// The match of an atom of which only the existence is asked.
  private func ignoringOpen(_ atom: RuleBody.BodyAtom) -> Match {
    var match = plainMatch(atom)
    match.columns = match.columns.map { if case .bind = $0 { .ignored } else { $0 } }
    return match
  }
}

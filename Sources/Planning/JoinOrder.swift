import Datalog
import Engine

/// The order of a body's atoms that makes the fewest bindings on the way, by dynamic programming over sets of atoms
/// (Selinger et al., Access Path Selection, SIGMOD 1979, doi:10.1145/582095.582099).
///
/// What a set of atoms is expected to give depends on the set alone: sizes multiplied, and for each variable divided by
/// the distinct counts of all its columns but the smallest. So the text's order decides nothing; where plans cost the
/// same, the order that the body's literals have by their shape does. O(2ⁿ · n) for n atoms.
struct JoinOrder {
  /// Chosen: bodies with more atoms are ordered greedily.
  static let mostAtoms = 10
  /// Chosen: of more conditions none is weighed.
  static let mostFilters = 50
  /// Chosen: the distribution of words is looked at unless the relations are this much larger than what is expected.
  private static let worthRefining = 4.0

  /// Expected bindings, of all sets on the way together, and the making of indexes.
  let cost: Double
  /// The same without the bindings that all atoms give together.
  var costBefore: Double { cost - resultCount }
  let resultCount: Double
  /// Places in the list of atoms.
  let atoms: [Int]

  /// A condition that lets a share of the bindings through once its registers have values.
  struct Filter {
    let registers: Set<Int>
    /// Of an equation, those that it gives a value when all others have one.
    let targets: Set<Int>
    let share: Double
  }

  /// - Parameters:
  ///   - bound: registers that have a value before.
  ///   - first, last: atoms whose place is given.
  init(
    _ atoms: [RuleBody.BodyAtom],
    _ filters: [Filter],
    bound: Set<Int>,
    statistics: Statistics,
    first: Int? = nil,
    last: Int? = nil
  ) {
    precondition(atoms.count <= JoinOrder.mostAtoms, "long bodies are ordered one atom after the other")
    var sizes = JoinSizes(atoms, filters, bound: bound, statistics: statistics)
    let plain = JoinOrder(atoms, bound: bound, sizes, first: first, last: last)
    let size = atoms.reduce(0) { $0 + statistics.count($1.predicate) }
    guard atoms.count > 2, plain.cost * JoinOrder.worthRefining > size else {
      self = plain
      return
    }
    sizes.refine(atoms, statistics)
    self.init(atoms, bound: bound, sizes, first: first, last: last)
  }

  private init(_ atoms: [RuleBody.BodyAtom], bound: Set<Int>, _ sizes: JoinSizes, first: Int?, last: Int?) {
    let all = (1 << atoms.count) - 1
    var costs = [Double](repeating: .infinity, count: all + 1)
    var lasts = [Int](repeating: 0, count: all + 1)
    costs[0] = 0
    for set in stride(from: 1, through: all, by: 1) {
      let size = sizes.size(of: set)
      var best = Double.infinity
      for atom in atoms.indices where set & (1 << atom) != 0 {
        let before = set & ~(1 << atom)
        if let first, before == 0, atom != first { continue }
        if let last, atom == last, set != all { continue }
        let access = before == 0 && bound.isEmpty ? 0 : sizes.access(atom, after: before)
        let cost = costs[before] + access + size * sizes.multiple(of: atom, after: before)
        // Products of the same numbers in another order differ in their last bits.
        guard cost < best - best * 1e-9 || best == .infinity else { continue }
        best = cost
        lasts[set] = atom
      }
      costs[set] = best
    }
    cost = costs[all]
    resultCount = sizes.size(of: all)
    var order: [Int] = []
    var set = all
    while set != 0 {
      order.append(lasts[set])
      set &= ~(1 << lasts[set])
    }
    self.atoms = order.reversed()
  }
}

/// How many bindings sets of atoms are expected to give.
private struct JoinSizes {
  /// Of each atom with its constants.
  private var sizes: [Double] = []
  /// What it costs to look an atom up and not go through it: the making of an index.
  private var accesses: [Double] = []
  /// The same by the column that is looked up, where that makes a difference.
  private var lookUps: [[LookUp]] = []
  /// For each variable without a value the atoms that name it.
  private var variables: [JoinVariable] = []
  private var filters: [JoinFilter] = []

  init(_ atoms: [RuleBody.BodyAtom], _ filters: [JoinOrder.Filter], bound: Set<Int>, statistics: Statistics) {
    var columns: [Int: [(atom: Int, column: Int)]] = [:]
    for (number, atom) in atoms.enumerated() {
      sizes.append(statistics.matches(atom, bound: bound))
      accesses.append(statistics.access(atom))
      lookUps.append(JoinSizes.lookUps(of: number, atoms, bound: bound, statistics))
      for case (let place, .register(let register)?) in atom.columns.enumerated() where !bound.contains(register) {
        columns[register, default: []].append((number, place))
      }
    }
    for (_, places) in columns.sorted(by: { $0.key < $1.key }) where places.count > 1 {
      let named = places.map { atom, column in
        let distinct = min(statistics.distinct(atoms[atom].predicate, column), max(1, sizes[atom]))
        return JoinVariable.Place(atom: atom, column: column, distinct: distinct)
      }
      variables.append(JoinVariable(places: named.sorted { $0.distinct < $1.distinct }))
    }
    self.filters = filters.map { filter in
      let open = filter.registers.subtracting(bound).map { register in
        (register, holders: columns[register, default: []].reduce(0) { $0 | 1 << $1.atom })
      }
      return JoinFilter(
        inputs: open.filter { !filter.targets.contains($0.0) }.map(\.holders),
        targets: open.filter { filter.targets.contains($0.0) }.map(\.holders),
        share: filter.share
      )
    }
  }

  /// How many times what is left when its conditions have been tested has to be gone through for an atom.
  func multiple(of atom: Int, after before: Int) -> Double {
    var multiple = 1.0
    for filter in filters where filter.isTested(atom, after: before) { multiple /= filter.share }
    return multiple
  }

  /// Looks at how the words of joined columns are distributed.
  mutating func refine(_ atoms: [RuleBody.BodyAtom], _ statistics: Statistics) {
    for variable in variables.indices { variables[variable].refine(atoms, statistics) }
  }

  /// What it costs to look an atom up when others have bound their variables.
  func access(_ atom: Int, after others: Int) -> Double {
    if lookUps[atom].isEmpty { return accesses[atom] }
    return lookUps[atom].first { $0.isKnown || $0.binders & others != 0 }?.cost ?? 0
  }

  /// A pair is looked up by its first column when that is known.
  private struct LookUp {
    /// Whether the column is known before all atoms.
    var isKnown = false
    /// The atoms that bind it.
    var binders = 0
    let cost: Double
  }

  private static func lookUps(
    of number: Int,
    _ atoms: [RuleBody.BodyAtom],
    bound: Set<Int>,
    _ statistics: Statistics
  ) -> [LookUp] {
    let atom = atoms[number]
    guard statistics.followsChange, atom.columns.count == 2 else { return [] }
    return atom.columns.indices.map { column in
      let cost = statistics.isAtHand(atom.predicate, by: column) ? 0 : statistics.count(atom.predicate)
      switch atom.columns[column] {
      case nil: return LookUp(cost: cost)
      case .constant: return LookUp(isKnown: true, cost: cost)
      case .register(let register):
        let others = atoms.indices.filter { $0 != number && atoms[$0].columns.contains(.register(register)) }
        return LookUp(
          isKnown: bound.contains(register),
          binders: others.reduce(0) { $0 | 1 << $1 },
          cost: cost
        )
      }
    }
  }

  func size(of set: Int) -> Double {
    var size = 1.0
    for number in sizes.indices where set & (1 << number) != 0 { size *= sizes[number] }
    for variable in variables { size *= variable.selectivity(in: set) }
    for filter in filters where filter.holds(in: set) { size *= filter.share }
    return size
  }
}

/// A variable of several atoms.
private struct JoinVariable {
  struct Place {
    let atom: Int
    let column: Int
    let distinct: Double
  }

  /// By distinct count, ascending.
  let places: [Place]
  /// By two places the share of pairs of tuples that agree, where it is known.
  private var shares: [[Double?]]

  init(places: [Place]) {
    self.places = places
    shares = Array(repeating: Array(repeating: nil, count: places.count), count: places.count)
  }

  mutating func refine(_ atoms: [RuleBody.BodyAtom], _ statistics: Statistics) {
    for first in places.indices {
      for second in places.indices where second > first {
        let (a, b) = (places[first], places[second])
        if a.atom == b.atom { continue }
        shares[first][second] = statistics.matchProbability(atoms[a.atom], a.column, atoms[b.atom], b.column)
      }
    }
  }

  /// The share of the product of a set's atoms in which all columns of the variable agree: each with the column of
  /// fewest words, and of those that are known, as they are.
  func selectivity(in set: Int) -> Double {
    var first: Int?
    var result = 1.0
    for place in places.indices where set & (1 << places[place].atom) != 0 {
      if let first { result *= shares[first][place] ?? 1 / places[place].distinct } else { first = place }
    }
    return result
  }
}

/// A condition, with the atoms that bind each of its registers.
private struct JoinFilter {
  let inputs: [Int]
  /// Of registers that it can bind itself.
  let targets: [Int]
  let share: Double

  func holds(in set: Int) -> Bool {
    inputs.allSatisfy { $0 & set != 0 } && targets.allSatisfy { $0 & set != 0 }
  }

  /// Whether it is an atom that makes it testable, and not the condition that gives the atom a value to be looked up by.
  func isTested(_ atom: Int, after before: Int) -> Bool {
    guard holds(in: before | 1 << atom), !holds(in: before) else { return false }
    let isLookedUp =
      inputs.allSatisfy { $0 & before != 0 } && targets.contains { $0 & 1 << atom != 0 && $0 & before == 0 }
    return !isLookedUp
  }
}

import Datalog
import Engine

/// The literals of a body that have no place yet, and which of them can be placed next.
///
/// Each literal waits for registers; binding one touches the literals that name it and no others. Ordering a body of n
/// literals takes time in proportion to their size, and n²/2 looks at a cached figure to choose the atoms.
struct Agenda {
  /// A condition and what it waits for.
  struct Waiting {
    let condition: RuleBody.Condition
    /// Whether it has a value whatever its variables stand for.
    let isTotal: Bool
    /// Registers that it reads or binds.
    let registers: Set<Int>
    /// Registers it waits for; those that are bound are struck off.
    fileprivate var missing: Set<Int>
    /// The share of bindings that it is expected to let through.
    var share = 1.0
    /// The registers of `missing` that it binds itself when no other is missing.
    private let targets: Set<Int>

    /// - Parameters:
    ///   - needs: registers that must be bound, all but one of `targets`.
    ///   - binds: registers it binds besides, whether they are bound or not.
    init(
      _ condition: RuleBody.Condition,
      isTotal: Bool,
      needs: Set<Int>,
      canBind targets: Set<Int> = [],
      binds: Set<Int> = []
    ) {
      self.condition = condition
      self.isTotal = isTotal
      self.targets = targets
      registers = needs.union(binds)
      missing = needs
    }

    var filter: JoinOrder.Filter { JoinOrder.Filter(registers: registers, targets: targets, share: share) }

    fileprivate var isReady: Bool { missing.isEmpty || missing.count == 1 && missing.isSubset(of: targets) }
  }

  private struct Rank {
    /// Names nothing that is bound: joining with it makes a product.
    var isApart: Bool
    /// Tuples expected for one binding.
    var matches: Double

    func isBefore(_ other: Rank) -> Bool {
      isApart == other.isApart ? matches < other.matches : !isApart
    }
  }

  private let atoms: [RuleBody.BodyAtom]
  private let statistics: Statistics?
  private let ordersSets: Bool
  /// The atoms that are left, best first, while their registers are bound in that order.
  private var order: (atoms: [Int], bound: Set<Int>)?
  private var ranks: [Rank]
  private var atomsLeft: [Int]
  private var atomsOfRegister: [Int: [Int]] = [:]

  private var conditions: [Waiting]
  private var isPlaced: [Bool]
  private var conditionsOfRegister: [Int: [Int]] = [:]
  /// Conditions that can be placed, in the order in which they came to be; the total ones apart.
  private var readyTotal: [Int] = []
  private var readyPartial: [Int] = []
  private var placedTotal = 0
  private var placedPartial = 0
  private var isAnythingBound: Bool

  /// An agenda with nothing on it.
  init() {
    atoms = []
    statistics = nil
    ordersSets = false
    ranks = []
    atomsLeft = []
    conditions = []
    isPlaced = []
    isAnythingBound = false
  }

  /// - Parameter ordersSets: whether atoms come in the order that is best for all of them together.
  init(
    atoms: [RuleBody.BodyAtom],
    conditions: [Waiting],
    bound: Set<Int>,
    statistics: Statistics,
    ordersSets: Bool
  ) {
    self.atoms = atoms
    self.statistics = statistics
    self.ordersSets = ordersSets
    self.conditions = conditions
    atomsLeft = Array(atoms.indices)
    isAnythingBound = !bound.isEmpty
    isPlaced = Array(repeating: false, count: conditions.count)
    ranks = atoms.map { Agenda.rank($0, bound: bound, statistics: statistics) }
    for (number, atom) in atoms.enumerated() {
      for register in atom.registers where !bound.contains(register) {
        atomsOfRegister[register, default: []].append(number)
      }
    }
    for number in conditions.indices {
      self.conditions[number].missing.subtract(bound)
      for register in self.conditions[number].missing { conditionsOfRegister[register, default: []].append(number) }
      noteIfReady(number)
    }
  }

  private static func rank(_ atom: RuleBody.BodyAtom, bound: Set<Int>, statistics: Statistics) -> Rank {
    let registers = atom.registers
    let isApart =
      !registers.isEmpty && registers.isDisjoint(with: bound)
      && !atom.columns.contains { if case .constant = $0 { true } else { false } }
    return Rank(isApart: isApart, matches: statistics.matches(atom, bound: bound))
  }

  private mutating func noteIfReady(_ number: Int) {
    guard !isPlaced[number], conditions[number].isReady else { return }
    if conditions[number].isTotal { readyTotal.append(number) } else { readyPartial.append(number) }
  }

  /// Tells that a register has a value now; `bound` holds all that have.
  mutating func bind(_ register: Int, bound: Set<Int>, statistics: Statistics) {
    isAnythingBound = true
    for number in atomsOfRegister.removeValue(forKey: register) ?? [] {
      ranks[number] = Agenda.rank(atoms[number], bound: bound, statistics: statistics)
    }
    for number in conditionsOfRegister.removeValue(forKey: register) ?? [] {
      let wasReady = conditions[number].isReady
      conditions[number].missing.remove(register)
      if !wasReady { noteIfReady(number) }
    }
  }

  /// The next condition that can be placed: a total one if there is one, another only if `allowsPartial`.
  mutating func takeCondition(allowsPartial: Bool) -> RuleBody.Condition? {
    let number: Int
    while placedTotal < readyTotal.count, isPlaced[readyTotal[placedTotal]] { placedTotal += 1 }
    while placedPartial < readyPartial.count, isPlaced[readyPartial[placedPartial]] { placedPartial += 1 }
    if placedTotal < readyTotal.count {
      number = readyTotal[placedTotal]
      placedTotal += 1
    } else if allowsPartial, placedPartial < readyPartial.count {
      number = readyPartial[placedPartial]
      placedPartial += 1
    } else {
      return nil
    }
    isPlaced[number] = true
    return conditions[number].condition
  }

  /// The atom to join next: in a short body the first of the best order, in a long one that with the fewest matches
  /// expected. One that makes a product only if `allowsProducts`.
  mutating func takeAtom(bound: Set<Int>, allowsProducts: Bool) -> RuleBody.BodyAtom? {
    guard !atomsLeft.isEmpty else { return nil }
    let isShort = atomsLeft.count <= JoinOrder.mostAtoms
    let place = ordersSets && isShort ? firstInOrder(bound) : fewestMatches()
    if rank(at: place).isApart, !allowsProducts { return nil }
    let number = atomsLeft.remove(at: place)
    order?.bound.formUnion(atoms[number].registers)
    return atoms[number]
  }

  private func fewestMatches() -> Int {
    var best = 0
    for place in atomsLeft.indices where rank(at: place).isBefore(rank(at: best)) { best = place }
    return best
  }

  private mutating func firstInOrder(_ bound: Set<Int>) -> Int {
    if atomsLeft.count == 1 { return 0 }
    let left = Set(atomsLeft)
    // Values of registers that no atom names change nothing.
    let registers = atomsLeft.reduce(into: Set<Int>()) { $0.formUnion(atoms[$1].registers) }
    let bound = bound.intersection(registers)
    let isOrdered = order.map { $0.bound.intersection(registers) == bound } ?? false
    var next = isOrdered ? order?.atoms.first { left.contains($0) } : nil
    if next == nil, let statistics {
      let filters = remainingConditions.map(\.filter).filter { $0.share < 1 }
      let best = JoinOrder(atomsLeft.map { atoms[$0] }, filters, bound: bound, statistics: statistics)
      let numbers = best.atoms.map { atomsLeft[$0] }
      order = (numbers, bound)
      next = numbers.first
    }
    return next.flatMap { atomsLeft.firstIndex(of: $0) } ?? 0
  }

  private func rank(at place: Int) -> Rank {
    var rank = ranks[atomsLeft[place]]
    // The first atom of all multiplies nothing.
    if !isAnythingBound { rank.isApart = false }
    return rank
  }

  /// Takes the atoms that satisfy a condition.
  mutating func takeAtoms(where isWanted: (RuleBody.BodyAtom) -> Bool) -> [RuleBody.BodyAtom] {
    let taken = atomsLeft.filter { isWanted(atoms[$0]) }
    if !taken.isEmpty { atomsLeft.removeAll { taken.contains($0) } }
    return taken.map { atoms[$0] }
  }

  /// Whether conditions are left that may lack a value.
  var hasPartialConditions: Bool { conditions.indices.contains { !isPlaced[$0] && !conditions[$0].isTotal } }

  /// All registers that what is left names.
  var remainingRegisters: Set<Int> {
    var registers: Set<Int> = []
    for number in atomsLeft { registers.formUnion(atoms[number].registers) }
    for condition in remainingConditions { registers.formUnion(condition.registers) }
    return registers
  }

  // MARK: Parts

  /// Literals that share variables without a value with each other and with no other literal.
  struct Part {
    var atoms: [Int] = []
    var conditions: [Int] = []
    /// Registers without a value.
    var open: Set<Int> = []
    /// Registers that have one.
    var known: Set<Int> = []
    /// Whether all its conditions have a value whatever their variables stand for.
    var isTotal = true

    fileprivate mutating func join(_ other: Part) {
      atoms += other.atoms
      conditions += other.conditions
      open.formUnion(other.open)
      known.formUnion(other.known)
      isTotal = isTotal && other.isTotal
    }
  }

  /// Chosen: a body with more literals is not taken apart.
  private static let largestBody = 32

  /// What is left, in parts, those first that are tested fast; with an atom that has its place at the end, whose number is that behind all others.
  func parts(bound: Set<Int>, with tail: RuleBody.BodyAtom? = nil) -> [Part] {
    guard !atomsLeft.isEmpty || tail != nil, atomsLeft.count + conditions.count <= Agenda.largestBody else { return [] }
    var parts: [Part] = []
    func add(_ part: Part) {
      var part = part
      parts.removeAll { other in
        guard !other.open.isDisjoint(with: part.open) else { return false }
        part.join(other)
        return true
      }
      parts.append(part)
    }
    for number in atomsLeft {
      let registers = atoms[number].registers
      add(Part(atoms: [number], open: registers.subtracting(bound), known: registers.intersection(bound)))
    }
    if let registers = tail?.registers {
      add(Part(atoms: [atoms.count], open: registers.subtracting(bound), known: registers.intersection(bound)))
    }
    for number in conditions.indices where !isPlaced[number] {
      let registers = conditions[number].registers
      add(
        Part(
          conditions: [number],
          open: registers.subtracting(bound),
          known: registers.intersection(bound),
          isTotal: conditions[number].isTotal
        )
      )
    }
    let sorted = parts.map { part in
      var part = part
      part.atoms.sort()
      part.conditions.sort()
      return (part: part, weight: weight(of: part))
    }
    return sorted.enumerated().sorted { ($0.element.weight, $0.offset) < ($1.element.weight, $1.offset) }
      .map(\.element.part)
  }

  /// Small for parts that are tested fast and let little through: a look-up among few words.
  private func weight(of part: Part) -> Double {
    guard part.atoms.count == 1, part.conditions.isEmpty, part.atoms[0] < atoms.count, let statistics else {
      return .infinity
    }
    let atom = atoms[part.atoms[0]]
    let words = atom.columns.enumerated().compactMap { place, column -> Double? in
      guard case .register(let register)? = column, part.known.contains(register) else { return nil }
      return statistics.distinct(atom.predicate, place)
    }
    return words.min() ?? 0
  }

  /// Takes a part off the agenda.
  mutating func take(_ part: Part) -> (atoms: [RuleBody.BodyAtom], conditions: [RuleBody.Condition]) {
    let own = Set(part.atoms)
    atomsLeft.removeAll { own.contains($0) }
    for number in part.conditions { isPlaced[number] = true }
    return (part.atoms.map { atoms[$0] }, part.conditions.map { conditions[$0].condition })
  }

  /// The literals of a part, which stay on the agenda.
  func literals(
    of part: Part,
    with tail: RuleBody.BodyAtom?
  ) -> (atoms: [RuleBody.BodyAtom], conditions: [RuleBody.Condition]) {
    let own = part.atoms.compactMap { $0 < atoms.count ? atoms[$0] : tail }
    return (own, part.conditions.map { conditions[$0].condition })
  }

  /// The atoms of a part.
  func atoms(of part: Part) -> [RuleBody.BodyAtom] { part.atoms.map { atoms[$0] } }

  var remainingAtoms: [RuleBody.BodyAtom] { atomsLeft.map { atoms[$0] } }

  var remainingConditions: [Waiting] {
    conditions.indices.filter { !isPlaced[$0] }.map { conditions[$0] }
  }
}

import Datalog
import Engine

/// Makes the rules of a `Demand`, one demanded version after the other.
struct DemandBuilder {
  private(set) var predicates: [Predicate] = []
  private(set) var rules: [Rule] = []
  private(set) var origins: [Int] = []
  private(set) var needed: Set<PredicateID> = []
  private(set) var factsOf: [PredicateID: PredicateID] = [:]
  /// By demanded version.
  private(set) var selections: [PredicateID: Selection] = [:]

  /// Facts that are had by the words of one column.
  struct Selection {
    let source: PredicateID
    let column: Int
    let magic: PredicateID
  }

  private let program: CheckedProgram
  private let statistics: Statistics
  private let rulesOf: [PredicateID: [Int]]
  /// Predicates whose rules depend on them through others too.
  private let mutual: Set<PredicateID>
  /// The aggregated column of predicates that keep a minimum or maximum in a recursion of their own.
  private let bestColumns: [PredicateID: Int]
  private(set) var versions: [DemandedVersion: PredicateID] = [:]
  private var magic: [DemandedVersion: PredicateID] = [:]
  private var pending: [DemandedVersion] = []
  private var canSplit: [PredicateID: Bool] = [:]
  private let selectiveColumns: [PredicateID: [Int]]
  /// Predicates that are not to be split.
  private let whole: Set<PredicateID>
  private let skipsSteps: Bool

  init(
    _ program: CheckedProgram,
    statistics: Statistics,
    selectiveColumns: [PredicateID: [Int]],
    whole: Set<PredicateID>,
    skipsSteps: Bool
  ) {
    self.selectiveColumns = selectiveColumns
    self.whole = whole
    self.skipsSteps = skipsSteps
    self.program = program
    self.statistics = statistics
    rulesOf = Dictionary(grouping: program.rules.indices, by: { program.rules[$0].head.predicate })
    mutual = Set(program.strata.filter { $0.predicates.count > 1 }.flatMap(\.predicates))
    var bestColumns: [PredicateID: Int] = [:]
    for stratum in program.strata where stratum.isRecursive && stratum.predicates.count == 1 {
      let arguments = program.rules[stratum.rules[0]].head.arguments
      bestColumns[stratum.predicates[0]] = arguments.firstIndex { if case .aggregate = $0 { true } else { false } }
    }
    self.bestColumns = bestColumns
  }

  var hasVersions: Bool { !versions.isEmpty }

  var magicSets: Set<PredicateID> { Set(magic.values) }

  /// The predicate of a demanded version, if it keeps a minimum or maximum.
  func predicateKeepingBest(_ version: PredicateID) -> PredicateID? {
    versions.first { $0.value == version && bestColumns[$0.key.predicate] != nil }?.key.predicate
  }

  // MARK: Predicates

  private mutating func addPredicate(_ name: String, _ columns: [Column]) -> PredicateID {
    predicates.append(Predicate(name: name, columns: columns, isDerived: true))
    return PredicateID(program.predicates.count + predicates.count - 1)
  }

  /// The demanded version of a predicate and its magic set, which are made when they are first asked for.
  private mutating func version(_ version: DemandedVersion) -> (answers: PredicateID, magic: PredicateID) {
    if let answers = versions[version], let magic = magic[version] { return (answers, magic) }
    let predicate = program.predicates[version.predicate.index]
    let pattern = String(predicate.columns.indices.map { version.bound.contains($0) ? "b" : "f" })
    let name = "\(predicate.name)^\(pattern)"
    let answers = addPredicate(name, predicate.columns)
    let magic = addPredicate("demand for \(name)", version.bound.map { predicate.columns[$0] })
    versions[version] = answers
    self.magic[version] = magic
    if selectiveColumns[version.predicate] != nil {
      selections[answers] = Selection(source: version.predicate, column: version.bound[0], magic: magic)
    } else {
      pending.append(version)
    }
    return (answers, magic)
  }

  /// Whether a predicate may be derived in part: it is not complete yet, nothing is aggregated over all of its tuples, and
  /// none of its functions can lack a value or fail, of which a run tells. A minimum or maximum in a recursion is that of
  /// its group, whatever other groups there are; sums that it is made of, such as numbers of steps, may be too large.
  private mutating func mayBeSplit(_ predicate: PredicateID) -> Bool {
    if let known = canSplit[predicate] { return known }
    let may =
      statistics.growing.contains(predicate) && !whole.contains(predicate)
      && program.predicates[predicate.index].kind == .ordinary
      && !rulesOf[predicate, default: []].isEmpty
      && rulesOf[predicate, default: []].allSatisfy { number in
        let rule = program.rules[number]
        let keepsBest = bestColumns[predicate] != nil
        return (keepsBest || !rule.head.isAggregate) && rule.body.allSatisfy { $0.isTotal || keepsBest && $0.isSum }
      }
    canSplit[predicate] = may
    return may
  }

  /// The columns by which a part of the predicate is asked for; `nil` when it is taken whole.
  private mutating func demandedColumns(of predicate: PredicateID, known: [Int]) -> [Int]? {
    if let selective = selectiveColumns[predicate] { return known.first(where: selective.contains).map { [$0] } }
    let known = known.filter { $0 != bestColumns[predicate] }
    return !known.isEmpty && mayBeSplit(predicate) ? known : nil
  }

  // MARK: Rules

  /// Rewrites the goal's rules; the predicate of its answers.
  mutating func add(goal: PredicateID) -> PredicateID {
    let answers = addPredicate(program.predicates[goal.index].name, program.predicates[goal.index].columns)
    for number in rulesOf[goal, default: []] {
      let rule = program.rules[number]
      append(rule.body, of: number, head: Head(predicate: answers, arguments: rule.head.arguments), guardedBy: nil)
    }
    return answers
  }

  /// Rewrites the rules of all versions that are demanded, and of those that these demand.
  mutating func finish() {
    while let version = pending.popLast() {
      let (answers, magic) = self.version(version)
      if !appendReach(version, answers: answers, magic: magic) {
        appendGuarded(version, answers: answers, magic: magic)
      }
    }
  }

  /// Each rule of the predicate, for the demanded columns alone.
  private mutating func appendGuarded(_ version: DemandedVersion, answers: PredicateID, magic: PredicateID) {
    for number in rulesOf[version.predicate, default: []] {
      let rule = program.rules[number]
      let terms = rule.head.terms
      let guardAtom = Atom(predicate: magic, arguments: version.bound.map { terms[$0] }, span: rule.span)
      append(
        rule.body,
        of: number,
        head: Head(predicate: answers, arguments: rule.head.arguments),
        guardedBy: guardAtom,
        version: version
      )
    }
    appendFacts(of: version, answers: answers) { columns, span in
      Atom(predicate: magic, arguments: version.bound.map { columns[$0] }, span: span)
    }
  }

  /// Facts of a predicate that has rules as well.
  private mutating func appendFacts(
    of version: DemandedVersion,
    answers: PredicateID,
    extra: [Variable] = [],
    head: ([Term]) -> [Term] = { $0 },
    guardedBy guardAtom: ([Term], Span) -> Atom
  ) {
    let predicate = program.predicates[version.predicate.index]
    guard statistics.evaluation.relations[version.predicate.index].count > 0,
      let origin = rulesOf[version.predicate]?.first
    else { return }
    let facts = addPredicate("facts of \(predicate.name)", predicate.columns)
    factsOf[facts] = version.predicate
    let variables = predicate.columns.map { Variable(name: $0.name, type: $0.type) } + extra
    let terms: [Term] = predicate.columns.indices.map { .variable(VariableID($0)) }
    let span = program.rules[origin].span
    let atoms = [guardAtom(terms, span), Atom(predicate: facts, arguments: terms, span: span)]
    appendRule(
      Head(predicate: answers, arguments: head(terms).map { .term($0) }),
      atoms.map { .atom($0, isNegated: false) },
      variables,
      origin: origin
    )
  }

  private mutating func appendRule(_ head: Head, _ body: [Literal], _ variables: [Variable], origin: Int) {
    let rule = program.rules[origin]
    // Every added rule is a clause of its own: nothing is grouped.
    let clause = program.rules.count + rules.count
    rules.append(
      Rule(clause: clause, headPlace: 0, head: head, body: body, variables: variables, span: rule.span)
    )
    origins.append(origin)
  }

  /// A rule with the demanded versions in place of its atoms, and the demand that each of these makes.
  private mutating func append(
    _ body: [Literal],
    of number: Int,
    head: Head,
    guardedBy guardAtom: Atom?,
    version: DemandedVersion? = nil,
    extra: [Variable] = []
  ) {
    let variables = program.rules[number].variables + extra
    var passing = InformationPassing(body, bound: Set(guardAtom?.variables ?? []), statistics: statistics)
    var prefix: [Literal] = guardAtom.map { [.atom($0, isNegated: false)] } ?? []
    var result: [Literal] = []
    var isGuarded = false
    while let step = passing.next() {
      var literal = step.literal
      if case .atom(let atom, false) = literal, let bound = demandedColumns(of: atom.predicate, known: step.known) {
        let asked = DemandedVersion(predicate: atom.predicate, bound: bound)
        let (answers, magic) = self.version(asked)
        let wanted = Atom(predicate: magic, arguments: bound.map { atom.arguments[$0] }, span: atom.span)
        let isOwn = asked == version && wanted.arguments == guardAtom?.arguments
        // What is asked of the head's own version with the same values is demanded already, and guards as well.
        if isOwn {
          isGuarded = true
        } else {
          let head = Head(predicate: magic, arguments: wanted.arguments.map { .term($0) })
          appendRule(head, prefix, variables, origin: number)
        }
        literal = .atom(Atom(predicate: answers, arguments: atom.arguments, span: atom.span), isNegated: false)
      }
      prefix.append(literal)
      result.append(literal)
    }
    result += passing.rest
    noteNeeded(result)
    if let guardAtom, !isGuarded { result.insert(.atom(guardAtom, isNegated: false), at: 0) }
    appendRule(head, result, variables, origin: number)
  }

  private mutating func noteNeeded(_ literals: [Literal]) {
    for literal in literals {
      switch literal {
      case .atom(let atom, _) where atom.predicate.index < program.predicates.count: needed.insert(atom.predicate)
      case .aggregate(let aggregate): for alternative in aggregate.alternatives { noteNeeded(alternative) }
      case .atom, .comparison, .test, .sequence: break
      }
    }
  }
}

// MARK: Right-linear recursion

extension DemandBuilder {
  /// `p(X, Z) :- e(X, Y), p(Y, Z)` with X known: what X reaches by the steps, and from there the other rules, once.
  /// Magic sets alone would derive p of everything reached.
  ///
  /// - Returns: false when the predicate's rules are not all of that form.
  private mutating func appendReach(
    _ version: DemandedVersion,
    answers: PredicateID,
    magic: PredicateID
  ) -> Bool {
    let columns = program.predicates[version.predicate.index].columns
    guard skipsSteps, columns.count == 2, version.bound.count == 1, !mutual.contains(version.predicate),
      bestColumns[version.predicate] == nil
    else { return false }
    let known = version.bound[0]
    var steps: [(rule: Int, place: Int)] = []
    for number in rulesOf[version.predicate, default: []] {
      let places = program.rules[number].recursiveAtoms([version.predicate])
      guard let place = places.first else { continue }
      guard places.count == 1, program.rules[number].passesOn(1 - known, through: place) else { return false }
      steps.append((number, place))
    }
    guard !steps.isEmpty else { return false }

    let type = columns[known].type
    let name = program.predicates[version.predicate.index].name
    let reach = addPredicate("reach of \(name)", [columns[known], Column(name: "reached", type: type)])
    let start = Variable(name: "_start", type: type)
    let first: Term = .variable(VariableID(0))
    appendRule(
      Head(predicate: reach, arguments: [.term(first), .term(first)]),
      [.atom(Atom(predicate: magic, arguments: [first], span: program.rules[steps[0].rule].span), isNegated: false)],
      [start],
      origin: steps[0].rule
    )
    for number in rulesOf[version.predicate, default: []] {
      let rule = program.rules[number]
      let source: Term = .variable(VariableID(rule.variables.count))
      let guardAtom = Atom(predicate: reach, arguments: [source, rule.head.terms[known]], span: rule.span)
      var body = rule.body
      let head: Head
      if let step = steps.first(where: { $0.rule == number }),
        case .atom(let own, _) = body.remove(at: step.place)
      {
        head = Head(predicate: reach, arguments: [.term(source), .term(own.arguments[known])])
      } else {
        var terms = rule.head.terms
        terms[known] = source
        head = Head(predicate: answers, arguments: terms.map { .term($0) })
      }
      append(body, of: number, head: head, guardedBy: guardAtom, extra: [start])
    }
    let source: Term = .variable(VariableID(2))
    appendFacts(
      of: version,
      answers: answers,
      extra: [start],
      head: { terms in terms.indices.map { $0 == known ? source : terms[$0] } },
      guardedBy: { terms, span in Atom(predicate: reach, arguments: [source, terms[known]], span: span) }
    )
    return true
  }
}

extension Rule {
  /// Whether the head's column is the recursive atom's, untouched: a variable that stands nowhere else. The atom's other
  /// column has to be known without it.
  fileprivate func passesOn(_ column: Int, through place: Int) -> Bool {
    guard case .atom(let own, _) = body[place], case .variable(let variable) = head.terms[column],
      own.arguments[column] == .variable(variable), head.terms[1 - column] != .variable(variable)
    else { return false }
    let others = body.indices.filter { $0 != place }.map { body[$0] }
    guard !others.contains(where: { $0.variables.contains(variable) }) else { return false }
    switch own.arguments[1 - column] {
    case .wildcard: return false
    case .constant: return true
    case .variable(let next):
      if next == variable { return false }
      if head.terms[1 - column] == .variable(next) { return true }
      return others.contains { if case .atom(let atom, false) = $0 { atom.variables.contains(next) } else { false } }
    }
  }
}

extension Literal {
  /// An equation with a sum of variables and constants.
  fileprivate var isSum: Bool {
    guard case .comparison(.equal, let a, let b, _) = self else { return false }
    return [a, b].allSatisfy { side in
      guard case .call(.add, let operands) = side else { return side.isTotal }
      return operands.allSatisfy(\.isTotal)
    }
  }
}

extension Head {
  /// What an instance of its rule gives.
  var terms: [Term] {
    arguments.map { argument in
      switch argument {
      case .term(let term): term
      case .aggregate(_, let terms), .measure(_, _, let terms): terms[0]
      }
    }
  }
}

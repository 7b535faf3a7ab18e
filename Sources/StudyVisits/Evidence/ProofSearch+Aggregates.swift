internal import Datalog
internal import Engine
internal import Planning

extension ProofSearch {
  /// Solutions of an aggregate by what counts as one: the first of them, in order, and how many there are.
  private struct Solutions {
    private(set) var order: [[Word]] = []
    private(set) var steps: [[Word]: [(premises: [Int], floor: Int, instance: Instance)]] = [:]
    private var others: Set<[Word]> = []
    private var otherCount = 0
    private let listed: Int
    private let stepsEach: Int
    private let isRepeated: Bool

    /// - Parameter isRepeated: whether a key may come more than once.
    init(listing listed: Int, stepsEach: Int, isRepeated: Bool) {
      self.listed = listed
      self.stepsEach = stepsEach
      self.isRepeated = isRepeated
    }

    var count: Int { order.count + others.count + otherCount }

    /// Counts a row that is not to be listed.
    mutating func count(_ key: [Word]) { if steps[key] == nil { others.insert(key) } }

    /// Whether a row that counts as `key` is to be added.
    mutating func wants(_ key: [Word]) -> Bool {
      if isRepeated, let known = steps[key] { return known.count < stepsEach }
      guard order.count < listed else {
        if isRepeated { others.insert(key) } else { otherCount += 1 }
        return false
      }
      order.append(key)
      steps[key] = []
      return true
    }

    mutating func add(_ key: [Word], _ step: (premises: [Int], floor: Int), _ instance: Instance) {
      steps[key, default: []].append((step.premises, step.floor, instance))
    }
  }

  /// Finds the solutions of braces for what groups them.
  mutating func expand(_ conclusions: [Int], of number: Int) throws(EvaluationError) {
    defer { depth = 0 }
    let use = aggregates[number]
    let (rule, literal) = (program.rules[use.rule], use.literal)
    var asked: [[Word]: [(conclusion: Int, value: Word)]] = [:]
    for conclusion in conclusions {
      guard case .aggregate(_, let groups, let value) = subjects[conclusion] else { continue }
      asked[groups, default: []].append((conclusion, value))
    }
    let columns = literal.groups.map { rule.variables[$0.index] }.map { Column(name: $0.name, type: $0.type) }
    var guards: [Literal] = []
    if !columns.isEmpty {
      let arguments = literal.groups.map { Term.variable($0) }
      let predicate = probe.add(columns, rows: asked.keys.flatMap { $0 })
      guards = [.atom(Atom(predicate: predicate, arguments: arguments, span: literal.span), isNegated: false)]
    }
    // Any row with the value shows it.
    let isDistinct = literal.function.isWitnessed || literal.isOverDistinctValues
    let isRepeated = isDistinct || literal.alternatives.count > 1
    let forms = literal.alternatives.map { alternative in
      BodyForm(of: alternative, in: use.rule, program, also: literal.groups, computing: literal.value)
    }
    let found = try bindings(of: forms.map { ($0, guards) })
    var solutions = listedSolutions(of: conclusions, outOf: found.reduce(0) { $0 + $1.count }).mapValues {
      Solutions(listing: $0, stepsEach: breadth.steps.equal, isRepeated: isRepeated)
    }
    for (form, bindings) in zip(forms, found) {
      let groups = literal.groups.map { form.place(of: .variable($0), values) }
      let valuePlace = form.value.map { form.place(of: .variable($0), values) }
      for row in 0..<bindings.count {
        let value = valuePlace.map { bindings.word($0, row) }
        for (conclusion, wanted) in asked[groups.map { bindings.word($0, row) }] ?? [] {
          if literal.function.isWitnessed, value != wanted { continue }
          let key = isDistinct ? [value ?? 0] : isRepeated ? form.binding(bindings[row]) : bindings[row]
          try poll()
          guard solutions[conclusion]!.wants(key) else { continue }
          goInside(conclusion)
          let step = premises(of: form, bindings, row)
          solutions[conclusion]!.add(key, step, Instance(form: form, row: bindings[row]))
        }
      }
    }
    for conclusion in conclusions {
      let form = BodyForm(of: [], in: use.rule, program)
      let (premises, group) = premises(solutions[conclusion]!, column: 0)
      addStep(to: conclusion, premises, 0, Instance(form: form, row: [], groups: [group]))
    }
  }

  private mutating func bindings(
    of forms: [(form: BodyForm, guards: [Literal])]
  ) throws(EvaluationError) -> [Bindings] {
    var found: [Bindings] = []
    for (form, guards) in forms { found.append(try bindings(of: form, guardedBy: guards)) }
    return found
  }

  /// A conclusion for each solution, which is its premises' doing.
  private mutating func premises(_ solutions: Solutions, column: Int) -> ([Int], Instance.Group) {
    let premises = solutions.order.map { key in
      let solution = add(.solution, graph.addConclusion(rises: false, leastHeight: 0, isExpanded: true))
      for (premises, floor, instance) in solutions.steps[key] ?? [] { addStep(to: solution, premises, floor, instance) }
      return solution
    }
    return (premises, Instance.Group(column: column, listed: premises.count, total: solutions.count))
  }

  /// Finds what the aggregates in a clause's head run over, for tuples of it.
  mutating func expand(
    _ conclusions: [Int],
    byGrouping rules: [Int],
    asked: PredicateID?,
    isOnlyClause: Bool
  ) throws(EvaluationError) {
    defer { depth = 0 }
    let head = program.rules[rules[0]].head
    let predicate = head.predicate
    var conclusions = conclusions
    if !isOnlyClause {
      // Another clause may have given the tuple: this one is asked what it gives.
      let given = try probe.add(
        program.predicates[predicate.index].columns,
        rules.map { number in
          let rule = program.rules[number]
          let body = guardAtom(asked, rule) + rule.body
          return Probe.Rule(origin: number, head: rule.head.arguments, body: body, variables: rule.variables)
        }
      )
      conclusions = conclusions.filter { probe.relation(given).contains(tuple(of: $0)) }
    }
    let grouped = head.arguments.indices.filter { if case .term = head.arguments[$0] { true } else { false } }
    var asking: [[Word]: [Int]] = [:]
    for conclusion in conclusions {
      let tuple = tuple(of: conclusion)
      asking[grouped.map { tuple[$0] }, default: []].append(conclusion)
    }
    // What a measure gives for all its columns it gives by the same arcs.
    let columns = head.arguments.indices.filter { head.arguments[$0].isFirstOfItsKind }
    let forms = rules.map { number in
      let rule = program.rules[number]
      return BodyForm(of: rule.body, in: number, program, also: rule.head.variables)
    }
    let found = try bindings(of: forms.map { ($0, guardAtom(asked, program.rules[$0.rule])) })
    var solutions = listedSolutions(of: conclusions, outOf: found.reduce(0) { $0 + $1.count }).mapValues { listed in
      columns.map { _ in Solutions(listing: listed, stepsEach: breadth.steps.equal, isRepeated: true) }
    }
    for (form, bindings) in zip(forms, found) {
      let rule = program.rules[form.rule]
      let places = rule.head.arguments.map { argument in argument.terms.map { form.place(of: $0, values) } }
      for row in 0..<bindings.count {
        for conclusion in asking[grouped.map { bindings.word(places[$0][0], row) }] ?? [] {
          try poll()
          goInside(conclusion)
          for (place, column) in columns.enumerated() {
            let key = places[column].map { bindings.word($0, row) }
            if rule.head.arguments[column].isWitnessed, key[0] != tuple(of: conclusion)[column] { continue }
            if !head.isShown(by: key, tuple(of: conclusion)) {
              solutions[conclusion]![place].count(key)
              continue
            }
            guard solutions[conclusion]![place].wants(key) else { continue }
            let step = premises(of: form, bindings, row)
            solutions[conclusion]![place].add(key, step, Instance(form: form, row: bindings[row]))
          }
        }
      }
    }
    let form = BodyForm(of: [], in: rules[0], program, also: grouped.flatMap { head.arguments[$0].variables })
    for conclusion in conclusions {
      var premises: [Int] = []
      var groups: [Instance.Group] = []
      for (column, solutions) in zip(columns, solutions[conclusion]!) {
        let (listed, group) = self.premises(solutions, column: column)
        premises += listed
        groups.append(group)
      }
      let tuple = tuple(of: conclusion)
      let row = form.columns.map { variable in
        tuple[head.arguments.firstIndex { $0.variables == [variable] }!]
      }
      addStep(to: conclusion, premises, 0, Instance(form: form, row: row, groups: groups))
    }
  }
}

extension Head {
  /// Whether its tuples are what a clause's aggregates give; in a recursion they are what one instance gives, which
  /// settles a `min` or `max`.
  func isGrouped(isRecursive: Bool) -> Bool { isAggregate && !isRecursive }

  /// What an instance of the rule gives, aggregated or not.
  var witnessTerms: [Term] { arguments.map { $0.terms[0] } }

  var variables: [VariableID] { arguments.flatMap(\.variables) }

  /// Whether a solution is to be listed: of a measure's arcs those at the nodes that the tuple is about, for all of them
  /// together are its reason.
  fileprivate func isShown(by ends: [Word], _ tuple: [Word]) -> Bool {
    guard let measure else { return true }
    return zip(arguments, tuple).contains { argument, word in
      guard case .measure(_, let column, _) = argument else { return false }
      return measure.columns[column] == .node && ends.contains(word)
    }
  }
}

extension HeadArgument {
  var terms: [Term] {
    switch self {
    case .term(let term): [term]
    case .aggregate(_, let terms), .measure(_, _, let terms): terms
    }
  }

  fileprivate var variables: [VariableID] {
    terms.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
  }

  /// Whether it is an aggregate, or a measure's first column.
  fileprivate var isFirstOfItsKind: Bool {
    switch self {
    case .term: false
    case .aggregate: true
    case .measure(_, let column, _): column == 0
    }
  }

  /// Whether one instance shows its value.
  fileprivate var isWitnessed: Bool {
    switch self {
    case .term, .measure: false
    case .aggregate(let function, _): function.isWitnessed
    }
  }
}

extension AggregateFunction {
  /// Whether one solution shows the value, and not all of them together.
  var isWitnessed: Bool { self == .min || self == .max }
}

extension AggregateLiteral {
  /// Whether solutions with one value count once.
  fileprivate var isOverDistinctValues: Bool { function == .list || function == .count && value != nil }
}

extension CheckedProgram {
  /// The least height that a tuple can have which is no fact, by predicate, whatever the facts are.
  ///
  /// - Parameter stated: predicates that have facts besides their rules.
  func leastHeights(where stated: Set<PredicateID>) -> [PredicateID: Int] {
    let derived = Set(rules.map(\.head.predicate))
    var heights: [PredicateID: Int] = [:]
    func least(_ literal: Literal) -> Int? {
      switch literal {
      case .atom(let atom, false):
        derived.contains(atom.predicate) && !stated.contains(atom.predicate) ? heights[atom.predicate] : 0
      case .atom(_, true), .aggregate: 1
      case .comparison, .test, .sequence: 0
      }
    }
    // Each round settles the predicates of one height more.
    var isChanged = true
    while isChanged {
      isChanged = false
      for rule in rules {
        let premises = rule.body.map(least)
        guard !premises.contains(nil) else { continue }
        let height = 1 + (premises.compactMap(\.self).max() ?? 0)
        if height < heights[rule.head.predicate] ?? .max {
          heights[rule.head.predicate] = height
          isChanged = true
        }
      }
    }
    return heights
  }
}

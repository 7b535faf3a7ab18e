internal import Datalog
internal import Engine
internal import Planning

/// Looks for the ways in which tuples of a program were derived.
///
/// From the tuples that are asked about it goes back step by step: all instances of all rules for all tuples of one
/// distance are found by one evaluation a rule, with the tuples as a further relation. It ends when no proof that is not
/// found yet can be lower than those that are, so what is far away is never looked at.
struct ProofSearch {
  /// What can be proved.
  enum Subject: Hashable {
    case tuple(PredicateID, [Word])
    /// The braces that an `AggregateUse` has the number of, for what groups them, with their value.
    case aggregate(Int, groups: [Word], value: Word)
    /// One solution of an aggregate, or all that give one distinct value.
    case solution
  }

  /// Braces in a rule.
  struct AggregateUse {
    let rule: Int
    let literal: AggregateLiteral
  }

  /// What a step is an instance of.
  struct Instance {
    let form: BodyForm
    /// By the form's columns.
    let row: [Word]
    /// For a head with aggregates: how many premises are solutions of each, and how many solutions there are in all.
    var groups: [Group] = []

    struct Group {
      let column: Int
      let listed: Int
      let total: Int
    }
  }

  let breadth: Breadth
  var probe: Probe
  let program: CheckedProgram
  var graph = DerivationGraph()
  private(set) var subjects: [Subject] = []
  private var numbers: [Subject: Int] = [:]
  /// By step.
  private(set) var instances: [Instance] = []
  private(set) var aggregates: [AggregateUse] = []
  private let rulesOf: [PredicateID: [Int]]
  private let recursive: Set<PredicateID>
  /// Facts of predicates that have rules too.
  let facts: [PredicateID: Relation]

  let values: Values
  private let leastHeights: [PredicateID: Int]
  private var rowCount = 0
  /// For each conclusion how many aggregates it is inside of.
  private var depths: [Int] = []
  /// Of the conclusions that are added now.
  var depth = 0

  /// - Parameters:
  ///   - probe: of a run that has derived all that the tuples follow from.
  ///   - facts: the facts of those predicates that have rules too.
  ///   - breadth: unless whole, a proof need not be the lowest, and none may be found where there are circles.
  init(_ probe: Probe, facts: [PredicateID: Relation], values: Values, breadth: Breadth) {
    self.probe = probe
    self.breadth = breadth
    self.facts = facts
    self.values = values
    program = probe.program
    rulesOf = Dictionary(grouping: program.rules.indices, by: { probe.program.rules[$0].head.predicate })
    recursive = Set(program.strata.filter(\.isRecursive).flatMap(\.predicates))
    leastHeights = program.leastHeights(where: Set(facts.keys))
  }

  /// The conclusion that a tuple is.
  mutating func conclusion(_ predicate: PredicateID, _ tuple: [Word]) -> Int {
    let subject = Subject.tuple(predicate, tuple)
    if let known = numbers[subject] { return known }
    let isFact = rulesOf[predicate] == nil || facts[predicate]?.contains(tuple) == true
    if isFact { return add(subject, graph.addLeaf()) }
    return add(subject, graph.addConclusion(rises: true, leastHeight: leastHeights[predicate] ?? 1))
  }

  /// The one thing that a question asks whether or for whom it holds, instead of the question's row; the row itself, if it
  /// is to be shown in what other ways it follows and there are several.
  func unwrapped(_ conclusion: Int, _ choices: [Int?], withOthers: Bool) -> Int {
    guard !withOthers || Array(graph.steps(of: conclusion)).count == 1 else { return conclusion }
    guard case .tuple(let predicate, _) = subjects[conclusion], program.predicates[predicate.index].kind == .answers,
      let step = choices[conclusion], instances[step].form.literals.count == 1,
      let premise = graph.premises(of: step).first, case .tuple = subjects[premise]
    else { return conclusion }
    return premise
  }

  mutating func add(_ subject: Subject, _ number: Int) -> Int {
    subjects.append(subject)
    depths.append(depth)
    if subject != .solution { numbers[subject] = number }
    return number
  }

  // MARK: Exploring

  /// A search that has ended, the conclusions that were asked about, and the step and height of each one's proof.
  typealias Found = (search: ProofSearch, roots: [Int], choices: [Int?], heights: DerivationGraph.Heights)

  /// Proves tuples of one predicate.
  ///
  /// - Parameters: see `init`; the breadth is what suits so many tuples unless it is given.
  static func prove(
    _ tuples: [[Word]],
    of predicate: PredicateID,
    _ probe: Probe,
    facts: [PredicateID: Relation],
    values: Values,
    breadth: Breadth? = nil
  ) throws(EvaluationError) -> Found {
    let breadth = breadth ?? Breadth(rowCount: tuples.count)
    var search = ProofSearch(probe, facts: facts, values: values, breadth: breadth)
    let roots = tuples.map { search.conclusion(predicate, $0) }
    let (choices, heights) = try search.settle(roots)
    if roots.contains(where: { heights.ofConclusion[$0] == DerivationGraph.Heights.unknown }) {
      precondition(breadth != .whole, "what has been derived has a proof")
      return try prove(tuples, of: predicate, probe, facts: facts, values: values, breadth: .whole)
    }
    return (search, roots, choices, heights)
  }

  /// Looks for proofs until those of the targets are the lowest that there are, and then for others of their height with
  /// fewer leaves, as long as that is little work.
  ///
  /// - Returns: the step of each conclusion's proof; for those below the targets they are the lowest too.
  mutating func settle(_ targets: [Int]) throws(EvaluationError) -> (choices: [Int?], heights: DerivationGraph.Heights)
  {
    var tips = targets.filter { !graph.isExpanded($0) }
    var lookedAt = 0
    var width = 1
    var (heights, bounds) = (graph.heights(), graph.heights())
    while true {
      try expand(tips)
      // Looking costs as much as all that is there: where there is little more, the first way is followed on.
      if breadth.takesFirst || graph.expandedCount * 10 < lookedAt * 11 {
        tips = tips.flatMap { graph.steps(of: $0).prefix(1).flatMap(graph.premises) }
        tips = Set(tips).filter { !graph.isExpanded($0) }.sorted()
        if !tips.isEmpty { continue }
      }
      lookedAt = graph.expandedCount
      heights = graph.heights()
      let isProved = targets.allSatisfy { heights.ofConclusion[$0] != DerivationGraph.Heights.unknown }
      if breadth.takesFirst, isProved { return (graph.choices(heights), heights) }
      bounds = graph.heights(isBound: true)
      tips = self.tips(below: targets, heights, bounds: bounds, width: width)
      if tips.isEmpty { break }
      width *= 2
    }
    var rest = ProofSearch.comparedForLeaves
    while true {
      tips = self.tips(below: targets, nil, bounds: bounds, width: .max)
      if tips.isEmpty || tips.count > rest { return (graph.choices(heights), heights) }
      rest -= tips.count
      try expand(tips)
      (heights, bounds) = (graph.heights(), graph.heights(isBound: true))
    }
  }

  /// So many conclusions are gone into to find a proof of the same height with fewer leaves. Chosen.
  private static let comparedForLeaves = 1_000

  /// The conclusions whose steps are to be found next: those at the ends of what may be the lowest proofs of the targets.
  ///
  /// - Parameters:
  ///   - heights: what is settled by them is left alone; `nil` leaves nothing alone.
  ///   - width: how many of the steps to a conclusion that are equally good, as far as is known, are followed.
  private func tips(
    below targets: [Int],
    _ heights: DerivationGraph.Heights?,
    bounds: DerivationGraph.Heights,
    width: Int
  ) -> [Int] {
    var found: [Int] = []
    var seen = Set(targets)
    var pending = targets
    while let next = pending.popLast() {
      // A proof as low as can be is settled, with all it is made of.
      if let heights, heights.ofConclusion[next] == bounds.ofConclusion[next] { continue }
      guard graph.isExpanded(next) else {
        found.append(next)
        continue
      }
      let least = graph.steps(of: next).lazy.map { bounds.ofStep[$0] }.min()
      for step in graph.steps(of: next).lazy.filter({ bounds.ofStep[$0] == least }).prefix(width) {
        for premise in graph.premises(of: step) where seen.insert(premise).inserted { pending.append(premise) }
      }
    }
    return found.sorted()
  }

  private mutating func expand(_ conclusions: [Int]) throws(EvaluationError) {
    probe.forgetAdded()
    var tuples: [PredicateID: [Int]] = [:]
    var braces: [Int: [Int]] = [:]
    for conclusion in conclusions {
      switch subjects[conclusion] {
      case .tuple(let predicate, _): tuples[predicate, default: []].append(conclusion)
      case .aggregate(let use, _, _): braces[use, default: []].append(conclusion)
      case .solution: break
      }
    }
    for (predicate, asked) in tuples.sorted(by: { $0.key < $1.key }) { try expand(asked, of: predicate) }
    for (use, asked) in braces.sorted(by: { $0.key < $1.key }) { try expand(asked, of: use) }
    for conclusion in conclusions { graph.markExpanded(conclusion) }
  }

  private mutating func expand(_ conclusions: [Int], of predicate: PredicateID) throws(EvaluationError) {
    let columns = program.predicates[predicate.index].columns
    let rows = conclusions.flatMap { tuple(of: $0) }
    let asked = columns.isEmpty ? nil : probe.add(columns, rows: rows)
    var clauses: [(head: Rule.HeadID, rules: [Int])] = []
    for rule in rulesOf[predicate] ?? [] {
      let head = program.rules[rule].headID
      guard program.rules[rule].head.isGrouped(isRecursive: recursive.contains(predicate)) else {
        try expand(conclusions, by: rule, asked: asked)
        continue
      }
      if clauses.last?.head == head {
        clauses[clauses.count - 1].rules.append(rule)
      } else {
        clauses.append((head, [rule]))
      }
    }
    for (_, rules) in clauses {
      let isOnlyClause = clauses.count == 1 && facts[predicate] == nil
      try expand(conclusions, byGrouping: rules, asked: asked, isOnlyClause: isOnlyClause)
    }
  }

  func tuple(of conclusion: Int) -> [Word] {
    if case .tuple(_, let words) = subjects[conclusion] { words } else { [] }
  }

  /// The atom that restricts a rule's head to what is asked about; columns that are aggregated stay open.
  func guardAtom(_ asked: PredicateID?, _ rule: Rule) -> [Literal] {
    guard let asked else { return [] }
    let arguments = rule.head.arguments.map { argument in
      if case .term(let term) = argument { term } else { Term.wildcard }
    }
    return [.atom(Atom(predicate: asked, arguments: arguments, span: rule.span), isNegated: false)]
  }

  /// Finds the instances of a rule for tuples of its head.
  private mutating func expand(_ conclusions: [Int], by number: Int, asked: PredicateID?) throws(EvaluationError) {
    let rule = program.rules[number]
    let form = BodyForm(of: rule.body, in: number, program, also: rule.head.variables)
    let head = rule.head.witnessTerms.map { form.place(of: $0, values) }
    let isOneOfMany = conclusions.count { depths[$0] > 0 } > Breadth.many
    let isRecursive = recursive.contains(rule.head.predicate)
    var rest: [Int: Breadth.Steps] = [:]
    for conclusion in conclusions {
      rest[conclusion] = breadth.steps(isOneOfMany: isOneOfMany && depths[conclusion] > 0, isRecursive: isRecursive)
    }
    defer { depth = 0 }
    var known: Set<[Int]> = []
    // Of one conclusion the first instances will do, as far as each is another step.
    let limit = conclusions.count == 1 ? breadth.firstInstances : nil
    var bindings = try bindings(of: form, guardedBy: guardAtom(asked, rule), first: limit)
    var row = -1
    while !rest.isEmpty {
      row += 1
      if row == bindings.count, bindings.isCut {
        bindings = try self.bindings(of: form, guardedBy: guardAtom(asked, rule))
      }
      if row == bindings.count { break }
      try poll()
      guard let conclusion = numbers[.tuple(rule.head.predicate, head.map { bindings.word($0, row) })],
        var left = rest[conclusion]
      else { continue }
      depth = depths[conclusion]
      let (premises, floor) = premises(of: form, bindings, row)
      if premises.allSatisfy(graph.isLeaf) {
        left.equal -= 1
      } else {
        guard known.insert([conclusion] + premises).inserted else { continue }
      }
      left.all -= 1
      rest[conclusion] = left.all > 0 && left.equal > 0 ? left : nil
      addStep(to: conclusion, premises, floor, Instance(form: form, row: bindings[row]))
    }
  }

  /// For each of some aggregates how many of its solutions are gone into.
  ///
  /// - Parameter total: no less than all of them have.
  func listedSolutions(of conclusions: [Int], outOf total: Int) -> [Int: Int] {
    let insideCount = conclusions.count { depths[$0] > 0 }
    let inside = breadth.solutionsInside(of: insideCount)
    let outside = breadth.solutions(of: conclusions.count - insideCount, outOf: total)
    return Dictionary(uniqueKeysWithValues: conclusions.map { ($0, depths[$0] == 0 ? outside : inside) })
  }

  /// Has what is added from now on inside of an aggregate.
  mutating func goInside(_ conclusion: Int) {
    depth = depths[conclusion] + 1
  }

  mutating func addStep(to conclusion: Int, _ premises: [Int], _ floor: Int, _ instance: Instance) {
    graph.addStep(to: conclusion, premises: premises, floor: floor)
    instances.append(instance)
  }

  /// Ends the search, now and then, when it is to end.
  mutating func poll() throws(EvaluationError) {
    rowCount += 1
    guard rowCount.isMultiple(of: 1024) else { return }
    try probe.poll(holding: (graph.count + graph.stepCount) * ProofSearch.bytesPerStep)
  }

  /// A conclusion or step with its arrays takes about so many bytes.
  private static let bytesPerStep = 160

  // MARK: Bodies

  /// Bindings of a body, by its form's columns.
  struct Bindings {
    let count: Int
    /// Whether there are more.
    let isCut: Bool
    fileprivate let width: Int
    fileprivate let words: [Word]

    subscript(row: Int) -> [Word] { Array(words[(row * width)..<((row + 1) * width)]) }

    func word(_ place: BodyForm.Place, _ row: Int) -> Word {
      switch place {
      case .column(let column): words[row * width + column]
      case .constant(let word): word
      }
    }
  }

  /// The bindings of a body, each once, sorted by value; no more than `limit`.
  mutating func bindings(
    of form: BodyForm,
    guardedBy guards: [Literal],
    first limit: Int? = nil
  ) throws(EvaluationError) -> Bindings {
    let body = guards + form.literals + form.computed
    let columns = form.columns.map { form.variables[$0.index] }.map { Column(name: $0.name, type: $0.type) }
    let head = form.columns.map { HeadArgument.term(.variable($0)) }
    let rule = Probe.Rule(origin: form.rule, head: head, body: body, variables: form.variables)
    let found = try probe.add(columns, [rule])
    let relation = probe.relation(found)
    let count = min(relation.count, limit ?? .max)
    return Bindings(
      count: count,
      isCut: count < relation.count,
      width: columns.count,
      words: relation.sortedWords(limit: limit)
    )
  }

  /// What an instance of a body rests on, in the body's order, and its least height.
  mutating func premises(of form: BodyForm, _ bindings: Bindings, _ row: Int) -> (premises: [Int], floor: Int) {
    var premises: [Int] = []
    var floor = 0
    for literal in form.literals {
      switch literal {
      case .atom(let atom, false):
        let tuple = atom.arguments.map { bindings.word(form.place(of: $0, values), row) }
        premises.append(conclusion(atom.predicate, tuple))
      case .atom(_, true): floor = 1
      case .aggregate(let aggregate): premises.append(conclusion(aggregate, form, bindings, row))
      case .comparison, .test, .sequence: break
      }
    }
    return (premises, floor)
  }

  private mutating func conclusion(
    _ aggregate: AggregateLiteral,
    _ form: BodyForm,
    _ bindings: Bindings,
    _ row: Int
  ) -> Int {
    let use =
      aggregates.firstIndex { $0.rule == form.rule && $0.literal.result == aggregate.result } ?? aggregates.count
    if use == aggregates.count { aggregates.append(AggregateUse(rule: form.rule, literal: aggregate)) }
    let groups = aggregate.groups.map { bindings.word(form.place(of: .variable($0), values), row) }
    let value = bindings.word(form.place(of: .variable(aggregate.result), values), row)
    let subject = Subject.aggregate(use, groups: groups, value: value)
    return numbers[subject] ?? add(subject, graph.addConclusion(rises: true, leastHeight: 1))
  }
}

import Datalog
import Engine
import Planning
import Testing

/// Complete relations that follow changed facts are what an evaluation of the changed facts would give.
struct MaintenanceTests {
  /// The default, and bounds that end the rules of most changes before or between their two halves.
  private static let smallChanges = [1_000, 3, 0]
  /// Each seed has its forms.
  private static let forms = [StorageForms()] + ForcedForms.all.map(\.forms)

  @Test(arguments: RandomProgramTests.groups)
  func `relations that follow random changes are those of the oracle`(_ seeds: ClosedRange<UInt64>) throws {
    var outcomes: [Maintenance.Outcome: Int] = [:]
    for seed in seeds {
      guard let parsed = try? ParsedProgram(RandomProgram(seed: seed).text(.written)) else { continue }
      for outcome in follow(parsed, seed: seed) { outcomes[outcome, default: 0] += 1 }
    }
    guard seeds.count >= 50 else { return }
    #expect(outcomes[.followed, default: 0] > 2 * seeds.count, "most changes are followed: \(outcomes)")
    #expect(outcomes[.evaluatedAnew, default: 0] > 0, "\(outcomes)")
  }

  /// Changes the facts of one program three times.
  ///
  /// - Returns: how strata followed under the default bound.
  private func follow(_ parsed: ParsedProgram, seed: UInt64) -> [Maintenance.Outcome] {
    var generator = SplitMix64(seed: seed &* 7919)
    var outcomes: [Maintenance.Outcome] = []
    let forms = MaintenanceTests.forms[Int(seed) % MaintenanceTests.forms.count]
    var programs = MaintenanceTests.smallChanges.compactMap { smallChange in
      var options = PlannerOptions()
      options.smallChange = smallChange
      return try? KeptProgram(parsed.program, facts: parsed.facts, options: options, forms: forms)
    }
    guard programs.count == MaintenanceTests.smallChanges.count else { return [] }
    for change in 1...3 {
      let (gained, lost) = programs[0].randomChange(using: &generator)
      let facts = programs[0].facts(gained, lost)
      guard let expected = try? NaiveEvaluator().evaluate(parsed.program, facts: facts) else { break }
      for index in programs.indices {
        do {
          let followed = try programs[index].change(gained: gained, lost: lost)
          if index == 0 { outcomes += followed }
        } catch {
          Issue.record("seed \(seed), change \(change): \(error)")
          return outcomes
        }
        let program = programs[index]
        let wrong = parsed.program.predicates.indices.first { program.differs(from: expected, in: PredicateID($0)) }
        guard let wrong else { continue }
        Issue.record(
          """
          seed \(seed), change \(change), small is \(MaintenanceTests.smallChanges[index]), \
          \(parsed.program.predicates[wrong].name)
          gained \(gained)
          lost \(lost)
          \(parsed.program.text)
          """
        )
        return outcomes
      }
    }
    return outcomes
  }
}

/// The relations of a program, kept.
struct KeptProgram {
  let program: CheckedProgram
  private(set) var current: Facts
  private(set) var relations: [Relation]
  private let factRelations: [PredicateID: Relation]
  private let context: EvaluationContext
  private let options: PlannerOptions

  init(_ program: CheckedProgram, facts: Facts, options: PlannerOptions, forms: StorageForms) throws {
    self.program = program
    context = EvaluationContext(values: Values(), forms: forms)
    self.options = options
    current = facts
    var factRelations: [PredicateID: Relation] = [:]
    relations = []
    for (index, predicate) in program.predicates.enumerated() {
      let tuples = Array(facts[PredicateID(index), default: []])
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: context)
      relation.load(tuples)
      relations.append(relation)
      guard predicate.isDerived else { continue }
      let copy = Relation(types: relation.types, context: context)
      copy.load(tuples)
      factRelations[PredicateID(index)] = copy
    }
    self.factRelations = factRelations
    let evaluation = Evaluation(relations: relations, context: context)
    let planner = Planner(program, evaluation: evaluation)
    for stratum in program.strata { try evaluation.run(planner.plan(stratum)) }
  }

  func differs(from expected: Facts, in predicate: PredicateID) -> Bool {
    relations[predicate.index].tuples() != expected[predicate, default: []]
  }

  func facts(_ gained: Facts, _ lost: Facts) -> Facts {
    var facts = current
    for (predicate, tuples) in lost { facts[predicate, default: []].subtract(tuples) }
    for (predicate, tuples) in gained { facts[predicate, default: []].formUnion(tuples) }
    return facts
  }

  /// Some facts come, some go, and some that are there are stated again.
  func randomChange(using random: inout SplitMix64) -> (gained: Facts, lost: Facts) {
    var gained: Facts = [:]
    var lost: Facts = [:]
    for (index, predicate) in program.predicates.enumerated() where predicate.kind == .ordinary {
      let id = PredicateID(index)
      let tuples = current[id, default: []].sorted(by: NaiveFunctions.precedes)
      guard random.happens(predicate.isDerived ? 10 : 50) else { continue }
      for _ in 0..<random.number(in: 0...3) where !tuples.isEmpty { lost[id, default: []].insert(random.pick(tuples)) }
      for _ in 0..<random.number(in: 0...3) {
        let donors = predicate.columns.map { column in constants(of: column.type) }
        guard donors.allSatisfy({ !$0.isEmpty }) else { break }
        gained[id, default: []].insert(donors.map { random.pick($0) })
      }
    }
    return (gained, lost)
  }

  /// All constants of a type in the facts.
  private func constants(of type: ValueType) -> [Constant] {
    var found: Set<Constant> = []
    for (index, predicate) in program.predicates.enumerated() {
      for (place, column) in predicate.columns.enumerated() where column.type == type {
        for tuple in current[PredicateID(index), default: []] { found.insert(tuple[place]) }
      }
    }
    return found.sorted { NaiveFunctions.precedes([$0], [$1]) }
  }

  mutating func change(gained: Facts, lost: Facts) throws -> [Maintenance.Outcome] {
    var maintenance = Maintenance(
      program,
      relations: relations,
      facts: factRelations,
      context: context,
      options: options
    )
    for index in program.predicates.indices {
      let id = PredicateID(index)
      guard gained[id] != nil || lost[id] != nil else { continue }
      maintenance.change(id, gained: relation(gained[id] ?? [], id), lost: relation(lost[id] ?? [], id))
    }
    var outcomes: [Maintenance.Outcome] = []
    for stratum in program.strata { outcomes.append(try maintenance.follow(stratum)) }
    relations = maintenance.relations
    current = facts(gained, lost)
    return outcomes
  }

  private func relation(_ tuples: Set<[Constant]>, _ predicate: PredicateID) -> Relation {
    let relation = Relation(types: relations[predicate.index].types, context: context)
    relation.load(Array(tuples))
    return relation
  }
}

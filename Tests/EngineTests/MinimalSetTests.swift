import Datalog
import Engine
import Planning
import Testing

// Situations and their minimal sets are seen nowhere else.
@testable import StudyVisits

/// Bodies of random programs without solutions: the conditions that are found to fail together have none by the oracle
/// either, and each proper part of them has one.
struct MinimalSetTests {
  @Test(arguments: RandomProgramTests.groups)
  func `a set that fails is minimal`(_ seeds: ClosedRange<UInt64>) throws {
    var found = 0
    for seed in seeds {
      let random = RandomProgram(seed: seed)
      guard let parsed = try? ParsedProgram(random.text(.written)), parsed.program.computedFacts.isEmpty,
        let relations = try? NaiveEvaluator().evaluate(parsed.program, facts: parsed.facts)
      else { continue }
      let oracle = NaiveEvaluator.State(relations: relations, bound: NaiveEvaluator().bound)
      let values = Values()
      let context = EvaluationContext(values: values)
      let run = ProgramRun(parsed.program, source: GivenFacts(parsed.facts, values), context: context)
      for rule in parsed.program.rules where !rule.body.isEmpty {
        let situation = Situation(rule)
        guard situation.safe(situation.all).conditions == situation.all else { continue }
        let set = run.lendingRun(within: nil) { run in minimalSet(of: situation, run) }
        guard let set, set.isMinimal else { continue }
        found += 1
        check(
          set.conditions,
          situation,
          oracle,
          "seed \(seed), `\(parsed.program.text(of: rule))`\n\(random.text(.written))"
        )
      }
    }
    #expect(found > 0)
  }

  private func minimalSet(of situation: Situation, _ run: ProgramRun) -> MinimalSet? {
    func holds(_ conditions: [Int]) -> Bool? {
      let body = situation.body(of: conditions)
      return body.isEmpty ? true : (try? run.solutions(of: body, [], in: situation.rule).count > 0)
    }
    guard holds(situation.all) == false else { return nil }
    return MinimalSet(of: situation.all, holds: holds)
  }

  private func check(_ set: [Int], _ situation: Situation, _ oracle: NaiveEvaluator.State, _ message: String) {
    // A body that the oracle cannot evaluate says nothing.
    func holds(_ conditions: [Int]) -> Bool? {
      (try? oracle.solutions(of: situation.body(of: conditions), in: situation.rule)).map { !$0.isEmpty }
    }
    #expect(holds(set) != true, "\(set) has no solution\n\(message)")
    #expect(situation.safe(set).conditions == set, "\(set) binds its variables\n\(message)")
    for part in 0..<(1 << set.count) - 1 where set.count <= 6 {
      let conditions = set.indices.filter { part & 1 << $0 != 0 }.map { set[$0] }
      #expect(holds(conditions) != false, "\(conditions) of \(set) has a solution\n\(message)")
    }
  }
}

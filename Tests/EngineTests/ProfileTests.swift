import Datalog
import Engine
import Planning
import Testing

/// Outlines of plans and profiles of what they took.
struct ProfileTests {
  @Test(arguments: [UInt64(1)...60, 61...120, 121...180])
  func `every step of a plan has a line, and a profile changes nothing`(_ seeds: ClosedRange<UInt64>) throws {
    for seed in seeds {
      let random = RandomProgram(seed: seed)
      let observer = PlanObserver(seed)
      let plain = RandomProgramTests.outcome(of: EngineEvaluator(), on: random, .written)
      let watched = RandomProgramTests.outcome(of: EngineEvaluator(run: observer.run), on: random, .written)
      #expect(watched == plain, "seed \(seed)\n\(random.text(.written))")
    }
  }

  /// A chain of `count` edges, closed in rounds: round n finds the paths of n + 1 edges.
  private func chainProfile(_ count: Int64) throws -> StratumProfile {
    var options = PlannerOptions()
    options.usesRowFixpoint = false
    let run = try EngineRun(
      """
      .decl edge(from: number, to: number)
      path(X, Y) :- edge(X, Y).
      path(X, Z) :- path(X, Y), edge(Y, Z).
      """,
      ["edge": (0..<count).map { [$0, $0 + 1] }],
      options: options
    )
    let profile = StratumProfile()
    try run.run(profile: profile)
    return profile
  }

  @Test func `each round tells what it derived`() throws {
    let profile = try chainProfile(5)
    let rounds = try #require(profile.parts[.variant(0)]).rounds
    #expect(rounds.map(\.first) == [1, 2, 3, 4, 5])
    #expect(rounds.map(\.figures.derived) == [4, 3, 2, 1, 0])
    #expect(rounds.map(\.figures.attempted) == [4, 3, 2, 1, 0])
    #expect(profile.parts[.initial(0)]?.total.derived == 5)
    #expect(profile.roundCount == 5)
  }

  @Test func `many rounds become few entries, and none is lost`() throws {
    let profile = try chainProfile(1500)
    let part = try #require(profile.parts[.variant(0)])
    #expect(part.total.derived == 1500 * 1499 / 2)
    for entries in [part.rounds, StratumProfile.merged(part.rounds, into: 12)] {
      #expect(entries.reduce(0) { $0 + $1.figures.derived } == part.total.derived)
      #expect(entries.reduce(0) { $0 + $1.figures.nanoseconds } <= part.total.nanoseconds)
      #expect(entries.first?.first == 1)
      #expect(entries.last?.last == 1500)
      for (entry, next) in zip(entries, entries.dropFirst()) { #expect(entry.last + 1 == next.first) }
    }
    #expect(part.rounds.count <= 1024)
    #expect(StratumProfile.merged(part.rounds, into: 12).count <= 12)
  }

  @Test func `a profile holds what was done before a budget ran out`() throws {
    let run = try EngineRun(
      """
      .decl e(a: number, b: number)
      p(X, Z) :- e(X, Y), e(Y, Z), e(X, Z).
      """,
      ["e": (0..<4000).map { [$0 % 60, $0 / 60] }],
      limits: EvaluationLimits(time: nil, tupleCount: 100, byteCount: nil)
    )
    let profile = StratumProfile()
    #expect(throws: EvaluationError.self) { try run.run(profile: profile) }
    let part = try #require(profile.parts[.initial(0)])
    #expect(part.total.derived > 100)
    #expect((part.stepRows.first ?? 0) > 0)
  }

  @Test func `a relation tells how it is kept`() throws {
    let run = try EngineRun(
      """
      .decl e(a: number, b: number)
      p(X, Z) :- e(X, Y), e(Y, Z).
      t(X, Y, Z) :- e(X, Y), e(Y, Z).
      """,
      ["e": (0..<100).map { [$0, $0 + 1] }]
    )
    try run.run()
    let built = try #require(run.relation("p")).storage
    #expect(built.tupleCount == 99)
    #expect(built.byteCount >= 99 * 4)
    guard case .rows(let rows?, nil) = built.form else {
      Issue.record("\(built.form)")
      return
    }
    #expect(rows.count == 99)
    #expect(rows.isFrozen)
    let stored = try #require(run.relation("t")).storage
    #expect(stored.tupleCount == 99)
    #expect(stored.byteCount >= 99 * 12)
    guard case .store = stored.form else {
      Issue.record("\(stored.form)")
      return
    }
  }
}

/// Runs strata with a profile and compares it, and the outline of the plan, with the plan.
private struct PlanObserver: Sendable {
  private let seed: UInt64

  init(_ seed: UInt64) {
    self.seed = seed
  }

  @Sendable func run(_ stratum: Stratum, planner: Planner, evaluation: Evaluation) throws {
    let plan = planner.plan(stratum)
    let outline = planner.outline(of: plan, for: stratum)
    let rules = plan.rules
    #expect(rules.keys.allSatisfy { part in outline.parts.contains { $0.part == part } }, "seed \(seed)")
    for part in outline.parts {
      #expect(!part.lines.isEmpty && part.lines.allSatisfy { !$0.text.isEmpty }, "seed \(seed)")
      guard let rule = rules[part.part] else { continue }
      #expect(part.lines.compactMap(\.step) == Array(0...rule.steps.count), "seed \(seed)")
    }
    let profile = StratumProfile()
    let before = evaluation.context.derivedCount
    defer {
      let derived = profile.parts.values.reduce(0) { $0 + $1.total.derived }
      #expect(derived == evaluation.context.derivedCount - before, "seed \(seed)")
      for (part, figures) in profile.parts {
        #expect(figures.stepRows.count == rules[part]?.steps.count ?? 0, "seed \(seed)")
        if rules[part] != nil { #expect(figures.total.attempted >= figures.total.derived, "seed \(seed)") }
      }
    }
    try evaluation.run(plan, profile: profile)
  }
}

extension StratumPlan {
  /// The plans of rules by the part that they are.
  fileprivate var rules: [StratumProfile.Part: RulePlan] {
    func numbered(
      _ plans: [RulePlan],
      _ part: (Int) -> StratumProfile.Part
    ) -> [(StratumProfile.Part, RulePlan)] {
      plans.enumerated().map { (part($0.offset), $0.element) }
    }
    switch self {
    case .once(let plans), .rowFixpoint(_, let plans), .grouped(_, _, let plans):
      return Dictionary(uniqueKeysWithValues: numbered(plans, StratumProfile.Part.initial))
    case .rounds(let rounds):
      let parts =
        numbered(rounds.initial, StratumProfile.Part.initial) + numbered(rounds.variants, StratumProfile.Part.variant)
      return Dictionary(uniqueKeysWithValues: parts)
    }
  }
}

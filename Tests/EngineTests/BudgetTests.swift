import Datalog
import Planning
import Testing

@testable import Engine

/// An evaluation that runs out of a budget, or is cancelled, ends with an error that names the rule it was at.
struct BudgetTests {
  /// A program that derives far more than its facts, by one form of evaluation.
  struct Form: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rules: String
    /// Tuples derived when nothing stops it, at least.
    let tupleCount: Int
    var options = PlannerOptions()
  }

  private static let plain: PlannerOptions = {
    var options = PlannerOptions()
    options.usesRowBuild = false
    options.usesRowFixpoint = false
    options.usesLeafUnion = false
    options.usesDistinct = false
    return options
  }()

  private static let rounds: PlannerOptions = {
    var options = PlannerOptions()
    options.usesRowFixpoint = false
    return options
  }()

  private static let closure = "answer(X, Y) :- e(X, Y). answer(X, Z) :- answer(X, Y), e(Y, Z)."

  static let forms = [
    Form(testDescription: "row fixpoint", rules: closure, tupleCount: 7_000),
    Form(testDescription: "leaf union", rules: closure, tupleCount: 7_000, options: rounds),
    Form(testDescription: "insertion of pairs", rules: closure, tupleCount: 7_000, options: plain),
    Form(
      testDescription: "runs of additions",
      rules: "answer(X, Y) :- e(X, Y). answer(X, Z) :- e(X, Y), answer(Y, Z).",
      tupleCount: 7_000,
      options: rounds
    ),
    Form(testDescription: "row build", rules: "answer(X, Z) :- d(X, Y), d(Y, Z).", tupleCount: 7_000),
    Form(
      testDescription: "two rules for one head",
      rules: "answer(X, Y) :- e(X, _), e(_, Y). answer(X, Y) :- e(X, _), e(Y, _).",
      tupleCount: 7_000
    ),
    Form(
      testDescription: "wide tuples",
      rules: "answer(X, Y, Z) :- e(X, Y), e(Z, _).",
      tupleCount: 7_000,
      options: plain
    ),
    Form(
      testDescription: "wide recursion",
      rules: "answer(X, Y, 1) :- e(X, Y). answer(X, Z, 1) :- answer(X, Y, 1), e(Y, Z).",
      tupleCount: 7_000
    ),
    Form(
      testDescription: "shortest ways",
      rules: "answer(X, Y, min(1)) :- e(X, Y). answer(X, Z, min(N + 1)) :- answer(X, Y, N), e(Y, Z).",
      tupleCount: 7_000
    ),
    Form(
      testDescription: "numbers in a range",
      rules: "answer(X, N) :- e(X, _), N = range(1, 100).",
      tupleCount: 7_000
    ),
    Form(
      testDescription: "tuples to be grouped",
      rules: "answer(X, count(Y)) :- e(X, Z), e(W, Y), Z + W >= 0.",
      tupleCount: 7_000
    ),
    Form(
      testDescription: "groups",
      rules: "answer(X, Y, N) :- e(X, _), e(_, Y), N = count : { e(X, Y) }.",
      tupleCount: 7_000
    ),
  ]

  /// A cycle, and a graph of eight ways from each node.
  private static let facts: [String: [[Int64]]] = [
    "e": (0..<90).map { [$0, ($0 + 1) % 90] },
    "d": (0..<2_400).map { [$0 / 8, ($0 / 8 * 7 + $0 % 8) % 300] },
  ]

  private func run(
    _ form: Form,
    limits: EvaluationLimits = .none,
    isCancelled: @escaping () -> Bool = { false }
  ) throws -> EngineRun {
    try EngineRun(
      ".decl e(a: number, b: number)\n.decl d(a: number, b: number)\n" + form.rules,
      BudgetTests.facts,
      limits: limits,
      options: form.options,
      isCancelled: isCancelled
    )
  }

  @Test(arguments: forms)
  func `without a budget everything is derived`(_ form: Form) throws {
    let run = try run(form)
    try run.run()
    #expect(run.context.derivedCount >= form.tupleCount)
  }

  @Test(arguments: forms, [0, 1, 1_000, 5_000])
  func `an evaluation stops soon after its last tuple`(_ form: Form, _ most: Int) throws {
    let run = try run(form, limits: EvaluationLimits(time: nil, tupleCount: most, byteCount: nil))
    guard case .tooManyTuples(let rule, let count)? = run.fault() else {
      Issue.record("it ended otherwise")
      return
    }
    #expect(rule.map(run.program.rules.indices.contains) ?? false)
    #expect(count > most && count < most + 5_000)
  }

  @Test(arguments: forms)
  func `an evaluation stops when its memory is used up`(_ form: Form) throws {
    let whole = try run(form)
    try whole.run()
    let most = whole.context.peakByteCount / 10 * 9
    let run = try run(form, limits: EvaluationLimits(time: nil, tupleCount: nil, byteCount: most))
    guard case .outOfMemory(let rule, _, let bytes)? = run.fault() else {
      Issue.record("it ended otherwise")
      return
    }
    #expect(rule.map(run.program.rules.indices.contains) ?? false)
    #expect(bytes > most)
  }

  @Test(arguments: forms)
  func `an evaluation stops when its time is over`(_ form: Form) throws {
    let run = try run(form, limits: EvaluationLimits(time: .seconds(-1), tupleCount: nil, byteCount: nil))
    guard case .outOfTime(let rule, tupleCount: 0)? = run.fault() else {
      Issue.record("it ended otherwise")
      return
    }
    #expect(rule.map(run.program.rules.indices.contains) ?? true)
  }

  @Test(arguments: [.seconds(Int64.max), .seconds(9_223_372_036), .zero, .seconds(Int64.min)] as [Duration])
  func `no length of time is too long to be waited for`(_ time: Duration) throws {
    let run = try run(BudgetTests.forms[0], limits: EvaluationLimits(time: time, tupleCount: nil, byteCount: nil))
    if time > .zero { #expect(run.fault() == nil) } else { _ = run.fault() }
  }

  /// Cancels once, when it was asked so many times before.
  private final class Cancellation {
    private(set) var asked = 0
    private let last: Int

    init(after last: Int) {
      self.last = last
    }

    var isCancelled: Bool {
      asked += 1
      return asked == last + 1
    }
  }

  @Test(arguments: forms)
  func `an evaluation is cancelled wherever it is`(_ form: Form) throws {
    let whole = Cancellation(after: -1)
    let complete = try run(form) { whole.isCancelled }
    try complete.run()
    #expect(whole.asked > 10)
    for last in [0, 1, 2, 3, 5, 9, whole.asked / 3, whole.asked / 2, whole.asked - 1] {
      let cancellation = Cancellation(after: last)
      let run = try run(form) { cancellation.isCancelled }
      guard case .interrupted(let rule, _)? = run.fault() else {
        Issue.record("it ended otherwise")
        continue
      }
      // There is none while statistics are taken or tables are made for a plan.
      #expect(rule.map(run.program.rules.indices.contains) ?? true)
      #expect(cancellation.asked == last + 1)
    }
  }

  @Test(arguments: forms)
  func `nothing stays of what was stopped`(_ form: Form) throws {
    let account: MemoryAccount
    do {
      let cancellation = Cancellation(after: 8)
      let run = try run(form) { cancellation.isCancelled }
      account = run.context.account
      #expect(run.fault() != nil)
      #expect(account.byteCount > 0)
    }
    // Only what the context itself holds is left, and the context is gone as well.
    #expect(account.byteCount == 0)
  }

  @Test(arguments: forms)
  func `what was stopped can be evaluated again in the same context`(_ form: Form) throws {
    let expected = try run(form)
    try expected.run()
    // Rows are built for 128 keys before the next batch of 1,024 is asked for in the middle of one.
    for last in [0, 1, 2, 3, 5, 8, 11, 20] + (form.testDescription == "row build" ? Array(125..<135) : []) {
      let cancellation = Cancellation(after: last)
      let stopped = try run(form) { cancellation.isCancelled }
      guard stopped.fault() != nil else { continue }
      let again = EngineRun(again: stopped, options: form.options)
      try again.run()
      let isRight = again.tuples("answer") == expected.tuples("answer")
      #expect(isRight, "stopped after \(last)")
    }
  }
}

/// What is kept beside the tuples themselves, and how far a single batch may go.
struct BatchBudgetTests {
  private static let declarations = ".decl a(x: number, y: number)\n.decl b(x: number, y: number)\n"

  /// A thousand rows, all of one hub that has ten thousand words.
  private static let hub: [String: [[Int64]]] = [
    "a": (0..<1_000).map { [$0, -1] },
    "b": (0..<10_000).map { [-1, $0] },
  ]

  @Test func `a batch of large leaves is stopped before its end`() throws {
    let run = try EngineRun(
      BatchBudgetTests.declarations + "answer(X, Z) :- a(X, Y), b(Y, Z). answer(X, Z) :- a(Z, Y), b(Y, X).",
      BatchBudgetTests.hub,
      limits: EvaluationLimits(time: nil, tupleCount: 100_000, byteCount: nil)
    )
    guard case .tooManyTuples(_, let count)? = run.fault() else {
      Issue.record("it ended otherwise")
      return
    }
    #expect(count < 200_000)
  }

  @Test func `what a rule has added is not kept beside its tuples`() throws {
    let run = try EngineRun(
      BatchBudgetTests.declarations + "answer(X, Z) :- a(X, Y), b(Y, Z), X < 50. answer(X, Z) :- a(X, Z).",
      BatchBudgetTests.hub
    )
    try run.run()
    let answer = try #require(run.relation("answer"))
    #expect(answer.count == 501_000)
    #expect(answer.next.count == 0)
  }
}

import Glibc
import Planning
import Synchronization
import Testing

@testable import Engine

/// Several threads do what one would do, in its order.
struct SharedWorkTests {
  /// What a worker did.
  private final class Record {
    var parts: [Int] = []
    let context: EvaluationContext

    init(_ context: EvaluationContext) {
      self.context = context
    }
  }

  private static func context(
    threads: Int,
    leastWork: Int = 0,
    limits: EvaluationLimits = .none,
    isCancelled: @escaping () -> Bool = { false }
  ) -> EvaluationContext {
    var parallelism = Parallelism(threadCount: threads)
    parallelism.leastWork = leastWork
    return EvaluationContext(values: Values(), limits: limits, parallelism: parallelism, isCancelled: isCancelled)
  }

  /// Shares parts that derive a number of tuples each; gives the workers' records.
  private func share(
    _ partCount: Int,
    deriving size: Int = 1,
    in context: EvaluationContext
  ) throws(EvaluationError) -> [Record] {
    let first = Record(context)
    var records = [first]
    try context.share(partCount: partCount, first: first) { context in
      records.append(Record(context))
      return records[records.count - 1]
    } perform: { record, part throws(EvaluationError) in
      record.parts.append(part)
      try record.context.poll(derived: size, attempted: size)
    }
    return records
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000])
  func `each part is done once`(_ threads: Int, _ partCount: Int) throws {
    let context = SharedWorkTests.context(threads: threads)
    let records = try share(partCount, deriving: 5, in: context)
    #expect(records.count == max(1, min(threads, partCount)))
    #expect(records.flatMap(\.parts).sorted() == Array(0..<partCount))
    #expect(records.allSatisfy { $0.parts == $0.parts.sorted() })
    #expect(context.derivedCount == partCount * 5)
    #expect(context.attemptedCount == partCount * 5)
  }

  @Test func `a thread works alone until there was much to do`() throws {
    let context = SharedWorkTests.context(threads: 2, leastWork: 100)
    #expect(try share(10, deriving: 10, in: context).count == 1)
    let records = try share(20, deriving: 10, in: context)
    #expect(records.count == 2)
    #expect(records[0].parts.starts(with: 0..<10))
  }

  @Test(arguments: [1, 10, 5_000])
  func `threads share one budget of tuples`(_ size: Int) throws {
    let limits = EvaluationLimits(time: nil, tupleCount: 100_000, byteCount: nil)
    let context = SharedWorkTests.context(threads: 4, limits: limits)
    do {
      _ = try share(1_000_000 / size, deriving: size, in: context)
      Issue.record("it did not end")
    } catch .tooManyTuples(_, let count) {
      #expect(count > 100_000)
      // Each thread may be a little ahead of what it told.
      #expect(context.derivedCount < 110_000 + 4 * 2 * size)
    } catch {
      Issue.record("it ended otherwise")
    }
  }

  @Test func `a failure on one thread ends the work on all`() {
    let context = SharedWorkTests.context(threads: 4)
    let performed = Atomic<Int>(0)
    let failure = EvaluationError.overflow(rule: 7, values: [])
    var fault: EvaluationError?
    do {
      func perform(_ context: EvaluationContext, _ part: Int) throws(EvaluationError) {
        performed.wrappingAdd(1, ordering: .relaxed)
        if part == 100 { throw failure }
        try context.poll()
      }
      try context.share(partCount: 1_000_000, first: context, makeWorker: { $0 }, perform: perform)
    } catch {
      fault = error
    }
    #expect(fault == failure)
    #expect(performed.load(ordering: .relaxed) < 1_000_000)
  }

  @Test func `the thread that waits for others asks whether to stop`() {
    var asked = 0
    let context = SharedWorkTests.context(threads: 2) {
      asked += 1
      return asked > 3
    }
    let caller = context
    let hasBegun = Atomic<Bool>(false)
    var fault: EvaluationError?
    do {
      // All but this thread's own parts go on until they are told to end.
      func perform(_ context: EvaluationContext, _ part: Int) throws(EvaluationError) {
        if context === caller {
          while !hasBegun.load(ordering: .relaxed) { sched_yield() }
          return
        }
        hasBegun.store(true, ordering: .relaxed)
        while true { try context.poll() }
      }
      try context.share(partCount: 64, first: context, makeWorker: { $0 }, perform: perform)
    } catch {
      fault = error
    }
    #expect(fault == .interrupted(rule: nil, tupleCount: 0))
  }

  @Test(arguments: [1, 2, 5])
  func `parts that are given back are done alone, in order, before all that nobody has begun`(_ threads: Int) throws {
    let context = SharedWorkTests.context(threads: threads)
    let first = Record(context)
    let done = Mutex<[Int]>([])
    try context.share(partCount: 200, first: first) {
      Record($0)
    } perform: { record, part throws(EvaluationError) in
      try record.context.poll(derived: 1, attempted: 1)
      if part % 10 == 7 { try record.context.giveBack() }
      record.parts.append(part)
      done.withLock { $0.append(part) }
    }
    let parts = done.withLock { $0 }
    #expect(parts.sorted() == Array(0..<200))
    #expect(parts.filter { $0 % 10 == 7 } == Array(stride(from: 7, to: 200, by: 10)))
    #expect(first.parts.filter { $0 % 10 == 7 }.count == 20)
    #expect(context.derivedCount == 200)
    #expect(context.attemptedCount == 200)
  }

  // MARK: Plans

  struct Form: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rules: String
  }

  static let forms = [
    Form(testDescription: "row fixpoint", rules: "answer(X, Y) :- e(X, Y). answer(X, Z) :- answer(X, Y), d(Y, Z)."),
    Form(testDescription: "columns", rules: "answer(X, Y) :- e(X, Y). answer(X, Z) :- d(X, Y), answer(Y, Z)."),
    Form(testDescription: "row build", rules: "answer(X, Z) :- d(X, Y), d(Y, Z)."),
    Form(testDescription: "row build above", rules: "answer(X, Z) :- d(X, Y), d(Y, Z), X < Z."),
    Form(testDescription: "row build without", rules: "answer(X, Z) :- d(X, Y), d(Y, Z), X != Z, not e(X, Z)."),
    Form(testDescription: "three steps", rules: "answer(X, W) :- d(X, Y), d(Y, Z), e(Z, Z2), d(Z2, W)."),
    Form(
      testDescription: "a common successor",
      rules: "answer(X, W) :- d(X, Y), e(Y, U), d(Y, V), d(V, W), d(X, U)."
    ),
    Form(testDescription: "wide facts", rules: "answer(X, Z) :- w(X, _, Y), d(Y, V), w(V, _, Z)."),
  ]

  /// Recursions that leave a column as it is.
  static let recursions = [
    Form(
      testDescription: "filtered closure",
      rules: "answer(X, Y) :- d(X, Y). answer(X, Z) :- answer(X, Y), d(Y, Z), X != Z."
    ),
    Form(
      testDescription: "two relations that need each other",
      rules: """
        answer(X, Y) :- e(X, Y). answer(X, Z) :- other(X, Y), e(Y, Z).
        other(X, Y) :- d(X, Y). other(X, Z) :- answer(X, Y), d(Y, Z).
        """
    ),
    Form(
      testDescription: "two of different widths",
      rules: """
        answer(X, Y) :- e(X, Y). answer(X, Z) :- other(X, _, Z).
        other(X, Y, Z) :- answer(X, Y), d(Y, Z).
        """
    ),
    Form(
      testDescription: "nonlinear, wide",
      rules: """
        answer(X, Y, 0) :- e(X, Y). answer(X, Y, 1) :- d(X, Y), X < 60.
        answer(X, Z, N) :- answer(X, Y, N), answer(X, V, 0), w(Y, _, Z), V != Z.
        """
    ),
    Form(
      testDescription: "new values",
      rules: "answer(X, Y, 1000) :- e(X, Y). answer(X, Z, N + X % 5) :- answer(X, Y, N), e(Y, Z), N < 1050, X > 0."
    ),
    Form(
      testDescription: "least values, made anew",
      rules: "answer(X, Y, min(3000)) :- d(X, Y), X < 99. answer(X, Z, min(N + Y % 7)) :- answer(X, Y, N), d(Y, Z)."
    ),
    Form(
      testDescription: "values that are not there",
      rules: "answer(X, Y, 90) :- e(X, Y). answer(X, Z, N - X % 2) :- answer(X, Y, N), e(Y, Z), N > 60, 8 / N >= 0."
    ),
  ]

  /// A cycle, a graph of eight ways from each node, and one of triples.
  private static let facts: [String: [[Int64]]] = [
    "e": (0..<90).map { [$0, ($0 + 1) % 90] },
    "d": (0..<2_400).map { [$0 / 8, ($0 / 8 * 7 + $0 % 8) % 300] },
    "w": (0..<900).map { [$0 % 300, $0 % 7, $0 * 11 % 300] },
  ]

  private func run(_ form: Form, threads: Int, options: PlannerOptions = PlannerOptions()) throws -> EngineRun {
    let run = try program(form, parallelism: .eager(threads: threads), options: options)
    try run.run()
    return run
  }

  private func program(
    _ form: Form,
    parallelism: Parallelism,
    limits: EvaluationLimits = .none,
    options: PlannerOptions = PlannerOptions()
  ) throws -> EngineRun {
    let declarations = """
      .decl e(a: number, b: number)
      .decl d(a: number, b: number)
      .decl w(a: number, b: number, c: number)

      """
    return try EngineRun(
      declarations + form.rules,
      SharedWorkTests.facts,
      limits: limits,
      options: options,
      parallelism: parallelism
    )
  }

  @Test(arguments: forms)
  func `every thread has a slab, and together they hold what one holds`(_ form: Form) throws {
    let alone = try #require(try run(form, threads: 1).relation("answer"))
    #expect(alone.count > 1_000)
    for threads in [2, 3, 5] {
      let shared = try #require(try run(form, threads: threads).relation("answer"))
      #expect((shared.tables.forward ?? shared.tables.reverse)?.slabs.count == threads)
      let isSame = shared.words() == alone.words()
      #expect(isSame, "on \(threads) threads")
    }
  }

  @Test(arguments: recursions)
  func `turns are shared`(_ form: Form) throws {
    let once = try run(form, threads: 1)
    let alone = try #require(once.relation("answer"))
    #expect(alone.count > 1_000)
    for threads in [2, 3, 5] {
      let run = try run(form, threads: threads)
      let shared = try #require(run.relation("answer"))
      let isSame = shared.words() == alone.words() && run.tuples("answer") == once.tuples("answer")
      #expect(isSame, "on \(threads) threads")
      #expect(run.context.derivedCount == once.context.derivedCount)
      #expect(run.context.attemptedCount == once.context.attemptedCount)
    }
  }

  @Test(arguments: recursions)
  func `a profile is the same on any number of threads`(_ form: Form) throws {
    func parts(threads: Int, leastWork: Int) throws -> [StratumProfile.Part: StratumProfile.PartProfile] {
      let parallelism = Parallelism.eager(threads: threads, leastWork: leastWork)
      let profile = StratumProfile()
      try program(form, parallelism: parallelism).run(profile: profile)
      return profile.parts
    }
    for leastWork in [0, 1 << 14] {
      let alone = try parts(threads: 1, leastWork: leastWork)
      for threads in [2, 4] {
        let shared = try parts(threads: threads, leastWork: leastWork)
        #expect(Set(shared.keys) == Set(alone.keys))
        for (part, profile) in shared {
          let expected = try #require(alone[part])
          #expect(profile.stepRows == expected.stepRows)
          #expect(profile.rounds.map(\.last) == expected.rounds.map(\.last))
          #expect(profile.rounds.map(\.figures.derived) == expected.rounds.map(\.figures.derived))
          #expect(profile.rounds.map(\.figures.attempted) == expected.rounds.map(\.figures.attempted))
        }
      }
    }
  }

  @Test(arguments: recursions)
  func `what is shared is what rounds give`(_ form: Form) throws {
    var plain = PlannerOptions()
    plain.usesTurns = false
    let shared = try run(form, threads: 3)
    let rounds = try run(form, threads: 1, options: plain)
    let isSame = shared.tuples("answer") == rounds.tuples("answer")
    #expect(isSame)
  }

  @Test(arguments: recursions.prefix(6))
  func `threads that take turns share one budget of tuples`(_ form: Form) throws {
    let whole = try run(form, threads: 1).context.derivedCount
    let limits = EvaluationLimits(time: nil, tupleCount: whole / 2, byteCount: nil)
    let run = try program(form, parallelism: .eager(threads: 3), limits: limits)
    guard case .tooManyTuples? = run.fault() else {
      Issue.record("it did not end")
      return
    }
  }
}

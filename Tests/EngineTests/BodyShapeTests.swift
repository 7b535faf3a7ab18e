import Datalog
import Engine
import Planning
import Testing

/// Bodies of every shape that has an operator of its own, against the oracle, with each special form and without.
struct BodyShapeTests {
  /// Rules for `answer`; `e` and `f` are graphs, `c` a set, `w` has three columns.
  static let bodies = [
    // Cycles.
    "answer(X, Y, Z) :- e(X, Y), e(Y, Z), e(X, Z).",
    "answer(X, Z) :- e(X, Y), e(Y, Z), e(Z, X).",
    "answer(X) :- e(X, Y), e(Y, Z), e(X, Z), X < Y, Y < Z.",
    "answer(X, W) :- e(X, Y), e(Y, Z), e(Z, W), e(W, X).",
    "answer(X, Y, Z, W) :- e(X, Y), e(X, Z), e(X, W), e(Y, Z), e(Y, W), e(Z, W).",
    "answer(X) :- e(X, Y), f(Y, X), c(Y).",
    "answer(Z) :- e(1, Z), f(2, Z), c(Z).",
    "answer(X, Z) :- e(X, Z), f(X, Z), e(Z, Z).",
    "answer(X, Y, Z) :- w(X, Y, _), w(Y, Z, _), w(X, Z, _).",
    "answer(X, Y, Z) :- w(X, Y, K), w(Y, Z, K), w(X, Z, K).",
    "answer(X, Y) :- c(X), c(Y), e(X, Z), f(Y, Z), e(Y, X).",
    // Parts of which no value is wanted.
    "answer(X) :- e(X, Y), f(Y, Z), e(Z, W), c(W).",
    "answer(X, Y) :- e(X, Y), f(Y, Z), e(Z, W), f(W, V).",
    "answer(X, Y) :- e(X, Y), f(Y, Z), e(X, W), f(W, Z), c(Z).",
    "answer(X) :- c(X), e(Y, Z), f(Z, Y).",
    "answer(X) :- c(X), e(Y, Z), f(Z, W), e(W, _).",
    "answer(X) :- e(X, Y), e(Y, Y), f(Z, Z).",
    "answer(X) :- e(X, Y), w(Y, Z, K), f(Z, K), K != X.",
    "answer(X, Y) :- e(X, Y), e(Z, W), f(W, V), not f(V, X).",
    "answer(X, Y) :- e(X, Y), f(Y, Z), e(Z, W), W > X.",
    // What a first atom with a constant gives comes once, however many tuples give it.
    "answer(Y, Z, 1) :- w(1, Y, _), e(Y, Z).",
    "answer(Y, 1, 2) :- w(_, Y, 1).",
    "answer(count(Y)) :- w(1, Y, _).",
    "answer(Z, sum(Y)) :- w(Y, _, 1), e(Y, Z).",
    // Counts.
    "answer(N) :- N = count : { e(_, _) }.",
    "answer(N) :- N = count : { w(X, _, _), c(X) }.",
    "answer(N) :- N = count : { e(X, Y), f(Y, Z) }.",
    "answer(N) :- N = count : { e(X, Y), f(Y, Z), e(Z, W), f(W, V) }.",
    "answer(N) :- N = count : { e(X, Y), e(Y, Z), e(X, Z) }.",
    "answer(N) :- N = count : { e(X, Y), e(Y, Z), e(Z, W), e(W, X) }.",
    "answer(N) :- N = count : { e(X, Y), e(X, Z), e(X, W), e(Y, Z), e(Y, W), e(Z, W) }.",
    "answer(N) :- N = count : { e(X, Y), e(X, _), f(Y, _), f(_, X) }.",
    "answer(N) :- N = count : { e(X, Y), f(X, Z), Y < Z }.",
    "answer(N) :- N = count : { e(X, Y), f(Y, Z), e(Z, W), X != Y }.",
    "answer(N) :- N = count : { c(X), c(Y), e(X, Z), f(Z, Z) }.",
    "answer(N) :- N = count : { e(X, Y), w(Y, K, _), f(K, _) }.",
    "answer(N) :- N = count : { e(X, Y), f(Y, Z), Z = 10 / (X + 1), e(Z, _) }.",
    "answer(X, N) :- c(X), N = count : { e(X, Y), f(Y, Z), e(Z, _) }.",
    "answer(X, Y, N) :- e(X, Y), N = count : { f(X, Z), f(Y, Z) }.",
    "answer(X, Y, N) :- e(X, Y), N = count : { f(X, Z), f(Y, Z), e(Z, W), c(W) }.",
    "answer(X, N) :- c(X), N = sum Y : { e(X, Y), f(Y, Z), e(Z, W) }.",
    "answer(X, N) :- c(X), N = mean Y : { e(X, Y), f(Y, Z) }.",
    "answer(X, N) :- c(X), N = sum Y + Z : { e(X, Y), f(Y, Z), e(Z, W) }.",
    "answer(X, N) :- c(X), N = max Y : { e(X, Y), f(Y, Z), e(Z, W), c(W) }.",
    "answer(X, N) :- c(X), N = count Y : { e(X, Y), f(Y, Z), e(Z, W) }.",
    "answer(X, N) :- c(X), N = count : { e(X, Y), f(Y, Z) ; f(X, Y), e(Y, Z) }.",
    "answer(X, N) :- c(X), N = count : { e(X, Y), f(Y, Z), K = split(\"a,b,a\", \",\") }.",
    // Recursion through them.
    "answer(X, Y) :- e(X, Y). answer(X, Z) :- answer(X, Y), e(Y, Z), f(Y, Z).",
    "answer(X, Y) :- c(X), e(X, Y). answer(X, Z) :- answer(X, Y), answer(Y, Z), e(X, W), f(W, Z).",
    "answer(X) :- c(X). answer(Y) :- answer(X), e(X, Y), f(Y, Z), answer(Z).",
    "answer(X) :- c(X). answer(Y) :- e(X, Y), f(Y, Z), answer(Z), e(Z, W), answer(W).",
  ]

  /// Facts of a seed: few words, so that there are cycles, hubs and dead ends.
  static func facts(_ seed: UInt64) -> String {
    var generator = SplitMix64(seed: seed)
    func word() -> Int { Int.random(in: 0..<9, using: &generator) }
    var lines: [String] = []
    for _ in 0..<26 { lines.append("e(\(word()), \(word() / 2 + 2)).") }
    for _ in 0..<22 { lines.append("f(\(word() / 2 + 1), \(word())).") }
    for _ in 0..<14 { lines.append("w(\(word()), \(word()), \(word() / 3)).") }
    for _ in 0..<4 { lines.append("c(\(word())).") }
    return lines.joined(separator: "\n")
  }

  private static let declarations = """
    .decl e(x: number, y: number)
    .decl f(x: number, y: number)
    .decl w(x: number, y: number, z: number)
    .decl c(x: number)

    """

  /// The engine with each special form switched off, and in all forms that relations are forced into.
  private static let evaluators: [(name: String, evaluator: EngineEvaluator)] =
    [("the engine", EngineEvaluator())]
    + PlannerOptions.reduced.map { ($0.name, EngineEvaluator(options: $0.options)) }
    + ForcedForms.all.map { ($0.testDescription, EngineEvaluator(forms: $0.forms)) }

  @Test(arguments: bodies)
  func `a body has the oracle's solutions`(_ body: String) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let parsed = try ParsedProgram(BodyShapeTests.declarations + body + "\n" + BodyShapeTests.facts(seed))
      let expected = parsed.text(of: try NaiveEvaluator().evaluate(parsed.program, facts: parsed.facts))
      for (name, evaluator) in BodyShapeTests.evaluators {
        let found = parsed.text(of: try evaluator.evaluate(parsed.program, facts: parsed.facts))
        #expect(found == expected, "seed \(seed), \(name)")
      }
    }
  }

  /// Bodies whose rows lead nowhere by the square of the facts, in every order of the atoms.
  static let danglingBodies = [
    "answer(X, W) :- a(X, Y), b(Y, Z), c(Z, W).",
    "answer(X, Y, Z, W) :- a(X, Y), b(Y, Z), c(Z, W).",
    "answer(X, V) :- a(X, Y), b(Y, Z), c(Z, W), a(V, W).",
    "answer(X, W) :- a(X, Y), b(Y, Z), c(Z, W), X != W.",
    "answer(N) :- N = count : { a(X, Y), b(Y, Z), c(Z, W) }.",
  ]

  @Test(arguments: danglingBodies)
  func `rows that lead nowhere are not multiplied`(_ body: String) throws {
    // Two hubs in the middle, each of which nothing goes on from; one way that leads through.
    let size = 3_000 as Int64
    let facts: [String: [[Int64]]] = [
      "a": (0..<size).map { [$0, 1] } + [[7, 3]],
      "b": (0..<size).map { [1, 10 * size + $0] } + (0..<size).map { [20 * size + $0, 2] } + [[3, 4]],
      "c": (0..<size).map { [2, $0] } + [[4, 5]],
    ]
    let declarations = ".decl a(x: number, y: number)\n.decl b(x: number, y: number)\n.decl c(x: number, y: number)\n"
    var polls = 0
    let countPolls = {
      polls += 1
      return false
    }
    let run = try EngineRun(declarations + body, facts, isCancelled: countPolls)
    try run.run()
    #expect(run.relation("answer")?.count == (body.contains("a(V, W)") ? 0 : 1))
    // A poll a batch: nine million rows would take thousands.
    #expect(polls < 1_000)
  }

  /// Numbers of solutions that no enumeration would reach.
  static let counts: [(body: String, count: Int64?)] = [
    ("N = count : { e(_, _), e(_, _), e(_, _) }", 1_000_000_000_000_000_000),
    ("N = count : { e(_, _), e(_, _), e(_, _), e(_, _) }", nil),
    ("N = count : { e(X, Y), e(X, Z), e(X, W) }", 1_000_000_000_000_000_000),
    ("N = count : { e(X, Y), e(X, Z), e(X, W), e(X, V) }", nil),
    ("N = sum X : { e(X, Y), e(X, Z), e(X, W) }", 7_000_000_000_000_000_000),
    ("N = sum X : { e(X, Y), e(X, Z), e(X, W), e(X, V) }", nil),
  ]

  @Test(arguments: counts)
  func `solutions are counted without being listed`(_ body: String, _ count: Int64?) throws {
    let edges = (0..<1_000_000).map { [Int64(7), Int64($0)] }
    let run = try EngineRun(".decl e(x: number, y: number)\nanswer(N) :- \(body).", ["e": edges])
    guard let count else {
      guard case .overflow? = run.fault() else {
        Issue.record("it does not overflow")
        return
      }
      return
    }
    try run.run()
    let answer = try #require(run.relation("answer"))
    #expect(answer.words().map { run.context.values.numbers[$0] } == [count])
  }
}

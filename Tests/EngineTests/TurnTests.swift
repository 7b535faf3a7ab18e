import Engine
import Planning
import Testing

/// A recursion that leaves a column as it is, taken in turns, gives what it gives in one.
struct TurnTests {
  static let programs = [
    // Few words with many tuples each: a turn for each word, its table growing within it.
    """
    .decl e(x: number, y: number)
    .decl walk(s: number, a: number, b: number, x: number)
    walk(A, A, A, B) :- e(A, B), A < 5.
    walk(S, B, C, Y) :- walk(S, _, B, C), e(C, Y), Y != B.
    walk(S, B, C, S) :- walk(S, A, B, C), walk(S, C, _, A).
    """,
    // Many words with few tuples each: many words a turn. The column that stays is the last.
    """
    .decl e(x: number, y: number)
    .decl walk(a: number, n: number, s: number)
    walk(X, 0, X) :- e(X, _).
    walk(Y, N + 1, S) :- walk(X, N, S), e(X, Y), N < 4.
    """,
    // A minimum, improved again and again.
    """
    .decl e(x: number, y: number)
    .decl walk(x: number, n: number, y: number)
    walk(X, min(N), Y) :- e(X, Y), N = X % 7 + 1.
    walk(X, min(N + M), Z) :- walk(X, N, Y), e(Y, Z), M = Y % 5 + 1.
    """,
    // Pairs.
    """
    .decl e(x: number, y: number)
    walk(X, Y) :- e(X, Y).
    walk(X, Z) :- walk(X, Y), e(Y, Z), X != Z.
    """,
    // No column stays: there are no turns.
    """
    .decl e(x: number, y: number)
    .decl walk(a: number, b: number, c: number)
    walk(X, Y, Y) :- e(X, Y).
    walk(Y, X, Z) :- walk(X, Y, Z), e(Z, X).
    """,
  ]

  @Test(arguments: programs, [0, 1 << 14, 1 << 16])
  func `turns do not show, whenever they begin`(_ program: String, _ leastWork: Int) throws {
    var generator = SplitMix64(seed: 5)
    let edges = (0..<700).map { _ in
      (0..<2).map { _ in Int64.random(in: 0..<250, using: &generator) }
    }
    var plain = PlannerOptions()
    plain.usesTurns = false
    let inTurns = try EngineRun(
      program,
      ["e": edges],
      parallelism: .eager(threads: 1, leastWork: leastWork)
    )
    let atOnce = try EngineRun(program, ["e": edges], options: plain)
    try inTurns.run()
    try atOnce.run()
    let expected = atOnce.tuples("walk")
    #expect(expected.count > 500)
    #expect(inTurns.tuples("walk") == expected)
    #expect(inTurns.relation("walk")?.count == expected.count)
    // How often a minimum is improved depends on the order.
    if !program.contains("min(") { #expect(inTurns.context.derivedCount == atOnce.context.derivedCount) }
  }
}

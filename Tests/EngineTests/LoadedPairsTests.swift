import Testing

@testable import Engine

/// A rule that scans a relation as it was loaded may read the same relation in another way, which makes a table of it.
struct LoadedPairsTests {
  static let rules = [
    "answer(Z) :- e(1, Y), e(Y, Z).",
    "answer(Z) :- e(Y, 1), e(Z, Y).",
    "answer(Z) :- e(1, Y), e(Z, Y), Y < 9.",
    "answer(Z) :- e(1, Y), e(Z, _), Y < 4.",
    "answer(Z) :- e(1, Y), e(_, Z), Y < 4.",
    "answer(Z) :- e(1, Y), e(A, Z), Y < 4, A + Y > 0.",
    "answer(Z) :- e(1, Y), Z = count : { e(Y, _) }.",
    "answer(Z) :- e(1, Y), not e(Y, 1), e(Y, Z).",
    "answer(Z) :- e(1, Y), e(Y, Z). answer(Z) :- e(2, Y), e(Y, Z).",
  ]

  @Test(arguments: rules)
  func `a relation is scanned as loaded and looked up by one rule`(_ rule: String) throws {
    let edges: [[Int64]] = (0..<40_000).map { [$0 % 2 + 1, 1 + $0 % 20_000] } + (0..<20_000).map { [$0, $0 / 2] }
    let declaration = ".decl e(a: number, b: number)\n"
    let run = try EngineRun(declaration + rule, ["e": edges])
    // A copy of the relation, so that nothing reads what is being scanned.
    let apart = try EngineRun(
      declaration + ".decl c(a: number, b: number)\n" + rule.replacing("- e(", with: "- c("),
      ["e": edges, "c": edges]
    )
    try run.run()
    try apart.run()
    #expect(!apart.tuples("answer").isEmpty)
    #expect(run.tuples("answer") == apart.tuples("answer"))
  }
}

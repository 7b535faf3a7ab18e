import Engine
import Planning
import Testing

/// The order of a body's literals decides nothing: whatever it is, the same rows come out of the same steps.
struct TextOrderTests {
  struct Body: Sendable, CustomTestStringConvertible {
    let head: String
    let literals: [String]

    var testDescription: String { "\(head) :- \(literals.joined(separator: ", "))" }
  }

  static let bodies = [
    Body(head: "r(A, D)", literals: ["e(A, B)", "e(B, C)", "e(C, D)", "u(A)", "f(D, _)"]),
    Body(head: "r(A, C)", literals: ["e(A, B)", "f(B, C)", "e(C, A)", "A != C", "not u(B)"]),
    Body(head: "r(A, count(B))", literals: ["e(A, B)", "e(B, C)", "f(C, D)", "u(D)", "C < 40"]),
    Body(head: "r(A, B)", literals: ["t(A, M, 7)", "t(B, M, _)", "u(A)", "e(B, _)", "f(_, A)"]),
    Body(head: "r(N, 1)", literals: ["N = count : { e(A, B), e(B, C), e(A, C) }", "u(3)"]),
    Body(head: "r(A, D)", literals: ["e(A, B)", "e(A, C)", "f(B, D)", "f(C, D)", "B < C", "u(A)"]),
  ]

  @Test(arguments: bodies)
  func `the same rows come out of the same steps`(_ body: Body) throws {
    var generator = SplitMix64(seed: 3)
    let first = try stepRows(body.head, body.literals)
    for _ in 0..<8 {
      let literals = body.literals.shuffled(using: &generator)
      #expect(try stepRows(body.head, literals) == first, "\(literals)")
    }
  }

  /// How many rows come out of each step, and the tuples.
  private func stepRows(_ head: String, _ literals: [String]) throws -> [[Int]] {
    let text = """
      .decl e(x: number, y: number)
      .decl f(x: number, y: number)
      .decl t(x: number, y: number, z: number)
      .decl u(x: number)
      .decl r(x: number, y: number)
      \(head) :- \(literals.joined(separator: ", ")).
      """
    var generator = SplitMix64(seed: 11)
    func rows(_ count: Int, _ width: Int, _ range: Int64) -> [[Int64]] {
      (0..<count).map { _ in (0..<width).map { _ in Int64.random(in: 0..<range, using: &generator) } }
    }
    let facts = ["e": rows(900, 2, 60), "f": rows(300, 2, 80), "t": rows(500, 3, 50), "u": rows(25, 1, 60)]
    let run = try EngineRun(text, facts)
    let profile = StratumProfile()
    try run.run(profile: profile)
    return profile.parts.values.map(\.stepRows).sorted { $0.lexicographicallyPrecedes($1) }
      + [[run.relation("r")?.count ?? -1]]
  }
}

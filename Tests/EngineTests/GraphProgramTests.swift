import Datalog
import Engine
import Planning
import Testing

/// Recursive programs on graphs large enough for every leaf and directory, in every way the planner can evaluate them,
/// against textbook algorithms.
struct GraphProgramTests {
  struct Graph: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let edges: Set<[Int64]>

    /// The nodes that each node has an edge to.
    var next: [Int64: [Int64]] { Dictionary(grouping: edges, by: { $0[0] }).mapValues { $0.map { $0[1] } } }

    var nodes: Set<Int64> { Set(edges.joined()) }

    init(_ name: String, _ edges: [(Int, Int)], label: (Int) -> Int64 = { Int64($0) }) {
      testDescription = name
      self.edges = Set(edges.map { [label($0.0), label($0.1)] })
    }

    static func random(_ name: String, nodes: Int, edges: Int, label: (Int) -> Int64 = { Int64($0) }) -> Graph {
      var generator = SplitMix64(seed: UInt64(nodes * edges))
      let pairs = (0..<edges).map { _ in
        (Int.random(in: 0..<nodes, using: &generator), Int.random(in: 0..<nodes, using: &generator))
      }
      return Graph(name, pairs, label: label)
    }
  }

  static let graphs: [Graph] = [
    Graph.random("sparse", nodes: 80, edges: 104),
    Graph.random("dense", nodes: 50, edges: 600),
    Graph.random("critical, with labels all over the range", nodes: 70, edges: 102) { ($0 &- 30).asLabel },
    Graph("chain", (0..<70).map { ($0, $0 + 1) }),
    Graph("star with loops", star),
    Graph("cycle", (0..<50).map { ($0, ($0 + 1) % 50) }),
    Graph("grid", grid),
    Graph("two sides, each with all of the other", sides),
  ]

  private static let star: [(Int, Int)] = (1..<120).map { (0, $0) } + [(0, 0), (7, 0)]

  private static let grid: [(Int, Int)] = {
    let right: [(Int, Int)] = (0..<64).filter { $0 % 8 < 7 }.map { ($0, $0 + 1) }
    let down: [(Int, Int)] = (0..<56).map { ($0, $0 + 8) }
    return right + down
  }()

  private static let sides: [(Int, Int)] = (0..<400).map { ($0 / 20, 20 + $0 % 20) }

  /// The engine as it is, without the forms that graphs are evaluated by, and in all forms that relations are forced into.
  static let evaluators: [(name: String, evaluator: EngineEvaluator)] = {
    let switched: [(String, [WritableKeyPath<PlannerOptions, Bool>])] = [
      ("the engine", []), ("without row build", [\.usesRowBuild]), ("without row fixpoint", [\.usesRowFixpoint]),
      ("without components", [\.usesComponents]), ("without leaf union", [\.usesLeafUnion]),
      ("without distinct", [\.usesDistinct]),
      ("without any", [\.usesRowBuild, \.usesRowFixpoint, \.usesLeafUnion, \.usesDistinct]),
    ]
    let evaluators = switched.map { name, switches in
      var options = PlannerOptions()
      for option in switches { options[keyPath: option] = false }
      return (name, EngineEvaluator(options: options))
    }
    return evaluators + ForcedForms.all.map { ($0.testDescription, EngineEvaluator(forms: $0.forms)) }
  }()

  /// The tuples of `answer` in every way to evaluate the rules; they must be the same.
  private func expectAnswer(
    _ rules: String,
    on graph: Graph,
    _ expected: Set<[Int64]>,
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    // Numbers that no edge has spread the words of the nodes over a larger domain.
    let filler = "f(N) :- N = range(100_000, 103_000).\nwide(N, M) :- f(N), M = N * 7, f(M).\n"
    let facts = graph.edges.sorted { $0.lexicographicallyPrecedes($1) }.map { "e(\($0[0]), \($0[1])).\n" }.joined()
    for text in [rules, filler + rules] {
      let parsed = try ParsedProgram(".decl e(a: number, b: number)\n" + text + facts)
      let answer = try #require(parsed.program.predicates.firstIndex { $0.name == "answer" })
      for (name, evaluator) in GraphProgramTests.evaluators.prefix(text == rules ? .max : 1) {
        let relations = try evaluator.evaluate(parsed.program, facts: parsed.facts)
        let found = Set(
          relations[PredicateID(answer), default: []].map { tuple in
            tuple.map { constant -> Int64 in if case .number(let number) = constant { number } else { .min } }
          }
        )
        let isRight = found == expected
        #expect(isRight, "\(found.count) tuples for \(expected.count), \(name)", sourceLocation: place)
      }
    }
  }

  // MARK: Reachability

  /// For each node, those that it reaches in one step or more.
  private func closure(_ next: [Int64: [Int64]], of nodes: Set<Int64>) -> Set<[Int64]> {
    var pairs: Set<[Int64]> = []
    for start in nodes {
      var seen: Set<Int64> = []
      var queue = next[start] ?? []
      while let node = queue.popLast() {
        if seen.insert(node).inserted { queue += next[node] ?? [] }
      }
      for node in seen { pairs.insert([start, node]) }
    }
    return pairs
  }

  static let closures = [
    "answer(X, Y) :- e(X, Y). answer(X, Z) :- answer(X, Y), e(Y, Z).",
    "answer(X, Y) :- e(X, Y). answer(X, Z) :- e(X, Y), answer(Y, Z).",
    "answer(X, Y) :- e(X, Y). answer(X, Z) :- answer(X, Y), answer(Y, Z).",
    "a(X, Y) :- e(X, Y). a(X, Z) :- b(X, Y), e(Y, Z). b(X, Y) :- a(X, Y). answer(X, Y) :- b(X, Y).",
    "t(X, Y, 1) :- e(X, Y). t(X, Z, 1) :- t(X, Y, 1), e(Y, Z). answer(X, Y) :- t(X, Y, _).",
    "back(Y, X) :- e(X, Y). answer(X, Y) :- e(X, Y). answer(X, Z) :- answer(X, Y), back(Z, Y).",
  ]

  @Test(arguments: graphs, closures)
  func `a closure holds what is reached`(_ graph: Graph, _ rules: String) throws {
    try expectAnswer(rules + "\n", on: graph, closure(graph.next, of: graph.nodes))
  }

  @Test(arguments: graphs)
  func `what is not reached is found by negation`(_ graph: Graph) throws {
    let reached = closure(graph.next, of: graph.nodes)
    var expected: Set<[Int64]> = []
    for a in graph.nodes { for b in graph.nodes where a < b && !reached.contains([a, b]) { expected.insert([a, b]) } }
    try expectAnswer(
      """
      n(X) :- e(X, _). n(Y) :- e(_, Y).
      t(X, Y) :- e(X, Y). t(X, Z) :- t(X, Y), e(Y, Z).
      answer(X, Y) :- n(X), n(Y), X < Y, not t(X, Y).

      """,
      on: graph,
      expected
    )
  }

  @Test(arguments: graphs)
  func `one source reaches a set`(_ graph: Graph) throws {
    let start = try #require(graph.nodes.min())
    let reached = closure(graph.next, of: [start]).map { [$0[1]] }
    try expectAnswer("answer(Y) :- e(\(start), Y). answer(Z) :- answer(Y), e(Y, Z).\n", on: graph, Set(reached))
  }

  @Test(arguments: graphs, closures)
  func `a question with a constant is answered by what it demands`(_ graph: Graph, _ rules: String) throws {
    let pairs = closure(graph.next, of: graph.nodes)
    let facts = graph.edges.sorted { $0.lexicographicallyPrecedes($1) }.map { "e(\($0[0]), \($0[1])).\n" }.joined()
    for node in graph.nodes.sorted().prefix(3) {
      let questions = "?- answer(\(node), X).\n?- answer(X, \(node)).\n?- answer(X, Y), X = \(node), e(Y, \(node)).\n"
      let parsed = try ParsedProgram(".decl e(a: number, b: number)\n" + rules + "\n" + facts + questions)
      let relations = try DemandEvaluator().evaluate(parsed.program, facts: parsed.facts)
      let counts = parsed.answers(from: relations).map(\.count)
      let ways = pairs.count { $0[0] == node && graph.edges.contains([$0[1], node]) }
      #expect(counts == [pairs.count { $0[0] == node }, pairs.count { $0[1] == node }, ways])
    }
  }

  // MARK: Same generation, distances, counts

  @Test(arguments: graphs.filter { $0.edges.count < 300 })
  func `the same generation is found`(_ graph: Graph) throws {
    var expected: Set<[Int64]> = []
    var queue: [[Int64]] = []
    let parents = Dictionary(grouping: graph.edges, by: { $0[0] }).mapValues { $0.map { $0[1] } }
    for siblings in parents.values { for a in siblings { for b in siblings { queue.append([a, b]) } } }
    while let pair = queue.popLast() {
      guard expected.insert(pair).inserted else { continue }
      for a in parents[pair[0]] ?? [] { for b in parents[pair[1]] ?? [] { queue.append([a, b]) } }
    }
    try expectAnswer(
      "answer(X, Y) :- e(P, X), e(P, Y). answer(X, Y) :- e(P, X), answer(P, Q), e(Q, Y).\n",
      on: graph,
      expected
    )
  }

  /// Steps from `start`, by breadth.
  private func distances(from start: Int64, _ next: [Int64: [Int64]]) -> [Int64: Int64] {
    var distance: [Int64: Int64] = [start: 0]
    var queue = [start]
    var place = 0
    while place < queue.count {
      let node = queue[place]
      place += 1
      for other in next[node] ?? [] where distance[other] == nil {
        distance[other] = distance[node, default: 0] + 1
        queue.append(other)
      }
    }
    return distance
  }

  @Test(arguments: graphs)
  func `shortest ways are those of a search by breadth`(_ graph: Graph) throws {
    let start = try #require(graph.nodes.min())
    let expected = Set(distances(from: start, graph.next).map { [$0.key, $0.value] })
    try expectAnswer(
      "answer(X, min(N)) :- e(_, _), X = \(start), N = 0. answer(Y, min(N + 1)) :- answer(X, N), e(X, Y).\n",
      on: graph,
      expected
    )
  }

  @Test(arguments: graphs)
  func `the numbers of neighbours are counted`(_ graph: Graph) throws {
    let expected = Set(graph.next.map { [$0.key, Int64($0.value.count)] })
    try expectAnswer("answer(X, count(Y)) :- e(X, Y).\n", on: graph, expected)
    try expectAnswer("answer(X, N) :- e(X, _), N = count : { e(X, _) }.\n", on: graph, expected)
  }
}

extension Int {
  /// Numbers far apart, of either sign.
  fileprivate var asLabel: Int64 { Int64(self) &* 123_456_789_012_345 }
}

import Datalog
import Engine
import Testing

/// Measures of small graphs against what their definitions say, and the same whatever order arcs and words come in.
struct GraphMeasureTests {
  typealias Arc = [Int64]

  static let graphs: [[Arc]] = [
    [],
    [[1, 1]],
    [[1, 2]],
    [[1, 2], [2, 1]],
    [[1, 2], [2, 3], [3, 3], [4, 4]],
    [[1, 2], [2, 3], [3, 1], [3, 4], [4, 5], [5, 3], [5, 6], [7, 8]],
    (0..<12).map { [$0, ($0 + 1) % 12] },
    (1..<9).map { [0, $0] },
    [[-5, 1 << 40], [1 << 40, 7], [7, -5], [7, 8]],
  ]

  /// Some in one part, some in many, with loops and arcs both ways.
  static let randomGraphs: [[Arc]] = (1...60).map { seed in
    var generator = SplitMix64(seed: UInt64(seed))
    let nodeCount = Int64.random(in: 1...14, using: &generator)
    return (0..<Int.random(in: 1...30, using: &generator)).map { _ in
      [Int64.random(in: 0..<nodeCount, using: &generator), Int64.random(in: 0..<nodeCount, using: &generator)]
    }
  }

  static let program = """
    .decl arc(a: number, b: number)
    central(betweenness(A, B)) :- arc(A, B).
    rank(pagerank(A, B)) :- arc(A, B).
    cut(articulation(A, B)) :- arc(A, B).
    lone(bridge(A, B)) :- arc(A, B).
    """

  @Test(arguments: graphs + randomGraphs)
  func `measures are what their definitions say`(arcs: [Arc]) throws {
    let run = try EngineRun(GraphMeasureTests.program, ["arc": arcs])
    try run.run()
    let graph = NaiveGraph(arcs)
    #expect(run.tuples("cut") == Set(graph.cutNodes.map { [$0] }))
    #expect(run.tuples("lone") == graph.bridges)
    expect(run.scores("central"), near: graph.betweenness)
    expect(run.scores("rank"), near: graph.pagerank)
  }

  @Test(arguments: randomGraphs.prefix(20))
  func `the order of arcs and of words changes no bit`(arcs: [Arc]) throws {
    let first = try EngineRun(GraphMeasureTests.program, ["arc": arcs])
    let second = try EngineRun(GraphMeasureTests.program, ["arc": arcs.reversed()], domain: 8)
    try first.run()
    try second.run()
    for name in ["central", "rank"] { #expect(first.scores(name) == second.scores(name)) }
  }

  @Test(arguments: randomGraphs.prefix(20))
  func `each group is a graph of its own`(arcs: [Arc]) throws {
    let program = """
      .decl arc(year: number, a: number, b: number)
      cut(articulation(A, B), Year) :- arc(Year, A, B).
      lone(Year, bridge(A, B)) :- arc(Year, A, B).
      """
    let groups = Dictionary(grouping: arcs.enumerated(), by: { Int64($0.offset % 3) }).mapValues { $0.map(\.element) }
    let run = try EngineRun(program, ["arc": groups.flatMap { year, arcs in arcs.map { [year] + $0 } }])
    try run.run()
    let cuts = groups.flatMap { year, arcs in NaiveGraph(arcs).cutNodes.map { [$0, year] } }
    let bridges = groups.flatMap { year, arcs in NaiveGraph(arcs).bridges.map { [year] + $0 } }
    #expect(run.tuples("cut") == Set(cuts))
    #expect(run.tuples("lone") == Set(bridges))
  }

  @Test func `alternatives of a head are one graph, other clauses have their own`() throws {
    let program = """
      .decl p(a: number, b: number)
      .decl q(a: number, b: number)
      one(articulation(A, B)) :- p(A, B); q(A, B).
      two(articulation(A, B)) :- p(A, B).
      two(articulation(A, B)) :- q(A, B).
      """
    let run = try EngineRun(program, ["p": [[1, 2], [5, 6], [6, 7]], "q": [[2, 3]]])
    try run.run()
    #expect(run.tuples("one") == [[2], [6]])
    #expect(run.tuples("two") == [[6]])
  }

  @Test func `a long chain is searched without recursion`() throws {
    let program = """
      .decl arc(a: number, b: number)
      cut(articulation(A, B)) :- arc(A, B).
      lone(bridge(A, B)) :- arc(A, B).
      """
    let run = try EngineRun(program, ["arc": (0..<200_000).map { [$0, $0 + 1] }])
    try run.run()
    #expect(run.relation("cut")?.count == 199_999)
    #expect(run.relation("lone")?.count == 200_000)
  }

  @Test func `a search from every node can be broken off`() throws {
    var polls = 0
    let run = try EngineRun(
      GraphMeasureTests.program,
      ["arc": (0..<5_000).map { [$0, ($0 * 7 + 1) % 5_000] }],
      isCancelled: {
        polls += 1
        return polls > 500
      }
    )
    guard case .interrupted? = run.fault() else {
      Issue.record("the run came to its end")
      return
    }
  }

  private func expect(_ scores: [Int64: Double], near wanted: [Int64: Double]) {
    #expect(Set(scores.keys) == Set(wanted.keys))
    for (node, score) in wanted { #expect(abs((scores[node] ?? .infinity) - score) < 1e-9, "\(node)") }
  }
}

extension EngineRun {
  /// The tuples of a predicate of a number and a float.
  fileprivate func scores(_ name: String) -> [Int64: Double] {
    let words = relation(name)?.words() ?? []
    let pairs = stride(from: 0, to: words.count, by: 2).map {
      (context.values.numbers[words[$0]], context.values.floats[words[$0 + 1]])
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }
}

/// A graph measured by the definitions, slowly.
private struct NaiveGraph {
  let nodes: Set<Int64>
  let arcs: Set<[Int64]>
  private let neighbours: [Int64: Set<Int64>]

  init(_ arcs: [[Int64]]) {
    self.arcs = Set(arcs)
    nodes = Set(arcs.joined())
    var neighbours: [Int64: Set<Int64>] = [:]
    for arc in arcs where arc[0] != arc[1] {
      neighbours[arc[0], default: []].insert(arc[1])
      neighbours[arc[1], default: []].insert(arc[0])
    }
    self.neighbours = neighbours
  }

  /// How far nodes are from one, by how many shortest ways.
  private func search(from start: Int64) -> (distance: [Int64: Int], ways: [Int64: Double]) {
    var (distance, ways) = ([start: 0], [start: 1.0])
    var frontier: Set<Int64> = [start]
    var steps = 0
    while !frontier.isEmpty {
      steps += 1
      var next: Set<Int64> = []
      for node in frontier {
        for neighbour in neighbours[node, default: []] where distance[neighbour] == nil || distance[neighbour] == steps
        {
          distance[neighbour] = steps
          ways[neighbour, default: 0] += ways[node, default: 0]
          next.insert(neighbour)
        }
      }
      frontier = next
    }
    return (distance, ways)
  }

  /// The share of the shortest ways of two others that lead through a node, over all pairs.
  var betweenness: [Int64: Double] {
    let searches = Dictionary(uniqueKeysWithValues: nodes.map { ($0, search(from: $0)) })
    var scores = Dictionary(uniqueKeysWithValues: nodes.map { ($0, 0.0) })
    guard nodes.count > 2 else { return scores }
    let pairCount = Double((nodes.count - 1) * (nodes.count - 2) / 2)
    for (a, fromA) in searches {
      for (b, fromB) in searches where a < b {
        guard let whole = fromA.distance[b], let ways = fromA.ways[b] else { continue }
        for node in nodes where node != a && node != b {
          guard let before = fromA.distance[node], let after = fromB.distance[node], before + after == whole else {
            continue
          }
          scores[node, default: 0] += fromA.ways[node, default: 0] * fromB.ways[node, default: 0] / ways / pairCount
        }
      }
    }
    return scores
  }

  var pagerank: [Int64: Double] {
    let count = Double(nodes.count)
    let next = Dictionary(grouping: arcs, by: { $0[0] }).mapValues { $0.map { $0[1] } }
    var scores = Dictionary(uniqueKeysWithValues: nodes.map { ($0, 1 / count) })
    for _ in 0..<400 {
      var new = Dictionary(uniqueKeysWithValues: nodes.map { ($0, 0.15 / count) })
      for (node, score) in scores {
        let targets = next[node] ?? Array(nodes)
        for target in targets { new[target, default: 0] += 0.85 * score / Double(targets.count) }
      }
      scores = new
    }
    return scores
  }

  /// How many parts there are without some nodes and without what joins two.
  private func partCount(without left: Set<Int64> = [], cutting cut: Set<Int64> = []) -> Int {
    var seen = left
    var parts = 0
    for start in nodes where seen.insert(start).inserted {
      parts += 1
      var pending = [start]
      while let node = pending.popLast() {
        for neighbour in neighbours[node, default: []] where cut != [node, neighbour] {
          if seen.insert(neighbour).inserted { pending.append(neighbour) }
        }
      }
    }
    return parts
  }

  var cutNodes: Set<Int64> {
    let whole = partCount()
    return nodes.filter { partCount(without: [$0]) > whole }
  }

  var bridges: Set<[Int64]> {
    let whole = partCount()
    return arcs.filter { $0[0] != $0[1] && partCount(cutting: Set($0)) > whole }
  }
}

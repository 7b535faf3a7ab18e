/// For each node how probably one is there who follows arcs at random, goes anywhere from a node that none leads from, and
/// goes anywhere at any time with the probability 0.15. All together are 1.
///
/// L. Page, S. Brin, R. Motwani, T. Winograd, *The PageRank citation ranking* (1999): by iteration, until all together
/// change by no more than `tolerance`.
struct PageRank: ~Copyable {
  static let damping = 0.85
  static let tolerance = 1e-10

  let scores: Vector<Double>

  /// - Parameter graph: the nodes that arcs lead to, by those that they lead from.
  init(_ graph: borrowing Neighbours, context: EvaluationContext) throws(EvaluationError) {
    let count = graph.nodeCount
    let incoming = Neighbours(transposing: graph, account: context.account)
    let scores = Vector(repeating: 1 / Double(max(count, 1)), count: count, account: context.account)
    let given = Vector(repeating: 0.0, count: count, account: context.account)
    var change = Double.infinity
    while change > PageRank.tolerance, count > 0 {
      change = PageRank.step(graph, incoming, scores.base, given.base)
      try context.poll(attempted: graph.nodes.count)
    }
    self.scores = scores
  }

  /// - Returns: by how much the scores have changed, all together.
  private static func step(
    _ graph: borrowing Neighbours,
    _ incoming: borrowing Neighbours,
    _ scores: UnsafeMutablePointer<Double>,
    _ given: UnsafeMutablePointer<Double>
  ) -> Double {
    let count = graph.nodeCount
    let starts = graph.starts.base
    var dangling = 0.0
    for node in 0..<count {
      let degree = starts[node &+ 1] &- starts[node]
      if degree == 0 { dangling += scores[node] }
      given[node] = degree == 0 ? 0 : scores[node] / Double(degree)
    }
    let (ends, sources) = (incoming.starts.base, incoming.nodes.base)
    let anywhere = (1 - damping + damping * dangling) / Double(count)
    var change = 0.0
    for node in 0..<count {
      var sum = 0.0
      for place in ends[node]..<ends[node &+ 1] { sum += given[Int(sources[place])] }
      let score = anywhere + damping * sum
      change += abs(score - scores[node])
      scores[node] = score
    }
    return change
  }
}

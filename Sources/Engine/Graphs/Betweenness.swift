/// For each node the share of the pairs of other nodes that it is between: of the shortest ways of a pair, those that lead
/// through it. Arcs lead both ways.
///
/// U. Brandes, *A faster algorithm for betweenness centrality* (2001), doi:10.1080/0022250X.2001.9990249: from each node
/// one search in breadth, and what depends on it added up on the way back.
struct Betweenness: ~Copyable {
  let scores: Vector<Double>

  init(_ graph: borrowing Neighbours, context: EvaluationContext) throws(EvaluationError) {
    let count = graph.nodeCount
    let account = context.account
    let scores = Vector<Double>(repeating: 0, count: count, account: account)
    let ways = Vector<Double>(repeating: 0, count: count, account: account)
    let dependency = Vector<Double>(repeating: 0, count: count, account: account)
    let distance = Vector<Int32>(repeating: -1, count: count, account: account)
    let order = Vector<UInt32>(repeating: 0, count: count, account: account)
    for source in 0..<count {
      let found = Betweenness.search(from: source, graph, order.base, distance.base, ways.base)
      Betweenness.addUp(found, from: source, graph, order.base, distance.base, ways.base, dependency.base, scores.base)
      try context.poll(attempted: found)
    }
    // Each pair has been seen from both its ends.
    let pairCount = Double(count - 1) * Double(count - 2)
    if count > 2 { for node in 0..<count { scores.base[node] /= pairCount } }
    self.scores = scores
  }

  /// Goes through what can be reached, nearest first.
  ///
  /// - Returns: how many nodes; they are in `order`.
  private static func search(
    from source: Int,
    _ graph: borrowing Neighbours,
    _ order: UnsafeMutablePointer<UInt32>,
    _ distance: UnsafeMutablePointer<Int32>,
    _ ways: UnsafeMutablePointer<Double>
  ) -> Int {
    let (starts, nodes) = (graph.starts.base, graph.nodes.base)
    order[0] = UInt32(truncatingIfNeeded: source)
    distance[source] = 0
    ways[source] = 1
    var (next, found) = (0, 1)
    while next < found {
      let node = Int(order[next])
      next &+= 1
      let (beyond, through) = (distance[node] &+ 1, ways[node])
      for place in starts[node]..<starts[node &+ 1] {
        let neighbour = Int(nodes[place])
        if distance[neighbour] < 0 {
          distance[neighbour] = beyond
          ways[neighbour] = through
          order[found] = UInt32(truncatingIfNeeded: neighbour)
          found &+= 1
        } else if distance[neighbour] == beyond {
          ways[neighbour] += through
        }
      }
    }
    return found
  }

  /// Goes back from the farthest, and leaves all as it was before the search.
  private static func addUp(
    _ found: Int,
    from source: Int,
    _ graph: borrowing Neighbours,
    _ order: UnsafeMutablePointer<UInt32>,
    _ distance: UnsafeMutablePointer<Int32>,
    _ ways: UnsafeMutablePointer<Double>,
    _ dependency: UnsafeMutablePointer<Double>,
    _ scores: UnsafeMutablePointer<Double>
  ) {
    let (starts, nodes) = (graph.starts.base, graph.nodes.base)
    var next = found
    while next > 1 {
      next &-= 1
      let node = Int(order[next])
      let (before, share) = (distance[node] &- 1, (1 + dependency[node]) / ways[node])
      for place in starts[node]..<starts[node &+ 1] {
        let neighbour = Int(nodes[place])
        if distance[neighbour] == before { dependency[neighbour] += ways[neighbour] * share }
      }
      scores[node] += dependency[node]
      dependency[node] = 0
      // Its neighbours that are nearer come later, those that are as far or farther do not ask for -1.
      distance[node] = -1
    }
    dependency[source] = 0
    distance[source] = -1
  }
}

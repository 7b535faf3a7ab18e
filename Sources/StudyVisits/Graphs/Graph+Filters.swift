extension Graph {
  /// The part within so many steps of some nodes, whichever way edges point.
  func neighbourhood(of starts: Set<Int>, hops: Int) -> Graph {
    var neighbours = [[Int]](repeating: [], count: nodes.count)
    for edge in edges {
      neighbours[edge.from].append(edge.to)
      neighbours[edge.to].append(edge.from)
    }
    var reached = starts
    var frontier = Array(starts)
    for _ in 0..<hops where !frontier.isEmpty {
      frontier = frontier.flatMap { neighbours[$0] }.filter { reached.insert($0).inserted }
    }
    return part(of: reached, leftOut: leftOut)
  }

  /// The nodes that most others are related to, with what relates them; of as many neighbours the first by id.
  func top(_ count: Int) -> Graph {
    guard nodes.count > count else { return self }
    var degrees = [Int](repeating: 0, count: nodes.count)
    for edge in edges where edge.from != edge.to {
      degrees[edge.from] += 1
      degrees[edge.to] += 1
    }
    let kept = Set(nodes.indices.sorted { (-degrees[$0], $0) < (-degrees[$1], $1) }.prefix(count))
    let edgeCount = edges.count { !kept.contains($0.from) || !kept.contains($0.to) }
    return part(of: kept, leftOut: LeftOut(nodeCount: nodes.count - kept.count, edgeCount: edgeCount))
  }

  /// Some of the nodes, what relates them, and the clusters that they are in.
  private func part(of kept: Set<Int>, leftOut: LeftOut?) -> Graph {
    let shown = kept.sorted()
    let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0) })
    let used = Set(shown.compactMap { nodes[$0].cluster }).sorted()
    let clusterPlaces = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    return Graph(
      title: title,
      isDirected: isDirected,
      clusters: used.map { clusters[$0] },
      nodes: shown.map { place in
        var node = nodes[place]
        node.cluster = node.cluster.flatMap { clusterPlaces[$0] }
        return node
      },
      edges: edges.compactMap { edge in
        guard let from = places[edge.from], let to = places[edge.to] else { return nil }
        return Edge(from: from, to: to, relations: edge.relations)
      },
      passages: passages,
      leftOut: leftOut
    )
  }
}

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
    var left = hops
    while left > 0, !frontier.isEmpty {
      left -= 1
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

  /// Some of the nodes, what relates them, the clusters that they are in and the passages that all this rests on.
  private func part(of kept: Set<Int>, leftOut: LeftOut?) -> Graph {
    let places = kept.sorted().places
    let clusterPlaces = Set(kept.compactMap { nodes[$0].cluster }).sorted().places
    let inside = edges.filter { kept.contains($0.from) && kept.contains($0.to) }
    let cited = Set(kept.flatMap { nodes[$0].passages } + inside.flatMap(\.relations).flatMap(\.passages))
    let passagePlaces = cited.sorted().places
    return Graph(
      title: title,
      isDirected: isDirected,
      clusters: clusterPlaces.keys.sorted().map { clusters[$0] },
      nodes: kept.sorted().map { place in
        var node = nodes[place]
        node.cluster = node.cluster.flatMap { clusterPlaces[$0] }
        node.passages = node.passages.compactMap { passagePlaces[$0] }
        return node
      },
      edges: inside.compactMap { edge in
        guard let from = places[edge.from], let to = places[edge.to] else { return nil }
        let relations = edge.relations.map { relation in
          var relation = relation
          relation.passages = relation.passages.compactMap { passagePlaces[$0] }
          return relation
        }
        return Edge(from: from, to: to, relations: relations)
      },
      passages: cited.sorted().map { passages[$0] },
      leftOut: leftOut
    )
  }
}

extension [Int] {
  /// Where each stands.
  fileprivate var places: [Int: Int] { Dictionary(uniqueKeysWithValues: enumerated().map { ($1, $0) }) }
}

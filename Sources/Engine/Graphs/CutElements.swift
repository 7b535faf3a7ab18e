/// The nodes and the edges without which a part of a graph would fall apart. Arcs lead both ways.
///
/// J. Hopcroft, R. Tarjan, *Efficient algorithms for graph manipulation* (1973), doi:10.1145/362248.362272, and R. Tarjan,
/// *A note on finding the bridges of a graph* (1974), doi:10.1016/0020-0190(74)90003-9: one search in depth, and for each
/// node the earliest one that can be reached from it and those below without the edge it was found by.
struct CutElements: ~Copyable {
  /// Of each node, from 1 in the order in which they are found.
  private var number: Vector<UInt32>
  private var earliest: Vector<UInt32>
  /// Of each node the one that it was found from; itself for the first of a part.
  private var parent: Vector<UInt32>
  private var isCutNode: Vector<Bool>

  init(_ graph: borrowing Neighbours, context: EvaluationContext) throws(EvaluationError) {
    let (count, account) = (graph.nodeCount, context.account)
    number = Vector(repeating: 0, count: count, account: account)
    earliest = Vector(repeating: 0, count: count, account: account)
    parent = Vector(repeating: 0, count: count, account: account)
    isCutNode = Vector(repeating: false, count: count, account: account)
    var next = Vector<Int>(account: account)
    next.append(contentsOf: graph.starts.base, count: count)
    var path = Vector<UInt32>(account: account)
    var found: UInt32 = 0
    for root in 0..<count where number[root] == 0 {
      found += 1
      (number[root], earliest[root], parent[root]) = (found, found, UInt32(truncatingIfNeeded: root))
      path.append(UInt32(truncatingIfNeeded: root))
      while path.count > 0 {
        search(graph, &path, &found, next.base, root: root, steps: CutElements.stretch)
        try context.poll()
      }
    }
  }

  /// Chosen: so many steps take less than a millisecond.
  private static let stretch = 1 << 16

  /// Goes on with the search below `root` for so many steps, or to its end.
  private mutating func search(
    _ graph: borrowing Neighbours,
    _ path: inout Vector<UInt32>,
    _ found: inout UInt32,
    _ next: UnsafeMutablePointer<Int>,
    root: Int,
    steps: Int
  ) {
    let (starts, nodes) = (graph.starts.base, graph.nodes.base)
    let (number, earliest, parent, isCutNode) = (number.base, earliest.base, parent.base, isCutNode.base)
    var left = steps
    while left > 0, path.count > 0 {
      left &-= 1
      let node = Int(path[path.count - 1])
      if next[node] < starts[node &+ 1] {
        let neighbour = Int(nodes[next[node]])
        next[node] &+= 1
        if number[neighbour] == 0 {
          found &+= 1
          (number[neighbour], earliest[neighbour]) = (found, found)
          parent[neighbour] = UInt32(truncatingIfNeeded: node)
          path.append(UInt32(truncatingIfNeeded: neighbour))
        } else if neighbour != Int(parent[node]) {
          earliest[node] = min(earliest[node], number[neighbour])
        }
        continue
      }
      path.count &-= 1
      if node == root { return }
      let above = Int(parent[node])
      earliest[above] = min(earliest[above], earliest[node])
      // The first of a part parts what was found from it where there is a second time.
      if above == root {
        if number[node] != number[root] &+ 1 { isCutNode[root] = true }
      } else if earliest[node] >= number[above] {
        isCutNode[above] = true
      }
    }
  }

  func isCut(node: Int) -> Bool { isCutNode[node] }

  /// Whether an edge is the only way between its ends; they are neighbours, or one and the same.
  func isCut(edge a: Int, _ b: Int) -> Bool {
    if a == b { return false }
    if Int(parent[b]) == a { return earliest[b] > number[a] }
    return Int(parent[a]) == b && earliest[a] > number[b]
  }
}

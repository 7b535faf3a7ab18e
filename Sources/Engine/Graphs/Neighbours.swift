/// The arcs of a graph by one of their ends: the nodes beside each node, ascending, each once.
///
/// Nodes are numbered from 0.
struct Neighbours: ~Copyable {
  let nodeCount: Int
  /// Of each node where its own begin in `nodes`; one more for the end.
  private(set) var starts: Vector<Int>
  private(set) var nodes: Vector<UInt32>

  /// One node at the other end of an arc, by the node at this end.
  typealias Arc = (from: UInt32, to: UInt32)

  /// - Parameter isUndirected: whether an arc makes both its ends neighbours of each other; then loops make none.
  init(nodeCount: Int, arcs: UnsafeBufferPointer<Arc>, isUndirected: Bool, account: MemoryAccount) {
    // By one end and then by the other: each pass leaves the order of the one before within a node.
    let swapped = Neighbours(nodeCount: nodeCount, account: account) { take in
      for arc in arcs where !isUndirected || arc.from != arc.to {
        take(arc.to, arc.from)
        if isUndirected { take(arc.from, arc.to) }
      }
    }
    self.init(transposing: swapped, account: account)
    dropRepeats()
  }

  /// The same arcs by the other end.
  init(transposing other: borrowing Neighbours, account: MemoryAccount) {
    let (starts, nodes) = (other.starts.base, other.nodes.base)
    let nodeCount = other.nodeCount
    self.init(nodeCount: nodeCount, account: account) { take in
      for node in 0..<nodeCount {
        for place in starts[node]..<starts[node + 1] { take(nodes[place], UInt32(truncatingIfNeeded: node)) }
      }
    }
  }

  /// - Parameter arcs: calls what it is given with each arc, in the same order each time.
  private init(
    nodeCount: Int,
    account: MemoryAccount,
    arcs: (_ take: (_ node: UInt32, _ neighbour: UInt32) -> Void) -> Void
  ) {
    self.nodeCount = nodeCount
    starts = Vector(repeating: 0, count: nodeCount + 1, account: account)
    let ends = starts.base
    arcs { node, _ in ends[Int(node) &+ 1] &+= 1 }
    for node in 0..<nodeCount { ends[node + 1] += ends[node] }
    nodes = Vector(capacity: ends[nodeCount], account: account)
    nodes.count = ends[nodeCount]
    var next = Vector<Int>(capacity: nodeCount, account: account)
    next.append(contentsOf: ends, count: nodeCount)
    let (free, target) = (next.base, nodes.base)
    arcs { node, neighbour in
      target[free[Int(node)]] = neighbour
      free[Int(node)] &+= 1
    }
    // SAFETY: `next` owns what `free` points to.
    _ = next.count
  }

  private mutating func dropRepeats() {
    let (starts, nodes) = (starts.base, nodes.base)
    var kept = 0
    var place = 0
    for node in 0..<nodeCount {
      let first = kept
      let end = starts[node + 1]
      starts[node] = first
      while place < end {
        if kept == first || nodes[kept - 1] != nodes[place] {
          nodes[kept] = nodes[place]
          kept += 1
        }
        place += 1
      }
    }
    starts[nodeCount] = kept
    self.nodes.count = kept
  }
}

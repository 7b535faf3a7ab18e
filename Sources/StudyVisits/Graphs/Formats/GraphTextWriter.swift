/// A graph as trees at a terminal: first what nothing leads to, below each node what it leads to.
///
/// A node is drawn with what is below it where it is first met; elsewhere it is marked, so that each edge is drawn once and
/// cycles end. Characters that would mislead at a terminal are escaped.
struct GraphTextWriter: GraphWriter {
  /// Chosen: what is deeper begins a tree of its own, for lines would have no room for words.
  private static let maximumDepth = 12
  /// Terminal cells after which a label, and what is said of an edge, are cut; chosen: both fit in a line of 120.
  private static let labelWidth = 60
  private static let relationWidth = 40

  /// An end of an edge, seen from the other.
  private struct Branch {
    let edge: Int
    let node: Int
  }

  /// A node that is being drawn: where its branches begin, and which comes next.
  private struct Level {
    let node: Int
    let indent: String
    var next = 0
  }

  private var branches: [[Branch]] = []
  private var isDrawn: [Bool] = []
  private var isEdgeDrawn: [Bool] = []

  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    isDrawn = Array(repeating: false, count: graph.nodes.count)
    isEdgeDrawn = Array(repeating: false, count: graph.edges.count)
    branches = Array(repeating: [], count: graph.nodes.count)
    var isLedTo = isDrawn
    for (number, edge) in graph.edges.enumerated() {
      branches[edge.from].append(Branch(edge: number, node: edge.to))
      guard edge.from != edge.to else { continue }
      if graph.isDirected {
        isLedTo[edge.to] = true
      } else {
        branches[edge.to].append(Branch(edge: number, node: edge.from))
      }
    }
    _ = TerminalText.append(graph.title.utf8Slice, limit: 120, to: &text.bytes)
    text.bytes.append("\n")
    let roots = graph.nodes.indices.filter { !isLedTo[$0] } + graph.nodes.indices.filter { isLedTo[$0] }
    for root in roots where !isDrawn[root] { try drawTree(of: root, in: graph, to: &text) }
    if let leftOut = graph.leftOut {
      text.bytes.append("\n")
      text.bytes.append(contentsOf: leftOut.text.replacing("\n", with: " ").utf8)
      text.bytes.append("\n")
    }
  }

  private mutating func drawTree(of root: Int, in graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    text.bytes.append("\n")
    draw(graph.nodes[root], to: &text.bytes)
    text.bytes.append("\n")
    isDrawn[root] = true
    var levels = [Level(node: root, indent: "")]
    while var level = levels.popLast() {
      let own = branches[level.node]
      while level.next < own.count, isEdgeDrawn[own[level.next].edge] { level.next += 1 }
      guard level.next < own.count else { continue }
      let branch = own[level.next]
      isEdgeDrawn[branch.edge] = true
      let isLast = own[(level.next + 1)...].allSatisfy { isEdgeDrawn[$0.edge] }
      text.bytes.append(contentsOf: level.indent.utf8)
      text.bytes.append(isLast ? "└─ " : "├─ ")
      draw(graph.edges[branch.edge], isDirected: graph.isDirected, to: &text.bytes)
      draw(graph.nodes[branch.node], to: &text.bytes)
      levels.append(level)
      if levels.contains(where: { $0.node == branch.node }) {
        text.bytes.append("  (above: a cycle)")
      } else if isDrawn[branch.node] {
        text.bytes.append("  (see above)")
      } else if levels.count == GraphTextWriter.maximumDepth,
        branches[branch.node].contains(where: { !isEdgeDrawn[$0.edge] })
      {
        text.bytes.append("  (see below)")
      } else {
        isDrawn[branch.node] = true
        levels.append(Level(node: branch.node, indent: level.indent + (isLast ? "   " : "│  ")))
      }
      text.bytes.append("\n")
      try text.endRow()
    }
  }

  private func draw(_ node: Graph.Node, to text: inout [UInt8]) {
    let label = node.label.isEmpty ? "\"\"" : node.label
    _ = TerminalText.append(label.utf8Slice, limit: GraphTextWriter.labelWidth, to: &text)
    guard let kind = node.kind else { return }
    text.append(" [")
    _ = TerminalText.append(kind.utf8Slice, limit: GraphTextWriter.relationWidth, to: &text)
    text.append("]")
  }

  /// What relates two nodes, on the way to the other.
  private func draw(_ edge: Graph.Edge, isDirected: Bool, to text: inout [UInt8]) {
    let label = edge.relations.map(\.text).filter { !$0.isEmpty }.joined(separator: "; ")
    if !label.isEmpty {
      _ = TerminalText.append(label.utf8Slice, limit: GraphTextWriter.relationWidth, to: &text)
      text.append(isDirected ? " → " : " — ")
    }
  }
}

extension String {
  /// The bytes, as `TerminalText` takes them.
  fileprivate var utf8Slice: TerminalText.Bytes { Array(utf8)[...] }
}

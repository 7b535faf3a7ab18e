/// A graph in DOT, for Graphviz: a node and an edge to a line, so that two exports can be compared line by line.
struct DOTWriter: GraphWriter {
  /// The attributes of the drawing as a whole.
  let layout: GraphLayout

  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    writeHead(of: graph, to: &text.bytes)
    let members = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].cluster }
    for (number, cluster) in graph.clusters.enumerated() {
      text.bytes.append("  subgraph \"cluster_")
      DOTText.append(cluster.id, to: &text.bytes)
      text.bytes.append("\" {\n    graph [label=\"")
      DOTText.append(GraphLabel.wrapped(cluster.name), to: &text.bytes)
      text.bytes.append("\"")
      DOTText.append("tooltip", cluster.name, to: &text.bytes)
      text.bytes.append(", style=rounded, color=\"#808080\"];\n")
      for node in members[number] ?? [] {
        text.bytes.append("  ")
        write(graph.nodes[node], of: graph, to: &text.bytes)
        try text.endRow()
      }
      text.bytes.append("  }\n")
    }
    for node in members[nil] ?? [] {
      write(graph.nodes[node], of: graph, to: &text.bytes)
      try text.endRow()
    }
    for edge in graph.edges {
      write(edge, of: graph, to: &text.bytes)
      try text.endRow()
    }
    writeLeftOut(of: graph, to: &text.bytes)
    writeLegend(of: graph, to: &text.bytes)
    text.bytes.append("}\n")
  }

  private func writeHead(of graph: Graph, to text: inout [UInt8]) {
    text.append(graph.isDirected ? "digraph {\n  graph [label=\"" : "graph {\n  graph [label=\"")
    DOTText.append(GraphLabel.shortened(graph.title, to: 120), to: &text)
    text.append("\"")
    DOTText.append("tooltip", graph.title, to: &text)
    text.append(
      ", labelloc=t, fontname=\"Helvetica\", fontsize=14, charset=\"UTF-8\", nodesep=0.3, ranksep=0.7"
    )
    text.append(contentsOf: ", rankdir=\(layout.direction.rawValue)".utf8)
    if let engine = layout.engine { text.append(contentsOf: ", layout=\(engine.rawValue)".utf8) }
    if !layout.keepsLabelsApart {
      text.append(", overlap=prism, splines=line, outputorder=edgesfirst, forcelabels=false")
    }
    text.append("];\n")
    text.append(
      "  node [fontname=\"Helvetica\", fontsize=11, style=filled, fillcolor=\"#ffffff\", color=\"#404040\"];\n"
    )
    text.append("  edge [fontname=\"Helvetica\", fontsize=9, color=\"#505050")
    text.append(isDense(graph) ? "60\", arrowsize=0.6, penwidth=0.7];\n" : "\"];\n")
  }

  private func write(_ node: Graph.Node, of graph: Graph, to text: inout [UInt8]) {
    text.append("  \"")
    DOTText.append(node.id, to: &text)
    text.append("\" [label=\"")
    DOTText.append(GraphLabel.wrapped(node.label), to: &text)
    text.append("\"")
    write(node.style, to: &text)
    DOTText.append("tooltip", tooltip(of: node, in: graph), to: &text)
    if let url = node.url { DOTText.append("URL", url, to: &text) }
    text.append("];\n")
  }

  private func write(_ style: NodeStyle, to text: inout [UInt8]) {
    text.append(", shape=")
    text.append(contentsOf: style.shape.utf8)
    if style == .other { text.append(", style=\"filled,rounded\"") }
    if style.fill != "#ffffff" {
      text.append(", fillcolor=\"")
      text.append(contentsOf: style.fill.utf8)
      text.append("\"")
    }
  }

  private func tooltip(of node: Graph.Node, in graph: Graph) -> String {
    var lines = [node.label]
    if let kind = node.kind { lines.append(kind) }
    if let period = node.period { lines.append(period.text) }
    lines += node.details.map { "\($0.name): \($0.value)" }
    lines += node.passages.map { graph.passages[$0].text }
    return lines.joined(separator: "\n")
  }

  // MARK: Edges

  /// Chosen: so many labels and lines, of which none is kept from another, would hide the nodes.
  private static let denseEdgeCount = 300

  /// Whether edges are thin and let others shine through, and their labels are left to the tooltips.
  private func isDense(_ graph: Graph) -> Bool {
    !layout.keepsLabelsApart && graph.edges.count > DOTWriter.denseEdgeCount
  }

  private func write(_ edge: Graph.Edge, of graph: Graph, to text: inout [UInt8]) {
    text.append("  \"")
    DOTText.append(graph.nodes[edge.from].id, to: &text)
    text.append(graph.isDirected ? "\" -> \"" : "\" -- \"")
    DOTText.append(graph.nodes[edge.to].id, to: &text)
    text.append("\"")
    let isPlain = edge.relations.allSatisfy { $0.label.isEmpty && $0.period == nil && $0.passages.isEmpty }
    guard !isPlain else { return text.append(";\n") }
    let label = isDense(graph) ? "" : label(of: edge)
    text.append(layout.keepsLabelsApart ? " [label=\"" : " [xlabel=\"")
    DOTText.append(label, to: &text)
    text.append("\"")
    let tooltip = tooltip(of: edge, in: graph)
    if tooltip != label {
      DOTText.append("tooltip", tooltip, to: &text)
      DOTText.append("labeltooltip", tooltip, to: &text)
    }
    if let url = edge.relations.lazy.flatMap(\.passages).compactMap({ graph.passages[$0].url }).first {
      DOTText.append("URL", url, to: &text)
    }
    text.append("];\n")
  }

  /// Chosen: an edge label of more lines hides what it is for.
  private static let labelLineCount = 3

  private func label(of edge: Graph.Edge) -> String {
    let all = edge.relations.map(\.text).filter { !$0.isEmpty }
    let count = all.count > DOTWriter.labelLineCount ? DOTWriter.labelLineCount - 1 : all.count
    var lines = all.prefix(count).map { GraphLabel.shortened($0, to: 40) }
    if all.count > count { lines.append("and \(all.count - count) more") }
    return lines.joined(separator: "\n")
  }

  private func tooltip(of edge: Graph.Edge, in graph: Graph) -> String {
    var lines: [String] = []
    for relation in edge.relations {
      if !relation.text.isEmpty { lines.append(relation.text) }
      lines += relation.passages.map { graph.passages[$0].text }
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Beside the graph

  private func writeLeftOut(of graph: Graph, to text: inout [UInt8]) {
    guard let leftOut = graph.leftOut else { return }
    text.append("  \"left_out\" [label=\"")
    DOTText.append(leftOut.text, to: &text)
    text.append("\", shape=plaintext, style=\"\"];\n")
  }

  private func writeLegend(of graph: Graph, to text: inout [UInt8]) {
    let legend = graph.legend
    guard !legend.isEmpty else { return }
    text.append("  subgraph \"cluster_legend\" {\n    graph [label=\"Legend\", style=dashed, color=\"#808080\"];\n")
    text.append("    node [fontsize=9, margin=\"0.08,0.03\", height=0.3];\n")
    for entry in legend {
      text.append("    \"legend_")
      text.append(contentsOf: entry.style.rawValue.utf8)
      text.append("\" [label=\"")
      DOTText.append(GraphLabel.wrapped(entry.text), to: &text)
      text.append("\"")
      write(entry.style, to: &text)
      DOTText.append("tooltip", entry.kinds.joined(separator: "\n"), to: &text)
      text.append("];\n")
    }
    text.append("  }\n")
  }
}

extension Graph.Relation {
  /// The label with its days.
  var text: String {
    guard let period else { return label }
    return label.isEmpty ? period.text : "\(label) (\(period.text))"
  }
}

extension Graph.Passage {
  /// For a reader, on one line.
  var text: String {
    let said = words.map { ": \($0)" } ?? title.map { ": \($0)" } ?? ""
    return "[\(reference)]" + said
  }
}

extension Graph.LegendEntry {
  /// The style by name, and the kinds that are drawn so.
  var text: String {
    let shown = kinds.prefix(6).map { $0.replacing("_", with: " ") } + (kinds.count > 6 ? ["…"] : [])
    let list = shown.joined(separator: ", ")
    return kinds.count == 1 ? list : "\(style.rawValue): \(list)"
  }
}

extension Graph.LeftOut {
  var text: String {
    "not shown: \(nodeCount) \(nodeCount == 1 ? "node" : "nodes")\nwith \(edgeCount) \(edgeCount == 1 ? "edge" : "edges")"
  }
}

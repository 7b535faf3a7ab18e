/// A graph as a table (RFC 4180): of its edges, which name their ends, or of its nodes, with the headers that Gephi knows.
struct GraphCSVWriter: GraphWriter {
  enum Table {
    case edges, nodes
  }

  let table: Table
  /// Whether it begins with a byte order mark and no cell is taken for a formula.
  var isForSpreadsheets = false

  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    let attributes = GraphAttributes(graph)
    if isForSpreadsheets { text.bytes.append("\u{FEFF}") }
    switch table {
    case .nodes:
      writeRow(["Id"] + attributes.nodeNames.map(GraphCSVWriter.header), to: &text.bytes)
      for node in graph.nodes {
        writeRow([node.id] + attributes.values(of: node), to: &text.bytes)
        try text.endRow()
      }
    case .edges:
      let ends = ["Source", "Target", "Source label", "Target label", "Type"]
      writeRow(ends + attributes.relationNames.map(GraphCSVWriter.header), to: &text.bytes)
      let type = graph.isDirected ? "Directed" : "Undirected"
      for edge in graph.edges {
        let (from, to) = (graph.nodes[edge.from], graph.nodes[edge.to])
        for relation in edge.relations {
          writeRow([from.id, to.id, from.label, to.label, type] + attributes.values(of: relation), to: &text.bytes)
          try text.endRow()
        }
      }
    }
  }

  private static func header(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }

  private func writeRow(_ values: [String?], to text: inout [UInt8]) {
    for (place, value) in values.enumerated() {
      if place > 0 { text.append(",") }
      CSVText.append(to: &text, isForSpreadsheets: isForSpreadsheets) { $0.append(contentsOf: (value ?? "").utf8) }
    }
    text.append("\r\n")
  }
}

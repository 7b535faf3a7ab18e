/// A graph in GraphML (http://graphml.graphdrawing.org): a relation is an edge, what is said of nodes and edges keys.
struct GraphMLWriter: GraphWriter {
  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    let attributes = GraphAttributes(graph)
    text.bytes.append(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <graphml xmlns="http://graphml.graphdrawing.org/xmlns">

      """
    )
    writeKeys(attributes.nodeNames, of: "node", to: &text.bytes)
    writeKeys(attributes.relationNames, of: "edge", to: &text.bytes)
    text.bytes.append(
      graph.isDirected ? "  <graph edgedefault=\"directed\">\n" : "  <graph edgedefault=\"undirected\">\n"
    )
    text.bytes.append("    <desc>")
    XMLText.append(graph.caption, to: &text.bytes)
    text.bytes.append("</desc>\n")
    for node in graph.nodes {
      text.bytes.append("    <node")
      XMLText.append("id", node.id, to: &text.bytes)
      text.bytes.append(">")
      writeData(attributes.values(of: node), of: "node", to: &text.bytes)
      text.bytes.append("</node>\n")
      try text.endRow()
    }
    for edge in graph.edges {
      for (number, relation) in edge.relations.enumerated() {
        text.bytes.append("    <edge")
        XMLText.append("id", edge.id(of: number, in: graph), to: &text.bytes)
        XMLText.append("source", graph.nodes[edge.from].id, to: &text.bytes)
        XMLText.append("target", graph.nodes[edge.to].id, to: &text.bytes)
        text.bytes.append(">")
        writeData(attributes.values(of: relation), of: "edge", to: &text.bytes)
        text.bytes.append("</edge>\n")
        try text.endRow()
      }
    }
    text.bytes.append("  </graph>\n</graphml>\n")
  }

  private func writeKeys(_ names: [String], of owner: String, to text: inout [UInt8]) {
    for (number, name) in names.enumerated() {
      text.append("  <key")
      XMLText.append("id", "\(owner)\(number)", to: &text)
      XMLText.append("for", owner, to: &text)
      XMLText.append("attr.name", name, to: &text)
      text.append(" attr.type=\"string\"/>\n")
    }
  }

  private func writeData(_ values: [String?], of owner: String, to text: inout [UInt8]) {
    for (number, value) in values.enumerated() {
      guard let value else { continue }
      text.append("<data")
      XMLText.append("key", "\(owner)\(number)", to: &text)
      text.append(">")
      XMLText.append(value, to: &text)
      text.append("</data>")
    }
  }
}

/// A graph in GEXF 1.3 (https://gexf.net): dates are the times in which nodes and edges are there, kinds have colours.
struct GEXFWriter: GraphWriter {
  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    let attributes = GraphAttributes(graph)
    writeHead(of: graph, attributes, to: &text.bytes)
    text.bytes.append("    <nodes>\n")
    for node in graph.nodes {
      text.bytes.append("      <node")
      XMLText.append("id", node.id, to: &text.bytes)
      XMLText.append("label", node.label, to: &text.bytes)
      writeInterval(node.period, to: &text.bytes)
      text.bytes.append(">")
      writeValues(attributes.values(of: node), to: &text.bytes)
      writeColour(of: node.style, to: &text.bytes)
      text.bytes.append("</node>\n")
      try text.endRow()
    }
    text.bytes.append("    </nodes>\n    <edges>\n")
    for edge in graph.edges {
      for (number, relation) in edge.relations.enumerated() {
        text.bytes.append("      <edge")
        XMLText.append("id", edge.id(of: number, in: graph), to: &text.bytes)
        XMLText.append("source", graph.nodes[edge.from].id, to: &text.bytes)
        XMLText.append("target", graph.nodes[edge.to].id, to: &text.bytes)
        XMLText.append("label", relation.label, to: &text.bytes)
        // Edges of one kind between two nodes would be taken for one.
        if edge.relations.count > 1 { XMLText.append("kind", relation.text, to: &text.bytes) }
        writeInterval(relation.period, to: &text.bytes)
        text.bytes.append(">")
        writeValues(attributes.values(of: relation), to: &text.bytes)
        text.bytes.append("</edge>\n")
        try text.endRow()
      }
    }
    text.bytes.append("    </edges>\n  </graph>\n</gexf>\n")
  }

  private func writeHead(of graph: Graph, _ attributes: GraphAttributes, to text: inout [UInt8]) {
    text.append(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
        <meta><creator>visitlog</creator><description>
      """
    )
    XMLText.append(graph.caption, to: &text)
    text.append("</description></meta>\n  <graph")
    let hasTimes =
      graph.nodes.contains { $0.period != nil } || graph.edges.contains { $0.relations.contains { $0.period != nil } }
    if hasTimes {
      text.append(" mode=\"dynamic\" timeformat=\"date\" timerepresentation=\"interval\"")
    } else {
      text.append(" mode=\"static\"")
    }
    text.append(graph.isDirected ? " defaultedgetype=\"directed\">\n" : " defaultedgetype=\"undirected\">\n")
    writeAttributes(attributes.nodeNames, of: "node", to: &text)
    writeAttributes(attributes.relationNames, of: "edge", to: &text)
  }

  private func writeAttributes(_ names: [String], of owner: String, to text: inout [UInt8]) {
    text.append("    <attributes")
    XMLText.append("class", owner, to: &text)
    text.append(">\n")
    // The label is an attribute of the format itself.
    for (number, name) in names.enumerated().dropFirst() {
      text.append("      <attribute")
      XMLText.append("id", String(number), to: &text)
      XMLText.append("title", name, to: &text)
      text.append(" type=\"string\"/>\n")
    }
    text.append("    </attributes>\n")
  }

  private func writeInterval(_ period: Graph.Period?, to text: inout [UInt8]) {
    guard let period else { return }
    XMLText.append("start", period.first, to: &text)
    XMLText.append("end", period.last, to: &text)
  }

  private func writeValues(_ values: [String?], to text: inout [UInt8]) {
    guard values.dropFirst().contains(where: { $0 != nil }) else { return }
    text.append("<attvalues>")
    for (number, value) in values.enumerated().dropFirst() {
      guard let value else { continue }
      text.append("<attvalue")
      XMLText.append("for", String(number), to: &text)
      XMLText.append("value", value, to: &text)
      text.append("/>")
    }
    text.append("</attvalues>")
  }

  private func writeColour(of style: NodeStyle, to text: inout [UInt8]) {
    let parts = Int(style.fill.dropFirst(), radix: 16) ?? 0xFFFFFF
    text.append(contentsOf: "<viz:color r=\"\(parts >> 16)\" g=\"\(parts >> 8 & 255)\" b=\"\(parts & 255)\"/>".utf8)
  }
}

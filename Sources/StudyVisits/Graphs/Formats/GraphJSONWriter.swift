/// Nodes and links in JSON, as D3 and networkx (`node_link_graph`) read them: a node and a link to a line.
struct GraphJSONWriter: GraphWriter {
  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    text.bytes.append(graph.isDirected ? "{\"directed\":true," : "{\"directed\":false,")
    text.bytes.append("\"multigraph\":true,\n\"graph\":")
    var about = JSONObject(&text.bytes)
    about.add("title", graph.title, to: &text.bytes)
    if let leftOut = graph.leftOut {
      about.add("left_out", to: &text.bytes) {
        $0.append(contentsOf: "{\"nodes\":\(leftOut.nodeCount),\"edges\":\(leftOut.edgeCount)}".utf8)
      }
    }
    about.add("clusters", graph.clusters, to: &text.bytes) { cluster, object, text in
      object.add("id", cluster.id, to: &text)
      object.add("name", cluster.name, to: &text)
    }
    about.add("passages", graph.passages, to: &text.bytes) { passage, object, text in
      object.add("reference", passage.reference, to: &text)
      object.add("title", passage.title, to: &text)
      object.add("published", passage.published, to: &text)
      object.add("words", passage.words, to: &text)
      object.add("url", passage.url, to: &text)
    }
    about.end(&text.bytes)
    text.bytes.append(",\n\"nodes\":[")
    for (number, node) in graph.nodes.enumerated() {
      text.bytes.append(number == 0 ? "\n" : ",\n")
      write(node, of: graph, to: &text.bytes)
      try text.endRow()
    }
    text.bytes.append("\n],\n\"links\":[")
    var isFirst = true
    for edge in graph.edges {
      for (number, relation) in edge.relations.enumerated() {
        text.bytes.append(isFirst ? "\n" : ",\n")
        isFirst = false
        write(relation, number, of: edge, graph, to: &text.bytes)
        try text.endRow()
      }
    }
    text.bytes.append("\n]}\n")
  }

  private func write(_ node: Graph.Node, of graph: Graph, to text: inout [UInt8]) {
    var object = JSONObject(&text)
    object.add("id", node.id, to: &text)
    object.add("label", node.label, to: &text)
    object.add("kind", node.kind, to: &text)
    object.add("style", node.style.rawValue, to: &text)
    object.add("cluster", node.cluster.map { graph.clusters[$0].id }, to: &text)
    add(node.period, to: &object, &text)
    object.add("url", node.url, to: &text)
    add(node.details, to: &object, &text)
    add(node.passages, to: &object, &text)
    object.end(&text)
  }

  private func write(
    _ relation: Graph.Relation,
    _ number: Int,
    of edge: Graph.Edge,
    _ graph: Graph,
    to text: inout [UInt8]
  ) {
    var object = JSONObject(&text)
    object.add("source", graph.nodes[edge.from].id, to: &text)
    object.add("target", graph.nodes[edge.to].id, to: &text)
    object.add("key", to: &text) { $0.append(contentsOf: String(number).utf8) }
    object.add("label", relation.label, to: &text)
    add(relation.period, to: &object, &text)
    add(relation.details, to: &object, &text)
    add(relation.passages, to: &object, &text)
    object.end(&text)
  }

  private func add(_ period: Graph.Period?, to object: inout JSONObject, _ text: inout [UInt8]) {
    guard let period else { return }
    object.add("date", period.text, to: &text)
    object.add("start", period.first, to: &text)
    object.add("end", period.last, to: &text)
  }

  private func add(_ details: [Graph.Detail], to object: inout JSONObject, _ text: inout [UInt8]) {
    guard !details.isEmpty else { return }
    object.add("details", details, to: &text) { detail, object, text in
      object.add("name", detail.name, to: &text)
      object.add("value", detail.value, to: &text)
    }
  }

  /// Places in the list of passages.
  private func add(_ passages: [Int], to object: inout JSONObject, _ text: inout [UInt8]) {
    guard !passages.isEmpty else { return }
    object.add("passages", to: &text) {
      $0.append(contentsOf: "[\(passages.map(String.init).joined(separator: ","))]".utf8)
    }
  }
}

/// An object of JSON while it is written.
private struct JSONObject {
  private var isEmpty = true

  init(_ text: inout [UInt8]) {
    text.append("{")
  }

  /// Adds what `write` appends.
  mutating func add(_ name: String, to text: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
    if !isEmpty { text.append(",") }
    isEmpty = false
    JSONText.append(name, to: &text)
    text.append(":")
    write(&text)
  }

  /// Adds a string; `nil` adds nothing.
  mutating func add(_ name: String, _ value: String?, to text: inout [UInt8]) {
    guard let value else { return }
    add(name, to: &text) { JSONText.append(value, to: &$0) }
  }

  /// Adds an array of objects.
  mutating func add<Element>(
    _ name: String,
    _ elements: [Element],
    to text: inout [UInt8],
    _ fill: (Element, inout JSONObject, inout [UInt8]) -> Void
  ) {
    add(name, to: &text) { text in
      text.append("[")
      for (number, element) in elements.enumerated() {
        if number > 0 { text.append(",") }
        var object = JSONObject(&text)
        fill(element, &object, &text)
        object.end(&text)
      }
      text.append("]")
    }
  }

  func end(_ text: inout [UInt8]) {
    text.append("}")
  }
}

/// What formats of named attributes say of nodes and relations: the same names in each of them.
struct GraphAttributes {
  /// Behind those that are always there, the columns of answers that say more, such as `Role`; a name that is taken gets
  /// an underscore.
  let nodeNames: [String]
  let relationNames: [String]

  private static let fixedNodeNames = ["label", "kind", "cluster", "date", "start", "end", "url", "passages"]
  private static let fixedRelationNames = ["label", "date", "start", "end", "passages"]

  /// Names that formats themselves give to parts of a graph.
  private static let reservedNames = Set(fixedNodeNames + ["id", "source", "target", "key", "type", "timeset"])

  private let graph: Graph
  private let nodeDetails: [String]
  private let relationDetails: [String]

  init(_ graph: Graph) {
    self.graph = graph
    nodeDetails = GraphAttributes.names(graph.nodes.lazy.flatMap(\.details))
    relationDetails = GraphAttributes.names(graph.edges.lazy.flatMap(\.relations).flatMap(\.details))
    nodeNames = GraphAttributes.fixedNodeNames + nodeDetails.map(GraphAttributes.free)
    relationNames = GraphAttributes.fixedRelationNames + relationDetails.map(GraphAttributes.free)
  }

  private static func names(_ details: some Sequence<Graph.Detail>) -> [String] {
    Set(details.lazy.map(\.name)).sorted()
  }

  private static func free(_ name: String) -> String {
    reservedNames.contains(name.lowercased()) ? name + "_" : name
  }

  /// A value for each of `nodeNames`; `nil` where nothing is said.
  func values(of node: Graph.Node) -> [String?] {
    [
      node.label, node.kind, node.cluster.map { graph.clusters[$0].name }, node.period?.text, node.period?.first,
      node.period?.last, node.url, passages(node.passages),
    ] + values(nodeDetails, node.details)
  }

  /// A value for each of `relationNames`; `nil` where nothing is said.
  func values(of relation: Graph.Relation) -> [String?] {
    let period = relation.period
    return [relation.label, period?.text, period?.first, period?.last, passages(relation.passages)]
      + values(relationDetails, relation.details)
  }

  /// A line for each passage.
  private func passages(_ numbers: [Int]) -> String? {
    numbers.isEmpty ? nil : numbers.map { graph.passages[$0].text }.joined(separator: "\n")
  }

  private func values(_ names: [String], _ details: [Graph.Detail]) -> [String?] {
    names.map { name in
      let values = details.lazy.filter { $0.name == name }.map(\.value)
      return values.isEmpty ? nil : values.joined(separator: "\n")
    }
  }
}

extension Graph.Edge {
  /// What tells one of an edge's relations from all others: of letters, digits, underscores and hyphens.
  func id(of relation: Int, in graph: Graph) -> String {
    "\(graph.nodes[from].id)-\(graph.nodes[to].id)-\(relation + 1)"
  }
}

extension Graph {
  /// The title, and what was left out.
  var caption: String {
    guard let leftOut else { return title }
    return title + "\n" + leftOut.text
  }
}

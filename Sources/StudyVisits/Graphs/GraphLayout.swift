/// How Graphviz is to lay a graph out.
public struct GraphLayout: Hashable, Sendable {
  /// Where edges lead.
  public enum Direction: String, CaseIterable, Sendable {
    case leftToRight = "LR"
    case rightToLeft = "RL"
    case topToBottom = "TB"
    case bottomToTop = "BT"
  }

  public enum Engine: String, CaseIterable, Sendable {
    case dot, neato, fdp, sfdp, circo, twopi
  }

  public var direction: Direction
  /// `nil` leaves it to whoever draws.
  public var engine: Engine?

  public init(direction: Direction = .leftToRight, engine: Engine? = nil) {
    self.direction = direction
    self.engine = engine
  }

  /// Chosen, for nodes and for edges: `dot` takes minutes for more, and ranks say little of so many.
  public static let rankedCount = 500

  /// With an engine that comes to an end.
  public func settled(for graph: Graph) -> GraphLayout {
    var layout = self
    if engine == nil, max(graph.nodes.count, graph.edges.count) > GraphLayout.rankedCount { layout.engine = .sfdp }
    return layout
  }

  /// Whether the engine makes room for the labels of edges; where it does not, those that find none are left out.
  var keepsLabelsApart: Bool { engine == nil || engine == .dot }
}

/// Things and what relates them, as every graph format writes them.
///
/// Everything is text and sorted: the same facts give the same graph, whatever was asked before. Only `GraphBuilder` and
/// filters make graphs, so that indices always stand for something.
public struct Graph: Hashable, Sendable {
  /// A day or a stretch of days, as a fact states it: a whole month or year where no day is known.
  public struct Period: Hashable, Sendable {
    /// As it was stated: `2018-06`, `2018-06-01 to 2018-06-29`.
    public let text: String
    /// The first and the last day that it may mean, `2018-06-01` and `2018-06-30`.
    public let first: String
    public let last: String
  }

  /// What a document says in one place.
  public struct Passage: Hashable, Sendable {
    /// `document:passage`, or the document alone.
    public let reference: String
    /// The document's title and day, when they are known.
    public let title: String?
    public let published: String?
    /// What the passage says, when that is recorded.
    public let words: String?
    /// Where the document is to be found.
    public let url: String?
  }

  public struct Node: Hashable, Sendable {
    /// Of ASCII letters, digits and underscores, beginning with a letter; made of the value and its type alone, so it is
    /// the same in each state of a knowledge base.
    public let id: String
    /// What a reader sees; any text, also an empty one.
    public let label: String
    /// What it is (`university`, `person`), when it is an entity.
    public let kind: String?
    public let style: NodeStyle
    /// The cluster that it is drawn in, an index of `clusters`.
    public internal(set) var cluster: Int?
    /// Further values by name (`identifier`, `born`), in order.
    public let details: [Detail]
    public let period: Period?
    /// Where there is more to read.
    public let url: String?
    /// What the node rests on, indices of `passages`.
    public internal(set) var passages: [Int]
  }

  /// A named value.
  public struct Detail: Hashable, Sendable {
    public let name: String
    public let value: String
  }

  /// One thing that relates two nodes.
  public struct Relation: Hashable, Sendable {
    /// Empty when nothing is said of it.
    public let label: String
    public let details: [Detail]
    public let period: Period?
    /// What the relation rests on, indices of `passages`.
    public internal(set) var passages: [Int]
  }

  /// All relations from one node to another.
  public struct Edge: Hashable, Sendable {
    /// Indices of `nodes`; in a graph without direction `from` is not after `to`.
    public let from: Int
    public let to: Int
    /// At least one, without repeats.
    public let relations: [Relation]
  }

  /// Nodes that are drawn together.
  public struct Cluster: Hashable, Sendable {
    /// Made as a node's.
    public let id: String
    public let name: String
  }

  /// What a filter took away.
  public struct LeftOut: Hashable, Sendable {
    public let nodeCount: Int
    /// Pairs of nodes that are related and of which one is not shown.
    public let edgeCount: Int
  }

  public let title: String
  public let isDirected: Bool
  /// By id.
  public let clusters: [Cluster]
  /// By id.
  public let nodes: [Node]
  /// By `from`, then `to`.
  public let edges: [Edge]
  /// By reference.
  public let passages: [Passage]
  public let leftOut: LeftOut?
}

extension Graph {
  /// A style that occurs, and the kinds that are drawn in it.
  public struct LegendEntry: Hashable, Sendable {
    public let style: NodeStyle
    public let kinds: [String]
  }

  /// The styles of nodes that have a kind, in the order of `NodeStyle`.
  public var legend: [LegendEntry] {
    var kinds: [NodeStyle: Set<String>] = [:]
    for node in nodes {
      if let kind = node.kind { kinds[node.style, default: []].insert(kind) }
    }
    return NodeStyle.allCases.compactMap { style in
      kinds[style].map { LegendEntry(style: style, kinds: $0.sorted()) }
    }
  }
}

/// What a rule's head may say of the graph whose arcs the rule finds: `p(betweenness(A, B)) :- met(A, B).`
///
/// The two arguments are the ends of an arc. A measure stands for one or two columns, the other arguments of the head form
/// groups, each of which is a graph of its own.
public enum GraphMeasure: String, CaseIterable, Sendable {
  /// A node, and the share of the other pairs' shortest ways that it is on.
  case betweenness
  /// A node, and how probably a random walk is there.
  case pagerank
  /// A node without which its part of the graph would fall apart.
  case articulation
  /// The ends of an arc without which its part of the graph would fall apart.
  case bridge

  /// The predicate that the shipped `graph.dl` takes arcs from; it is for others to say what it holds for.
  static let arcs = "arc"

  package enum Column: Sendable {
    /// A node: an end of an arc.
    case node
    /// A float.
    case score
  }

  /// Those that it stands for.
  package var columns: [Column] {
    switch self {
    case .betweenness, .pagerank: [.node, .score]
    case .articulation: [.node]
    case .bridge: [.node, .node]
    }
  }
}

extension ExpressionSyntax {
  /// The measure that stands here, if this is an argument of a head.
  var measure: GraphMeasure? { if case .call(let name, _) = kind { GraphMeasure(rawValue: name.text) } else { nil } }
}

extension AtomSyntax {
  /// A head with an argument for each column: a measure stands there once for each of its own.
  var withColumnsOfMeasures: AtomSyntax {
    let arguments = arguments.flatMap { argument in
      Array(repeating: argument, count: argument.value.measure?.columns.count ?? 1)
    }
    return AtomSyntax(predicate: predicate, arguments: arguments, sources: sources, span: span)
  }
}

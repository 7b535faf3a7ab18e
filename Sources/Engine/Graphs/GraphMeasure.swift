/// What a head may say of the graph that pairs of words make.
public enum GraphMeasure: Sendable {
  /// Of each node what share of the other pairs of nodes it is between, whichever way the arcs lead.
  case betweenness
  /// Of each node how probably a random walk along the arcs is there.
  case pagerank
  /// The nodes without which their part would fall apart.
  case articulation
  /// The arcs without which their part would fall apart.
  case bridge
}

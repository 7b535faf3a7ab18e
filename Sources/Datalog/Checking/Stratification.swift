/// The sixth pass: an order of the predicates in which each comes after all it depends on, and no negation or aggregate
/// looks at what is still being derived.
///
/// Strongly connected components come out with those they depend on first, which is the order of evaluation.
struct Stratification {
  /// How a head depends on a predicate of its rule's body.
  enum Dependency: UInt8 {
    case positive, negated, aggregated
  }

  struct Edge {
    let target: Int
    let dependency: Dependency
    let span: Span
    /// The aggregate or measure through which it goes, when it does.
    let function: String?
  }

  /// Edges from head to body, by predicate.
  let edges: [[Edge]]
  /// By predicate, the number of its component.
  let component: [Int]
  /// In the order of evaluation.
  let components: [[Int]]
  private(set) var faults: [Diagnostic] = []
  private let names: [String]

  init(of clauses: [ResolvedClause], table: PredicateTable) {
    names = table.entries.map(\.name)
    edges = Stratification.edges(of: clauses, count: table.entries.count)
    let found = Components(edges.map { $0.map(\.target) })
    component = found.component
    components = found.members
    for members in components { checkStratified(members) }
  }

  /// Whether predicates of the component depend on one another, or one on itself.
  func isRecursive(_ index: Int) -> Bool {
    let members = components[index]
    return members.count > 1 || edges[members[0]].contains { $0.target == members[0] }
  }

  // MARK: Edges

  private static func edges(of clauses: [ResolvedClause], count: Int) -> [[Edge]] {
    var edges: [[Edge]] = Array(repeating: [], count: count)
    for clause in clauses { addEdges(of: clause, to: &edges) }
    return edges
  }

  private static func addEdges(of clause: ResolvedClause, to edges: inout [[Edge]]) {
    var targets: [Edge] = []
    collect(clause.body, through: nil, into: &targets)
    for head in clause.heads {
      let aggregate = head.aggregates.first { $0.function != .min && $0.function != .max }
      guard let function = aggregate?.function.rawValue ?? head.measure?.rawValue else {
        edges[head.predicate].append(contentsOf: targets)
        continue
      }
      edges[head.predicate].append(
        contentsOf: targets.map {
          Edge(target: $0.target, dependency: .aggregated, span: $0.span, function: $0.function ?? function)
        }
      )
    }
  }

  private static func collect(
    _ body: [[ResolvedLiteral]],
    through function: String?,
    into targets: inout [Edge]
  ) {
    for literal in body.joined() {
      switch literal {
      case .atom(let atom, let isNegated):
        let dependency: Dependency = function != nil ? .aggregated : isNegated ? .negated : .positive
        targets.append(Edge(target: atom.predicate, dependency: dependency, span: atom.span, function: function))
      case .aggregate(_, _, let aggregate):
        collect(aggregate.body, through: function ?? aggregate.function.rawValue, into: &targets)
      case .group(let body, _): collect(body, through: function, into: &targets)
      case .comparison, .test, .sequence: break
      }
    }
  }

  // MARK: Cycles

  /// Reports the first edge of a component that may not lie on a cycle, with the cycle.
  private mutating func checkStratified(_ members: [Int]) {
    for member in members {
      let edge = edges[member].first { $0.dependency != .positive && component[$0.target] == component[member] }
      guard let edge else { continue }
      let cycle = [edge] + path(from: edge.target, to: member)
      faults.append(.notStratified(start: names[member], steps: cycle.map { step($0) }))
      return
    }
  }

  private func step(_ edge: Edge) -> Diagnostic.CycleStep {
    let prefix: String
    switch edge.dependency {
    case .positive: prefix = ""
    case .negated: prefix = "not "
    case .aggregated: prefix = (edge.function ?? "count") + " of "
    }
    return Diagnostic.CycleStep(prefix: prefix, predicate: names[edge.target], span: edge.span)
  }

  /// The shortest way within one component, breadth first.
  private func path(from start: Int, to goal: Int) -> [Edge] {
    guard start != goal else { return [] }
    var cameBy: [Int: (from: Int, edge: Edge)] = [:]
    var frontier = [start]
    var next = 0
    while next < frontier.count {
      let node = frontier[next]
      next += 1
      for edge in edges[node] where component[edge.target] == component[goal] && edge.target != start {
        guard cameBy[edge.target] == nil else { continue }
        cameBy[edge.target] = (node, edge)
        if edge.target == goal { return way(back: goal, to: start, cameBy) }
        frontier.append(edge.target)
      }
    }
    return []
  }

  private func way(back goal: Int, to start: Int, _ cameBy: [Int: (from: Int, edge: Edge)]) -> [Edge] {
    var edges: [Edge] = []
    var node = goal
    while node != start, let step = cameBy[node] {
      edges.append(step.edge)
      node = step.from
    }
    return edges.reversed()
  }
}

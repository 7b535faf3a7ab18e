import Datalog
import Engine

/// A head with aggregates: what rows are grouped by, and the arguments of each aggregate.
struct GroupedShape {
  struct Aggregate {
    let function: AggregateFunction
    let terms: [Term]
  }

  private(set) var group: [Term] = []
  private(set) var aggregates: [Aggregate] = []
  /// All of them, each once.
  private(set) var tuple: [Term] = []
  private var columns: [GroupedHead.Column] = []
  private let rule: Rule

  init(_ rule: Rule) {
    self.rule = rule
    for argument in rule.head.arguments {
      switch argument {
      case .term(let term):
        columns.append(.group(group.count))
        group.append(term)
      case .aggregate(let function, let terms):
        columns.append(.aggregate(aggregates.count))
        aggregates.append(Aggregate(function: function, terms: terms))
      case .measure: preconditionFailure("a head with a measure has a shape of its own")
      }
    }
    for term in group + aggregates.flatMap(\.terms) where !tuple.contains(term) { tuple.append(term) }
  }

  func type(of term: Term) -> WordType { rule.type(of: term) }

  /// - Parameter tuples: groups tuples that are distinct as a whole.
  func head(rule: Int, _ relation: RelationID, tuples: RulePlan?) -> GroupedHead {
    let aggregates = aggregates.map { aggregate in
      let isWhole = tuples == nil || tuple.allSatisfy { group.contains($0) || aggregate.terms.contains($0) }
      return GroupedHead.Aggregate(
        function: aggregate.function.engine,
        types: aggregate.terms.map(type),
        dropsRepeats: !isWhole && aggregate.function.countsRepeats
      )
    }
    return GroupedHead(
      rule: rule,
      head: relation,
      groupCount: group.count,
      aggregates: aggregates,
      columns: columns,
      tuples: tuples
    )
  }

  /// Groups a relation that holds the tuples.
  func plan(rule: Int, _ number: Int, _ tuples: RelationID, _ head: RelationID, place: Int) -> RulePlan {
    // The tuple's columns have the first registers.
    let count = tuple.count
    func operands(_ terms: [Term]) -> [Operand] {
      terms.map { term in .register(tuple.firstIndex(of: term) ?? 0) }
    }
    return RulePlan(
      rule: rule,
      number: number,
      registerCount: max(count, self.rule.variables.count),
      steps: [.match(Match(relation: tuples, columns: (0..<count).map { .bind($0) }))],
      sink: .group(head, place: place, by: operands(group), arguments: aggregates.map { operands($0.terms) })
    )
  }
}

/// A head with a measure: what arcs are grouped by, and their ends.
struct MeasuredShape {
  private let measure: Datalog.GraphMeasure
  /// The groups, then the ends.
  private(set) var tuple: [Term] = []
  private var columns: [MeasuredHead.Column] = []
  private let rule: Rule

  /// `nil` for a head without a measure.
  init?(_ rule: Rule) {
    guard let measure = rule.head.measure else { return nil }
    self.rule = rule
    self.measure = measure
    var ends: [Term] = []
    for argument in rule.head.arguments {
      switch argument {
      case .term(let term):
        columns.append(.group(tuple.count))
        tuple.append(term)
      case .measure(_, let column, let terms):
        columns.append(.value(column))
        ends = terms
      case .aggregate: preconditionFailure("a measure has no aggregates beside it")
      }
    }
    tuple += ends
  }

  var types: [WordType] { tuple.map { rule.type(of: $0) } }

  func head(rule: Int, arcs: RelationID) -> MeasuredHead {
    MeasuredHead(
      rule: rule,
      head: RelationID(self.rule.head.predicate.index),
      measure: measure.engine,
      columns: columns,
      arcs: arcs
    )
  }
}

extension Rule {
  /// The type of what stands in its head.
  fileprivate func type(of term: Term) -> WordType {
    switch term {
    case .variable(let variable): variables[variable.index].type.wordType
    case .constant(let constant): constant.type.wordType
    case .wildcard: preconditionFailure("a head has no wildcards")
    }
  }
}

extension Datalog.GraphMeasure {
  fileprivate var engine: Engine.GraphMeasure {
    switch self {
    case .betweenness: .betweenness
    case .pagerank: .pagerank
    case .articulation: .articulation
    case .bridge: .bridge
    }
  }
}

extension AggregateFunction {
  /// Whether a value counts as often as it comes.
  var countsRepeats: Bool {
    switch self {
    case .count, .sum, .mean: true
    case .min, .max, .list: false
    }
  }
}

extension GroupedHead {
  /// The relation that holds what is grouped, if the rows of a rule are not grouped as they come.
  var ungrouped: RelationID? {
    if case .match(let match)? = tuples?.steps.first { match.relation } else { nil }
  }
}

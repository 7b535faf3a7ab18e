import Datalog
import Engine

/// Makes the outline of one stratum's plan.
struct Outliner {
  private let program: CheckedProgram
  private let stratum: Stratum
  private let plan: StratumPlan
  private let names: RelationNames
  private let statistics: Statistics
  private var evaluation: Evaluation { statistics.evaluation }

  init(program: CheckedProgram, stratum: Stratum, plan: StratumPlan, statistics: Statistics) {
    self.program = program
    self.stratum = stratum
    self.plan = plan
    self.statistics = statistics
    names = RelationNames(program, plan)
  }

  func outline() -> PlanOutline {
    PlanOutline(heads: stratum.predicates.map { names.heading($0) }, method: method, parts: parts)
  }

  private var method: String {
    switch plan {
    case .once(let plans): plans.count > 1 ? "each rule once" : "once"
    case .rounds(let rounds):
      "in rounds, each on what the last one added" + (rounds.best.isEmpty ? "" : "; the best value is kept")
        + (rounds.keptColumn.map { "; once there is much, for some \(columnNames[$0]) after the others" } ?? "")
    case .rowFixpoint(let closure, _):
      closure.isClosure
        ? "by strongly connected components (row by row where ids are sparse)" : "row by row, without rounds"
    case .grouped(let heads, _, _): heads.isEmpty ? "once, then measured as a graph" : "once, then grouped"
    }
  }

  private var columnNames: [String] { program.predicates[stratum.predicates[0].index].columns.map(\.name) }

  private var parts: [PlanOutline.Part] {
    switch plan {
    case .once(let plans): return plans.enumerated().map { part($0.element, .initial($0.offset)) }
    case .rounds(let rounds):
      return rounds.initial.enumerated().map { part($0.element, .initial($0.offset)) }
        + rounds.variants.enumerated().map { part($0.element, .variant($0.offset)) }
    case .rowFixpoint(let closure, let initial):
      return initial.enumerated().map { part($0.element, .initial($0.offset)) } + [part(closure)]
    case .grouped(let heads, let measured, let initial):
      return initial.enumerated().map { part($0.element, .initial($0.offset)) }
        + heads.enumerated().map { part($0.element, .grouping($0.offset)) }
        + measured.enumerated().map { part($0.element, .grouping(heads.count + $0.offset)) }
    }
  }

  private func part(_ plan: RulePlan, _ part: StratumProfile.Part) -> PlanOutline.Part {
    let outliner = RuleOutliner(plan, rule: program.rules[plan.number], names: names, statistics: statistics)
    return PlanOutline.Part(part: part, rules: [plan.number], lines: outliner.outline)
  }

  // MARK: What is no rule

  private func part(_ closure: StratumPlan.RowFixpoint) -> PlanOutline.Part {
    let columns = columnNames
    let base = names.atom(closure.base, columns)
    let head = names.atom(closure.head, columns)
    var lines: [PlanOutline.Line] = []
    if closure.isClosure {
      lines.append(.init(depth: 0, text: "each component of \(base)", reason: "its members reach the same"))
      lines.append(
        .init(depth: 1, text: "add its row to \(head)", reason: "the union of its successors' rows, shared and sorted")
      )
    } else {
      // A head of one column is one row.
      let key = columns.count < 2 ? nil : closure.isSwapped ? 1 : 0
      let reason = key.map { "every recursive rule leaves \(columns[$0]) as it is" } ?? "one set grows"
      lines.append(
        PlanOutline.Line(
          depth: 0,
          text: key.map { "each \(columns[$0]) of \(base)" } ?? "all of \(base)",
          reason: reason,
          expected: key.map { statistics.distinct(PredicateID(closure.base.index), $0) }
        )
      )
      for edge in closure.edges {
        var ends = Array(repeating: "_", count: evaluation.relations[edge.relation.index].arity)
        (ends[edge.from], ends[edge.to]) = ("reached", "next")
        let text = "follow \(names.atom(edge.relation, ends))"
        lines.append(.init(depth: 1, text: text, reason: "whatever is reached is marked in one bitmap"))
      }
      lines.append(.init(depth: 1, text: "add the row to \(head)", reason: "sorted, once"))
    }
    let recursive = stratum.rules.filter { !program.rules[$0].recursiveAtoms(Set(stratum.predicates)).isEmpty }
    return PlanOutline.Part(part: .closure, rules: recursive, lines: lines)
  }

  private func part(_ head: GroupedHead, _ part: StratumProfile.Part) -> PlanOutline.Part {
    let rules = stratum.rules.filter { program.rules[$0].head.predicate.index == head.head.index }
    let predicate = program.predicates[head.head.index]
    var group: [String] = []
    var values: [String] = []
    for (place, column) in head.columns.enumerated() {
      switch column {
      case .group: group.append(predicate.columns[place].name)
      case .aggregate(let aggregate):
        values.append("\(predicate.columns[place].name) = \(head.aggregates[aggregate].function)")
      }
    }
    let rows = head.ungrouped.map(names.name) ?? "the rows"
    let text = group.isEmpty ? "all of \(rows)" : "each (\(group.joined(separator: ", "))) of \(rows)"
    let lines = [
      PlanOutline.Line(depth: 0, text: text, reason: head.ungrouped == nil ? "by hash, as they come" : "by hash"),
      PlanOutline.Line(
        depth: 1,
        text: "add to \(names.heading(PredicateID(head.head.index)))",
        reason: values.joined(separator: ", ")
      ),
    ]
    return PlanOutline.Part(part: part, rules: rules.filter { program.rules[$0].head.isAggregate }, lines: lines)
  }

  private func part(_ head: MeasuredHead, _ part: StratumProfile.Part) -> PlanOutline.Part {
    let predicate = program.predicates[head.head.index]
    let group = head.columns.enumerated().compactMap { place, column in
      if case .group = column { predicate.columns[place].name } else { nil }
    }
    let arcs = names.name(head.arcs)
    let text = group.isEmpty ? "all of \(arcs)" : "each (\(group.joined(separator: ", "))) of \(arcs)"
    let rules = stratum.rules.filter { program.rules[$0].head.predicate.index == head.head.index }
    return PlanOutline.Part(
      part: part,
      rules: rules.filter { program.rules[$0].head.measure != nil },
      lines: [
        PlanOutline.Line(depth: 0, text: text, reason: "a graph, nodes in the order of their values"),
        PlanOutline.Line(
          depth: 1,
          text: "add to \(names.heading(PredicateID(head.head.index)))",
          reason: "\(head.measure)"
        ),
      ]
    )
  }
}

/// What relations are called: predicates by their names, the planner's own by what they are for.
struct RelationNames {
  private let predicates: [Predicate]
  private var own: [RelationID: String] = [:]

  init(_ program: CheckedProgram, _ plan: StratumPlan) {
    predicates = program.predicates
    switch plan {
    case .rowFixpoint(let closure, _) where closure.base.index >= predicates.count:
      own[closure.base] = "base of \(name(closure.head))"
    case .grouped(let heads, let measured, _):
      for head in heads { if let tuples = head.ungrouped { own[tuples] = "ungrouped \(name(head.head))" } }
      for head in measured { own[head.arcs] = "arcs of \(name(head.head))" }
    case .once, .rounds, .rowFixpoint: break
    }
  }

  func name(_ relation: RelationID) -> String {
    guard relation.index < predicates.count else { return own[relation] ?? "relation \(relation.index)" }
    let predicate = predicates[relation.index]
    switch predicate.kind {
    case .answers: return "answer"
    // A demanded version of an answer.
    case .ordinary where predicate.name.isEmpty: return "answer"
    case .cited(let cited): return predicates[cited.index].name + " @"
    case .ordinary, .mentions, .evidence: return predicate.name
    }
  }

  func atom(_ relation: RelationID, _ arguments: [String]) -> String {
    name(relation) + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
  }

  func heading(_ predicate: PredicateID) -> String {
    atom(RelationID(predicate.index), predicates[predicate.index].columns.map(\.name))
  }
}

/// Evaluates strata over relations, one after the other, in the order the planner gives.
public final class Evaluation {
  public let context: EvaluationContext
  /// Indexed by `RelationID`.
  public private(set) var relations: [Relation]
  private let evaluator: ScalarEvaluator
  private var matchProbabilities: [[Int]: Double] = [:]
  private(set) var profile: StratumProfile?

  public init(relations: [Relation], context: EvaluationContext) {
    self.relations = relations
    self.context = context
    evaluator = ScalarEvaluator(values: context.values, shouldStop: { context.shouldStop })
  }

  /// Adds a relation, for the planner's intermediate results.
  public func addRelation(types: [WordType]) -> RelationID {
    relations.append(Relation(types: types, context: context))
    return RelationID(relations.count - 1)
  }

  /// The probability that tuples of two relations agree in a column of each; kept while their sizes stay the same.
  public func matchProbability(_ first: RelationID, _ column: Int, _ second: RelationID, _ other: Int) -> Double {
    let (a, b) = (relations[first.index], relations[second.index])
    let key = [first.index, column, second.index, other, a.countWithRepeats, b.countWithRepeats]
    if let known = matchProbabilities[key] { return known }
    let probability = a.matchProbability(column, with: b, other)
    matchProbabilities[key] = probability
    return probability
  }

  /// The share of a relation's tuples whose word in a column compares so with another of its type, from a sample.
  public func share(of relation: RelationID, _ column: Int, _ comparison: ScalarComparison, _ word: Word) -> Double {
    relations[relation.index].share(column, comparison, word)
  }

  /// Evaluates one stratum; the relations of all strata before it are complete.
  ///
  /// - Parameter profile: takes what each part takes and gives, up to the end or to what ended it early.
  public func run(_ stratum: StratumPlan, profile: StratumProfile? = nil) throws(EvaluationError) {
    self.profile = profile
    defer { self.profile = nil }
    do {
      context.supervise()
      try evaluate(stratum)
      // Something at the end may have been broken off.
      try context.poll()
    } catch {
      // A row may be half marked; whoever uses the context next finds nothing of it.
      context.clearScratch()
      throw error
    }
    context.currentRule = nil
    context.currentRound = nil
  }

  private func evaluate(_ stratum: StratumPlan) throws(EvaluationError) {
    switch stratum {
    case .once(let plans): try runOnce(plans)
    case .rounds(let rounds): try run(rounds)
    case .rowFixpoint(let closure, let initial):
      try runOnce(initial)
      try context.measure(.closure, in: profile) { () throws(EvaluationError) in try closeRows(closure) }
    case .grouped(let heads, let measured, let initial):
      try group(heads, initial)
      try measure(measured, after: heads.count)
    }
  }

  /// - Parameters: what is not given is the evaluation's own.
  func builder(
    growing: Set<RelationID>,
    isRecursive: Bool,
    groupings: [Grouping] = [],
    on relations: [Relation]? = nil,
    in context: EvaluationContext? = nil,
    with evaluator: ScalarEvaluator? = nil
  ) -> PipelineBuilder {
    PipelineBuilder(
      relations: relations ?? self.relations,
      context: context ?? self.context,
      evaluator: evaluator ?? self.evaluator,
      growing: growing,
      isRecursive: isRecursive,
      countsRows: profile != nil,
      groupings: groupings
    )
  }

  private func runOnce(_ plans: [RulePlan], groupings: [Grouping] = []) throws(EvaluationError) {
    for (place, plan) in plans.enumerated() {
      if let head = plan.sink.growingTarget { relations[head.index].beginGrowing() }
      let builder = builder(growing: Set([plan.sink.target]), isRecursive: false, groupings: groupings)
      try run(plan, with: builder, as: .initial(place))
    }
  }

  private func run(
    _ plan: RulePlan,
    with builder: PipelineBuilder,
    as part: StratumProfile.Part
  ) throws(EvaluationError) {
    try context.measure(part, in: profile) { () throws(EvaluationError) in
      let first = builder.pipeline(plan)
      var pipelines = [first]
      defer { for pipeline in pipelines { profile?.note(pipeline.takeStepRows(), of: part) } }
      let partCount = first.partCount
      try context.share(partCount: partCount, first: first) { context in
        let pipeline = builder.pipeline(plan, in: context)
        pipelines.append(pipeline)
        return pipeline
      } perform: { pipeline, part throws(EvaluationError) in
        try pipeline.run(part: part, of: partCount)
      }
      adopt(pipelines.compactMap(\.writtenRows), as: plan.sink.target)
    }
  }

  /// Makes the rows that a rule built its head.
  private func adopt(_ written: [WrittenRows], as head: RelationID) {
    guard !written.isEmpty else { return }
    let relation = relations[head.index]
    let table = RowTable(of: written, relation.layout(swapped: false), account: context.account)
    relation.adopt(table, swapped: false)
  }

  // MARK: Semi-naive rounds

  private func run(_ plan: StratumPlan.Rounds) throws(EvaluationError) {
    let builder = builder(growing: Set(plan.relations), isRecursive: true)
    for id in plan.relations { relations[id.index].beginRounds(best: plan.best[id]) }
    for (place, plan) in plan.initial.enumerated() { try run(plan, with: builder, as: .initial(place)) }
    let rounds = RecursionRounds(plan, builder, profile: profile)
    rounds.prepare()
    defer { rounds.noteStepRows() }
    let start = context.attemptedCount
    let most = plan.keptColumn == nil ? Int.max : mostTriedWithoutTurns(rounds.relations)
    let last = try rounds.run(after: 0) { context.attemptedCount - start <= most }
    if let column = plan.keptColumn, rounds.relations.contains(where: \.hasGrown) {
      try runTurns(plan, by: column, after: last, tried: context.attemptedCount - start)
    }
    for id in plan.relations {
      if plan.best[id] != nil { relations[id.index].settleBest() } else { relations[id.index].endRounds() }
    }
  }

  /// Chosen: so small a share of what threads join for takes less than a millisecond.
  private static let turnShare = 16

  /// For turns what there is has to be grouped and inserted anew, so they begin early, but not before rounds have tried
  /// more words than there were tuples, which shows that the recursion leads somewhere, and so many that it is not small.
  private func mostTriedWithoutTurns(_ recursive: [Relation]) -> Int {
    max(recursive.reduce(0) { $0 + $1.count }, context.parallelism.leastWork / Evaluation.turnShare)
  }

  // MARK: Heads with aggregates

  private func group(_ heads: [GroupedHead], _ initial: [RulePlan]) throws(EvaluationError) {
    let groupings = heads.map { Grouping($0, context) }
    try runOnce(initial, groupings: groupings)
    let builder = builder(growing: [], isRecursive: false, groupings: groupings)
    for (place, head) in heads.enumerated() {
      context.currentRule = head.rule
      try context.measure(.grouping(place), in: profile) { () throws(EvaluationError) in
        if let tuples = head.tuples { try builder.pipeline(tuples).run() }
        try groupings[place].finish(into: relations[head.head.index])
      }
    }
  }

  /// - Parameter place: of the first of the heads as parts of the stratum.
  private func measure(_ heads: [MeasuredHead], after place: Int) throws(EvaluationError) {
    for (number, head) in heads.enumerated() {
      context.currentRule = head.rule
      try context.measure(.grouping(place + number), in: profile) { () throws(EvaluationError) in
        let graphs = try MeasuredGraphs(head, relations[head.arcs.index], context: context)
        try graphs.finish(into: relations[head.head.index])
      }
    }
  }
}

extension Sink {
  var target: RelationID {
    switch self {
    case .insert(let id, _, _), .unite(let id, _, _), .build(let id, _, _, _), .improve(let id, _, _, _),
      .group(let id, _, _, _):
      id
    }
  }

  /// The relation that has to stand ready to be inserted into.
  fileprivate var growingTarget: RelationID? {
    switch self {
    case .build, .group, .insert(_, _, areDistinct: true): nil
    case .insert, .unite, .improve: target
    }
  }
}

extension RulePlan {
  /// The relations whose additions this plan reads by the second column.
  var swappedDeltas: [RelationID] {
    var ids: [RelationID] = []
    for case .match(let match) in steps where match.source == .delta && match.groupedBy == 1 {
      ids.append(match.relation)
    }
    if case .unite(_, _, .deltaRun(let id, _, swapped: true)) = sink { ids.append(id) }
    return ids
  }
}

/// The semi-naive rounds of a recursion on one thread: each joins what the last one added with all there is.
final class RecursionRounds {
  /// Those of the recursion, in the order of the plan.
  let relations: [Relation]
  /// Takes what the rounds take and give, if somebody wants to know.
  var profile: StratumProfile?
  private let plan: StratumPlan.Rounds
  private let builder: PipelineBuilder
  private var pipelines: [Pipeline] = []
  private var context: EvaluationContext { builder.context }

  /// - Parameter builder: builds pipelines on the relations of the recursion among others.
  init(_ plan: StratumPlan.Rounds, _ builder: PipelineBuilder, profile: StratumProfile?) {
    self.plan = plan
    self.builder = builder
    self.profile = profile
    relations = plan.relations.map { builder.relations[$0.index] }
  }

  /// Makes pipelines that stand at nothing.
  func prepare() {
    pipelines = plan.variants.enumerated().map { place, plan in
      context.measure(.variant(place), in: profile) { builder.pipeline(plan) }
    }
  }

  /// Goes through the rounds behind one until one adds nothing, or while they are wanted; gives the number of the last.
  func run(after last: Int, while isWanted: () -> Bool = { true }) throws(EvaluationError) -> Int {
    var round = last
    while isWanted(), context.measure(.advance, in: profile, { advance() }) {
      round += 1
      context.currentRound = round
      for (place, pipeline) in pipelines.enumerated() {
        try context.measure(.variant(place), round: round, in: profile) { () throws(EvaluationError) in
          try pipeline.run()
        }
      }
    }
    return round
  }

  /// Makes what the round added the next round's delta; false when nothing was added.
  private func advance() -> Bool {
    var hasGrown = false
    for (place, relation) in relations.enumerated() {
      if relation.advance(keepsSwapped: plan.keptSwapped.contains(plan.relations[place])) { hasGrown = true }
    }
    return hasGrown
  }

  /// Adds the rows that came out of steps since the pipelines were made, or since the last call, to the profile.
  func noteStepRows() {
    guard let profile else { return }
    for (place, pipeline) in pipelines.enumerated() { profile.note(pipeline.takeStepRows(), of: .variant(place)) }
  }
}

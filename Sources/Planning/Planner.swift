public import Datalog
public import Engine

/// Plans the strata of a program, each when those before it have been evaluated, so that sizes are known and not guessed.
///
/// The relation of a predicate has the predicate's number. Cannot fail: what the checker lets through has a plan.
public struct Planner {
  private let program: CheckedProgram
  private let evaluation: Evaluation
  private let options: PlannerOptions
  private let origin: (Int) -> Int
  private let followsChange: Bool

  /// - Parameters:
  ///   - origin: the number that errors give a rule.
  ///   - followsChange: whether the rules bring a few tuples together with large relations, so that the making of each
  ///     index is weighed.
  public init(
    _ program: CheckedProgram,
    evaluation: Evaluation,
    options: PlannerOptions = PlannerOptions(),
    origin: @escaping (Int) -> Int = { $0 },
    followsChange: Bool = false
  ) {
    self.program = program
    self.evaluation = evaluation
    self.options = options
    self.origin = origin
    self.followsChange = followsChange
  }

  /// Plans what a demand has added; rules bear the numbers of those that they were made from.
  public init(_ demand: Demand, evaluation: Evaluation, options: PlannerOptions = PlannerOptions()) {
    program = demand.program
    self.evaluation = evaluation
    self.options = options
    origin = demand.origin
    followsChange = false
  }

  /// Plans how a complete stratum follows a change.
  init(_ changes: ChangeRules, evaluation: Evaluation, options: PlannerOptions) {
    program = changes.program
    self.evaluation = evaluation
    self.options = options
    origin = changes.origin
    followsChange = true
  }

  /// The plan of a stratum whose predecessors are complete. Rule numbers in it index `program.rules`.
  public func plan(_ stratum: Stratum) -> StratumPlan {
    let stratumPlanner = StratumPlanner(
      program: program,
      stratum: stratum,
      evaluation: evaluation,
      statistics: statistics(for: stratum),
      options: options,
      origin: origin
    )
    return stratumPlanner.plan()
  }

  /// What a plan that was just made is, for people; asked before it is run, while sizes are those it was made on.
  package func outline(of plan: StratumPlan, for stratum: Stratum) -> PlanOutline {
    Outliner(program: program, stratum: stratum, plan: plan, statistics: statistics(for: stratum)).outline()
  }

  private func statistics(for stratum: Stratum) -> Statistics {
    let heads = stratum.rules.map { program.rules[$0].head }
    return Statistics(
      evaluation: evaluation,
      growing: stratum.isRecursive ? Set(stratum.predicates) : [],
      keepingBest: Set(heads.filter(\.isAggregate).map(\.predicate)),
      followsChange: followsChange
    )
  }
}

/// Which of the special forms of evaluation the planner may use; all of them, but for tests of one against another.
public struct PlannerOptions: Hashable, Sendable {
  public var usesRowBuild = true
  public var usesRowFixpoint = true
  public var usesLeafUnion = true
  public var usesDistinct = true
  /// Whether a variable of several atoms is bound by the intersection of their leaves.
  public var usesIntersection = true
  /// Whether parts of a body of which no value is wanted are solved once for each value they depend on.
  public var usesParts = true
  /// Whether rows are tested for all that is to follow before they are widened, where much is expected on the way.
  public var usesReduction = true
  /// Whether atoms are ordered by what sets of them are expected to give, and not each by what it gives next.
  public var usesJoinOrder = true
  /// Whether rows that cannot repeat are added without looking for repeats.
  public var usesDistinctInsertion = true
  /// Whether rows that cannot repeat are grouped as they come.
  public var usesDirectGrouping = true
  /// Whether the closure of one relation is taken by its strongly connected components.
  public var usesComponents = true
  /// Whether a wide recursion that leaves a column as it is goes through its rounds for some words of that after others.
  public var usesTurns = true
  /// A stratum is evaluated anew once a change reaches more tuples than this, and a share of its size. Chosen.
  public var smallChange = 1_000

  public init() {}
}

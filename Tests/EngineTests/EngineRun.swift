import Datalog
import Engine
import Planning

/// One evaluation of a program over columns of numbers, with budgets: for programs too large to be read from text.
final class EngineRun {
  let program: CheckedProgram
  let context: EvaluationContext
  let evaluation: Evaluation
  private let planner: Planner

  /// - Parameters:
  ///   - text: declarations and rules; all columns are of numbers.
  ///   - facts: rows by the name of their predicate.
  ///   - domain: how many numbers, 0 and up, have words before the first fact.
  init(
    _ text: String,
    _ facts: [String: [[Int64]]],
    domain: Int = 0,
    limits: EvaluationLimits = .none,
    options: PlannerOptions = PlannerOptions(),
    parallelism: Parallelism = .none,
    isCancelled: @escaping () -> Bool = { false }
  ) throws {
    program = try ParsedProgram(text).program
    let values = Values()
    for number in 0..<domain { _ = values.numbers.intern(Int64(number)) }
    context = EvaluationContext(values: values, limits: limits, parallelism: parallelism, isCancelled: isCancelled)
    let context = context
    let relations = program.predicates.map { predicate in
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: context)
      let rows = facts[predicate.name, default: []]
      let columns = predicate.columns.indices.map { column in rows.map { values.numbers.intern($0[column]) } }
      relation.load(rowCount: rows.count, columns: columns)
      return relation
    }
    evaluation = Evaluation(relations: relations, context: context)
    planner = Planner(program, evaluation: evaluation, options: options)
  }

  /// The same program over the same facts, whose relations and dictionaries are kept, with nothing derived.
  init(again run: EngineRun, options: PlannerOptions) {
    program = run.program
    context = run.context
    let context = context
    let relations = program.predicates.enumerated().map { index, predicate in
      predicate.isDerived
        ? Relation(types: predicate.columns.map(\.type.wordType), context: context) : run.evaluation.relations[index]
    }
    evaluation = Evaluation(relations: relations, context: context)
    planner = Planner(program, evaluation: evaluation, options: options)
  }

  func run(profile: StratumProfile? = nil) throws(EvaluationError) {
    for stratum in program.strata { try evaluation.run(planner.plan(stratum), profile: profile) }
  }

  /// The error that ends the evaluation, if one does.
  func fault() -> EvaluationError? {
    do {
      try run()
      return nil
    } catch {
      return error
    }
  }

  func relation(_ name: String) -> Relation? {
    program.predicates.firstIndex { $0.name == name }.map { evaluation.relations[$0] }
  }

  func tuples(_ name: String) -> Set<[Int64]> {
    guard let relation = relation(name), relation.arity > 0 else { return [] }
    let words = relation.words()
    return Set(
      stride(from: 0, to: words.count, by: relation.arity).map { start in
        (0..<relation.arity).map { context.values.numbers[words[start + $0]] }
      }
    )
  }
}

import Datalog
import Engine
import Planning
import Testing

/// The engine as an evaluator of whole programs, with some of the planner's special forms switched off or its relations
/// in forms that they are forced into.
struct EngineEvaluator: ProgramEvaluator {
  var options = PlannerOptions()
  var parallelism = Parallelism.none
  var forms = StorageForms()
  /// Plans and runs a stratum.
  var run: @Sendable (Stratum, Planner, Evaluation) throws -> Void = { stratum, planner, evaluation in
    try evaluation.run(planner.plan(stratum))
  }

  func evaluate(_ program: CheckedProgram, facts: Facts) throws -> Facts {
    let relations = try relations(of: program, facts: facts)
    var result: Facts = [:]
    for index in program.predicates.indices { result[PredicateID(index)] = relations[index].tuples() }
    return result
  }

  /// The relations of all predicates, after the evaluation.
  func relations(of program: CheckedProgram, facts: Facts) throws -> [Relation] {
    let context = EvaluationContext(values: Values(), parallelism: parallelism, forms: forms)
    let relations = program.predicates.enumerated().map { index, predicate in
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: context)
      relation.load(facts[PredicateID(index), default: []].sorted(by: NaiveFunctions.precedes))
      return relation
    }
    let evaluation = Evaluation(relations: relations, context: context)
    let planner = Planner(program, evaluation: evaluation, options: options)
    for stratum in program.strata { try run(stratum, planner, evaluation) }
    return evaluation.relations
  }
}

extension Parallelism {
  /// Shares work from its first part on, however little it is; or once so many words have been tried.
  static func eager(threads: Int, leastWork: Int = 0) -> Parallelism {
    var parallelism = Parallelism(threadCount: threads)
    parallelism.leastWork = leastWork
    return parallelism
  }
}

extension Relation {
  /// Adds tuples of constants.
  func load(_ tuples: [[Constant]]) {
    let values = sharedContext.values
    let columns = (0..<arity).map { column in tuples.map { values.word(of: $0[column]) } }
    load(rowCount: tuples.count, columns: columns)
  }

  /// All tuples as constants; none may come twice.
  func tuples() -> Set<[Constant]> {
    if arity == 0 { return count > 0 ? [[]] : [] }
    let words = words()
    let tuples = stride(from: 0, to: words.count, by: arity).map { start in
      (0..<arity).map { column in constant(words[start + column], types[column]) }
    }
    let distinct = Set(tuples)
    #expect(distinct.count == tuples.count, "a relation is a set")
    return distinct
  }

  private func constant(_ word: Word, _ type: WordType) -> Constant {
    let values = sharedContext.values
    switch type {
    case .symbol: return .symbol(Symbol(utf8: values.symbols.text(of: word)))
    case .number: return .number(values.numbers[word])
    case .float: return .float(values.floats[word])
    case .date:
      guard let date = PartialDate(key: values.dates[word]) else { preconditionFailure("a date's word holds a date") }
      return .date(date)
    }
  }
}

import Datalog
import Engine
import Planning

/// The engine, with the answers of each question derived from what its constants demand.
struct DemandEvaluator: ProgramEvaluator {
  func evaluate(_ program: CheckedProgram, facts: Facts) throws -> Facts {
    var result = try EngineEvaluator().evaluate(program, facts: facts)
    for case .question(let question) in program.requests {
      result[question.answers] = try answers(of: question.answers, program, facts)
    }
    return result
  }

  private func answers(of goal: PredicateID, _ program: CheckedProgram, _ facts: Facts) throws -> Set<[Constant]> {
    let context = EvaluationContext(values: Values())
    let relations = program.predicates.enumerated().map { index, predicate in
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: context)
      relation.load(facts[PredicateID(index), default: []].sorted(by: NaiveFunctions.precedes))
      return relation
    }
    let evaluation = Evaluation(relations: relations, context: context)
    let demand = Demand(for: goal, in: program, evaluation: evaluation) { predicate in
      !program.predicates[predicate.index].isDerived && program.predicates[predicate.index].kind == .ordinary
    }
    guard let demand else {
      try run(program.strata, of: Planner(program, evaluation: evaluation), on: evaluation)
      return relations[goal.index].tuples()
    }
    let copies = demand.program.predicates.indices.dropFirst(relations.count).map { index in
      let relation = Relation(types: demand.program.predicates[index].columns.map(\.type.wordType), context: context)
      if let origin = demand.factsOf[PredicateID(index)] { relation.load(Array(relations[origin.index].tuples())) }
      return relation
    }
    let strata = program.strata.filter { stratum in
      stratum.predicates.contains(where: below(demand.needed, program).contains)
    }
    try run(strata, of: Planner(program, evaluation: evaluation), on: evaluation)
    let own = Evaluation(relations: relations + copies, context: context)
    let demanded = demand.steps.map { step in
      switch step {
      case .evaluate(let stratum): stratum
      case .select: preconditionFailure("nothing is selected where everything is loaded")
      }
    }
    try run(demanded, of: Planner(demand, evaluation: own), on: own)
    return own.relations[demand.answers.index].tuples()
  }

  private func run(_ strata: [Stratum], of planner: Planner, on evaluation: Evaluation) throws {
    for stratum in strata { try evaluation.run(planner.plan(stratum)) }
  }

  /// The predicates and all that they depend on.
  private func below(_ predicates: [PredicateID], _ program: CheckedProgram) -> Set<PredicateID> {
    var found = Set(predicates)
    var pending = predicates
    while let predicate = pending.popLast() {
      for rule in program.rules where rule.head.predicate == predicate {
        for used in rule.body.predicates where found.insert(used).inserted { pending.append(used) }
      }
    }
    return found
  }
}

extension [Literal] {
  fileprivate var predicates: [PredicateID] {
    flatMap { literal -> [PredicateID] in
      switch literal {
      case .atom(let atom, _): [atom.predicate]
      case .aggregate(let aggregate): aggregate.alternatives.flatMap(\.predicates)
      case .comparison, .test, .sequence: []
      }
    }
  }
}

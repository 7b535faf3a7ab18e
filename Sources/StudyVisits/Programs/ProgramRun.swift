internal import Datalog
internal import Engine
internal import Planning

/// One checked program on its facts: evaluates the strata that a request needs, once, when it is needed.
final class ProgramRun {
  private(set) var program: CheckedProgram
  let values: Values
  private var context: EvaluationContext
  private var evaluation: Evaluation
  private var planner: Planner
  private let options: PlannerOptions
  let explanation: RunExplanation?
  private var questions: Set<PredicateID>
  let source: any FactSource
  private var kept: KeptShare?
  private(set) var isLoaded: [Bool]
  private var isEvaluated: [Bool]
  private var stratumOf: [PredicateID: Int]
  /// Strata that were complete before and that no request has needed yet.
  private var keptStrata: Set<Int>
  /// Functions without a value in strata that were complete before and that the requests needed, by rule.
  private var keptMissingValues: [Int: Int] = [:]

  /// - Parameter kept: what other runs have completed, and what takes what this one completes.
  init(
    _ program: CheckedProgram,
    source: any FactSource,
    context: EvaluationContext,
    options: PlannerOptions = PlannerOptions(),
    explanation: RunExplanation? = nil,
    kept: KeptShare? = nil
  ) {
    self.program = program
    self.source = source
    self.context = context
    self.options = options
    self.kept = kept
    values = context.values
    kept?.follow(context)
    context.supervise()
    let relations = program.predicates.indices.map { index in
      kept?.relation(PredicateID(index))
        ?? Relation(types: program.predicates[index].columns.map(\.type.wordType), context: kept?.context ?? context)
    }
    evaluation = Evaluation(relations: relations, context: context)
    planner = Planner(program, evaluation: evaluation, options: options)
    self.explanation = explanation
    questions = Set(
      program.requests.compactMap { if case .question(let question) = $0 { question.answers } else { nil } }
    )
    isLoaded = program.predicates.indices.map { kept?.relation(PredicateID($0)) != nil }
    let isComplete = program.strata.map { stratum in stratum.predicates.allSatisfy { kept?.relation($0) != nil } }
    keptStrata = Set(program.strata.indices.filter { isComplete[$0] })
    isEvaluated = isComplete
    var stratumOf: [PredicateID: Int] = [:]
    for (index, stratum) in program.strata.enumerated() {
      for predicate in stratum.predicates { stratumOf[predicate] = index }
    }
    self.stratumOf = stratumOf
  }

  /// On what another run of the program has loaded and derived in full; told of nowhere.
  private init(besides other: ProgramRun, within time: Duration?) {
    program = other.program
    values = other.values
    context = other.context.renewed(time: time)
    options = other.options
    source = other.source
    explanation = nil
    questions = other.questions
    stratumOf = other.stratumOf
    isEvaluated = other.isEvaluated
    // What the other has yet to derive it will derive from the facts on.
    isLoaded = program.predicates.indices.map(other.isComplete)
    keptStrata = []
    var relations: [Relation] = []
    for (index, predicate) in program.predicates.enumerated() {
      let types = predicate.columns.map(\.type.wordType)
      relations.append(isLoaded[index] ? other.evaluation.relations[index] : Relation(types: types, context: context))
    }
    evaluation = Evaluation(relations: relations, context: context)
    planner = Planner(program, evaluation: evaluation, options: options)
  }

  private func isComplete(_ predicate: Int) -> Bool {
    isLoaded[predicate] && (stratumOf[PredicateID(predicate)].map { isEvaluated[$0] } ?? true)
  }

  /// Lends a run on what this one has, for questions besides the program's, that ends after `time` if it is given.
  func lendingRun<Result>(within time: Duration?, _ body: (ProgramRun) -> Result) -> Result {
    defer { context.supervise() }
    return body(ProgramRun(besides: self, within: time))
  }

  /// A run of the program as if one fact more were stated.
  func supposing(_ tuple: [Word], of predicate: PredicateID) -> ProgramRun {
    let supposed = SupposedFact(tuple, of: program.predicates[predicate.index].name, besides: source)
    return ProgramRun(program, source: supposed, context: context.renewed(), options: options)
  }

  /// The values of some variables with which a body holds, of a rule that this may be called by in errors.
  ///
  /// What it needs of the program stays derived for the next body.
  func solutions(of body: [Literal], _ shown: [VariableID], in rule: Rule) throws(RunError) -> Relation {
    let goal = PredicateID(program.predicates.count)
    let columns = shown.map { Column(name: rule.variables[$0.index].name, type: rule.variables[$0.index].type) }
    let added = Rule(
      clause: program.rules.count,
      headPlace: 0,
      head: Head(predicate: goal, arguments: shown.map { .term(.variable($0)) }),
      body: body,
      variables: rule.variables,
      span: rule.span
    )
    program = program.adding(
      predicates: [Predicate(name: "", columns: columns, kind: .answers, isDerived: true)],
      rules: [added],
      strata: [Stratum(predicates: [goal], rules: [program.rules.count], isRecursive: false)]
    )
    let relation = Relation(types: columns.map(\.type.wordType), context: context)
    evaluation = Evaluation(relations: evaluation.relations.prefix(goal.index) + [relation], context: context)
    planner = Planner(program, evaluation: evaluation, options: options)
    questions.insert(goal)
    stratumOf[goal] = program.strata.count - 1
    isLoaded.append(true)
    isEvaluated.append(false)
    return try goalRelation(goal)
  }

  /// Gives up what is kept and starts afresh.
  private func startAfresh() {
    kept?.forgetAll()
    kept = nil
    context = context.renewed()
    let relations = program.predicates.map { Relation(types: $0.columns.map(\.type.wordType), context: context) }
    evaluation = Evaluation(relations: relations, context: context)
    planner = Planner(program, evaluation: evaluation, options: options)
    isLoaded = isLoaded.map { _ in false }
    isEvaluated = isEvaluated.map { _ in false }
    keptStrata = []
    keptMissingValues = [:]
  }

  /// The complete relation of a predicate.
  func relation(_ predicate: PredicateID) throws(RunError) -> Relation {
    try withRoom { () throws(RunError) in
      try complete(predicate)
      return evaluation.relations[predicate.index]
    }
  }

  /// Does something that may need the memory of what is kept: then it is done again without.
  private func withRoom<Result>(_ body: () throws(RunError) -> Result) throws(RunError) -> Result {
    do throws(RunError) {
      return try body()
    } catch {
      guard case .evaluation(.outOfMemory) = error, let kept, kept.isUsed else { throw error }
    }
    startAfresh()
    return try body()
  }

  /// The relation of something that is asked for, by demand where that serves.
  ///
  /// What one request derives in part another would derive again, so outputs beside others are derived whole.
  func goalRelation(_ goal: PredicateID) throws(RunError) -> Relation {
    try withRoom { () throws(RunError) in
      if questions.contains(goal) || program.requests.count == 1, let relation = try demandedRelation(goal) {
        return relation
      }
      try complete(goal)
      return evaluation.relations[goal.index]
    }
  }

  /// Ends the run when something was broken off, or should be.
  func poll() throws(RunError) {
    do { try evaluation.context.poll() } catch { throw .evaluation(error) }
  }

  /// Warnings about functions that had no value, a line a clause.
  var missingValueWarnings: [Diagnostic] {
    var byClause: [Int: (span: Span, count: Int)] = [:]
    for (rule, count) in context.missingValues.merging(keptMissingValues, uniquingKeysWith: +) {
      let rule = program.rules[rule]
      byClause[rule.clause, default: (rule.span, 0)].count += count
    }
    return byClause.sorted { $0.key < $1.key }.map { .valuesNotThere($0.value.count, at: $0.value.span) }
  }

  // MARK: What a predicate needs

  /// What the derivation of a goal's tuples draws on, for rules to be asked of it.
  func grounds(of goal: PredicateID) throws(RunError) -> Probe {
    try withRoom { () throws(RunError) in
      let demanded = try demanded(goal, skipsSteps: false)
      if demanded == nil { try complete(goal) }
      // Behind those of predicates may be what planners have added.
      var relations = Array(evaluation.relations.prefix(program.predicates.count))
      guard let (demand, own) = demanded else {
        return Probe(program, relations: relations, context: evaluation.context, options: options)
      }
      // What something needed as a whole is here as a whole too, with all that it depends on.
      for (predicate, versions) in demand.versions {
        if stratumOf[predicate].map({ isEvaluated[$0] }) ?? isLoaded[predicate.index] { continue }
        let part = Relation(types: relations[predicate.index].types, context: evaluation.context)
        for version in versions { part.load(rowMajor: own.relations[version.index].words()) }
        relations[predicate.index] = part
      }
      relations[goal.index] = own.relations[demand.answers.index]
      return Probe(program, relations: relations, context: evaluation.context, options: options)
    }
  }

  /// The tuples of a goal, derived from what its constants reach; `nil` when they reach no rule.
  private func demandedRelation(_ goal: PredicateID) throws(RunError) -> Relation? {
    guard let (demand, own) = try demanded(goal) else { return nil }
    return own.relations[demand.answers.index]
  }

  /// The demand for a goal, evaluated; `nil` when the goal's constants reach no rule.
  private func demanded(_ goal: PredicateID, skipsSteps: Bool = true) throws(RunError) -> (Demand, Evaluation)? {
    var selective: [PredicateID: [Int]] = [:]
    _ = try strata(below: goal) { predicate throws(RunError) in
      if stratumOf[predicate] == nil, !isLoaded[predicate.index] {
        let columns = try source.selectiveColumns(of: program.predicates[predicate.index])
        if !columns.isEmpty {
          selective[predicate] = columns
          return
        }
      }
      try load(predicate)
    }
    let demand = Demand(
      for: goal,
      in: program,
      evaluation: evaluation,
      isComplete: { predicate in stratumOf[predicate].map { isEvaluated[$0] } ?? true },
      selectiveColumns: selective,
      skipsSteps: skipsSteps
    )
    guard let demand else { return nil }
    for predicate in demand.needed { try complete(predicate) }
    let count = program.predicates.count
    let added = (count..<demand.program.predicates.count).map { index in
      let types = demand.program.predicates[index].columns.map(\.type.wordType)
      let relation = Relation(types: types, context: evaluation.context)
      if let origin = demand.factsOf[PredicateID(index)] {
        relation.load(rowMajor: evaluation.relations[origin.index].words())
      }
      return relation
    }
    let own = Evaluation(relations: evaluation.relations.prefix(count) + added, context: evaluation.context)
    let planner = Planner(demand, evaluation: own, options: options)
    do {
      for step in demand.steps {
        switch step {
        case .evaluate(let stratum): try run(stratum, of: demand.program, with: planner, on: own)
        case .select(let version, let predicate, let column, let magic):
          try select(
            program.predicates[predicate.index],
            where: column,
            isOneOf: own.relations[magic.index].words(),
            into: own.relations[version.index]
          )
        }
      }
    } catch let error as EvaluationError {
      throw .evaluation(error)
    } catch let error as RunError {
      throw error
    } catch {
      preconditionFailure("a demand fails in one of the ways above: \(error)")
    }
    return (demand, own)
  }

  /// Loads and evaluates what the predicate depends on, dependencies first.
  private func complete(_ predicate: PredicateID) throws(RunError) {
    for stratum in try strata(below: predicate, load) {
      do {
        try run(program.strata[stratum], of: program, with: planner, on: evaluation)
      } catch {
        throw .evaluation(error)
      }
      isEvaluated[stratum] = true
      kept?.keep(stratum, relations: evaluation.relations, missingValues: context.missingValues)
    }
  }

  /// Plans and evaluates a stratum whose predecessors are complete.
  private func run(
    _ stratum: Stratum,
    of program: CheckedProgram,
    with planner: Planner,
    on evaluation: Evaluation
  ) throws(EvaluationError) {
    guard let explanation else { return try evaluation.run(planner.plan(stratum)) }
    try explanation.run(stratum, of: program, with: planner, on: evaluation)
  }

  /// Visits all that a predicate depends on.
  ///
  /// - Returns: the strata that are still to be evaluated for it, in order.
  private func strata(
    below predicate: PredicateID,
    _ visit: (PredicateID) throws(RunError) -> Void
  ) throws(RunError) -> [Int] {
    var needed: Set<Int> = []
    var pending = [predicate]
    var seen = Set(pending)
    while let next = pending.popLast() {
      try visit(next)
      guard let stratum = stratumOf[next] else { continue }
      if keptStrata.contains(stratum) {
        explanation?.explanation.add(.kept(predicates: program.strata[stratum].predicates.map(name(of:))))
      }
      noteMissingValues(of: stratum)
      guard !isEvaluated[stratum], needed.insert(stratum).inserted else { continue }
      for rule in program.strata[stratum].rules {
        for used in program.rules[rule].predicates + program.strata[stratum].predicates
        where seen.insert(used).inserted {
          pending.append(used)
        }
      }
    }
    return needed.sorted()
  }

  private func name(of predicate: PredicateID) -> String { program.predicates[predicate.index].name }

  /// Takes over what was counted when a stratum and those below it were completed by another run.
  private func noteMissingValues(of stratum: Int) {
    var pending = [stratum]
    while let next = pending.popLast() {
      guard let kept, keptStrata.remove(next) != nil else { continue }
      keptMissingValues.merge(kept.missingValues(of: next)) { _, count in count }
      for rule in program.strata[next].rules { pending += program.rules[rule].predicates.compactMap { stratumOf[$0] } }
    }
  }

  private func load(_ predicate: PredicateID) throws(RunError) {
    guard !isLoaded[predicate.index] else { return }
    isLoaded[predicate.index] = true
    let relation = evaluation.relations[predicate.index]
    try (explanation?.explanation).timed(.loading) { () throws(RunError) in
      try loading { () throws(RunError) in
        try source.load(program.predicates[predicate.index], of: program, into: relation)
      }
    }
    kept?.keepFacts(of: predicate, relation)
  }

  /// Loads the facts that have one of the words in a column.
  private func select(
    _ predicate: Predicate,
    where column: Int,
    isOneOf words: [Word],
    into relation: Relation
  ) throws(RunError) {
    explanation?.explanation.add(.selection(predicate: predicate.name, column: predicate.columns[column].name))
    try (explanation?.explanation).timed(.loading) { () throws(RunError) in
      try loading { () throws(RunError) in
        try source.load(predicate, where: column, isOneOf: words, into: relation)
      }
    }
  }

  /// Loads facts; when it was broken off by the run itself, that says why.
  private func loading(_ body: () throws(RunError) -> Void) throws(RunError) {
    do {
      try body()
    } catch {
      try poll()
      throw error
    }
  }
}

extension Rule {
  /// All predicates that the body names, those in braces too.
  var predicates: [PredicateID] {
    var found: [PredicateID] = []
    var pending: [[Literal]] = [body]
    while let literals = pending.popLast() {
      for literal in literals {
        switch literal {
        case .atom(let atom, _): found.append(atom.predicate)
        case .aggregate(let aggregate): pending += aggregate.alternatives
        case .comparison, .test, .sequence: break
        }
      }
    }
    return found
  }
}

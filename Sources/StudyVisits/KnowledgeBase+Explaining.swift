internal import Datalog
internal import Engine
internal import Planning

extension KnowledgeBase {
  /// The answer of one question with the proofs of its rows: of all proofs one of least height, then one with the fewest
  /// leaves, then the first in the order of rules and values.
  ///
  /// - Parameters:
  ///   - rows: those that are to be proved, which the proof's roots are; all unless given.
  ///   - withOthers: whether the other ways to derive a row are given too.
  ///   - solutionLimit: how many solutions of an aggregate are given; of the others only the number is told.
  /// - Throws: as `ask` does. Proving counts against the question's limits.
  public func why(
    _ question: String,
    rows: [Int]? = nil,
    withOthers: Bool = false,
    solutionLimit: Int = .max,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Answer {
    try onOneState { () throws(KnowledgeBaseError) in
      try prove(
        question,
        rows: rows,
        withOthers: withOthers,
        solutionLimit: solutionLimit,
        options: options,
        warn: warn
      )
    }
  }

  private func prove(
    _ question: String,
    rows: [Int]?,
    withOthers: Bool,
    solutionLimit: Int,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Answer {
    let text = SourceText(name: "<question>", bytes: Array(question.utf8))
    let compilation = try compile([(text, nil)], dialect: .question, mode: .question, options: options)
    warn(compilation.warnings)
    let run = run(compilation, options: options, keeping: options.endsProcess ? nil : kept)
    for case .question(let question) in compilation.program.requests {
      do {
        let answer = try provedAnswer(
          question,
          run,
          compilation,
          rows: rows,
          withOthers: withOthers,
          withContradictions: true,
          solutionLimit: solutionLimit
        )
        warn(Findings(run.missingValueWarnings, in: compilation.text.texts))
        return answer
      } catch {
        throw compilation.error(error)
      }
    }
    preconditionFailure("the parser lets a single question through only if there is one")
  }

  func provedAnswer(
    _ question: CheckedQuestion,
    _ run: ProgramRun,
    _ compilation: Compilation,
    rows: [Int]? = nil,
    withOthers: Bool = false,
    withContradictions: Bool = false,
    solutionLimit: Int = .max
  ) throws(RunError) -> Answer {
    let probe = try run.grounds(of: question.answers)
    var answer = try run.answer(probe.relation(question.answers), question)
    let rows = rows?.filter { (0..<answer.rowCount).contains($0) } ?? Array(0..<answer.rowCount)
    var (search, roots, choices, heights) = try prove(rows, of: answer, question.answers, on: probe, compilation)
    if withOthers {
      let shown = roots.map { search.unwrapped($0, choices, withOthers: true) }
      let premises = shown.flatMap { search.graph.steps(of: $0) }.flatMap { search.graph.premises(of: $0) }
      do throws(EvaluationError) {
        (choices, heights) = try search.settle(roots + premises)
      } catch {
        throw .evaluation(error)
      }
    }
    var writer = ProofWriter(
      search,
      choices,
      heights,
      compilation,
      solutionLimit: solutionLimit,
      written: written(in: compilation)
    )
    answer.proof = try writer.proof(of: roots, withOthers: withOthers, withContradictions: withContradictions)
    return answer
  }

  /// An answer with what its rows rest on.
  func sourcedAnswer(
    _ question: CheckedQuestion,
    _ run: ProgramRun,
    _ compilation: Compilation
  ) throws(RunError) -> Answer {
    let probe = try run.grounds(of: question.answers)
    let answer = try run.answer(probe.relation(question.answers), question)
    return try withSources(answer, of: question.answers, on: probe, compilation)
  }

  /// All tuples of a predicate with what they rest on.
  func sourcedAnswer(
    _ predicate: PredicateID,
    _ run: ProgramRun,
    _ compilation: Compilation
  ) throws(RunError) -> Answer {
    let probe = try run.grounds(of: predicate)
    let answer = try run.answer(probe.relation(predicate), of: predicate)
    return try withSources(answer, of: predicate, on: probe, compilation)
  }

  private func withSources(
    _ answer: Answer,
    of predicate: PredicateID,
    on probe: Probe,
    _ compilation: Compilation
  ) throws(RunError) -> Answer {
    var answer = answer
    let found = try prove(Array(0..<answer.rowCount), of: answer, predicate, on: probe, compilation)
    answer.sources = try found.search.sources(of: found.roots, found.choices, compilation)
    return answer
  }

  private func prove(
    _ rows: [Int],
    of answer: Answer,
    _ predicate: PredicateID,
    on probe: Probe,
    _ compilation: Compilation
  ) throws(RunError) -> ProofSearch.Found {
    let stated = try compilation.statedFacts()
    let width = answer.columns.count
    let tuples = rows.map { row in Array(answer.words[(row * width)..<((row + 1) * width)]) }
    do throws(EvaluationError) {
      return try ProofSearch.prove(tuples, of: predicate, probe, facts: stated, values: values)
    } catch {
      throw .evaluation(error)
    }
  }
}

extension Compilation {
  /// The facts of predicates that have rules too.
  fileprivate func statedFacts() throws(RunError) -> [PredicateID: Relation] {
    var result: [PredicateID: Relation] = [:]
    let context = EvaluationContext(values: values)
    for (index, predicate) in program.predicates.enumerated() where predicate.isDerived && predicate.kind == .ordinary {
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: context)
      try facts.load(predicate, of: program, into: relation)
      if relation.count > 0 { result[PredicateID(index)] = relation }
    }
    return result
  }
}

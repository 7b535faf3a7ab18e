internal import Datalog
internal import Engine
internal import Planning

/// An answer with the proofs of its rows.
public struct ProvedAnswer {
  public let answer: Answer
  /// Its roots are the rows that were asked about, in order.
  public let proof: Proof
}

extension KnowledgeBase {
  /// The answer of one question, and why its rows hold: of all proofs one of least height, then one with the fewest
  /// leaves, then the first in the order of rules and values.
  ///
  /// - Parameters:
  ///   - rows: those that are to be proved; all unless given.
  ///   - withOthers: whether the other ways to derive a row are given too.
  /// - Throws: as `ask` does. Proving counts against the question's limits.
  public func why(
    _ question: String,
    rows: [Int]? = nil,
    withOthers: Bool = false,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> ProvedAnswer {
    try refresh()
    let text = SourceText(name: "<question>", bytes: Array(question.utf8))
    let compilation = try compile([(text, nil)], dialect: .question, mode: .question, options: options)
    warn(compilation.warnings)
    let run = run(compilation, options: options, keeping: options.endsProcess ? nil : kept)
    let question = compilation.program.requests.lazy.compactMap { request in
      if case .question(let question) = request { question } else { nil }
    }.first
    guard let question else { preconditionFailure("the parser lets a single question through only if there is one") }
    do throws(RunError) {
      let probe = try run.grounds(of: question.answers)
      let answer = try run.answer(probe.relation(question.answers), question)
      let proof = try prove(
        rows?.filter { (0..<answer.rowCount).contains($0) } ?? Array(0..<answer.rowCount),
        of: answer,
        to: question,
        withOthers: withOthers,
        on: probe,
        compilation
      )
      warn(Findings(run.missingValueWarnings, in: compilation.text.texts))
      return ProvedAnswer(answer: answer, proof: proof)
    } catch {
      throw compilation.error(error)
    }
  }

  private func prove(
    _ rows: [Int],
    of answer: Answer,
    to question: CheckedQuestion,
    withOthers: Bool,
    on probe: Probe,
    _ compilation: Compilation
  ) throws(RunError) -> Proof {
    var search = ProofSearch(probe, facts: try compilation.statedFacts(), values: values)
    let width = answer.columns.count
    let roots = rows.map { row in
      search.conclusion(question.answers, Array(answer.words[(row * width)..<((row + 1) * width)]))
    }
    do {
      var (choices, heights) = try search.settle(roots)
      if withOthers {
        let single = roots.map { search.unwrapped($0, choices) }
        let premises = single.flatMap { search.graph.steps(of: $0) }.flatMap { search.graph.steps[$0].premises }
        (choices, heights) = try search.settle(roots + premises)
      }
      var writer = ProofWriter(search, choices, heights, compilation, written: written(in: compilation))
      return try writer.proof(of: roots, withOthers: withOthers)
    } catch let error as EvaluationError {
      throw .evaluation(error)
    } catch let error as RunError {
      throw error
    } catch {
      preconditionFailure("proving fails in one of the ways above: \(error)")
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

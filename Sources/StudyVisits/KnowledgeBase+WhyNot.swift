internal import Datalog
internal import Engine
internal import Foundation

extension KnowledgeBase {
  /// Why an atom, which may have variables, does not hold.
  public func whyNot(
    _ atom: String,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> WhyNot {
    try onOneState { () throws(KnowledgeBaseError) in try refusal(of: atom, options: options, warn: warn) }
  }

  private func refusal(
    of atom: String,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> WhyNot {
    let source = SourceText(name: "<question>", bytes: Array(atom.utf8))
    let compilation = try compile([(source, nil)], dialect: .question, mode: .question, options: options)
    warn(compilation.warnings)
    let (rule, wanted) = try compilation.singleAtom()
    let run = run(compilation, options: options, keeping: options.endsProcess ? nil : kept)
    let written = written(in: compilation)
    let outcome = run.lendingRun(within: nil) { run in
      Result { () throws(RunError) in
        let inquiry = Inquiry(run, of: compilation, isWordy: true)
        let text = inquiry.program.text(of: wanted, in: rule)
        let situation = Situation(rule)
        if try inquiry.holds(situation, situation.all) {
          return WhyNot(atom: text, holds: true, reason: nil, help: nil, attempts: [])
        }
        let attempts = try Refusal(inquiry: inquiry, written: written, goal: rule).attempts(for: wanted)
        let reason = attempts.isEmpty ? try AtomAbsence(wanted, rule, inquiry).reason(0) : nil
        return WhyNot(atom: text, holds: false, reason: reason?.text, help: reason?.help, attempts: attempts)
      }
    }
    do {
      return try outcome.get()
    } catch {
      throw compilation.error(error.withoutRule)
    }
  }
}

extension Compilation {
  /// The one atom that a question is, which is not negated.
  func singleAtom() throws(KnowledgeBaseError) -> (Rule, Atom) {
    guard case .question(let question)? = program.requests.first else {
      preconditionFailure("the parser lets a single question through only if there is one")
    }
    let rules = program.rules.filter { $0.head.predicate == question.answers }
    if rules.count == 1, rules[0].body.count == 1, case .atom(let atom, isNegated: false) = rules[0].body[0] {
      return (rules[0], atom)
    }
    let diagnostic = Diagnostic(
      .notOneQuestion,
      at: question.span,
      "one atom was expected, and nothing else",
      help: "write what should hold, such as `met(keio, nii)`"
    )
    throw .rejected(Findings([diagnostic], in: text.texts))
  }
}

extension RunError {
  /// The same of no rule: what was asked besides a program has none in it.
  fileprivate var withoutRule: RunError {
    guard case .evaluation(let error) = self else { return self }
    switch error {
    case .interrupted(_, let tuples): return .evaluation(.interrupted(rule: nil, tupleCount: tuples))
    case .outOfTime(_, let tuples): return .evaluation(.outOfTime(rule: nil, tupleCount: tuples))
    case .tooManyTuples(_, let tuples): return .evaluation(.tooManyTuples(rule: nil, tupleCount: tuples))
    case .outOfMemory(_, let tuples, let bytes):
      return .evaluation(.outOfMemory(rule: nil, tupleCount: tuples, byteCount: bytes))
    case .overflow, .divisionByZero: return self
    }
  }
}

extension WhyNot {
  /// As one JSON object.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("texts and numbers are always encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

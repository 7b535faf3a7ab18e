internal import Datalog
internal import Engine

/// A rule or constraint as it is written.
public struct WrittenClause: Hashable, Sendable {
  public let text: String
  /// The file that it came with, `<prompt>` for what was typed.
  public let place: String
}

extension KnowledgeBase {
  /// Every tuple of a predicate, derived ones too.
  public func tuples(
    of name: String,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Answer {
    try onOneState { () throws(KnowledgeBaseError) in
      let compilation = try compile([], dialect: .file, mode: .run, options: options)
      let predicate = try compilation.predicate(named: name)
      let run = run(compilation, options: options, keeping: options.endsProcess ? nil : kept)
      do throws(RunError) {
        let answer = try run.answer(predicate)
        warn(Findings(run.missingValueWarnings, in: compilation.text.texts))
        return answer
      } catch {
        throw compilation.error(error)
      }
    }
  }

  /// The rules of a predicate; without a name all rules and constraints, in the order of their texts.
  public func clauses(of name: String?, options: RunOptions) throws(KnowledgeBaseError) -> [WrittenClause] {
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    let predicate: PredicateID?
    if let name { predicate = try compilation.predicate(named: name) } else { predicate = nil }
    var spans = compilation.program.rules.filter { rule in
      guard let predicate else { return compilation.program.predicates[rule.head.predicate.index].kind == .ordinary }
      return rule.head.predicate == predicate
    }.map(\.span)
    if predicate == nil { spans += compilation.program.constraints.map(\.span) }
    // A rule with alternatives is several, written once.
    let inOrder = Set(spans).sorted { ($0.source, $0.start) < ($1.source, $1.start) }
    let written = written(in: compilation)
    return inOrder.map { span in
      let clause = written(span)
      return WrittenClause(text: clause.text, place: clause.place)
    }
  }
}

extension Compilation {
  /// The predicate of a name, which must be one that can be asked.
  func predicate(named name: String) throws(KnowledgeBaseError) -> PredicateID {
    let found = program.predicates.firstIndex { $0.name == name && $0.kind == .ordinary }
    if let found { return PredicateID(found) }
    let names = program.predicates.filter { $0.kind == .ordinary }.map(\.name)
    throw .unknown("predicate", name, nearest: Datalog.nearest(to: name, among: names))
  }
}

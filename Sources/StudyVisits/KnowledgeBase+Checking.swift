internal import Datalog
internal import Engine
internal import Planning

extension KnowledgeBase {
  /// Everything that the knowledge base's constraints and keys say is wrong with its facts.
  public func violations(options: RunOptions, warn: (Findings) -> Void) throws(KnowledgeBaseError) -> [Violation] {
    try onOneState { () throws(KnowledgeBaseError) in
      let compilation = try compile([], dialect: .file, mode: .run, options: options)
      return try violations(of: compilation, compilation.run(keeping: options.endsProcess ? nil : kept), warn: warn)
    }
  }

  /// Refuses a change that brings violations; those that were there before it stand in nobody's way.
  func requireSoundness(
    of compilation: Compilation,
    _ run: ProgramRun,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) {
    let violations = try violations(of: compilation, run, onlyTouched: true, warn: warn)
    guard !violations.isEmpty else { return }
    let unchanged = try compile([], dialect: .file, mode: .run, options: options)
    let before = try self.violations(of: unchanged, unchanged.run()) { _ in }
    let brought = violations.filter { violation in !before.contains { $0.includes(violation) } }
    guard brought.isEmpty else { throw .violated(brought) }
  }

  /// - Parameter onlyTouched: passes over keys of predicates that the compilation's own texts bring nothing to.
  func violations(
    of compilation: Compilation,
    _ run: ProgramRun,
    onlyTouched: Bool = false,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> [Violation] {
    var violations: [Violation] = []
    do {
      for (index, predicate) in compilation.program.predicates.enumerated() {
        let isTouched = predicate.isDerived || compilation.facts.added[predicate.name] != nil
        if isTouched || !onlyTouched { violations += try keyViolations(PredicateID(index), run) }
      }
      for constraint in compilation.program.constraints {
        let answer = try run.answer(constraint.answers)
        guard answer.rowCount > 0 else { continue }
        let (statement, place) = written(constraint.span, in: compilation)
        violations.append(Violation(statement: statement, place: place, answer: answer))
      }
    } catch {
      throw compilation.error(error)
    }
    warn(Findings(run.missingValueWarnings, in: compilation.text.texts))
    return violations
  }

  /// A clause as it stands in its source, and where.
  func written(_ span: Span, in compilation: Compilation) -> (text: String, place: String) {
    written(in: compilation)(span)
  }

  /// The same for many clauses.
  func written(in compilation: Compilation) -> (Span) -> (text: String, place: String) {
    // Of a stored text only the file's name means something to the user: its lines are those that were stored.
    let storedSources = stored == nil ? [] : compilation.text.storedSources
    return { [texts = compilation.text.texts] span in
      let text = texts[span.source.index]
      return (text[span], storedSources.contains(span.source) ? text.name : text.place(of: span))
    }
  }

  private func keyViolations(_ id: PredicateID, _ run: ProgramRun) throws(RunError) -> [Violation] {
    let predicate = run.program.predicates[id.index]
    var violations: [Violation] = []
    for key in predicate.keys {
      let relation = try run.relation(id)
      let words = relation.tuplesSharing(key)
      try run.poll()
      guard !words.isEmpty else { continue }
      let columns = predicate.columns.map { Answer.Column(name: $0.name, type: $0.type.wordType) }
      let sharing = Relation(types: columns.map(\.type), context: relation.sharedContext)
      sharing.load(rowMajor: words)
      let names = key.map { predicate.columns[$0].name }.joined(separator: ", ")
      let answer = Answer(
        columns: columns,
        rowCount: sharing.count,
        words: sharing.sortedWords(order: key.map { ($0, false) }),
        values: values
      )
      violations.append(
        Violation(statement: "key(\(names)) of `\(predicate.name)`: no two may agree on it", place: nil, answer: answer)
      )
    }
    return violations
  }
}

extension SourceText {
  /// The text of a span.
  subscript(_ span: Span) -> String {
    String(decoding: bytes[span.start..<min(span.end, bytes.count)], as: UTF8.self)
  }

  /// `file:line` of a span.
  func place(of span: Span) -> String {
    let line = bytes[..<min(span.start, bytes.count)].reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    return "\(name):\(line)"
  }
}

extension Relation {
  /// Adds tuples given row after row.
  func load(rowMajor words: [Word]) {
    guard arity > 0 else { return }
    let columns = (0..<arity).map { column in stride(from: column, to: words.count, by: arity).map { words[$0] } }
    load(rowCount: words.count / arity, columns: columns)
  }
}

internal import Datalog
internal import Engine
internal import Planning
internal import Storage

extension KnowledgeBase {
  /// Takes one entry of the prompt: answers its questions, adds its facts to the open file (or, without one, to this
  /// sitting), takes back what it retracts, and keeps its rules for the sitting.
  ///
  /// - Returns: what was changed, in a line.
  public func enter(
    _ entry: [UInt8],
    note: ChangeNote,
    options: RunOptions,
    warn: (Findings) -> Void,
    emit: (RunEvent) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) -> String? {
    options.explanation?.beginRun()
    defer { options.explanation?.endRun() }
    let source = SourceText(name: "<prompt>", bytes: entry)
    let compilation = try compile([(source, nil)], dialect: .prompt, mode: .prompt, options: options)
    warn(compilation.warnings)
    let run = run(compilation, options: options)
    try perform(compilation, run, options: options, emit: emit)
    warn(Findings(run.missingValueWarnings, in: compilation.text.texts))

    let own = base.texts.count + sitting.count
    // The entry itself, then the files that it includes.
    let texts = compilation.text.texts[own...]
    let entered = zip(texts, compilation.text.trees[own...]).map { (text: $0, tree: $1) }
    let statesFacts = entered.contains { $0.tree.statesFacts }
    let retracted = try matching(compilation)
    let count = retracted.values.reduce(0) { $0 + $1.tuples.count }
    let nothing =
      !compilation.program.retractions.isEmpty && count == 0 ? "no fact matches; nothing was retracted" : nil
    if case .file(let path) = location {
      guard statesFacts || count > 0 else {
        sitting += entered.filter(\.tree.definesForSitting).map { $0.text.keepingDefinitions(of: $0.tree) }
        return nothing
      }
      let violations = try violations(of: compilation, onlyTouched: true, warn: warn)
      if !violations.isEmpty { throw .violated(violations) }
      let report = try commit(entry, path: path, note: note, options: options)
      // What is declared in the file from now on is no longer declared by the sitting.
      let stored = Set(compilation.facts.added.keys)
      let typed = zip(compilation.text.texts, compilation.text.trees).dropFirst(base.texts.count)
      sitting = typed.filter(\.1.definesForSitting).map { $0.keepingDefinitions(of: $1, declaredElsewhere: stored) }
      return report
    }
    for (predicate, retraction) in retracted {
      for tuple in retraction.tuples { removals.remove(tuple, from: predicate) }
    }
    for (place, entry) in entered.enumerated() {
      restoreFacts(of: compilation, source: SourceID(own + place))
      if entry.tree.definesForSitting || entry.tree.statesFacts { sitting.append(entry.text) }
    }
    var parts = nothing.map { [$0] } ?? []
    if statesFacts { parts.append("added, for this sitting") }
    if count > 0 { parts.append("\(count) \(count == 1 ? "fact" : "facts") retracted, for this sitting") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Writes the entry's facts and retractions to the file; again when another process was quicker.
  private func commit(
    _ entry: [UInt8],
    path: String,
    note: ChangeNote,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> String {
    let writer = try StoredFacts.open(path, mode: .write)
    let knowledgeBase = KnowledgeBase(location, texts: try writer.texts(), stored: writer, values: writer.values)
    knowledgeBase.sitting = sitting
    let source = SourceText(name: "<prompt>", bytes: entry)
    while true {
      let compilation = try knowledgeBase.compile([(source, nil)], dialect: .prompt, mode: .prompt, options: options)
      let retracted = try knowledgeBase.matching(compilation)
      let report = try knowledgeBase.commit(
        compilation,
        to: path,
        note: note,
        withClauses: false,
        retracting: retracted.mapValues { [$0] }
      )
      if let report { return LoadReport(violations: [], changes: report, path: path).text }
    }
  }

  /// A fact that was taken back and is stated again is there again.
  private func restoreFacts(of compilation: Compilation, source: SourceID) {
    for collected in compilation.text.collectors[source.index].tables {
      let predicate = compilation.program.predicates.first { $0.name == collected.predicate && $0.kind == .ordinary }
      guard let predicate, !removals.removed(from: predicate.name).isEmpty else { continue }
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
      collected.table.load(into: relation, types: predicate.columns.map(\.type), values: values)
      let words = relation.words()
      for row in 0..<relation.count {
        let start = row * relation.arity
        removals.restore(Array(words[start..<(start + relation.arity)]), to: predicate.name)
      }
    }
  }

  /// The facts that the entry's retractions match, by predicate.
  private func matching(_ compilation: Compilation) throws(KnowledgeBaseError) -> [String: Retraction] {
    var result: [String: Retraction] = [:]
    for atom in compilation.program.retractions {
      let predicate = compilation.program.predicates[atom.predicate.index]
      if let rule = compilation.program.rules.first(where: { $0.head.predicate == atom.predicate }) {
        let (text, place) = written(rule.span, in: compilation)
        throw .retractsDerived(predicate: predicate.name, rule: text, place: place)
      }
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
      do {
        try compilation.facts.load(predicate, of: compilation.program, into: relation)
      } catch {
        throw compilation.error(error)
      }
      let words = relation.words()
      let width = predicate.columns.count
      for row in 0..<relation.count {
        let tuple = Array(words[(row * width)..<(row * width + width)])
        if atom.matches(tuple, values) {
          result[predicate.name, default: Retraction(tuples: [])].tuples.insert(tuple)
        }
      }
    }
    return result
  }
}

extension SyntaxTree {
  fileprivate var statesFacts: Bool {
    !facts.isEmpty || clauses.contains { if case .fact = $0 { true } else { false } }
  }

  /// Whether there are rules, constraints or declarations, which last for the sitting.
  fileprivate var definesForSitting: Bool {
    clauses.contains { clause in
      switch clause {
      case .rule, .constraint, .declaration: true
      case .fact, .question, .retraction, .directive: false
      }
    }
  }
}

extension SourceText {
  /// The definitions of a tree alone: its facts go into the file.
  fileprivate func keepingDefinitions(of tree: SyntaxTree, declaredElsewhere: Set<String> = []) -> SourceText {
    let texts = tree.clauses.compactMap { clause in
      switch clause {
      case .rule(let rule): self[rule.span]
      case .constraint(let constraint): self[constraint.span]
      case .declaration(let declaration):
        declaredElsewhere.contains(declaration.predicate.text) ? nil : self[declaration.span] + "\n"
      case .fact, .question, .retraction, .directive: nil
      }
    }
    return SourceText(name: name, text: texts.joined(separator: "\n"))
  }
}

extension Atom {
  fileprivate func matches(_ tuple: [Word], _ values: Values) -> Bool {
    zip(arguments, tuple).allSatisfy { argument, word in
      if case .constant(let constant) = argument { values.word(of: constant) == word } else { true }
    }
  }
}

/// Facts taken back in a sitting without a file.
final class Removals {
  private var tuples: [String: Set<[Word]>] = [:]

  func remove(_ tuple: [Word], from predicate: String) {
    tuples[predicate, default: []].insert(tuple)
  }

  /// A fact stated again is there again.
  func restore(_ tuple: [Word], to predicate: String) {
    tuples[predicate]?.remove(tuple)
  }

  func removed(from predicate: String) -> Set<[Word]> { tuples[predicate] ?? [] }
}

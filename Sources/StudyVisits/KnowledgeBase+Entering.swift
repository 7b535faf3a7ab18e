internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// What somebody is to decide before an entry is carried out.
public enum Proposal: Hashable, Sendable {
  /// So many facts would be taken back.
  case retraction(count: Int)
  /// Facts name symbols that no fact has held so far, as they are written, and that are nearly others.
  case unfamiliar(symbol: String, nearest: [String])

  /// Whether it is about nothing but a symbol.
  public func isAbout(_ name: String?) -> Bool {
    if case .unfamiliar(let symbol, _) = self { symbol == name } else { false }
  }
}

/// Whoever an entry comes from.
public struct Correspondent {
  let warn: (Findings) -> Void
  let emit: (RunEvent) throws(KnowledgeBaseError) -> Void
  let agrees: ((Proposal) -> Bool)?
  /// The script that entries stand in, for what they include; `nil` for what is typed.
  public var script: String?

  /// - Parameters:
  ///   - warn: takes warnings; those of the check come before the first event.
  ///   - agrees: asked before anything is changed; what it declines is left alone. `nil` agrees to all, and spares
  ///     looking for what is to be asked.
  public init(
    warn: @escaping (Findings) -> Void,
    emit: @escaping (RunEvent) throws(KnowledgeBaseError) -> Void,
    agrees: ((Proposal) -> Bool)? = nil
  ) {
    self.warn = warn
    self.emit = emit
    self.agrees = agrees
  }
}

extension KnowledgeBase {
  /// Takes one entry of the prompt: answers its questions, adds its facts to the open file (or, without one, to this
  /// sitting), takes back what it retracts, and keeps its rules for the sitting.
  ///
  /// - Returns: what was changed, in a line; empty when nothing was to be.
  public func enter(
    _ entry: [UInt8],
    note: ChangeNote,
    options: RunOptions,
    for correspondent: Correspondent
  ) throws(KnowledgeBaseError) -> String {
    try onOneState { () throws(KnowledgeBaseError) in
      try carryOut(entry, note: note, options: options, for: correspondent)
    }
  }

  private func carryOut(
    _ entry: [UInt8],
    note: ChangeNote,
    options: RunOptions,
    for correspondent: Correspondent
  ) throws(KnowledgeBaseError) -> String {
    options.explanation?.beginRun()
    defer { options.explanation?.endRun() }
    if let known = answers[entry, .prompt, options] {
      correspondent.warn(known.warnings)
      options.explanation?.recall(known.record)
      for event in known.events { try correspondent.emit(event) }
      correspondent.warn(known.afterwards)
      return ""
    }
    let source = SourceText(name: KnowledgeBase.promptName, bytes: entry)
    let compilation = try compile(
      [(source, correspondent.script)],
      dialect: .prompt,
      mode: .prompt,
      options: options
    )
    correspondent.warn(compilation.warnings)
    let retracted = try matching(compilation)
    if let agrees = correspondent.agrees {
      var proposals = compilation.unfamiliarSymbols(besides: base.texts.count + sitting.count)
      if retracted.tupleCount > 1 { proposals.append(.retraction(count: retracted.tupleCount)) }
      guard proposals.allSatisfy(agrees) else { return KnowledgeBase.declined }
    }
    for (predicate, retraction) in retracted { compilation.facts.retract(retraction.tuples, from: predicate) }
    beginTrial(of: compilation, retracting: retracted)
    do throws(KnowledgeBaseError) {
      return try take(entry, compilation, retracting: retracted, note: note, options: options, for: correspondent)
    } catch {
      kept.takeBack(Set(compilation.plainFacts.keys).union(retracted.keys))
      throw error
    }
  }

  static let declined = "nothing was changed"

  /// Notes what an entry changes, in what is kept.
  private func beginTrial(of compilation: Compilation, retracting retracted: [String: Retraction]) {
    kept.beginTrial()
    for predicate in compilation.program.predicates where predicate.kind == .ordinary {
      let tuples = retracted[predicate.name]?.tuples ?? []
      guard compilation.plainFacts[predicate.name] != nil || !tuples.isEmpty else { continue }
      let gained = compilation.plainFacts(of: predicate, context: kept.context)
      let lost = Relation(types: gained.types, context: kept.context)
      lost.load(rowMajor: tuples.flatMap(\.self))
      kept.note(predicate.name, gained: gained, lost: lost)
    }
  }

  /// - Parameter retracted: what the entry's retractions match of what was there before it.
  /// - Returns: what was changed, empty for nothing.
  private func take(
    _ entry: [UInt8],
    _ compilation: Compilation,
    retracting retracted: [String: Retraction],
    note: ChangeNote,
    options: RunOptions,
    for correspondent: Correspondent
  ) throws(KnowledgeBaseError) -> String {
    let own = base.texts.count + sitting.count
    // The entry itself, then the files that it includes.
    let texts = compilation.text.texts[own...]
    let entered = zip(texts, compilation.text.trees[own...]).map { (text: $0, tree: $1) }
    let run = run(compilation, options: options, keeping: kept, following: true)
    var events: [RunEvent] = []
    try perform(compilation, run, options: options) { event throws(KnowledgeBaseError) in
      events.append(event)
      try correspondent.emit(event)
    }
    let missing = Findings(run.missingValueWarnings, in: compilation.text.texts)
    correspondent.warn(missing)
    if entered.allSatisfy(\.tree.onlyAsks) {
      answers[entry, .prompt, options] = .init(
        warnings: compilation.warnings,
        events: events,
        afterwards: missing,
        record: options.explanation?.record
      )
      return ""
    }

    let statesFacts = entered.contains { $0.tree.statesFacts }
    let count = retracted.tupleCount
    answers.forgetAll()
    if statesFacts || count > 0 {
      try requireSoundness(of: compilation, run, options: options, warn: correspondent.warn)
    }
    let nothing =
      !compilation.program.retractions.isEmpty && count == 0 ? "no fact matches; nothing was retracted" : ""
    if case .file(let path) = location {
      guard statesFacts || count > 0 else {
        sitting += entered.filter(\.tree.definesForSitting).map { $0.text.keepingDefinitions(of: $0.tree) }
        return nothing
      }
      try requirePresent()
      guard options.fileAccess != .nowhere else { throw .storage(.readOnly(path: path)) }
      let report = try commit(entry, from: correspondent.script, to: path, note: note, options: options)
      // What is declared in the file from now on is no longer declared by the sitting.
      let stored = Set(compilation.facts.added.keys)
      let typed = zip(compilation.text.texts, compilation.text.trees).dropFirst(base.texts.count)
      sitting = typed.filter(\.1.definesForSitting).map { $0.keepingDefinitions(of: $1, declaredElsewhere: stored) }
      return report
    }
    for (predicate, retraction) in retracted {
      for tuple in retraction.tuples { removals.remove(tuple, from: predicate) }
    }
    restoreFacts(of: compilation)
    sitting += entered.filter { $0.tree.definesForSitting || $0.tree.statesFacts }.map { text, tree in
      text.keepingWhatLasts(of: tree)
    }
    var parts = nothing.isEmpty ? [] : [nothing]
    if statesFacts { parts.append("added, for this sitting") }
    if count > 0 { parts.append("\(count) \(count == 1 ? "fact" : "facts") retracted, for this sitting") }
    return parts.joined(separator: "; ")
  }

  /// Whether facts were typed in this sitting, without a file.
  var sittingStatesFacts: Bool {
    sitting.contains { text in ProgramText(stored: [text], values: values).trees.contains(where: \.statesFacts) }
  }

  /// Writes the entry's facts and retractions to the file; again when another process was quicker.
  private func commit(
    _ entry: [UInt8],
    from script: String?,
    to path: String,
    note: ChangeNote,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> String {
    // Without a log beside the file a reader hinders every writer.
    stored?.store.endReading()
    let writer = try StoredFacts.open(path, mode: .write)
    let knowledgeBase = KnowledgeBase(location, texts: try writer.texts(), stored: writer, values: writer.values)
    knowledgeBase.sitting = sitting
    let source = SourceText(name: KnowledgeBase.promptName, bytes: entry)
    // What is kept is of the state that the writer has found.
    let isCurrent = if let stored { try !stored.isStale() } else { false }
    while true {
      let (compilation, retracted) = try knowledgeBase.onOneState { () throws(KnowledgeBaseError) in
        let compilation = try knowledgeBase.compile(
          [(source, script)],
          dialect: .prompt,
          mode: .prompt,
          options: options
        )
        let retracted = try knowledgeBase.matching(compilation)
        if !isCurrent || knowledgeBase.stored !== writer {
          for (predicate, retraction) in retracted { compilation.facts.retract(retraction.tuples, from: predicate) }
          try knowledgeBase.requireSoundness(of: compilation, compilation.run(), options: options) { _ in }
        }
        return (compilation, retracted)
      }
      let report = try knowledgeBase.commit(
        compilation,
        to: path,
        note: note,
        withClauses: false,
        retracting: retracted.mapValues { [$0] }
      )
      guard let report else { continue }
      try refresh(afterOwnChangeOf: path) { () throws(KnowledgeBaseError) -> Bool in
        guard isCurrent, knowledgeBase.stored === writer else { return false }
        return try writer.hasOnlyChange(report)
      }
      return LoadReport(violations: [], changes: report, path: path).text
    }
  }

  /// A fact that was taken back and is stated again is there again.
  private func restoreFacts(of compilation: Compilation) {
    for predicate in compilation.program.predicates where predicate.kind == .ordinary {
      guard !removals.removed(from: predicate.name).isEmpty else { continue }
      for facts in compilation.facts.added[predicate.name] ?? [] {
        for row in 0..<facts.table.rowCount {
          removals.restore(facts.table.tuple(row, of: predicate, values), to: predicate.name)
        }
      }
    }
  }

  /// The facts of before the entry that its retractions match, by predicate.
  private func matching(_ compilation: Compilation) throws(KnowledgeBaseError) -> [String: Retraction] {
    var result: [String: Retraction] = [:]
    for (id, atoms) in Dictionary(grouping: compilation.program.retractions, by: \.predicate) {
      let predicate = compilation.program.predicates[id.index]
      if let rule = compilation.program.rules.first(where: { $0.head.predicate == id }) {
        let (text, place) = written(rule.span, in: compilation)
        throw .retractsDerived(predicate: predicate.name, rule: text, place: place)
      }
      let patterns = atoms.map { $0.constants(values) }
      let candidates = try candidates(for: patterns, of: predicate, in: compilation)
      let matched = candidates.tuples(matching: patterns)
      if !matched.isEmpty { result[predicate.name] = Retraction(tuples: matched) }
    }
    return result
  }

  /// The facts of a predicate, or of many those that an index gives for a column in which every pattern has a constant.
  private func candidates(
    for patterns: [[Int: Word]],
    of predicate: Predicate,
    in compilation: Compilation
  ) throws(KnowledgeBaseError) -> Relation {
    let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
    let facts = compilation.facts
    do throws(RunError) {
      let indexed = try facts.selectiveColumns(of: predicate)
      if let column = indexed.first(where: { column in patterns.allSatisfy { $0[column] != nil } }) {
        let words = Set(patterns.compactMap { $0[column] })
        try facts.load(predicate, where: column, isOneOf: words.sorted(), into: relation)
      } else {
        try facts.loadKnown(predicate, into: relation)
      }
    } catch {
      throw compilation.error(error)
    }
    return relation
  }
}

extension Relation {
  /// The tuples that have the words of one of the patterns in their columns.
  fileprivate func tuples(matching patterns: [[Int: Word]]) -> Set<[Word]> {
    let words = words()
    var result: Set<[Word]> = []
    // Patterns with words in the same columns are looked up together.
    for (columns, patterns) in Dictionary(grouping: patterns, by: { $0.keys.sorted() }) {
      let wanted = Set(patterns.map { pattern in columns.compactMap { pattern[$0] } })
      for row in 0..<count {
        let tuple = words[(row * arity)..<(row * arity + arity)]
        if wanted.contains(columns.map { tuple[tuple.startIndex + $0] }) { result.insert(Array(tuple)) }
      }
    }
    return result
  }
}

extension SyntaxTree {
  fileprivate var statesFacts: Bool {
    !facts.isEmpty || clauses.contains { if case .fact = $0 { true } else { false } }
  }

  /// Whether there are questions alone, so that what they answer depends on nothing but the knowledge base.
  fileprivate var onlyAsks: Bool {
    facts.isEmpty && clauses.allSatisfy { if case .question = $0 { true } else { false } }
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

extension [String: Retraction] {
  fileprivate var tupleCount: Int { values.reduce(0) { $0 + $1.tuples.count } }
}

extension SourceText {
  /// Blanks in place of what is done once: questions, retractions and inclusions.
  fileprivate func keepingWhatLasts(of tree: SyntaxTree) -> SourceText {
    var text = self
    for clause in tree.clauses {
      switch clause {
      case .question(let question): text.blank(question.span)
      case .retraction(let retraction): text.blank(retraction.span)
      case .directive(let directive): if case .include = directive.kind { text.blank(directive.span) }
      case .rule, .constraint, .declaration, .fact: break
      }
    }
    return text
  }

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
  /// The words of the constants, by column.
  func constants(_ values: Values) -> [Int: Word] {
    var words: [Int: Word] = [:]
    for (column, argument) in arguments.enumerated() {
      if case .constant(let constant) = argument { words[column] = values.word(of: constant) }
    }
    return words
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

  var isEmpty: Bool { tuples.values.allSatisfy(\.isEmpty) }

  func removed(from predicate: String) -> Set<[Word]> { tuples[predicate] ?? [] }
}

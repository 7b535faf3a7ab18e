internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// When a change was made, by whom, and why.
public struct ChangeNote: Hashable, Sendable {
  /// ISO 8601 in UTC.
  public var time: String
  public var author: String?
  public var reason: String?

  public init(time: String, author: String?, reason: String?) {
    self.time = time
    self.author = author
    self.reason = reason
  }
}

/// What a load brought.
public struct LoadReport {
  /// Constraints and keys that do not hold, let through all the same.
  public let violations: [Violation]
  let changes: ChangeReport
  let path: String

  /// In a line.
  public var text: String {
    let facts = changes.perPredicate
    var parts: [String] = []
    func add(_ count: Int, _ one: String, _ many: String) {
      if count > 0 { parts.append("\(count) \(count == 1 ? one : many)") }
    }
    add(changes.declared, "new predicate", "new predicates")
    add(facts.reduce(0) { $0 + $1.asserted }, "new fact", "new facts")
    add(facts.reduce(0) { $0 + $1.gainedSources }, "fact with other sources", "facts with other sources")
    add(facts.reduce(0) { $0 + $1.gainedOrigins }, "fact stated by one more file", "facts stated by one more file")
    add(facts.reduce(0) { $0 + $1.retracted }, "fact retracted", "facts retracted")
    add(changes.forgotten, "fact of the past forgotten", "facts of the past forgotten")
    add(facts.reduce(0) { $0 + $1.lostOrigins }, "fact left to other files", "facts left to other files")
    add(facts.reduce(0) { $0 + $1.resourced }, "fact with its former sources", "facts with their former sources")
    add(changes.ended, "predicate declared no longer", "predicates declared no longer")
    add(changes.clausesReplaced, "file of rules", "files of rules")
    guard changes.changeID != nil else { return "`\(path)` holds all of this already; nothing was changed" }
    add(facts.reduce(0) { $0 + $1.known }, "repeated statement", "repeated statements")
    return "stored in `\(path)`: \(parts.joined(separator: ", "))"
  }
}

extension KnowledgeBase {
  /// Stores what files say in the knowledge base at `path`, which is made when there is none: all of it, or nothing.
  ///
  /// Facts add; the rules and constraints of a file replace those that came with its name before.
  ///
  /// - Parameter replaces: takes back what these files stated before and state no longer.
  public static func load(
    _ files: [String],
    into path: String,
    note: ChangeNote,
    replaces: Bool = false,
    allowsViolations: Bool,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> LoadReport {
    let sources = try SourceFile.readAll(files)
    let watch = RowWatch(options)
    while true {
      let stored = SourceFile.exists(path) ? try StoredFacts.open(path, mode: .create) : nil
      let attempt = try LoadAttempt(sources, stored: stored, path: path, replaces: replaces, options: options, watch)
      let violations = try attempt.violations(warn: warn)
      if !violations.isEmpty, !allowsViolations { throw .violated(violations) }
      if let changes = try attempt.commit(note: note) {
        warn(attempt.compilation.warnings)
        warn(try attempt.compilation.missingCitations())
        return LoadReport(violations: violations, changes: changes, path: path)
      }
      // Another process has changed the file since it was read: everything is looked at again.
    }
  }
}

/// One try to bring sources into a file.
struct LoadAttempt {
  let compilation: Compilation
  private let knowledgeBase: KnowledgeBase
  private let path: String
  private let watch: RowWatch
  private let replaces: Bool
  /// What the files stated before and state no longer.
  private var retractions: [String: [Retraction]] = [:]

  init(
    _ sources: [(text: SourceText, path: String?)],
    stored: StoredFacts?,
    path: String,
    replaces: Bool,
    options: RunOptions,
    _ watch: RowWatch? = nil
  ) throws(KnowledgeBaseError) {
    let watch = watch ?? RowWatch(options)
    self.watch = watch
    watch.begin(.checking)
    // Which rule is running is nobody's concern who stores facts.
    var options = options
    options.watch = nil
    options.isCancelled = { watch.isOver() }
    let replaced = Set(sources.map { $0.text.clauseFile })
    let texts = try stored?.texts().filter { !replaced.contains($0.name) } ?? []
    let values = stored?.values ?? Values(base: SymbolBase.none)
    knowledgeBase = KnowledgeBase(.file(path), texts: texts, stored: stored, values: values)
    compilation = try knowledgeBase.compile(sources, dialect: .file, mode: .load, options: options)
    (self.path, self.replaces) = (path, replaces)
    guard replaces, let stored else { return }
    let (retractions, gone) = try compilation.noLongerStated(in: stored)
    self.retractions = retractions
    for (predicate, tuples) in gone { compilation.facts.retract(tuples, from: predicate) }
  }

  /// Everything that a knowledge base without a file holds, into a new file.
  ///
  /// - Parameter removals: facts of the sources that were taken back, in the words of `origin`; they are not written.
  init(
    _ sources: [SourceText],
    without removals: Removals,
    of origin: KnowledgeBase,
    path: String,
    options: RunOptions
  ) throws(KnowledgeBaseError) {
    try self.init(sources.map { ($0, nil) }, stored: nil, path: path, replaces: false, options: options)
    for predicate in compilation.program.predicates where predicate.kind == .ordinary {
      let removed = removals.removed(from: predicate.name)
      guard !removed.isEmpty else { continue }
      let tuples = removed.map { tuple in
        zip(tuple, predicate.columns).map { compilation.values.word($0, from: origin.values, of: $1.type.wordType) }
      }
      compilation.facts.drop(Set(tuples), from: predicate)
    }
  }

  func violations(warn: (Findings) -> Void) throws(KnowledgeBaseError) -> [Violation] {
    let violations = try knowledgeBase.violations(of: compilation, compilation.run(), onlyTouched: true, warn: warn)
    // What was read while somebody changed the file says nothing, and is not committed either.
    guard !violations.isEmpty, let stored = knowledgeBase.stored, try stored.isStale() else { return violations }
    return []
  }

  func commit(note: ChangeNote) throws(KnowledgeBaseError) -> ChangeReport? {
    try knowledgeBase.commit(
      compilation,
      to: path,
      note: note,
      withClauses: true,
      retracting: retractions,
      replacesSources: replaces,
      watch
    )
  }
}

extension KnowledgeBase {
  /// Writes the facts of a compilation's own texts, and on demand its declarations, rules and constraints.
  ///
  /// - Returns: `nil` when the file has been changed since the compilation read it.
  func commit(
    _ compilation: Compilation,
    to path: String,
    note: ChangeNote,
    withClauses: Bool,
    retracting: [String: [Retraction]],
    replacesSources: Bool = false,
    _ watch: RowWatch? = nil
  ) throws(KnowledgeBaseError) -> ChangeReport? {
    if let stored, try stored.isStale() { return nil }
    let store: Store
    if let stored {
      store = stored.store
    } else {
      do {
        store = try Store.open(path, mode: .create)
      } catch {
        throw .storage(error)
      }
    }
    let past = PastFacts(compilation.facts.added)
    watch?.begin(.storing, of: compilation.facts.added.values.joined().reduce(0) { $0 + $1.table.rowCount })
    let isOver = watch.map { watch in { (done: Int) in watch.isOver(after: done) } }
    return try store.change(past.notes.first ?? note, asReadBy: stored, isCancelled: isOver) {
      change throws(KnowledgeBaseError) in
      change.replacesSources = replacesSources
      do throws(StorageError) {
        for (index, moment) in past.notes.enumerated() {
          change.isOfThePast(at: moment.time)
          try write(past.facts(of: moment), of: compilation, into: change)
          let next = index + 1 < past.notes.count ? past.notes[index + 1] : note
          try change.beginNext(at: next.time, author: next.author, reason: next.reason)
        }
        try write(past.others, of: compilation, into: change, withClauses: withClauses, retracting: retracting)
      } catch {
        throw .storage(error)
      }
    }
  }

  /// - Parameter added: the facts to write, by predicate.
  private func write(
    _ added: [String: [Facts]],
    of compilation: Compilation,
    into change: Change,
    withClauses: Bool = false,
    retracting: [String: [Retraction]] = [:]
  ) throws(StorageError) {
    for predicate in compilation.program.predicates where predicate.kind == .ordinary {
      let facts = added[predicate.name] ?? []
      let isDeclared = withClauses && predicate.isDeclaredHere
      let retracted = retracting[predicate.name] ?? []
      guard isDeclared || !facts.isEmpty || !retracted.isEmpty else { continue }
      let stored = try change.declare(
        name: predicate.name,
        columns: predicate.columns.map { StoredColumn(name: $0.name, type: $0.type.storedType) },
        keys: predicate.keys,
        text: compilation.declarationText(of: predicate)
      )
      // A fact that is taken back and stated by the same change is there, with what it cites now.
      for retraction in retracted where retraction.origins == nil {
        try retract(retraction, of: predicate, stored, from: change)
      }
      for facts in facts { try write(facts, of: stored, into: change) }
      // What some files state no longer stays if others state it now.
      for retraction in retracted where retraction.origins != nil {
        try retract(retraction, of: predicate, stored, from: change)
      }
    }
    guard withClauses else { return }
    for (tree, text) in zip(compilation.text.trees, compilation.text.texts)
    where !compilation.text.storedSources.contains(tree.source) {
      try change.replaceClauses(of: text.clauseFile, with: tree.clauseText(in: text))
    }
  }

  private func write(_ facts: Facts, of predicate: StoredPredicate, into change: Change) throws(StorageError) {
    let table = facts.table
    let origin = StoredPassage.origin(values.symbols.intern(facts.origin))
    let sets = zip(facts.sourceSets, facts.statings).map { set, stating in
      let origins = stating.map { stating in
        stating.files.map { file in
          StoredPassage.origin(file.utf8.withUnsafeBufferPointer { values.symbols.intern($0) })
        }
      }
      return set.map { StoredPassage(document: $0.document, passage: Int($0.passage)) } + (origins ?? [origin])
    }
    guard table.rowCount > 0 else { return }
    try table.withColumns { columns, sources throws(StorageError) in
      try change.assert(
        predicate,
        rowCount: table.rowCount,
        columns: columns,
        sourceSets: sources,
        sets: sets,
        knownSymbols: values.symbols.baseCount,
        text: { values.symbols.text(of: $0) }
      )
    }
  }

  private func retract(
    _ retraction: Retraction,
    of predicate: Predicate,
    _ stored: StoredPredicate,
    from change: Change
  ) throws(StorageError) {
    let table = FactTable(columnCount: predicate.columns.count)
    for tuple in retraction.tuples {
      let bits = zip(tuple, predicate.columns).map { values.bits(of: $0, $1.type.wordType) }
      bits.withUnsafeBufferPointer { table.append($0, sources: 0) }
    }
    try table.withColumns { columns, _ throws(StorageError) in
      try change.retract(stored, rowCount: table.rowCount, columns: columns, statedBy: retraction.origins)
    }
  }
}

extension Compilation {
  fileprivate func declarationText(of predicate: Predicate) -> String {
    predicate.declaration.map { text.texts[$0.source.index][$0] } ?? ""
  }
}

extension SourceText {
  /// The name under which a file's rules and constraints are kept: the file's own, whatever folder it was loaded from.
  var clauseFile: String { name.split(separator: "/").last.map(String.init) ?? name }
}

extension SyntaxTree {
  /// The rules and constraints as they are written, one after the other.
  func clauseText(in text: SourceText) -> String {
    let texts = clauses.compactMap { clause in
      switch clause {
      case .rule(let rule): text[rule.span]
      case .constraint(let constraint): text[constraint.span]
      case .declaration, .fact, .question, .retraction, .directive: nil
      }
    }
    return texts.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: "\n")
  }
}

internal import Datalog
internal import Engine
internal import Planning
public import Storage

/// Looking at changes.
extension KnowledgeBase {
  /// The last changes, newest first.
  public func changes(limit: Int) throws(KnowledgeBaseError) -> [StoredChange] {
    let stored = try history()
    return try stored.translated { () throws(StorageError) in try stored.store.changes(limit: limit) }
  }

  /// What changed from the beginning of a moment to the end of another, or to now.
  public func changes(
    since first: Moment,
    until last: Moment?
  ) throws(KnowledgeBaseError) -> ChangeHistory {
    guard let range = try changeRange(since: first, until: last) else { return ChangeHistory(entries: []) }
    return try changes(range)
  }

  /// What one change did, as far as that can be told: what was forgotten since cannot.
  public func change(_ number: Int) throws(KnowledgeBaseError) -> ChangeHistory {
    let stored = try history()
    guard try stored.translated({ () throws(StorageError) in try stored.store.change(number) }) != nil else {
      throw .history(.noChange(number))
    }
    return try changes(number...number)
  }

  /// The answers of a question that came and went between the beginning of a moment and the end of another, or now.
  ///
  /// - Returns: rows with `+` for what came and `-` for what went before the question's own columns.
  public func changedAnswers(
    to question: String,
    since first: Moment,
    until last: Moment?,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Answer {
    guard let range = try changeRange(since: first, until: last) else {
      let answer = try ask(question, options: options, warn: warn)
      return answer.difference(from: answer)
    }
    guard case .file(let path) = location else { throw .history(.hasNoPast) }
    let after = try KnowledgeBase.open(path, asOf: range.upperBound, last)
      .ask(question, options: options, warn: warn)
    let before: Answer
    do {
      before = try KnowledgeBase.open(path, asOf: range.lowerBound - 1, first)
        .ask(question, options: options, warn: { _ in })
    } catch .rejected {
      // What it asks for was not declared yet.
      before = Answer(columns: after.columns, rowCount: 0, words: [], values: after.values)
    }
    return after.difference(from: before)
  }

  /// The changes from the beginning of a moment to the end of another, or to now; `nil` when there are none.
  private func changeRange(since first: Moment, until last: Moment?) throws(KnowledgeBaseError) -> ClosedRange<Int>? {
    if let last, last.end <= first.start { throw .history(.backwards(since: first.text, until: last.text)) }
    let stored = try history()
    let store = stored.store
    let before = try stored.translated { () throws(StorageError) in try store.lastChange(before: first.startText) }
    let end = try stored.translated { () throws(StorageError) in
      guard let last else { return try store.newestChange() }
      return try store.lastChange(before: last.endText)
    }
    return before < end ? (before + 1)...end : nil
  }

  /// The file's facts with their past.
  func history() throws(KnowledgeBaseError) -> StoredFacts {
    try refresh()
    guard let stored else { throw .history(.hasNoPast) }
    return stored
  }

  /// What changes of a range did.
  func changes(_ range: ClosedRange<Int>) throws(KnowledgeBaseError) -> ChangeHistory {
    let stored = try history()
    return try stored.translated { () throws(StorageError) in
      try stored.store.snapshot { () throws(StorageError) in
        var builder = try HistoryBuilder(stored, range)
        for declared in try stored.store.declaredPredicates() {
          builder.add(declared)
          builder.add(try stored.store.versions(of: declared.predicate, touchedBy: range), of: declared.predicate)
        }
        for change in try stored.store.clauseChanges(in: range) {
          builder.add(
            change.change,
            change.hadRules ? change.hasRules ? .altered : .retracted : .stated,
            "the rules of `\(change.file)`"
          )
        }
        return try builder.history()
      }
    }
  }

  /// When a fact, those that fit a pattern such as `part_of(egov_uz, _)`, or those about an entity came and went.
  public func life(of text: String, options: RunOptions) throws(KnowledgeBaseError) -> ChangeHistory {
    let stored = try history()
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    let found: [(StoredPredicate, [StoredVersion])]
    if text.first != "\"", text.contains("(") {
      found = try versions(matching: text, in: stored, options: options)
    } else {
      let words = try words(of: text.unquoted, stored, in: compilation)
      found = try stored.translated { () throws(StorageError) in try stored.versions(holding: words) }
    }
    return try stored.translated { () throws(StorageError) in
      var builder = try HistoryBuilder(stored, 1...max(1, stored.store.newestChange()))
      for (predicate, versions) in found { builder.add(versions, of: predicate) }
      return try builder.history()
    }
  }

  private func versions(
    matching text: String,
    in stored: StoredFacts,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> [(StoredPredicate, [StoredVersion])] {
    let pattern = text.last == "~" ? String(text.dropLast()) : text
    let source = SourceText(name: KnowledgeBase.promptName, text: pattern)
    let compilation = try compile([(source, nil)], dialect: .question, mode: .question, options: options)
    let atom = try compilation.singleAtom().1
    let predicate = compilation.program.predicates[atom.predicate.index]
    guard predicate.kind == .ordinary, let known = stored.predicate(predicate.name) else {
      throw .history(.notStored(pattern))
    }
    let bits = atom.constants(values).map { column, word in
      (column: column, bits: values.bits(of: word, predicate.columns[column].type.wordType))
    }
    let versions = try stored.translated { () throws(StorageError) in
      if let first = bits.min(by: { $0.column < $1.column }) {
        return try stored.store.versions(of: known, where: first.column, is: first.bits)
      }
      return try stored.store.versions(of: known, touchedBy: 1...Int(Int32.max))
    }
    let fitting = versions.filter { version in
      bits.allSatisfy { version.values[$0.column] == $0.bits } && atom.repeats(version.values)
    }
    return [(known, fitting)]
  }

  /// The entity whose identifier it is or was, else those that bear or bore the text as a name, else the symbol itself.
  private func words(
    of text: String,
    _ stored: StoredFacts,
    in compilation: Compilation
  ) throws(KnowledgeBaseError) -> [Word] {
    let word = values.symbols.find(text)
    let identities = try stored.translated { () throws(StorageError) in try Identities(stored) }
    if let word, try stored.translated({ () throws(StorageError) in try identities.isEntity(word) }) { return [word] }
    do {
      let named = try compilation.entities(named: text)
      if !named.isEmpty { return named }
    } catch {
      throw compilation.error(error)
    }
    let former = try stored.translated { () throws(StorageError) in try identities.entities(named: text) }
    guard former.isEmpty else { return former }
    guard let word else {
      throw .unknown("entity", text, nearest: compilation.symbols.nearest(Symbol(text)).map(\.description))
    }
    return [word]
  }
}

extension Atom {
  /// Whether values are the same wherever a variable stands more than once.
  fileprivate func repeats(_ values: [UInt64]) -> Bool {
    var known: [VariableID: UInt64] = [:]
    return zip(arguments, values).allSatisfy { argument, value in
      guard case .variable(let variable) = argument else { return true }
      return known.updateValue(value, forKey: variable).map { $0 == value } ?? true
    }
  }
}

extension StoredFacts {
  /// The versions of all facts that hold one of some symbols.
  func versions(holding words: [Word]) throws(StorageError) -> [(StoredPredicate, [StoredVersion])] {
    try store.declaredPredicates().map(\.predicate).map { predicate throws(StorageError) in
      var versions: Set<StoredVersion> = []
      for column in predicate.columns.indices where predicate.columns[column].type == .symbol {
        for word in words {
          versions.formUnion(try store.versions(of: predicate, where: column, is: UInt64(word)))
        }
      }
      return (predicate, Array(versions))
    }
  }
}

/// Gathers what changes did.
private struct HistoryBuilder {
  private let stored: StoredFacts
  private let range: ClosedRange<Int>
  private let sets: [UInt32: [StoredPassage]]
  private var events: [Int: [ChangeHistory.Event]] = [:]

  init(_ stored: StoredFacts, _ range: ClosedRange<Int>) throws(StorageError) {
    self.stored = stored
    self.range = range.lowerBound...max(range.lowerBound, min(range.upperBound, try stored.store.newestChange()))
    sets = try stored.store.sourceSets()
  }

  mutating func add(_ change: Int, _ kind: ChangeHistory.Kind, _ what: String, sources: String = "") {
    guard range.contains(change) else { return }
    events[change, default: []].append(ChangeHistory.Event(kind: kind, what: what, sources: sources))
  }

  mutating func add(_ declared: DeclaredPredicate) {
    add(declared.change, .stated, declared.predicate.declarationText)
    if let ending = declared.ending { add(ending, .retracted, declared.predicate.declarationText) }
  }

  mutating func add(_ versions: [StoredVersion], of predicate: StoredPredicate) {
    var facts: [(text: String, versions: [StoredVersion])] = []
    for (values, versions) in Dictionary(grouping: versions, by: \.values) {
      facts.append((stored.text(of: values, predicate), versions))
    }
    for (text, versions) in facts.sorted(by: { $0.text < $1.text }) {
      let stated = Dictionary(uniqueKeysWithValues: versions.map { ($0.asserted, $0) })
      for version in versions {
        let isAltered = versions.contains { $0.retracted == version.asserted }
        add(version.asserted, isAltered ? .altered : .stated, text, sources: sources(version))
        if let end = version.retracted, stated[end] == nil {
          add(end, .retracted, text, sources: sources(version))
        }
      }
    }
  }

  private func sources(_ version: StoredVersion) -> String { stored.text(ofSources: sets[version.sources] ?? []) }

  /// The changes that did something.
  func history() throws(StorageError) -> ChangeHistory {
    var entries: [ChangeHistory.Entry] = []
    for (number, events) in events.sorted(by: { $0.key < $1.key }) {
      guard let change = try stored.store.change(number) else { continue }
      entries.append(ChangeHistory.Entry(change: change, events: events))
    }
    return ChangeHistory(entries: entries)
  }
}

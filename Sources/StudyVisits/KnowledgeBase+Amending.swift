internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// A change of what is stored that is shown before it is made.
public enum Amendment: Hashable, Sendable {
  /// Reverses a change; `nil` is the last one.
  case undo(Int?)
  /// Gives an entity another identifier, wherever it stands.
  case rename(String, to: String)
  /// Makes one entity of two: the second's name stands, the first's becomes an alias.
  case merge(String, into: String)
  /// Takes back all facts about an entity.
  case retract(about: String)
  /// Gives columns other types, as `p(a: date)` says.
  case retype(String)
  /// Removes an entity from the present, the past and the file itself.
  case forget(String)
}

/// What an amendment is about to do.
public struct AmendmentPreview: Hashable, Sendable {
  /// For whoever is asked, in lines.
  public let text: String
  /// What one has to know who is not asked: facts that go without others in their place, and what stays as it is.
  public let notes: String
}

extension KnowledgeBase {
  /// What is about to be done, and how it is done.
  struct Plan {
    /// What would be done, in lines.
    let summary: String
    /// Facts that go without others in their place.
    var lost: [String] = []
    /// What else there is to know.
    var remarks: [String] = []
    /// Why the change is made, where nobody says.
    let reason: String
    let perform: (Change) throws(KnowledgeBaseError) -> Void
    /// Whether nothing of what is gone may stay in the file.
    var purges = false

    var preview: AmendmentPreview {
      let notes = HistoryFault.list(lost) + remarks.map { "\n\($0)" }.joined()
      return AmendmentPreview(text: summary + notes, notes: String(notes.dropFirst()))
    }
  }

  /// Makes an amendment, as one change, if it breaks no constraint and no key.
  ///
  /// - Parameter agrees: is shown what is about to be done, and says whether it is to be.
  /// - Returns: what was changed, in a line.
  public func amend(
    _ amendment: Amendment,
    note: ChangeNote,
    options: RunOptions,
    agrees: (AmendmentPreview) -> Bool
  ) throws(KnowledgeBaseError) -> String {
    guard case .file(let path) = location else { throw .notStored }
    try requirePresent()
    guard options.fileAccess != .nowhere else { throw .storage(.readOnly(path: path)) }
    var agreed: AmendmentPreview?
    while true {
      let writer = try StoredFacts.open(path, mode: .write)
      let current = KnowledgeBase(location, texts: try writer.texts(), stored: writer, values: writer.values)
      guard let plan = try current.planInSnapshot(amendment, writer, options: options) else { continue }
      if agreed != plan.preview {
        guard agrees(plan.preview) else { return KnowledgeBase.declined }
        agreed = plan.preview
      }
      var note = note
      note.reason = note.reason ?? plan.reason
      if plan.purges { try writer.translated { () throws(StorageError) in try writer.store.overwriteDeleted() } }
      let report = try writer.store.change(note, asReadBy: writer) { change throws(KnowledgeBaseError) in
        try plan.perform(change)
        try KnowledgeBase.requireSound(writer.store, path, options: options)
      }
      guard let report else { continue }
      try refresh()
      if plan.purges, try !writer.translated({ () throws(StorageError) in try writer.store.purge() }) {
        throw .history(.logInUse(path: path))
      }
      return LoadReport(violations: [], changes: report, path: path).text
    }
  }

  /// On one state of the file, so that words mean the same throughout; `nil` when that is another than was opened.
  private func planInSnapshot(
    _ amendment: Amendment,
    _ stored: StoredFacts,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan? {
    let planned: Result<Plan?, KnowledgeBaseError> = try stored.translated { () throws(StorageError) in
      try stored.store.snapshot { () throws(StorageError) in
        Result { () throws(KnowledgeBaseError) in
          try stored.isStale() ? nil : plan(amendment, stored, options: options)
        }
      }
    }
    return try planned.get()
  }

  private func plan(
    _ amendment: Amendment,
    _ stored: StoredFacts,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    switch amendment {
    case .undo(let number): try undoing(number, stored)
    case .retype(let declaration): try retyping(declaration, stored)
    case .rename(let old, let new): try renaming(old, to: new, stored, options)
    case .merge(let old, let other): try merging(old, into: other, stored, options)
    case .retract(let entity): try retracting(about: entity, stored, options)
    case .forget(let entity): try forgetting(entity, stored, options)
    }
  }

  /// Checks the state that a change in the making has brought about.
  private static func requireSound(_ store: Store, _ path: String, options: RunOptions) throws(KnowledgeBaseError) {
    let changed: StoredFacts
    do {
      changed = try StoredFacts(store)
    } catch {
      throw .storage(error)
    }
    let state = KnowledgeBase(.file(path), texts: try changed.texts(), stored: changed, values: changed.values)
    var options = options
    options.explanation = nil
    options.endsProcess = false
    let violations = try state.violations(options: options, warn: { _ in })
    if !violations.isEmpty { throw .violated(violations) }
  }
}

extension Store {
  /// Makes a change of the file as somebody has read it.
  ///
  /// - Returns: `nil` when the file has been changed since.
  func change(
    _ note: ChangeNote,
    asReadBy stored: StoredFacts?,
    isCancelled: ((_ assertedCount: Int) -> Bool)? = nil,
    _ body: (Change) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) -> ChangeReport? {
    do throws(ChangeError<CommitFailure>) {
      return try change(
        at: note.time,
        author: note.author,
        reason: note.reason,
        isCancelled: isCancelled
      ) { change throws(CommitFailure) in
        let mayGoOn: Bool
        do throws(KnowledgeBaseError) {
          mayGoOn = try stored?.isStale() != true
          if mayGoOn { try body(change) }
        } catch {
          throw .knowledgeBase(error)
        }
        if !mayGoOn { throw .stale }
      }
    } catch {
      switch error {
      case .storage(let error): throw .storage(error)
      case .body(.knowledgeBase(let error)): throw error
      case .body(.stale): return nil
      }
    }
  }
}

private enum CommitFailure: Error {
  case knowledgeBase(KnowledgeBaseError)
  case stale
}

// MARK: Undoing

extension KnowledgeBase {
  private func undoing(_ number: Int?, _ stored: StoredFacts) throws(KnowledgeBaseError) -> Plan {
    let target: Int
    if let number {
      target = number
    } else {
      target = try stored.translated { () throws(StorageError) in try stored.store.newestChange() }
    }
    let history = try change(target)
    guard !history.isEmpty else { throw .history(.nothingToUndo(change: target)) }
    let obstacle = { (obstacle: UndoObstacle) -> String in
      switch obstacle {
      case .replaced(let predicate, let version):
        let fact = stored.text(of: version.values, predicate)
        return "change \(version.retracted ?? 0) took back `\(fact)` or gave it other sources"
      case .statedSince(let predicate, let version):
        return "change \(version.asserted) stated `\(stored.text(of: version.values, predicate))` again"
      case .rulesReplaced(let file, let change): return "change \(change) replaced the rules of `\(file)`"
      case .hasFacts(let predicate, let count):
        return "`\(predicate.name)`, which it declared, has \(counted(count, "fact")) of later changes"
      case .declaredOtherwise(let predicate): return "`\(predicate.name)` is declared otherwise since"
      }
    }
    return Plan(summary: "undo\n\(history.text)", reason: StoredChange.reason(ofUndoing: target)) {
      change throws(KnowledgeBaseError) in
      let obstacles = try stored.translated { () throws(StorageError) in try change.undo(target, of: stored.store) }
      if !obstacles.isEmpty { throw .history(.builtUpon(change: target, by: obstacles.map(obstacle))) }
    }
  }
}

// MARK: Retyping

extension KnowledgeBase {
  private func retyping(_ text: String, _ stored: StoredFacts) throws(KnowledgeBaseError) -> Plan {
    let (known, fresh) = try retyped(text, stored)
    guard known.columns != fresh else { throw .history(.entity("`\(known.name)` has these types already")) }
    let facts = try stored.statedFacts(of: known)
    var converted: [StoredFacts.StatedFact] = []
    var faults: [String] = []
    for fact in facts {
      let row = zip(stored.constants(fact.row, known), fresh).compactMap { constant, column in
        constant.converted(to: ValueType(column.type)).map { values.bits(of: values.word(of: $0), column.wordType) }
      }
      if row.count == fresh.count {
        converted.append((row, fact.sources))
      } else {
        faults.append(stored.text(of: fact.row, known))
      }
    }
    guard faults.isEmpty else { throw .history(.unconvertible(faults)) }
    return Plan(
      summary: "\(counted(facts.count, "fact")) of `\(known.name)` would be converted",
      reason: "retype \(text)"
    ) { [values] change throws(KnowledgeBaseError) in
      try stored.translated { () throws(StorageError) in
        try change.retract(known, rows: facts.map(\.row))
        try change.end(known)
        let declaration = StoredPredicate(id: 0, name: known.name, columns: fresh, keys: known.keys).declarationText
        let made = try change.declare(name: known.name, columns: fresh, keys: known.keys, text: declaration)
        try change.assert(made, converted, values)
      }
    }
  }

  /// The predicate that a text such as `p(a: date)` names, and its columns with the types that it says.
  private func retyped(
    _ text: String,
    _ stored: StoredFacts
  ) throws(KnowledgeBaseError) -> (StoredPredicate, [StoredColumn]) {
    let source = SourceText(name: KnowledgeBase.promptName, text: ".decl \(text)\n")
    var diagnostics: [Diagnostic] = []
    let tree = SyntaxTree(
      parsing: source,
      as: SourceID(0),
      dialect: .prompt,
      into: FactCollector(values: values),
      diagnostics: &diagnostics
    )
    guard case .declaration(let declaration)? = tree.clauses.first, diagnostics.isEmpty, tree.clauses.count == 1 else {
      throw .history(.entity("`.retype` takes a predicate and columns with their types, such as `met_on(day: date)`"))
    }
    let name = declaration.predicate.text
    let names = stored.declarations.map(\.predicate)
    guard let known = stored.predicate(name) else {
      throw .unknown("stored predicate", name, nearest: Datalog.nearest(to: name, among: names))
    }
    var columns = known.columns
    for column in declaration.columns {
      guard let place = columns.firstIndex(where: { $0.name == column.name.text }) else {
        let nearest = Datalog.nearest(to: column.name.text, among: columns.map(\.name))
        throw .unknown("column", column.name.text, nearest: nearest)
      }
      guard let type = ValueType(rawValue: column.type.text) else {
        let all = ["symbol", "number", "float", "date"]
        throw .unknown("type", column.type.text, nearest: all)
      }
      columns[place] = StoredColumn(name: column.name.text, type: type.storedType)
    }
    return (known, columns)
  }
}

extension StoredColumn {
  fileprivate var wordType: WordType { ValueType(type).wordType }
}

extension Constant {
  /// The same value as one of another type; `nil` where that cannot say it.
  fileprivate func converted(to type: ValueType) -> Constant? {
    switch (self, type) {
    case (.symbol, .symbol), (.number, .number), (.float, .float), (.date, .date): self
    case (.number(let number), .float): Double(exactly: number).map { .float($0) }
    case (.number(let number), .date): Int(exactly: number).flatMap { PartialDate(year: $0) }.map { .date($0) }
    case (.float(let float), .number): Int64(exactly: float).map { .number($0) }
    case (.float(let float), .date): Int(exactly: float).flatMap { PartialDate(year: $0) }.map { .date($0) }
    case (.date(let date), .number): date.month == nil ? .number(Int64(date.year)) : nil
    case (.date(let date), .float): date.month == nil ? .float(Double(date.year)) : nil
    case (.number, .symbol), (.float, .symbol), (.date, .symbol): .symbol(Symbol(literalText))
    case (.symbol(let symbol), _):
      switch Constant(parameter: symbol.description) {
      case .symbol: nil
      case let constant: constant.converted(to: type)
      }
    }
  }
}

// MARK: Facts by their rows

extension StoredFacts {
  /// A fact as the file has it, with its set of sources.
  typealias StatedFact = (row: [UInt64], sources: [StoredPassage])

  /// All facts of a predicate.
  func statedFacts(of predicate: StoredPredicate) throws(KnowledgeBaseError) -> [StatedFact] {
    try translated { () throws(StorageError) in
      let sets = try store.sourceSets()
      var facts: [StatedFact] = []
      try store.read(predicate) { columns, ids in
        for row in ids.indices { facts.append((columns.map { $0[row] }, sets[ids[row]] ?? [])) }
      }
      return facts
    }
  }
}

extension Change {
  func retract(_ predicate: StoredPredicate, rows: [[UInt64]]) throws(StorageError) {
    guard !rows.isEmpty else { return }
    let table = FactTable(columnCount: predicate.columns.count)
    for row in rows { row.withUnsafeBufferPointer { table.append($0, sources: 0) } }
    try table.withColumns { columns, _ throws(StorageError) in
      try retract(predicate, rowCount: table.rowCount, columns: columns)
    }
  }

  /// States facts with the sources that they have.
  func assert(
    _ predicate: StoredPredicate,
    _ facts: [StoredFacts.StatedFact],
    _ values: Values
  ) throws(StorageError) {
    guard !facts.isEmpty else { return }
    let table = FactTable(columnCount: predicate.columns.count)
    var sets: [[StoredPassage]] = []
    var places: [[StoredPassage]: UInt32] = [:]
    for fact in facts {
      let place = places[fact.sources] ?? UInt32(sets.count)
      if place == sets.count {
        sets.append(fact.sources)
        places[fact.sources] = place
      }
      fact.row.withUnsafeBufferPointer { table.append($0, sources: place) }
    }
    try table.withColumns { columns, sources throws(StorageError) in
      try assert(
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
}

/// `1 fact`, `3 facts`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

internal import Datalog
internal import Engine
internal import Planning

/// Turns what a reader found into facts: gives every entity an identifier, reads values as the types of their columns,
/// and counts what the knowledge base holds already.
struct ImportPlan {
  private let data: ImportedData
  private let compilation: Compilation
  private let stored: StoredFacts?
  private let predicates: [String: Predicate]
  private let tables: [String: EntityTable]
  private var register: EntityRegister
  /// The identifiers of the source's own identifiers, by kind.
  private var sourceIdentifiers: [String: [String: String]] = [:]
  /// What the import states of each entity, with the place that did so first.
  private var stated: [String: (place: String, fact: [String])] = [:]
  /// What is stated of each predicate, each fact as the texts of its values.
  private var facts: [String: Set<[String]>] = [:]
  private(set) var text = ""
  private(set) var report: ImportReport

  init(_ data: ImportedData, _ compilation: Compilation, stored: StoredFacts?) throws(KnowledgeBaseError) {
    self.data = data
    self.compilation = compilation
    self.stored = stored
    let ordinary = compilation.program.predicates.filter { $0.kind == .ordinary }
    predicates = Dictionary(ordinary.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let entityTables = CompletionSchema(compilation.program).entityTables
    tables = Dictionary(entityTables.map { ($0.predicate, $0) }, uniquingKeysWith: { first, _ in first })
    register = try EntityRegister(compilation, stored: stored, importing: ImportPlan.origin(of: data.file))
    report = ImportReport(
      file: data.file,
      recognised: data.recognised,
      recordCount: data.records.count,
      problems: data.problems
    )
  }

  /// The name that the file's facts are kept under.
  private static func origin(of file: String) -> String { SourceText(name: file, text: "").clauseFile }

  /// Makes the text and the report.
  ///
  /// A file in which no record can be read says nothing, so nothing of what it stated before is taken back.
  mutating func state(_ options: RunOptions) throws(KnowledgeBaseError) {
    guard !data.records.isEmpty else { return }
    let identifiers = data.records.map { record in
      record.entities.map { identify($0, in: record) }
    }
    let document = documentIdentifier()
    if let document {
      text += ".cite \(document)\n"
      let title = ImportPlan.origin(of: data.file)
      state("document", [document, title, "file"])
    }
    for (record, identifiers) in zip(data.records, identifiers) {
      if options.isCancelled() { throw .stopped(Findings([], in: []), isInterruption: true) }
      if let document {
        text += ".cite \(document):\(record.number)\n"
        state("passage", [document, String(record.number), record.text])
      }
      state(record, identifiers)
    }
    if let document { try keepPassages(of: document) }
    try count()
  }

  /// States again what rows said that are gone: facts that others state too go on citing them.
  private mutating func keepPassages(of document: String) throws(KnowledgeBaseError) {
    guard let predicate = predicates["passage"] else { return }
    let numbers = Set(data.records.map { String($0.number) })
    var gone: [[String]] = []
    do {
      try stored?.forEachFact(of: predicate) { tuple, _ in
        let texts = zip(tuple, predicate.columns).map { compilation.values.text(of: $0, $1.type.wordType) }
        if texts[0] == document, !numbers.contains(texts[1]) { gone.append(texts) }
      }
    } catch {
      throw compilation.error(error)
    }
    for passage in gone.sorted(by: { $0[1].count == $1[1].count ? $0[1] < $1[1] : $0[1].count < $1[1].count }) {
      text += ".cite \(document):\(passage[1])\n"
      state("passage", passage)
    }
  }

  /// `nil` where the knowledge base records no documents and passages.
  private func documentIdentifier() -> String? {
    guard predicates["document"]?.columns.map(\.name) == ["id", "title", "publisher"],
      predicates["passage"]?.columns.map(\.name) == ["document", "n", "says"]
    else { return nil }
    let name = ImportPlan.origin(of: data.file)
    return Identifier.coined(for: name) { identifier in
      guard let known = register.entity(identifier) else { return register.isTaken(identifier) }
      return !(known.predicate == "document" && known.isOwn)
    }
  }

  // MARK: Entities

  private mutating func identify(_ entity: ImportedEntity, in record: ImportedRecord) -> String? {
    guard let table = tables[entity.predicate] else {
      note(record, nil, "the knowledge base has no kind of entity `\(entity.predicate)`")
      return nil
    }
    if let given = entity.identifier, !given.isEmpty {
      if let identifier = sourceIdentifiers[entity.predicate]?[given] { return identifier }
      let identifier = given.first?.isLetter == true ? given : "\(entity.predicate)_\(given)"
      sourceIdentifiers[entity.predicate, default: [:]][given] = identifier
      if register.entity(identifier, kind: entity.predicate) == nil { add(entity, identifier) }
      return identifier
    }
    guard let name = entity.name ?? entity.basis, !name.isEmpty else {
      note(record, nil, "the \(entity.predicate) has neither a name nor an identifier")
      return nil
    }
    guard table.name != nil else { return identifyNameless(entity, called: name) }
    let bearers = register.entities(named: name, kind: entity.predicate)
    if bearers.count > 1 {
      let list = bearers.sorted().map { "`\($0)`" }.joined(separator: ", ")
      note(record, nil, "\(list) are all called `\(name)`: give the identifier in a column of its own")
      return nil
    }
    if let identifier = bearers.first {
      if let known = register.entity(identifier, kind: entity.predicate), !known.isOwn, !known.values.isEmpty {
        let line = "`\(name)` is `\(identifier)` (\(entity.predicate))"
        if !report.known.contains(line) { report.known.append(line) }
      }
      return identifier
    }
    let similar = register.entities(like: name, kind: entity.predicate)
    let identifier = Identifier.coined(for: name, isTaken: isTaken)
    if !similar.isEmpty {
      let list = similar.sorted().map { "`\($0)`" }.joined(separator: ", ")
      report.similar.append("\(record.place): `\(name)` (new: `\(identifier)`) is written much like \(list)")
    }
    add(entity, identifier)
    return identifier
  }

  /// What has no name goes by what its identifier is made of, so that it has the same when the file is imported again.
  private mutating func identifyNameless(_ entity: ImportedEntity, called basis: String) -> String {
    let key = "\u{0}" + basis
    if let identifier = sourceIdentifiers[entity.predicate]?[key] { return identifier }
    let identifier = Identifier.coined(for: basis) { identifier in
      guard let known = register.entity(identifier, kind: entity.predicate) else { return isTaken(identifier) }
      return !known.isOwn || known.values.isEmpty
    }
    sourceIdentifiers[entity.predicate, default: [:]][key] = identifier
    if register.entity(identifier, kind: entity.predicate) == nil { add(entity, identifier) }
    return identifier
  }

  private func isTaken(_ identifier: String) -> Bool {
    register.isTaken(identifier) || compilation.symbols.contains(Symbol(identifier))
  }

  private mutating func add(_ entity: ImportedEntity, _ identifier: String) {
    let known = EntityRegister.Entity(predicate: entity.predicate, identifier: identifier, values: [], isOwn: true)
    register.add(known, name: entity.name)
    for alias in entity.aliases { register.addName(alias, of: identifier) }
  }

  // MARK: Facts

  private mutating func state(_ record: ImportedRecord, _ identifiers: [String?]) {
    var present = identifiers
    for (place, entity) in record.entities.enumerated() {
      guard let identifier = identifiers[place], let predicate = predicates[entity.predicate],
        let table = tables[entity.predicate]
      else { continue }
      if !state(entity, identifier, predicate, table, in: record, identifiers) { present[place] = nil }
    }
    for fact in record.facts {
      guard let predicate = predicates[fact.predicate] else {
        note(record, fact.column, "the knowledge base has no predicate `\(fact.predicate)`")
        continue
      }
      guard let values = values(of: fact.arguments, predicate, in: record, fact.column, present) else { continue }
      state(predicate.name, values)
    }
  }

  /// States what names an entity, unless the knowledge base knows it from elsewhere; `false` when it is left out.
  private mutating func state(
    _ entity: ImportedEntity,
    _ identifier: String,
    _ predicate: Predicate,
    _ table: EntityTable,
    in record: ImportedRecord,
    _ identifiers: [String?]
  ) -> Bool {
    let known = register.entity(identifier, kind: entity.predicate)
    let isElsewhere = known.map { !$0.isOwn && !$0.values.isEmpty } ?? false
    if isElsewhere {
      // What is known is not changed by a list that names it.
      if entity.identifier != nil, let name = entity.name, let column = table.name, let known,
        known.values[column] != name, !register.entities(named: name, kind: entity.predicate).contains(identifier)
      {
        note(record, nil, "`\(identifier)` is called `\(known.values[column])` already; `\(name)` was left out")
      }
      return true
    }
    var arguments = entity.values
    arguments[predicate.columns[table.key].name] = .text(identifier)
    if let column = table.name, let name = entity.name { arguments[predicate.columns[column].name] = .text(name) }
    if stated[identifier] != nil, arguments.count < predicate.columns.count { return true }
    guard let values = values(of: arguments, predicate, in: record, nil, identifiers) else { return false }
    if let before = stated[identifier], before.fact != values {
      note(record, nil, "`\(identifier)` stands in \(before.place) already, with other values; these were left out")
      return true
    }
    stated[identifier] = stated[identifier] ?? (record.place, values)
    state(predicate.name, values)
    return true
  }

  /// The texts of the values, column by column; `nil` when one is missing or wrong, which is noted.
  private mutating func values(
    of arguments: [String: ImportedValue],
    _ predicate: Predicate,
    in record: ImportedRecord,
    _ heading: String?,
    _ identifiers: [String?]
  ) -> [String]? {
    var values: [String] = []
    for column in predicate.columns {
      guard let value = arguments[column.name] else {
        note(record, heading, "`\(predicate.name)` needs a value for `\(column.name)`, which no column gives")
        return nil
      }
      switch value {
      case .entity(let place):
        // Why it was left out is noted there.
        guard let identifier = identifiers[place] else { return nil }
        values.append(identifier)
      case .reference(let kind, let text):
        guard let identifier = referent(text, kind: kind) else {
          note(record, heading, "nothing\(kind.map { " of kind `\($0)`" } ?? "") is called `\(text)`")
          return nil
        }
        values.append(identifier)
      case .text(let text):
        guard let canonical = canonical(text, column.type) else {
          note(record, heading, "`\(column.name)` needs a \(column.type.rawValue), not `\(text.shortened)`")
          return nil
        }
        values.append(canonical)
      }
    }
    return values
  }

  private func referent(_ text: String, kind: String?) -> String? {
    if let kind, let identifier = sourceIdentifiers[kind]?[text] { return identifier }
    if kind == nil, let identifier = sourceIdentifiers.values.lazy.compactMap({ $0[text] }).first { return identifier }
    if register.entity(text, kind: kind) != nil { return text }
    let named = register.entities(named: text, kind: kind)
    return named.count == 1 ? named[0] : nil
  }

  /// The value as the language writes it; a symbol as it is.
  private func canonical(_ text: String, _ type: ValueType) -> String? {
    let reader = FieldReader(values: compilation.values)
    if type == .symbol { return text.utf8.contains(0) ? nil : text }
    let bytes = Array(text.utf8)
    guard case .success(let bits) = bytes.withUnsafeBufferPointer({ reader.bits(of: $0, as: type) }) else { return nil }
    let word = withUnsafePointer(to: bits) {
      compilation.values.words(UnsafeBufferPointer(start: $0, count: 1), of: type)[0]
    }
    return compilation.values.text(of: word, type.wordType)
  }

  private mutating func state(_ predicate: String, _ values: [String]) {
    facts[predicate, default: []].insert(values)
    guard let columns = predicates[predicate]?.columns else { return }
    let arguments = zip(values, columns).map { $1.type == .symbol ? Symbol($0).literalText : $0 }
    text += "\(predicate)(\(arguments.joined(separator: ", "))).\n"
  }

  private mutating func note(_ record: ImportedRecord, _ column: String?, _ message: String) {
    report.problems.append(ImportProblem(record.place, column: column, message))
  }

  // MARK: Counting

  private mutating func count() throws(KnowledgeBaseError) {
    do {
      let values = compilation.values
      let file = values.symbols.find(ImportPlan.origin(of: data.file)).map { [$0] }
      let origins = try stored?.origins() ?? [:]
      for predicate in compilation.program.predicates where predicate.kind == .ordinary {
        let new = facts[predicate.name] ?? []
        var count = ImportReport.Count()
        var known: Set<[String]> = []
        var gone: [[String]] = []
        try stored?.forEachFact(of: predicate) { tuple, set in
          let isOwn = file != nil && origins[set] == file
          guard isOwn || !new.isEmpty else { return }
          let texts = zip(tuple, predicate.columns).map { values.text(of: $0, $1.type.wordType) }
          if new.contains(texts) { known.insert(texts) } else if isOwn { gone.append(texts) }
        }
        count.unchanged = known.count
        let keys = predicate.keys.first ?? [0]
        let goneKeys = Set(gone.map { fact in keys.map { fact[$0] } })
        for fact in new.subtracting(known) {
          if goneKeys.contains(keys.map({ fact[$0] })) { count.changed += 1 } else { count.new += 1 }
        }
        count.takenBack = max(0, gone.count - count.changed)
        if count.new + count.changed + count.unchanged + count.takenBack > 0 { report.counts[predicate.name] = count }
      }
    } catch {
      throw compilation.error(error)
    }
  }
}

extension String {
  /// What fits a message.
  var shortened: String { count > 60 ? prefix(59) + "…" : self }
}

extension StringProtocol {
  package var trimmingBlanks: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

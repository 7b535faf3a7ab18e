internal import Datalog
internal import Engine
internal import Planning

/// Turns what a reader found into facts: gives every entity an identifier, reads values as the types of their columns,
/// and counts what the knowledge base holds already.
struct ImportPlan {
  /// What stays the same however many of the records are stated.
  struct Setting {
    let compilation: Compilation
    let stored: StoredFacts?
    /// The name that the file's facts are kept under.
    let origin: String
    /// The identifier of the document that the file becomes, where somebody says it.
    let document: String?
    let decisions: [String: NameDecision]
  }

  let data: ImportedData
  let compilation: Compilation
  let stored: StoredFacts?
  let setting: Setting
  let predicates: [String: Predicate]
  private let tables: [String: EntityTable]
  /// The sets of sources of facts that the file alone states.
  private let ownSets: Set<UInt32>
  var identities: ImportedIdentities
  private var keys: [String: HeldKeys] = [:]
  /// What the import states of each entity of a kind, with the place that did so first.
  private var stated: [String: [Symbol: (place: String, fact: [String])]] = [:]
  /// What is stated of each predicate, each fact as the texts of its values.
  private var facts: [String: Set<[Symbol]>] = [:]
  /// The values that each record states, by its number.
  private(set) var statedValues: [Int: Set<String>] = [:]
  private var citation = ""
  private(set) var text = ""
  var report: ImportReport

  init(_ data: ImportedData, _ setting: Setting) throws(KnowledgeBaseError) {
    self.data = data
    self.setting = setting
    let (compilation, stored) = (setting.compilation, setting.stored)
    (self.compilation, self.stored) = (compilation, stored)
    let ordinary = compilation.program.predicates.filter { $0.kind == .ordinary }
    predicates = Dictionary(ordinary.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let entityTables = CompletionSchema(compilation.program).entityTables
    tables = Dictionary(entityTables.map { ($0.predicate, $0) }, uniquingKeysWith: { first, _ in first })
    do {
      let file = compilation.values.symbols.find(setting.origin).map { [$0] }
      ownSets = Set(try stored?.origins().filter { $0.value == file }.keys.map { $0 } ?? [])
      identities = ImportedIdentities(
        of: data,
        try EntityRegister(compilation, stored: stored, ownSets: ownSets),
        tables,
        decisions: setting.decisions,
        isReserved: { compilation.symbols.contains(Symbol($0)) }
      )
    } catch {
      throw compilation.error(error)
    }
    report = ImportReport(
      file: data.file,
      recognised: data.recognised,
      guess: data.guess,
      recordCount: data.records.count,
      problems: data.problems
    )
  }

  /// Makes the text and the report.
  ///
  /// A file in which no record can be read says nothing, so nothing of what it stated before is taken back.
  mutating func state(_ watch: RowWatch) throws(KnowledgeBaseError) {
    guard !data.records.isEmpty else { return }
    if data.origin == .knowledgeBase { try translateDocuments() }
    var identifiers = try identities.identifyAll(watch)
    refuseOthers(&identifiers)
    let document = try documentIdentifier()
    if let document {
      cite(document)
      state("document", [document, SourceText(name: data.file, text: "").clauseFile, "file"])
    }
    watch.begin(.comparing, of: data.records.count)
    for (index, (record, identifiers)) in zip(data.records, identifiers).enumerated() {
      try watch.check(after: index)
      if let document {
        cite("\(document):\(record.number)")
        state("passage", [document, String(record.number), record.text.replacing("\0", with: "\u{FFFD}")])
      } else {
        cite(citation(of: record))
      }
      try state(record, identifiers)
    }
    if let document { try keepPassages(of: document) }
    report.problems += identities.problems
    var seen: Set<ImportProblem> = []
    report.problems.removeAll { !seen.insert($0).inserted }
    (report.known, report.alike, report.undecided) = (identities.known, identities.alike, identities.undecided)
    report.namesakes = identities.namesakeLines
    try count()
  }

  /// The facts below come from there.
  mutating func cite(_ citation: String) {
    guard citation != self.citation else { return }
    text += ".cite \(citation.isEmpty ? "none" : citation)\n"
    self.citation = citation
  }

  // MARK: Facts

  private mutating func state(_ record: ImportedRecord, _ identifiers: [String?]) throws(KnowledgeBaseError) {
    var present = identifiers
    for (place, entity) in record.entities.enumerated() {
      guard let identifier = identifiers[place], let predicate = predicates[entity.predicate],
        let table = tables[entity.predicate]
      else { continue }
      if try !state(entity, identifier, predicate, table, in: record, identifiers) { present[place] = nil }
    }
    for fact in record.facts {
      guard let predicate = predicates[fact.predicate] else {
        note(record, fact.column, "the knowledge base has no predicate `\(fact.predicate)`")
        continue
      }
      guard let values = values(of: fact.arguments, predicate, in: record, fact.column, present) else { continue }
      try state(predicate, values, in: record, fact.column)
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
  ) throws(KnowledgeBaseError) -> Bool {
    let registered = identities.register.entity(identifier, kind: entity.predicate)
    if entity.mayBeOther, registered == nil { return true }
    let known = registered.flatMap { $0.isElsewhere ? $0 : nil }
    // What is known is not changed by a list that names it, nor what somebody else says is called so too.
    if known != nil, data.origin == .document { return true }
    if let name = entity.name, let registered, registered.name != name,
      identities.register.entities(calledElsewhere: name, kind: entity.predicate).contains(identifier)
    {
      return true
    }
    var arguments = entity.values
    arguments[predicate.columns[table.key].name] = .text(identifier)
    if let column = table.name, let name = entity.name { arguments[predicate.columns[column].name] = .text(name) }
    let before = stated[entity.predicate]?[Symbol(identifier)]
    if before != nil, arguments.count < predicate.columns.count { return true }
    guard let values = values(of: arguments, predicate, in: record, nil, identifiers) else { return false }
    if let known, known.values != values {
      for (column, place) in zip(predicate.columns, predicate.columns.indices)
      where place != table.name && known.values[place] != values[place] {
        let was = "`\(known.values[place].shortened)` here; `\(values[place].shortened)` was left out"
        note(record, nil, "`\(column.name)` of `\(identifier)` is \(was)")
      }
      return true
    }
    if let before, before.fact.map({ Symbol($0) }) != values.map({ Symbol($0) }) {
      // Two of one name are one; what is called otherwise may be another, of which nothing is to be said here.
      let isSame = table.name.map { before.fact[$0] == values[$0] } ?? false
      let what = isSame ? "these were left out" : "these were left out, and what else is said of it here"
      note(record, nil, "`\(identifier)` stands in \(before.place) already, with other values; \(what)")
      return isSame
    }
    if before == nil { stated[entity.predicate, default: [:]][Symbol(identifier)] = (record.place, values) }
    try state(predicate, values, in: record, nil)
    return true
  }

  /// Leaves out entities whose identifiers others bear that are known; before anything is said, for any record may speak
  /// of them.
  private mutating func refuseOthers(_ identifiers: inout [[String?]]) {
    for (index, record) in data.records.enumerated() {
      for (place, entity) in record.entities.enumerated() {
        guard let given = entity.identifier, let identifier = identifiers[index][place],
          let predicate = predicates[entity.predicate], let table = tables[entity.predicate],
          let known = identities.register.entity(identifier, kind: entity.predicate), known.isElsewhere,
          !isSame(entity, known, predicate, table, in: record, identifiers[index])
        else { continue }
        identities.refuse(given, entity.predicate)
        identifiers[index][place] = nil
      }
    }
  }

  /// Whether an entity is the known one that bears its identifier: what is called otherwise, or has other values where
  /// nothing has a name, is another, of which nothing is to be said.
  private mutating func isSame(
    _ entity: ImportedEntity,
    _ known: EntityRegister.Entity,
    _ predicate: Predicate,
    _ table: EntityTable,
    in record: ImportedRecord,
    _ identifiers: [String?]
  ) -> Bool {
    let rest = "was left out, and what else is said of it here"
    guard table.name == nil else {
      guard let name = entity.name, let knownName = known.name, knownName != name, !entity.aliases.contains(knownName),
        setting.decisions[name] != .same(as: known.identifier),
        !identities.register.entities(named: name, kind: entity.predicate).contains(known.identifier)
      else { return true }
      if identities.register.entities(like: name, kind: entity.predicate).contains(known.identifier) {
        note(record, nil, "`\(known.identifier)` is called `\(knownName)` already; `\(name)` was left out")
        return true
      }
      note(record, nil, "`\(known.identifier)` is `\(knownName.shortened)` already; `\(name.shortened)` \(rest)")
      return false
    }
    for (place, column) in predicate.columns.enumerated() where place != table.key {
      guard let argument = entity.values[column.name],
        let value = value(argument, column, in: record, nil, identifiers), value != known.values[place]
      else { continue }
      let was = "the \(predicate.name) with `\(column.name)` `\(known.values[place].shortened)` already"
      note(record, nil, "`\(known.identifier)` is \(was); that with `\(value.shortened)` \(rest)")
      return false
    }
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
      guard let text = self.value(value, column, in: record, heading, identifiers) else { return nil }
      values.append(text)
    }
    if arguments.count > predicate.columns.count {
      let others = Set(arguments.keys).subtracting(predicate.columns.map(\.name))
      for other in others.sorted() {
        note(record, heading, "`\(other.shortened)` is no column of `\(predicate.name)`, and was left out")
      }
    }
    return values
  }

  /// The text of a value; `nil` when it is missing or wrong, which is noted.
  private mutating func value(
    _ value: ImportedValue,
    _ column: Column,
    in record: ImportedRecord,
    _ heading: String?,
    _ identifiers: [String?]
  ) -> String? {
    switch value {
    case .entity(let place):
      // Why it was left out is noted there.
      return identifiers[place]
    case .reference(let kind, let text):
      if let identifier = identities.referent(text, kind: kind) { return identifier }
      if identities.isRefused(text, kind) { return nil }
      note(record, heading, "nothing\(kind.map { " of kind `\($0)`" } ?? "") is called `\(text)`")
    case .text(let text):
      if column.name == "who", let identifier = identities.toldReferent(text) { return identifier }
      if let canonical = canonical(text, column.type) { return canonical }
      let type = column.type == .number ? "whole number" : column.type.rawValue
      note(record, heading, "`\(column.name)` needs a \(type), not `\(text.shortened)`")
    }
    return nil
  }

  /// A fact of a record, unless another stands for its key.
  private mutating func state(
    _ predicate: Predicate,
    _ values: [String],
    in record: ImportedRecord,
    _ column: String?
  ) throws(KnowledgeBaseError) {
    if !predicate.keys.isEmpty {
      do {
        if keys[predicate.name] == nil {
          keys[predicate.name] = try HeldKeys(predicate, compilation.values, stored: stored, isOwn: ownSets.contains)
        }
      } catch {
        throw compilation.error(error)
      }
      if let fault = keys[predicate.name]?.take(values, place: record.place) { return note(record, column, fault) }
    }
    statedValues[record.number, default: []].formUnion(values)
    state(predicate.name, values)
  }

  /// The value as the language writes it; a symbol as it is.
  private func canonical(_ text: String, _ type: ValueType) -> String? {
    let reader = FieldReader(values: compilation.values)
    if type == .symbol { return text.utf8.contains(0) ? nil : text }
    let bytes = Array(text.utf8)
    // A table of numbers is cut toward zero where it is loaded; a list means what it says.
    if type == .number, case .value(let float) = bytes.withUnsafeBufferPointer({ LiteralBytes.float($0) }),
      float != float.rounded()
    {
      return nil
    }
    guard case .success(let bits) = bytes.withUnsafeBufferPointer({ reader.bits(of: $0, as: type) }) else { return nil }
    let word = withUnsafePointer(to: bits) {
      compilation.values.words(UnsafeBufferPointer(start: $0, count: 1), of: type)[0]
    }
    return compilation.values.text(of: word, type.wordType)
  }

  mutating func state(_ predicate: String, _ values: [String]) {
    facts[predicate, default: []].insert(values.map { Symbol($0) })
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
      for predicate in compilation.program.predicates where predicate.kind == .ordinary {
        let new = facts[predicate.name] ?? []
        var count = ImportReport.Count()
        var known: Set<[Symbol]> = []
        var gone: [[Symbol]] = []
        try stored?.forEachFact(of: predicate) { tuple, set in
          let isOwn = ownSets.contains(set)
          guard isOwn || !new.isEmpty else { return }
          let texts = zip(tuple, predicate.columns).map { Symbol(values.text(of: $0, $1.type.wordType)) }
          if new.contains(texts) { known.insert(texts) } else if isOwn { gone.append(texts) }
        }
        count.unchanged = known.count
        let keys = predicate.keys.first ?? Array(predicate.columns.indices.prefix(1))
        let goneKeys = Set(gone.map { fact in keys.map { fact[$0] } })
        for fact in new.subtracting(known) {
          if goneKeys.contains(keys.map({ fact[$0] })) { count.changed += 1 } else { count.new += 1 }
        }
        count.takenBack = max(0, gone.count - count.changed)
        if count.new + count.changed + count.unchanged + count.takenBack > 0 { report.counts[predicate.name] = count }
      }
      // A row that was changed speaks of what it spoke of before.
      if report.counts.contains(where: { $0.key != "passage" && $0.value.changed > 0 }) { report.isStranger = false }
    } catch {
      throw compilation.error(error)
    }
  }
}

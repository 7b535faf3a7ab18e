internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// Makes a record of each current fact of another knowledge base, with the sources that it has there.
///
/// The other file is opened to be read, and one state of it is read whatever others write meanwhile.
struct KnowledgeBaseReader: ImportReader {
  let options: RunOptions
  let watch: RowWatch

  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError) {
    let other = try KnowledgeBase.open(.file(data.file))
    data.origin = .knowledgeBase
    data.recognised.append("a knowledge base")
    data = try other.onOneState { [data] () throws(KnowledgeBaseError) in
      guard let stored = other.stored else { preconditionFailure("a file is open") }
      try stored.translated { () throws(StorageError) in try stored.store.requireIntegrity() }
      let compilation = try other.compile([], dialect: .file, mode: .run, options: options)
      var reading = Reading(compilation, stored, schema, data, watch)
      do throws(RunError) {
        try reading.readAll()
      } catch {
        throw compilation.error(error)
      }
      return reading.data
    }
  }

  private struct Reading {
    let compilation: Compilation
    let stored: StoredFacts
    /// The predicates of the knowledge base that takes the facts.
    let schema: CompletionSchema
    let tables: [String: EntityTable]
    let watch: RowWatch
    var entities: Set<Word> = []
    var data: ImportedData

    init(
      _ compilation: Compilation,
      _ stored: StoredFacts,
      _ schema: CompletionSchema,
      _ data: ImportedData,
      _ watch: RowWatch
    ) {
      self.watch = watch
      self.compilation = compilation
      self.stored = stored
      self.schema = schema
      self.data = data
      let entityTables = CompletionSchema(compilation.program).entityTables
      tables = Dictionary(entityTables.map { ($0.predicate, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func readAll() throws(RunError) {
      data.clauses = compilation.text.clauses
      let ordinary = compilation.program.predicates.filter { $0.kind == .ordinary }.sorted { $0.name < $1.name }
      let stated = ordinary.filter { stored.predicate($0.name) != nil }
      for predicate in stated {
        guard let table = tables[predicate.name] else { continue }
        try stored.forEachFact(of: predicate) { tuple, _ in entities.insert(tuple[table.key]) }
      }
      for predicate in stated {
        let facts = try stored.statements(of: predicate)
        let count = facts.reduce(0) { $0 + $1.sources.count }
        if count == 0 { continue }
        guard mayComeIn(predicate, count: count) else { continue }
        data.declarations.append((predicate.name, predicate.declarationText))
        for statements in facts {
          for (row, sources) in statements.sources.enumerated() {
            if watch.isOver(after: data.records.count) { return }
            add(predicate, statements.columns.map { $0[row] }, sources)
          }
        }
      }
    }

    /// Whether the knowledge base that takes the facts has the predicate as it is here, or not at all.
    private mutating func mayComeIn(_ predicate: Predicate, count: Int) -> Bool {
      guard let known = schema[predicate.name] else { return true }
      let columns = predicate.columns.map { KnownColumn(name: $0.name, type: $0.type.rawValue) }
      if Set(known.columns) == Set(columns), known.columns.count == columns.count { return true }
      let list = known.columns.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
      let text = "`\(predicate.declarationText)` is declared otherwise here, as `\(predicate.name)(\(list))`"
      data.problems.append(ImportProblem(predicate.name, "\(text); \(counted(count, "fact")) left out"))
      return false
    }

    private mutating func add(_ predicate: Predicate, _ tuple: [Word], _ sources: [CitedPassage]) {
      let texts = zip(tuple, predicate.columns).map { compilation.values.text(of: $0, $1.type.wordType) }
      let literals = zip(texts, predicate.columns).map { $1.type == .symbol ? Symbol($0).literalText : $0 }
      let place = "\(predicate.name)(\(literals.joined(separator: ", ")))"
      var record = ImportedRecord(number: data.records.count + 1, place: place.shortened, text: "")
      record.sources = sources.map { source in
        (compilation.values.symbols[source.document], source.passage < 0 ? nil : source.passage)
      }.sorted { ($0.0, $0.1 ?? -1) < ($1.0, $1.1 ?? -1) }
      let table = tables[predicate.name]
      let isNaming = predicate.name == "alias" || table != nil
      var arguments: [String: ImportedValue] = [:]
      for (index, column) in predicate.columns.enumerated() {
        let isName = isNaming && (column.name == "name" || column.name == "title")
        let isEntity = column.type == .symbol && !isName && entities.contains(tuple[index])
        let kind = tables[column.name] == nil ? nil : column.name
        let refers = isEntity && index != table?.key
        arguments[column.name] = refers ? .reference(kind: kind, texts[index]) : .text(texts[index])
      }
      if let table {
        var entity = ImportedEntity(predicate.name, identifier: texts[table.key], name: table.name.map { texts[$0] })
        arguments[predicate.columns[table.key].name] = nil
        if let name = table.name { arguments[predicate.columns[name].name] = nil }
        entity.values = arguments
        record.entities.append(entity)
      } else {
        record.facts.append(ImportedFact(predicate.name, arguments))
      }
      data.records.append(record)
    }
  }
}

extension ProgramText {
  /// The rules and constraints of each text, by the name under which they are kept.
  var clauses: [String: String] {
    Dictionary(
      zip(trees, texts).map { ($1.clauseFile, $0.clauseText(in: $1)) }.filter { !$0.1.isEmpty },
      uniquingKeysWith: { $0 + "\n" + $1 }
    )
  }
}

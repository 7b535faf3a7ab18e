/// Makes the entities and facts of one row.
struct RecordFiller {
  private let schema: CompletionSchema
  private let order: DateOrder?
  private(set) var record: ImportedRecord
  private(set) var problems: [ImportProblem] = []
  /// The place of the entity that a heading names.
  private var named: [String: Int] = [:]
  /// Entities whose columns hold others of the row, once all are there.
  private var pending: [(entity: Int, column: String, kind: String)] = []

  init(schema: CompletionSchema, order: DateOrder?, record: ImportedRecord) {
    self.schema = schema
    self.order = order
    self.record = record
  }

  private func table(_ predicate: String) -> EntityTable? { schema.entityTables.first { $0.predicate == predicate } }

  // MARK: Entities

  mutating func addEntity(_ line: ColumnMap.Line, _ heading: String, _ cell: Sheet.Cell) {
    guard let table = table(line.predicate), let predicate = schema[line.predicate], !cell.text.isEmpty else { return }
    for text in line.isList ? parts(of: cell.text) : [cell.text] {
      let key = predicate.columns[table.key].name
      let name = table.name.map { predicate.columns[$0].name }
      // What gives a name begins an entity, unless only its identifier or its kind is there so far.
      let isOpen = { (entity: ImportedEntity) in name == nil || line.column != name || entity.name == nil }
      let place = first(line.predicate, where: isOpen) ?? begin(line.predicate)
      named[heading + "\u{0}" + line.predicate] = named[heading + "\u{0}" + line.predicate] ?? place
      if line.column == key {
        let isWord = !text.contains(where: \.isWhitespace)
        record.entities[place].identifier = isWord ? text : Identifier.coined(for: text, isTaken: { _ in false })
      } else if line.column == name {
        record.entities[place].name = text
      } else if let column = line.column {
        record.entities[place].basis = record.entities[place].basis ?? text
        guard let value = value(text, cell, column, of: predicate, heading) else { continue }
        record.entities[place].values[column] = value
      }
      for (column, constant) in line.constants {
        if constant.hasPrefix("@") {
          pending.append((place, column, String(constant.dropFirst())))
        } else if record.entities[place].values[column] == nil {
          record.entities[place].values[column] = .text(constant)
        }
      }
    }
  }

  private func first(_ predicate: String, where fits: (ImportedEntity) -> Bool) -> Int? {
    record.entities.firstIndex { $0.predicate == predicate && fits($0) }
  }

  private mutating func begin(_ predicate: String) -> Int {
    record.entities.append(ImportedEntity(predicate))
    return record.entities.count - 1
  }

  mutating func finish() {
    for (entity, column, kind) in pending {
      guard let other = first(kind, where: { _ in true }) else { continue }
      record.entities[entity].values[column] = .entity(other)
    }
  }

  // MARK: Facts

  mutating func addFact(_ line: ColumnMap.Line, _ heading: String, _ cell: Sheet.Cell) {
    guard table(line.predicate) == nil, let predicate = schema[line.predicate], !cell.text.isEmpty else { return }
    for text in line.isList ? parts(of: cell.text) : [cell.text] {
      var arguments: [String: ImportedValue] = [:]
      if let column = line.column {
        guard let value = value(text, cell, column, of: predicate, heading) else { continue }
        arguments[column] = value
      }
      var isWhole = true
      for (column, constant) in line.constants {
        guard constant.hasPrefix("@") else {
          arguments[column] = .text(constant)
          continue
        }
        let kind = String(constant.dropFirst())
        guard let entity = named[heading + "\u{0}" + kind] ?? first(kind, where: { _ in true }) else {
          isWhole = false
          if line.column != nil {
            note(heading, "`\(line.predicate)` needs an entity of kind `\(kind)`, which the row does not name")
          }
          continue
        }
        arguments[column] = .entity(entity)
      }
      guard isWhole else { continue }
      if let place = record.facts.lastIndex(where: { isOpen($0, line.predicate, predicate, arguments) }) {
        record.facts[place].arguments.merge(arguments) { first, _ in first }
      } else {
        record.facts.append(ImportedFact(line.predicate, arguments, column: heading))
      }
    }
  }

  /// Whether a fact has room for further columns, so that several headings make one fact.
  private func isOpen(
    _ fact: ImportedFact,
    _ name: String,
    _ predicate: KnownPredicate,
    _ arguments: [String: ImportedValue]
  ) -> Bool {
    fact.predicate == name && fact.arguments.count < predicate.columns.count
      && arguments.allSatisfy { fact.arguments[$0.key] == nil || fact.arguments[$0.key] == $0.value }
  }

  private mutating func value(
    _ text: String,
    _ cell: Sheet.Cell,
    _ column: String,
    of predicate: KnownPredicate,
    _ heading: String
  ) -> ImportedValue? {
    if case .fault(let fault) = cell {
      note(heading, "the cell shows `\(fault.shortened)`, which is no value")
      return nil
    }
    let type = predicate.columns.first { $0.name == column }?.type
    if type == "date", let day = DayText(text) {
      switch day.reading(order) {
      case .day(let day): return .text(day)
      case .impossible: note(heading, "there is no such date as `\(text.shortened)`")
      case .ambiguous(let dmy, let mdy):
        note(heading, "`\(text)` may be \(dmy) or \(mdy), and no row decides; `--dates dmy` or `--dates mdy` does")
      }
      return nil
    }
    // A cell that names an entity of the row means that one.
    if type == "symbol", let entity = record.entities.firstIndex(where: { $0.name == text }), column == "who" {
      return .entity(entity)
    }
    return .text(text)
  }

  private func parts(of text: String) -> [String] {
    text.split(whereSeparator: { $0 == ";" || $0.isNewline }).map { $0.trimmingBlanks }.filter { !$0.isEmpty }
  }

  private mutating func note(_ heading: String, _ message: String) {
    problems.append(ImportProblem(record.place, column: heading.shortened, message))
  }
}

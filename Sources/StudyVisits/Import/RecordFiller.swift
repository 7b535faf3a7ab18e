/// Makes the entities and facts of one row.
struct RecordFiller {
  private let order: DateOrder?
  private let coinable: [String: ColumnMap.Line]
  private(set) var record: ImportedRecord
  private(set) var problems: [ImportProblem] = []
  /// The places of the entities of a slot.
  private var places: [Int: [Int]] = [:]
  /// The places of the entities that a heading names.
  private var named: [String: [Int]] = [:]
  /// What the columns of entities hold unless a cell says something else.
  private var constants: [(entity: Int, column: String, value: String)] = []

  /// - Parameter coinable: for each kind of entity that a row need not name the line of its identifier.
  init(order: DateOrder?, coinable: [String: ColumnMap.Line], record: ImportedRecord) {
    (self.order, self.coinable) = (order, coinable)
    self.record = record
  }

  // MARK: Entities

  mutating func addEntity(_ use: ColumnUse, _ cell: Sheet.Cell) {
    guard use.table != nil else { return }
    if case .fault(let fault) = cell { return noteFault(fault, use.heading) }
    let texts = use.line.isList ? parts(of: cell.text, keepsBlanks: use.isPaired) : [cell.text]
    let before = places[use.slot]?.count ?? 0
    if use.line.isList, before > 0, before != texts.count {
      let text = "the list has \(counted(texts.count, "part")), the one that it belongs to \(before); it was left out"
      return note(use.heading, text)
    }
    for (index, text) in texts.enumerated() {
      let place: Int
      if index < before, let begun = places[use.slot]?[index] {
        place = begun
      } else {
        if !use.isPaired, use.line.column == use.name, use.meansAnybody, isNamed(text, otherThan: use) { continue }
        place = begin(use)
      }
      named[use.heading, default: []].append(place)
      if !text.isEmpty { fill(place, use, text, cell) }
      constants += use.line.constants.map { (place, $0.column, $0.value) }
    }
  }

  private mutating func fill(_ place: Int, _ use: ColumnUse, _ text: String, _ cell: Sheet.Cell) {
    if use.line.column == use.key {
      let isWord = !text.contains(where: \.isWhitespace)
      record.entities[place].identifier = isWord ? text : Identifier.coined(for: text, isTaken: { _ in false })
    } else if use.line.column == use.name {
      record.entities[place].name = text
    } else if let column = use.line.column {
      record.entities[place].basis = record.entities[place].basis ?? text
      if let value = value(text, cell, column, use) { record.entities[place].values[column] = value }
    }
  }

  /// Whether the row names something of another kind so already.
  private func isNamed(_ text: String, otherThan use: ColumnUse) -> Bool {
    record.entities.contains { $0.predicate != use.line.predicate && $0.name == text }
  }

  private func first(_ predicate: String) -> Int? { record.entities.firstIndex { $0.predicate == predicate } }

  private mutating func begin(_ use: ColumnUse) -> Int {
    var entity = ImportedEntity(use.line.predicate)
    entity.mayBeOther = use.meansAnybody
    record.entities.append(entity)
    places[use.slot, default: []].append(record.entities.count - 1)
    return record.entities.count - 1
  }

  /// Begins an entity that the row says something of and does not name: it is called after what is said first.
  private mutating func coin(_ kind: String, for text: String) -> Int? {
    guard let line = coinable[kind] else { return nil }
    var entity = ImportedEntity(kind)
    entity.basis = "\(kind) \(text)"
    record.entities.append(entity)
    let place = record.entities.count - 1
    constants += line.constants.map { (place, $0.column, $0.value) }
    return place
  }

  mutating func finish() {
    for (entity, column, constant) in constants where record.entities[entity].values[column] == nil {
      if !constant.hasPrefix("@") {
        record.entities[entity].values[column] = .text(constant)
      } else if let other = first(String(constant.dropFirst())) {
        record.entities[entity].values[column] = .entity(other)
      }
    }
  }

  // MARK: Facts

  mutating func addFact(_ use: ColumnUse, _ cell: Sheet.Cell) {
    guard use.table == nil else { return }
    let (line, heading) = (use.line, use.heading)
    for text in line.isList ? parts(of: cell.text, keepsBlanks: false) : [cell.text] {
      var arguments: [String: ImportedValue] = [:]
      if let column = line.column {
        guard let value = value(text, cell, column, use) else { continue }
        arguments[column] = value
      }
      var isWhole = true
      for (column, constant) in line.constants {
        guard constant.hasPrefix("@") else {
          arguments[column] = .text(constant)
          continue
        }
        let kind = String(constant.dropFirst())
        let own = named[heading]?.first { record.entities[$0].predicate == kind }
        guard let entity = own ?? first(kind) ?? coin(kind, for: line.column.flatMap { arguments[$0]?.text } ?? text)
        else {
          isWhole = false
          if line.column != nil {
            note(heading, "`\(line.predicate)` needs an entity of kind `\(kind)`, which the row does not name")
          }
          continue
        }
        arguments[column] = .entity(entity)
      }
      guard isWhole else { continue }
      if let place = record.facts.lastIndex(where: { isOpen($0, use.predicate, arguments) }) {
        record.facts[place].arguments.merge(arguments) { first, _ in first }
      } else {
        record.facts.append(ImportedFact(line.predicate, arguments, column: heading))
      }
    }
  }

  /// Whether a fact has room for further columns, so that several headings make one fact.
  private func isOpen(
    _ fact: ImportedFact,
    _ predicate: KnownPredicate,
    _ arguments: [String: ImportedValue]
  ) -> Bool {
    fact.predicate == predicate.name && fact.arguments.count < predicate.columns.count
      && arguments.allSatisfy { fact.arguments[$0.key] == nil || fact.arguments[$0.key] == $0.value }
  }

  private mutating func value(
    _ text: String,
    _ cell: Sheet.Cell,
    _ column: String,
    _ use: ColumnUse
  ) -> ImportedValue? {
    let heading = use.heading
    if case .fault(let fault) = cell {
      noteFault(fault, heading)
      return nil
    }
    let type = use.type
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
    if type == "symbol", column == "who" {
      let own = named[heading]?.first { record.entities[$0].name == text }
      if let entity = own ?? record.entities.firstIndex(where: { $0.name == text }) { return .entity(entity) }
    }
    return .text(text)
  }

  /// The parts of a list; blank ones within it stay where another list stands beside it.
  private func parts(of text: String, keepsBlanks: Bool) -> [String] {
    var parts = text.split(omittingEmptySubsequences: false) { $0 == ";" || $0.isNewline }.map { $0.trimmingBlanks }
    while parts.last?.isEmpty == true { parts.removeLast() }
    return keepsBlanks ? parts : parts.filter { !$0.isEmpty }
  }

  private mutating func noteFault(_ fault: String, _ heading: String) {
    note(heading, "the cell shows `\(fault.shortened)`, which is no value")
  }

  private mutating func note(_ heading: String, _ message: String) {
    problems.append(ImportProblem(record.place, column: heading.shortened, message))
  }
}

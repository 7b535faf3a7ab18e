internal import Datalog
internal import Foundation

/// Which facts the columns of a table stand for.
///
/// A line for each fact that a heading gives:
///
///     Full name -> person(name)
///     Position  -> affiliated(role, person: @person, org: @org)
///     Guests    -> participant(who, meeting: @meeting)...
///
/// Before the arrow stands the heading, or alternatives between `|`, compared without regard to case and accents, or
/// the number of the column in a table without headings. Behind it stands the predicate with the column that the cell
/// fills; of the other columns, what they hold: a text, or with `@` the row's entity of that kind. `...` parts the cell
/// at its semicolons. Lines that begin with `%` or `#` are left out.
///
/// A name that is written much like that of something known is decided by a line of its own:
///
///     Keio Univ. -> same as keio
///     Bo Ek      -> new
struct ColumnMap: Sendable {
  struct Line: Sendable {
    /// Where it stands in the map, and how.
    let number: Int
    let text: String
    let headings: [String]
    let predicate: String
    /// What the cell fills; `nil` where it only has to be there.
    let column: String?
    /// What the other columns hold.
    let constants: [(column: String, value: String)]
    let isList: Bool
  }

  private(set) var lines: [Line] = []
  /// The places of the lines of a heading, folded, and of a number.
  private var places: [[UInt8]: [Int]] = [:]
  private var numberedPlaces: [Int: [Int]] = [:]
  /// By name.
  private(set) var decisions: [String: NameDecision] = [:]

  /// Throws what is wrong with the first bad line, with its number.
  init(_ text: String) throws(Fault) {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingBlanks
      guard !line.isEmpty, !line.hasPrefix("%"), !line.hasPrefix("#") else { continue }
      if let (name, decision) = ColumnMap.parseDecision(line) {
        decisions[name] = decision
      } else if let parsed = ColumnMap.parse(line, number: number + 1) {
        lines.append(parsed)
      } else {
        throw Fault(line: number + 1, text: line, Fault.form)
      }
    }
    if lines.isEmpty, decisions.isEmpty { throw Fault(line: 1, text: "", Fault.form) }
    for (place, line) in lines.enumerated() {
      for heading in Set(line.headings.map { folded($0) }) where !heading.isEmpty {
        places[heading, default: []].append(place)
      }
      for number in Set(line.headings.compactMap { Int($0) }) { numberedPlaces[number, default: []].append(place) }
    }
  }

  struct Fault: Error {
    let message: String

    init(line: Int, text: String, _ fault: String) {
      message = "line \(line), `\(text.shortened)`: \(fault)"
    }

    fileprivate static let form =
      "a line reads `Heading -> predicate(column)`, `Heading -> predicate(column, other: text, another: @kind)`, "
      + "`Name -> same as identifier` or `Name -> new`"
  }

  /// Throws the first line that speaks of a predicate, a column or a kind that there is not.
  func check(_ schema: CompletionSchema) throws(Fault) {
    let kinds = schema.entityTables.map(\.predicate)
    for line in lines {
      guard let predicate = schema[line.predicate] else {
        throw line.unknown("predicate", line.predicate, among: schema.predicates.map(\.name))
      }
      let columns = predicate.columns.map(\.name)
      for column in [line.column].compactMap(\.self) + line.constants.map(\.column) where !columns.contains(column) {
        throw line.unknown("column of `\(line.predicate)`", column, among: columns)
      }
      for (_, value) in line.constants where value.hasPrefix("@") && !kinds.contains(String(value.dropFirst())) {
        throw line.unknown("kind of entity", String(value.dropFirst()), among: kinds)
      }
    }
  }

  private static func parseDecision(_ line: String) -> (name: String, NameDecision)? {
    guard let arrow = line.ranges(of: "->").last else { return nil }
    let name = line[..<arrow.lowerBound].trimmingBlanks
    let decision = line[arrow.upperBound...].trimmingBlanks
    guard !name.isEmpty else { return nil }
    if decision == "new" { return (name, .new) }
    guard decision.hasPrefix("same as ") else { return nil }
    let identifier = decision.dropFirst("same as ".count).trimmingBlanks
    return identifier.isEmpty ? nil : (name, .same(as: identifier))
  }

  private static func parse(_ line: String, number: Int) -> Line? {
    guard let arrow = line.range(of: "->") else { return nil }
    let headings = line[..<arrow.lowerBound].split(separator: "|").map { $0.trimmingBlanks }.filter { !$0.isEmpty }
    var target = line[arrow.upperBound...].trimmingBlanks
    let isList = target.hasSuffix("...")
    if isList { target = target.dropLast(3).trimmingBlanks }
    guard !headings.isEmpty, target.hasSuffix(")"), let open = target.firstIndex(of: "(") else { return nil }
    let predicate = target[..<open].trimmingBlanks
    var column: String?
    var constants: [(column: String, value: String)] = []
    for part in target[target.index(after: open)...].dropLast().split(separator: ",") {
      let pair = part.split(separator: ":", maxSplits: 1).map { $0.trimmingBlanks }
      if pair.count == 2 {
        constants.append((pair[0], pair[1]))
      } else if pair.count == 1, column == nil, !pair[0].isEmpty {
        column = pair[0]
      } else {
        return nil
      }
    }
    guard !predicate.isEmpty, column != nil || !constants.isEmpty else { return nil }
    return Line(
      number: number,
      text: line,
      headings: headings,
      predicate: predicate,
      column: column,
      constants: constants,
      isList: isList
    )
  }

  /// The lines of a heading.
  func lines(of heading: String, number: Int) -> [Line] {
    let found = Set((places[folded(heading)] ?? []) + (numberedPlaces[number] ?? []))
    return found.sorted().map { lines[$0] }
  }

  /// By kind the line of the identifier of entities that have no name and that rows need not name: those that several
  /// predicates say something of.
  func linesOfCoined(among uses: [ColumnUse], _ schema: CompletionSchema) -> [String: Line] {
    var found: [String: Line] = [:]
    for table in schema.entityTables where table.name == nil {
      let facts = uses.filter { use in
        use.table == nil && use.line.constants.contains { $0.value == "@\(table.predicate)" }
      }
      guard Set(facts.map(\.line.predicate)).count > 1 else { continue }
      let key = schema[table.predicate]?.columns[table.key].name
      found[table.predicate] = lines.first { $0.predicate == table.predicate && $0.column == key }
    }
    return found
  }

  /// What people head the columns of their lists with.
  static let standard: ColumnMap = {
    do throws(Fault) {
      return try ColumnMap(standardText)
    } catch {
      preconditionFailure("the standard headings are well written: \(error.message)")
    }
  }()

  static let standardText = """
    % People and their posts
    Person ID -> person(id)
    Full name | Name | Participant | ФИО | Ф.И.О. | Имя | Полное имя -> person(name)
    Organisation ID | Organization ID -> org(id)
    Organisation | Organization | Institution | Ministry | Организация | Место работы -> org(name, kind: organisation)
    Kind of organisation | Type of organisation -> org(kind)
    Position | Job title | Role | Post | Должность -> affiliated(role, person: @person, org: @org)
    Since | С -> affiliated_since(day, person: @person, org: @org)
    Until | По -> affiliated_until(day, person: @person, org: @org)
    Country | Страна -> place(name, kind: country)
    Country | Страна -> of_country(country: @place, entity: @person)
    E-mail | Email | Электронная почта | Почта -> contact(value, kind: email, entity: @person)
    Phone | Telephone | Mobile | Телефон -> contact(value, kind: phone, entity: @person)

    % Visits and delegations
    Visit ID -> visit(id)
    Visit | Визит -> visit(title, kind: study_visit)
    Starts | Начало -> starts(day, event: @visit)
    Ends | Окончание -> ends(day, event: @visit)
    Delegation | Делегация -> delegation(id, visit: @visit)
    Delegation | Делегация -> member(delegation: @delegation, person: @person)

    % Meetings
    Meeting | Встреча -> meeting(id, visit: @visit)
    Date | Meeting date | Дата -> met_on(day, meeting: @meeting)
    Host | Принимающая сторона -> org(name, kind: organisation)
    Host | Принимающая сторона -> met_at(host: @org, meeting: @meeting)
    Participants | Guests | Участники -> person(name)...
    Participants | Guests | Участники -> participant(who, meeting: @meeting)...
    Topic | Тема -> topic(name)
    Topic | Тема -> about(topic: @topic, thing: @meeting)

    % Commitments
    Commitment ID -> commitment(id)
    Commitment | Обязательство -> commitment(what, arising_from: @visit)
    Responsible | Ответственный -> org(name, kind: organisation)
    Responsible | Ответственный -> responsible(who, commitment: @commitment)
    Due | Deadline | Срок -> due(day, commitment: @commitment)
    Fulfilled | Done | Исполнено -> fulfilled(day, commitment: @commitment)
    """
}

extension ColumnMap.Line {
  fileprivate func unknown(_ what: String, _ name: String, among names: [String]) -> ColumnMap.Fault {
    let near = nearest(to: name, among: names).first.map { "; `\($0)` is near" } ?? ""
    return ColumnMap.Fault(line: number, text: text, "there is no \(what) `\(name.shortened)`\(near)")
  }
}

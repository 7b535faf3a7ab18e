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
    let headings: [String]
    let predicate: String
    /// What the cell fills; `nil` where it only has to be there.
    let column: String?
    /// What the other columns hold.
    let constants: [(column: String, value: String)]
    let isList: Bool
  }

  private(set) var lines: [Line] = []
  /// By name.
  private(set) var decisions: [String: NameDecision] = [:]

  /// Throws what is wrong with the first bad line, with its number.
  init(_ text: String) throws(Fault) {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingBlanks
      guard !line.isEmpty, !line.hasPrefix("%"), !line.hasPrefix("#") else { continue }
      if let (name, decision) = ColumnMap.parseDecision(line) {
        decisions[name] = decision
      } else if let parsed = ColumnMap.parse(line) {
        lines.append(parsed)
      } else {
        throw Fault(line: number + 1, text: line)
      }
    }
    if lines.isEmpty, decisions.isEmpty { throw Fault(line: 1, text: "") }
  }

  struct Fault: Error {
    let line: Int
    let text: String

    var message: String {
      "line \(line), `\(text.shortened)`: a line reads `Heading -> predicate(column)`, "
        + "`Heading -> predicate(column, other: text, another: @kind)`, `Name -> same as identifier` or `Name -> new`"
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

  private static func parse(_ line: String) -> Line? {
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
    return Line(headings: headings, predicate: predicate, column: column, constants: constants, isList: isList)
  }

  /// The lines of a heading.
  func lines(of heading: String, number: Int) -> [Line] {
    let wanted = folded(heading)
    return lines.filter { line in
      line.headings.contains { $0 == String(number) || folded($0) == wanted && !wanted.isEmpty }
    }
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
    Responsible | Ответственный -> responsible(who: @org, commitment: @commitment)
    Due | Deadline | Срок -> due(day, commitment: @commitment)
    Fulfilled | Done | Исполнено -> fulfilled(day, commitment: @commitment)
    """
}

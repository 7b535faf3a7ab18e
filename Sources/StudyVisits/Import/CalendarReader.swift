internal import Foundation

/// Makes records of the events of an iCalendar file, https://www.rfc-editor.org/rfc/rfc5545: a meeting of a consultation
/// each, with its day, times, place and the people invited.
///
/// What recurs is taken once, and told of. Times are those of the clocks where the event is, with their offset.
struct CalendarReader {
  /// A day and perhaps a time of it.
  private struct Moment {
    let day: String
    /// `2018-06-29T10:00:00+09:00`; without a zone as on the clocks of the place.
    let time: String?
  }

  private var data: ImportedData
  private let watch: RowWatch
  /// Those that the calendar describes itself.
  private var zones: [String: CalendarZone] = [:]
  /// What the people of each address are called first.
  private var names: [String: String] = [:]
  /// The latest revision (`SEQUENCE`) of each event.
  private var revisions: [String: Int] = [:]
  /// The events so far.
  private var identifiers: Set<String> = []

  static func read(_ bytes: [UInt8], file: String, _ watch: RowWatch) -> ImportedData {
    var reader = CalendarReader(data: ImportedData(file: file), watch: watch)
    reader.data.declarations = [
      ("alias", ".decl alias(entity: symbol, name: symbol, lang: symbol, kind: symbol)"),
      ("begins_at", ".decl begins_at(event: symbol, time: symbol)"),
      ("convened_by", ".decl convened_by(event: symbol, who: symbol)"),
      ("detail", ".decl detail(entity: symbol, what: symbol, text: symbol)"),
      ("ends_at", ".decl ends_at(event: symbol, time: symbol)"),
      ("venue", ".decl venue(event: symbol, text: symbol)"),
    ]
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      let line = bytes.firstLineOutsideUTF8.map { "line \($0)" } ?? ""
      reader.problem(line, "the file is not UTF-8, which iCalendar is written in")
      return reader.data
    }
    reader.read(CalendarProperty.all(of: text, problem: { reader.problem("line \($0)", $1) }))
    return reader.data
  }

  private mutating func problem(_ place: String, _ message: String) {
    data.problems.append(ImportProblem(place, message))
  }

  // MARK: Events

  private mutating func read(_ properties: [CalendarProperty]) {
    guard properties.first?.name == "BEGIN", properties.first?.value.uppercased() == "VCALENDAR" else {
      return problem("line 1", "a calendar begins with `BEGIN:VCALENDAR`")
    }
    data.recognised.append("iCalendar")
    readZones(properties)
    for property in properties {
      guard let address = CalendarReader.address(property), let name = property.parameters["CN"], !name.isEmpty else {
        continue
      }
      names[address] = names[address] ?? name
    }
    noteRevisions(properties)
    var open: [CalendarProperty] = []
    var event: [CalendarProperty] = []
    for property in properties {
      if watch.isOver(after: data.records.count) { return }
      switch property.name {
      case "BEGIN":
        open.append(property)
        if property.value.uppercased() == "VEVENT" { event = [] }
      case "END":
        guard let begin = open.popLast(), begin.value.uppercased() == property.value.uppercased() else {
          return problem("line \(property.line)", "`END:\(property.value.prefix(40))` ends nothing that has begun")
        }
        if begin.value.uppercased() == "VEVENT" { add(event, line: begin.line) }
      default:
        if open.last?.value.uppercased() == "VEVENT" { event.append(property) }
      }
    }
    if let begin = open.last {
      problem("line \(begin.line)", "`BEGIN:\(begin.value.prefix(40))` has no end: the file is cut off")
    }
  }

  /// Notes the latest revision of each event that is told of several times.
  private mutating func noteRevisions(_ properties: [CalendarProperty]) {
    var event: [CalendarProperty] = []
    for property in properties {
      switch (property.name, property.value.uppercased()) {
      case ("BEGIN", "VEVENT"): event = []
      case ("END", "VEVENT"):
        let known = CalendarReader.byName(event)
        guard let uid = known["UID"]?.text else { continue }
        let key = uid + CalendarReader.occurrence(known)
        revisions[key] = max(revisions[key] ?? 0, CalendarReader.revision(known))
      default: event.append(property)
      }
    }
  }

  private static func byName(_ event: [CalendarProperty]) -> [String: CalendarProperty] {
    Dictionary(event.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static func occurrence(_ known: [String: CalendarProperty]) -> String {
    known["RECURRENCE-ID"].map { "/\($0.value)" } ?? ""
  }

  private static func revision(_ known: [String: CalendarProperty]) -> Int {
    known["SEQUENCE"].flatMap { Int($0.value) } ?? 0
  }

  private mutating func readZones(_ properties: [CalendarProperty]) {
    var (name, isZone): (String?, Bool) = (nil, false)
    var observance: [String: String]?
    for property in properties {
      switch (property.name, property.value.uppercased()) {
      case ("BEGIN", "VTIMEZONE"): (name, isZone) = (nil, true)
      case ("END", "VTIMEZONE"): isZone = false
      case ("BEGIN", "STANDARD"), ("BEGIN", "DAYLIGHT"): observance = [:]
      case ("END", "STANDARD"), ("END", "DAYLIGHT"):
        if let name, let observance { zones[name, default: CalendarZone()].add(observance) }
        observance = nil
      case ("TZID", _) where isZone: name = property.value
      default: observance?[property.name] = property.value
      }
    }
  }

  private mutating func add(_ event: [CalendarProperty], line: Int) {
    let place = "line \(line)"
    let known = CalendarReader.byName(event)
    let title = known["SUMMARY"]?.text ?? ""
    guard let start = known["DTSTART"] else { return problem(place, "the event has no time (`DTSTART`)") }
    if known["STATUS"]?.value.uppercased() == "CANCELLED" { return problem(place, "the event was cancelled") }
    guard let begin = moment(start) else { return }
    if event.contains(where: { $0.name == "EXDATE" && $0.value.split(separator: ",").contains(start.value[...]) }) {
      return problem(place, "the event recurs, and its first time is taken out (`EXDATE`); it was left out")
    }
    let occurrence = CalendarReader.occurrence(known)
    if let uid = known["UID"]?.text, let newest = revisions[uid + occurrence], CalendarReader.revision(known) < newest {
      return problem(place, "a later revision of the event (`\(uid.shortened)`) is in the file; this one was left out")
    }
    let basis = known["UID"]?.text ?? "\(begin.time ?? begin.day) \(title)"
    guard identifiers.insert(basis + occurrence).inserted else {
      return problem(place, "an event above has the same identifier (`\(basis.shortened)`); this one was left out")
    }
    var record = ImportedRecord(
      number: data.records.count + 1,
      place: place,
      text: event.map { "\($0.name): \($0.text)" }.joined(separator: "; ")
    )
    var visit = ImportedEntity("visit", identifier: basis + occurrence, name: title.isEmpty ? basis : title)
    visit.values["kind"] = .text("consultation")
    var meeting = ImportedEntity("meeting", identifier: "\(basis)\(occurrence)/meeting")
    meeting.values["visit"] = .entity(0)
    record.entities = [visit, meeting]
    addTimes(begin, known, to: &record)
    for (name, predicate, column) in [("LOCATION", "venue", "text"), ("DESCRIPTION", "detail", "text")] {
      guard let text = known[name]?.text, !text.isEmpty else { continue }
      var arguments: [String: ImportedValue] = [column: .text(text)]
      arguments[predicate == "detail" ? "entity" : "event"] = .entity(1)
      if predicate == "detail" { arguments["what"] = .text("description") }
      record.facts.append(ImportedFact(predicate, arguments, column: name))
    }
    for property in event where property.name == "ATTENDEE" || property.name == "ORGANIZER" {
      addPerson(property, to: &record)
    }
    for name in ["RRULE", "RDATE"] where known[name] != nil {
      problem(place, "the event recurs (`\(name)`); only the first time is taken")
    }
    data.records.append(record)
  }

  private mutating func addTimes(_ begin: Moment, _ known: [String: CalendarProperty], to record: inout ImportedRecord)
  {
    record.facts.append(ImportedFact("met_on", ["meeting": .entity(1), "day": .text(begin.day)], column: "DTSTART"))
    record.facts.append(ImportedFact("starts", ["event": .entity(0), "day": .text(begin.day)], column: "DTSTART"))
    if let time = begin.time {
      record.facts.append(ImportedFact("begins_at", ["event": .entity(1), "time": .text(time)], column: "DTSTART"))
    }
    guard let property = known["DTEND"] ?? endByDuration(known), let end = moment(property) else { return }
    if let start = known["DTSTART"], property.precedes(start) {
      return problem(record.place, "the event ends before it starts; the end was left out")
    }
    if let time = end.time {
      record.facts.append(ImportedFact("ends_at", ["event": .entity(1), "time": .text(time)], column: property.name))
    }
    // The day at which whole days end is the one after the last.
    let last = end.time == nil ? CalendarReader.dayBefore(end.day) : end.day
    if let last, !last.utf8.lexicographicallyPrecedes(begin.day.utf8) {
      record.facts.append(ImportedFact("ends", ["event": .entity(0), "day": .text(last)], column: property.name))
    }
  }

  /// The end that the start and `DURATION` come to.
  private mutating func endByDuration(_ known: [String: CalendarProperty]) -> CalendarProperty? {
    guard let duration = known["DURATION"], let start = known["DTSTART"] else { return nil }
    guard let end = CalendarDuration(duration.value)?.end(of: start.value) else {
      problem("line \(duration.line)", "`\(duration.value.prefix(40))` is no duration of it; one reads `PT1H30M`")
      return nil
    }
    // Hours and minutes go on while clocks are set.
    var value = end
    if duration.value.uppercased().contains("T"), let zone = start.parameters["TZID"],
      let date = CalendarZone.date(end),
      let before = offset(of: zone, at: start.value), let after = offset(of: zone, at: end)
    {
      value = CalendarZone.text(of: date, later: after.minutes - before.minutes)
    }
    return CalendarProperty(line: duration.line, name: "DURATION", parameters: start.parameters, value: value)
  }

  /// The address of somebody invited, which tells people apart; `nil` for what names nobody by one.
  private static func address(_ property: CalendarProperty) -> String? {
    guard property.name == "ATTENDEE" || property.name == "ORGANIZER" else { return nil }
    let value = property.value.lowercased()
    let address = value.hasPrefix("mailto:") ? String(value.dropFirst(7)) : value
    return address.contains("@") ? address : nil
  }

  /// Why somebody who was invited takes no part, if so.
  private static func absence(_ property: CalendarProperty) -> String? {
    let name = (property.parameters["CN"] ?? property.value).shortened
    switch (property.parameters["PARTSTAT"]?.uppercased(), property.parameters["CUTYPE"]?.uppercased()) {
    case ("DECLINED", _): return "`\(name)` declined, and takes no part"
    case (_, "ROOM"), (_, "RESOURCE"): return "`\(name)` is a room or a thing, and takes no part"
    default: return nil
    }
  }

  private mutating func addPerson(_ property: CalendarProperty, to record: inout ImportedRecord) {
    if property.name == "ATTENDEE", let fault = CalendarReader.absence(property) {
      return problem("line \(property.line)", fault)
    }
    let address = CalendarReader.address(property)
    let called = property.parameters["CN"].flatMap { $0.isEmpty ? nil : $0 }
    let name = address.flatMap { names[$0] } ?? called ?? address ?? property.value
    guard !name.isEmpty else { return problem("line \(property.line)", "nobody is named here") }
    let place =
      record.entities.firstIndex { $0.predicate == "person" && $0.identifier == address && $0.name == name }
      ?? record.entities.count
    if place == record.entities.count {
      var person = ImportedEntity("person", identifier: address, name: name)
      person.mayBeOther = address == nil
      record.entities.append(person)
    }
    let isOrganiser = property.name == "ORGANIZER"
    record.facts.append(
      ImportedFact(
        isOrganiser ? "convened_by" : "participant",
        [isOrganiser ? "event" : "meeting": .entity(1), "who": .entity(place)],
        column: property.name
      )
    )
    guard let address else { return }
    let contact: [String: ImportedValue] = ["entity": .entity(place), "kind": .text("email"), "value": .text(address)]
    record.facts.append(ImportedFact("contact", contact, column: property.name))
    if let called, called != name {
      let alias: [String: ImportedValue] = [
        "entity": .entity(place), "name": .text(called), "lang": .text(""), "kind": .text("invitation"),
      ]
      record.facts.append(ImportedFact("alias", alias, column: property.name))
    }
  }

  // MARK: Times

  /// `20180629`, `20180629T100000`, `20180629T010000Z`, the second perhaps with a zone.
  private mutating func moment(_ property: CalendarProperty) -> Moment? {
    let bytes = Array(property.value.utf8)
    let isUTC = bytes.last == UInt8(ascii: "Z")
    let digits = bytes.filter { (0x30...0x39).contains($0) }.map { Int($0) - 0x30 }
    let isDay = bytes.count == 8 && digits.count == 8
    guard isDay || digits.count == 14 && bytes.count == (isUTC ? 16 : 15) && bytes[8] == UInt8(ascii: "T") else {
      problem("line \(property.line)", "`\(property.value.prefix(40))` is no time; one reads `20180629T100000`")
      return nil
    }
    func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    let written =
      "\(property.value.prefix(4))-\(property.value.dropFirst(4).prefix(2))-\(property.value.dropFirst(6).prefix(2))"
    guard let day = PopoloFiller.day(written),
      isDay || number(8..<10) < 24 && number(10..<12) < 60 && number(12..<14) < 61
    else {
      problem("line \(property.line)", "`\(property.value.prefix(40))` is no time that a calendar has")
      return nil
    }
    guard !isDay else { return Moment(day: day, time: nil) }
    let time = CalendarReader.text(ofTime: property.value, on: day)
    if isUTC { return Moment(day: day, time: time + "Z") }
    guard let name = property.parameters["TZID"] else { return Moment(day: day, time: time) }
    guard let offset = offset(of: name, at: property.value) else {
      problem("line \(property.line)", "there is no time zone `\(name.prefix(40))`; the time is kept without one")
      return Moment(day: day, time: time)
    }
    guard offset.skipped != 0, let date = CalendarZone.date(property.value) else {
      return Moment(day: day, time: time + CalendarReader.text(ofOffset: offset.minutes))
    }
    // Clocks that are set forward never show the time: it is the one that they show instead.
    let shown = CalendarReader.text(ofTime: CalendarZone.text(of: date, later: offset.skipped), on: day)
    return Moment(day: day, time: shown + CalendarReader.text(ofOffset: offset.minutes))
  }

  /// The offset of a zone from UTC at a time on its clocks, and how far these are set forward over it, in minutes: as the
  /// calendar says, else as is known of it.
  private func offset(of zone: String, at time: String) -> (minutes: Int, skipped: Int)? {
    guard let date = CalendarZone.date(time) else { return nil }
    if let offset = zones[zone]?.offset(at: date) { return offset }
    return TimeZone(identifier: zone).flatMap { CalendarZone.offset(of: $0, at: date) }
  }

  /// `2018-06-29T10:00:00` of `20180629T100000`.
  private static func text(ofTime time: String, on day: String) -> String {
    let clock = time.dropFirst(9)
    return "\(day)T\(clock.prefix(2)):\(clock.dropFirst(2).prefix(2)):\(clock.dropFirst(4).prefix(2))"
  }

  /// `+09:00`.
  private static func text(ofOffset minutes: Int) -> String {
    let (hour, minute) = (abs(minutes) / 60, abs(minutes) % 60)
    return "\(minutes < 0 ? "-" : "+")\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }

  private static func dayBefore(_ day: String) -> String? {
    let calendar = CalendarZone.calendar
    guard let date = CalendarZone.date(day), let before = calendar.date(byAdding: .day, value: -1, to: date) else {
      return nil
    }
    let found = calendar.dateComponents([.year, .month, .day], from: before)
    guard let year = found.year, let month = found.month, let day = found.day else { return nil }
    let yearText = String(year)
    return String(repeating: "0", count: max(0, 4 - yearText.count)) + "\(yearText)-\(month < 10 ? "0" : "")\(month)"
      + "-\(day < 10 ? "0" : "")\(day)"
  }
}

extension [UInt8] {
  /// The first line that is not UTF-8 or holds a NUL, from 1.
  fileprivate var firstLineOutsideUTF8: Int? {
    split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).firstIndex { line in
      line.contains(0) || String(validating: line, as: UTF8.self) == nil
    }.map { $0 + 1 }
  }
}

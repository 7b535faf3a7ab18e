internal import Foundation

/// A time zone as a calendar describes it itself (`VTIMEZONE`), by the times at which its offsets begin.
struct CalendarZone {
  struct Observance {
    /// From UTC, in minutes.
    let offset: Int
    /// The offset before it, in minutes.
    let offsetBefore: Int
    /// When it first begins, on the clocks before.
    let begin: Date
    /// The month and weekday of each year on which it begins: the n-th, or from the end of the month.
    let yearly: (month: Int, ordinal: Int, weekday: Int)?
  }

  private var observances: [Observance] = []

  /// Without a time zone: clocks are reckoned as if in Greenwich.
  static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
    return calendar
  }()

  /// Takes the properties of a `STANDARD` or `DAYLIGHT`.
  mutating func add(_ properties: [String: String]) {
    guard let offset = properties["TZOFFSETTO"].flatMap(CalendarZone.minutes) else { return }
    let before = properties["TZOFFSETFROM"].flatMap(CalendarZone.minutes) ?? offset
    let begin = properties["DTSTART"].flatMap(CalendarZone.date) ?? .distantPast
    let yearly = properties["RRULE"].flatMap(CalendarZone.yearly)
    observances.append(Observance(offset: offset, offsetBefore: before, begin: begin, yearly: yearly))
  }

  /// The offset at a time on the clocks of the zone, and how far these are set forward over it, in minutes; `nil` where
  /// nothing is said of it.
  func offset(at time: Date) -> (minutes: Int, skipped: Int)? {
    var latest: (onset: Date, observance: Observance)?
    for observance in observances {
      guard let onset = onset(of: observance, before: time), latest.map({ $0.onset <= onset }) ?? true else { continue }
      latest = (onset, observance)
    }
    guard let (onset, observance) = latest else {
      return observances.min { $0.begin < $1.begin }.map { ($0.offsetBefore, 0) }
    }
    let step = observance.offset - observance.offsetBefore
    let isSkipped = time < onset.addingTimeInterval(Double(step) * 60)
    return (observance.offset, isSkipped ? step : 0)
  }

  /// The same of a zone that the system knows.
  static func offset(of zone: TimeZone, at time: Date) -> (minutes: Int, skipped: Int)? {
    var calendar = CalendarZone.calendar
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: time)
    calendar.timeZone = zone
    guard let instant = calendar.date(from: parts) else { return nil }
    let seconds = zone.secondsFromGMT(for: instant)
    return (seconds / 60, Int(instant.timeIntervalSince(time)) / 60 + seconds / 60)
  }

  /// A time on clocks so many minutes later, as a calendar writes it.
  static func text(of time: Date, later minutes: Int) -> String {
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second],
      from: time.addingTimeInterval(Double(minutes) * 60)
    )
    func padded(_ number: Int?, _ width: Int) -> String {
      let text = String(number ?? 0)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return padded(parts.year, 4) + padded(parts.month, 2) + padded(parts.day, 2)
      + "T\(padded(parts.hour, 2))\(padded(parts.minute, 2))\(padded(parts.second, 2))"
  }

  private func onset(of observance: Observance, before time: Date) -> Date? {
    guard observance.begin <= time else { return nil }
    guard let (month, ordinal, weekday) = observance.yearly else { return observance.begin }
    let calendar = CalendarZone.calendar
    let clock = calendar.dateComponents([.hour, .minute, .second], from: observance.begin)
    let year = calendar.component(.year, from: time)
    for year in [year, year - 1] {
      var parts = clock
      (parts.year, parts.month, parts.weekday, parts.weekdayOrdinal) = (year, month, weekday, ordinal)
      if let onset = calendar.date(from: parts), onset <= time { return onset }
    }
    return observance.begin
  }

  // MARK: Texts

  /// `+0530`, perhaps with seconds.
  private static func minutes(_ text: String) -> Int? {
    guard let sign = text.first, sign == "+" || sign == "-", let number = Int(text.dropFirst().prefix(4)),
      text.count >= 5
    else { return nil }
    return (sign == "-" ? -1 : 1) * (number / 100 * 60 + number % 100)
  }

  /// `20180629T100000`.
  static func date(_ text: String) -> Date? {
    let digits = text.utf8.filter { (0x30...0x39).contains($0) }.map { Int($0) - 0x30 }
    guard digits.count == 14 || digits.count == 8 else { return nil }
    func number(_ range: Range<Int>) -> Int {
      range.upperBound <= digits.count ? digits[range].reduce(0) { $0 * 10 + $1 } : 0
    }
    return calendar.date(
      from: DateComponents(
        year: number(0..<4),
        month: number(4..<6),
        day: number(6..<8),
        hour: number(8..<10),
        minute: number(10..<12),
        second: number(12..<14)
      )
    )
  }

  /// `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`.
  private static func yearly(_ rule: String) -> (month: Int, ordinal: Int, weekday: Int)? {
    var parts: [Substring: Substring] = [:]
    for part in rule.split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { parts[pair[0]] = pair[1] }
    }
    let days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
    guard parts["FREQ"] == "YEARLY", let month = parts["BYMONTH"].flatMap({ Int($0) }), let day = parts["BYDAY"],
      let weekday = days.firstIndex(of: String(day.suffix(2))), let ordinal = Int(day.dropLast(2)),
      (1...12).contains(month), (1...5).contains(abs(ordinal))
    else { return nil }
    return (month, ordinal, weekday + 1)
  }
}

/// How long an event takes: `PT1H30M`, `P2D`, `P1W`.
struct CalendarDuration {
  let days: Int
  let seconds: Int

  /// `nil` for what is no duration, or one that goes back.
  init?(_ text: String) {
    var rest = Substring(text.uppercased())
    if rest.first == "+" { rest.removeFirst() }
    guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
    var (days, seconds, isTime) = (0, 0, false)
    while let first = rest.first {
      if first == "T", !isTime {
        isTime = true
        rest.removeFirst()
        if rest.isEmpty { return nil }
        continue
      }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), digits.count <= 6 else { return nil }
      rest = rest.dropFirst(digits.count)
      switch (rest.popFirst(), isTime) {
      case ("W", false): days += number * 7
      case ("D", false): days += number
      case ("H", true): seconds += number * 3600
      case ("M", true): seconds += number * 60
      case ("S", true): seconds += number
      default: return nil
      }
    }
    (self.days, self.seconds) = (days, seconds)
  }

  /// The time on the clocks that much later, as a calendar writes it; `nil` where a whole day gets a part of one.
  func end(of start: String) -> String? {
    let isDay = start.utf8.count == 8
    guard !isDay || seconds == 0, let begin = CalendarZone.date(start),
      let day = CalendarZone.calendar.date(byAdding: .day, value: days, to: begin)
    else { return nil }
    let end = CalendarZone.text(of: day.addingTimeInterval(Double(seconds)), later: 0)
    return isDay ? String(end.prefix(8)) : end + (start.hasSuffix("Z") ? "Z" : "")
  }
}

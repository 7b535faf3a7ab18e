internal import Datalog
internal import Glibc

/// A time to look back to, as it is written: a day means its end in the local time zone, a month or a year that of its
/// last day.
public struct Moment: Hashable, Sendable {
  /// As it was written.
  public let text: String
  /// Seconds since 1970 in UTC; what was known then is what was changed before.
  let end: Int
  /// The first second that is meant.
  let start: Int

  public enum Fault: Error, Hashable, Sendable {
    /// It is neither a date nor a time.
    case malformed(String)
    /// It has not come yet.
    case future(String)
  }

  /// - Parameter now: as changes have it, in ISO 8601 and UTC.
  public init(_ text: String, now: String) throws(Fault) {
    guard let time = WrittenTime(text) else { throw .malformed(text) }
    // A day can be looked back to once it has begun.
    if let now = WrittenTime(now), now.start < time.start { throw .future(text) }
    self.text = text
    end = time.end
    start = time.start
  }

  var endText: String { Moment.text(end) }

  var startText: String { Moment.text(start) }

  /// In ISO 8601 and UTC, without a zone: less than any time that is written with one in the same second.
  private static func text(_ seconds: Int) -> String {
    let time = brokenDown(seconds, gmtime_r)
    return "\(day(time))T\(two(time.tm_hour)):\(two(time.tm_min)):\(two(time.tm_sec))"
  }

  /// A stored time as it is shown: in the local time zone, to the minute; as it stands where it is none.
  public static func shown(_ stored: String) -> String {
    guard let start = WrittenTime(stored)?.start, stored.utf8.count > 10 else { return stored }
    let time = brokenDown(start, localtime_r)
    return "\(day(time)) \(two(time.tm_hour)):\(two(time.tm_min))"
  }
}

extension Moment.Fault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let text):
      "`\(text)` is no date; write a day such as 2018-06-29, a month, a year, or a time such as 2018-06-29T17:00+09:00"
    case .future(let text): "`\(text)` has not come yet; nobody knows what will be known then"
    }
  }
}

/// A date or time as ISO 8601 writes it, and the seconds that it covers.
private struct WrittenTime {
  let start: Int
  /// The first second that it does not cover.
  let end: Int

  init?(_ text: String) {
    let bytes = Array(text.utf8)
    let split = bytes.firstIndex { $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: " ") } ?? bytes.count
    guard let date = PartialDate(written: String(decoding: bytes[..<split], as: UTF8.self)) else { return nil }
    guard split < bytes.count else {
      let first = (date.year, date.month ?? 1, date.day ?? 1)
      start = localSeconds(first.0, first.1, first.2, second: 0)
      end =
        if let day = date.day {
          localSeconds(date.year, first.1, day + 1, second: 0)
        } else if let month = date.month {
          localSeconds(date.year, month + 1, 1, second: 0)
        } else {
          localSeconds(date.year + 1, 1, 1, second: 0)
        }
      return
    }
    guard let month = date.month, let day = date.day, let clock = ClockTime(bytes[(split + 1)...]) else { return nil }
    start =
      clock.offset.map { utcSeconds(date.year, month, day, second: clock.second - $0) }
      ?? localSeconds(date.year, month, day, second: clock.second)
    end = start + clock.precision
  }
}

/// `17:00`, `17:00:30`, `17:00:30.5`, each with `Z`, `+09:00` or no zone behind it.
private struct ClockTime {
  let second: Int
  /// How many seconds it covers: a minute where none is given.
  let precision: Int
  /// From UTC, in seconds; `nil` is the local time zone.
  let offset: Int?

  init?(_ bytes: ArraySlice<UInt8>) {
    let zone = bytes.firstIndex { "Z+-".utf8.contains($0) } ?? bytes.endIndex
    let clock = bytes[..<zone].split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let parts = clock[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map(ClockTime.two)
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1], hour < 24, minute < 60 else {
      return nil
    }
    guard parts.count == 3 || clock.count == 1, parts.count == 2 || parts[2].map({ $0 < 60 }) == true else {
      return nil
    }
    if clock.count == 2, clock[1].isEmpty || !clock[1].allSatisfy({ (0x30...0x39).contains($0) }) { return nil }
    second = hour * 3600 + minute * 60 + (parts.count == 3 ? parts[2] ?? 0 : 0)
    precision = parts.count == 3 ? 1 : 60
    switch bytes[zone...].first {
    case nil: offset = nil
    case UInt8(ascii: "Z"):
      guard bytes[zone...].count == 1 else { return nil }
      offset = 0
    case let sign:
      let parts = bytes[(zone + 1)...].split(separator: UInt8(ascii: ":")).map(ClockTime.two)
      guard (1...2).contains(parts.count), let hours = parts[0], hours <= 14 else { return nil }
      guard parts.count == 1 || parts[1].map({ $0 < 60 }) == true else { return nil }
      let size = hours * 3600 + (parts.count == 2 ? (parts[1] ?? 0) * 60 : 0)
      offset = sign == UInt8(ascii: "-") ? -size : size
    }
  }

  /// Two digits.
  private static func two(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count == 2, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int($1) - 0x30 }
  }
}

extension PartialDate {
  fileprivate init?(written text: String) {
    switch Constant(parameter: text) {
    case .date(let date): self = date
    // A year alone is a number wherever nothing asks for a date.
    case .number(let year) where text.utf8.count == 4: self.init(year: Int(year))
    case .number, .symbol, .float: return nil
    }
  }
}

private func localSeconds(_ year: Int, _ month: Int, _ day: Int, second: Int) -> Int {
  var time = brokenDown(year, month, day, second)
  // Whether summer time is in force is for the time zone to say.
  time.tm_isdst = -1
  return mktime(&time)
}

private func utcSeconds(_ year: Int, _ month: Int, _ day: Int, second: Int) -> Int {
  var time = brokenDown(year, month, day, second)
  return timegm(&time)
}

private func brokenDown(_ year: Int, _ month: Int, _ day: Int, _ second: Int) -> tm {
  var time = tm()
  time.tm_year = Int32(year - 1900)
  time.tm_mon = Int32(month - 1)
  time.tm_mday = Int32(day)
  time.tm_hour = Int32(second / 3600)
  time.tm_min = Int32(second % 3600 / 60)
  time.tm_sec = Int32(second % 60)
  return time
}

private func brokenDown(
  _ seconds: Int,
  _ convert: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
) -> tm {
  var seconds = seconds
  var time = tm()
  _ = convert(&seconds, &time)
  return time
}

private func day(_ time: tm) -> String {
  let year = String(time.tm_year + 1900)
  return "\(String(repeating: "0", count: max(0, 4 - year.count)))\(year)-\(two(time.tm_mon + 1))-\(two(time.tm_mday))"
}

private func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }

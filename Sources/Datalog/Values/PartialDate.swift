/// A year, a month of a year, or a day (ISO 8601, EDTF level 0), years 0001 to 9999 of the proleptic Gregorian calendar.
///
/// `key` is `yyyymmdd` with 00 for what is not stated, so its integer order is the order of the language: by first day,
/// then year before month before day.
public struct PartialDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let key: Int32

  /// A date from its parts, or `nil` when no such date exists.
  public init?(year: Int, month: Int? = nil, day: Int? = nil) {
    guard (1...9999).contains(year) else { return nil }
    guard let month else {
      guard day == nil else { return nil }
      key = Int32(year * 10_000)
      return
    }
    guard (1...12).contains(month) else { return nil }
    guard let day else {
      key = Int32(year * 10_000 + month * 100)
      return
    }
    guard day >= 1, day <= PartialDate.dayCount(year: year, month: month) else { return nil }
    key = Int32(year * 10_000 + month * 100 + day)
  }

  /// A date from a stored key, or `nil` when the key is of no date.
  public init?(key: Int32) {
    guard key > 0 else { return nil }
    let year = Int(key) / 10_000
    let month = Int(key) / 100 % 100
    let day = Int(key) % 100
    self.init(year: year, month: month == 0 ? nil : month, day: day == 0 ? nil : day)
  }

  public var year: Int { Int(key) / 10_000 }
  public var month: Int? { Int(key) / 100 % 100 == 0 ? nil : Int(key) / 100 % 100 }
  public var day: Int? { Int(key) % 100 == 0 ? nil : Int(key) % 100 }

  public static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whether it states more than another and does not contradict it.
  public func isWithin(_ other: PartialDate) -> Bool {
    guard other.day == nil, self != other, year == other.year else { return false }
    return other.month == nil || other.month == month
  }

  public static func < (a: PartialDate, b: PartialDate) -> Bool { a.key < b.key }

  public var description: String {
    func digits(_ value: Int, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: width - text.count) + text
    }
    var text = digits(year, 4)
    if let month { text += "-" + digits(month, 2) }
    if let day { text += "-" + digits(day, 2) }
    return text
  }
}

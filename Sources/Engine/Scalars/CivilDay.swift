/// Days of the proleptic Gregorian calendar, counted, and the keys of dates.
///
/// A key is `yyyymmdd` with 00 for what is not stated.
enum CivilDay {
  /// Day numbers of 0001-01-01 and 9999-12-31; 1970-01-01 is 0.
  static let range: ClosedRange<Int64> = -719_162...2_932_896

  /// The day number of a full date, `nil` for a partial one.
  @inline(__always)
  static func number(of key: Int32) -> Int64? {
    let day = Int64(key % 100)
    guard day != 0 else { return nil }
    return number(year: Int64(key / 10_000), month: Int64(key / 100 % 100), day: day)
  }

  /// The day number of a date; years begin in March here, so that a leap day ends one.
  @inline(__always)
  static func number(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }

  /// The key of a day number of `range`, `nil` outside.
  @inline(__always)
  static func key(of number: Int64) -> Int32? {
    guard range.contains(number) else { return nil }
    let days = number + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return Int32(truncatingIfNeeded: year * 10_000 + month * 100 + day)
  }

  /// How many days a month has.
  @inline(__always)
  static func dayCount(year: Int32, month: Int32) -> Int32 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The first day that a date covers.
  @inline(__always)
  static func firstDay(of key: Int32) -> Int32 {
    let withMonth = key / 100 % 100 == 0 ? key + 100 : key
    return withMonth % 100 == 0 ? withMonth + 1 : withMonth
  }

  /// The last day that a date covers.
  @inline(__always)
  static func lastDay(of key: Int32) -> Int32 {
    let withMonth = key / 100 % 100 == 0 ? key + 1_200 : key
    guard withMonth % 100 == 0 else { return withMonth }
    return withMonth + dayCount(year: withMonth / 10_000, month: withMonth / 100 % 100)
  }

  /// 1 for Monday to 7 for Sunday.
  @inline(__always)
  static func weekday(of number: Int64) -> Int64 {
    // 0001-01-01 was a Monday.
    (number - range.lowerBound) % 7 + 1
  }
}

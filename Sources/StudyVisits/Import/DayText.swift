/// In which order the numbers of a date stand.
public enum DateOrder: String, CaseIterable, Sendable {
  case dmy, mdy

  var text: String { self == .dmy ? "day first" : "month first" }
}

/// A date as people write it in lists: `29.06.2018`, `29/6/2018`, `2018-06-29`, `2018/06/29`.
struct DayText {
  enum Reading: Hashable {
    case day(String)
    /// Two orders are possible.
    case ambiguous(dmy: String, mdy: String)
    case impossible
  }

  private let numbers: [Int]
  private let separator: Character
  private let isYearFirst: Bool

  /// `nil` where it has not the form of a date with a day.
  init?(_ text: String) {
    guard let separator = text.first(where: { !$0.isASCII || !$0.isNumber }), "./-".contains(separator) else {
      return nil
    }
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count <= 4 && $0.allSatisfy { $0.isASCII && $0.isNumber } ? Int($0) : nil }
    guard parts.count == 3, numbers.count == 3 else { return nil }
    isYearFirst = parts[0].count == 4
    guard isYearFirst || parts[2].count == 4, parts[1].count <= 2 else { return nil }
    self.numbers = numbers
    self.separator = separator
  }

  /// The order that it can only have; a full stop stands between numbers where the day comes first.
  var order: DateOrder? {
    guard !isYearFirst else { return nil }
    if separator == "." || numbers[0] > 12 { return .dmy }
    return numbers[1] > 12 ? .mdy : nil
  }

  func reading(_ order: DateOrder?) -> Reading {
    if isYearFirst { return DayText.day(numbers[0], numbers[1], numbers[2]).map { .day($0) } ?? .impossible }
    let dmy = DayText.day(numbers[2], numbers[1], numbers[0])
    let mdy = DayText.day(numbers[2], numbers[0], numbers[1])
    switch self.order ?? order {
    case .dmy: return dmy.map { .day($0) } ?? .impossible
    case .mdy: return mdy.map { .day($0) } ?? .impossible
    case nil:
      guard let dmy, let mdy else { return .impossible }
      return dmy == mdy ? .day(dmy) : .ambiguous(dmy: dmy, mdy: mdy)
    }
  }

  private static func day(_ year: Int, _ month: Int, _ day: Int) -> String? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year > 0, (1...12).contains(month), day >= 1, day <= days[month - 1] else { return nil }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

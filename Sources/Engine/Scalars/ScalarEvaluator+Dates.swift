extension ScalarEvaluator {
  /// The functions of dates.
  func applyDates(
    _ function: ScalarFunction,
    _ arguments: [ScalarColumn],
    _ rows: ScalarRows,
    into result: ScalarColumn
  ) {
    precondition(arguments[0].type == .date, "\(function) is of dates")
    let dates = arguments[0].dates
    switch function {
    case .addDays: shift(dates, arguments[1].numbers, rows, into: result.dates) { $0.addingReportingOverflow($1) }
    case .subtractDays:
      shift(dates, arguments[1].numbers, rows, into: result.dates) { $0.subtractingReportingOverflow($1) }
    case .daysBetween: countDays(from: arguments[1].dates, to: dates, rows, into: result.numbers)
    case .year: for row in 0..<rows.count { result.numbers[row] = Int64(dates[row] / 10_000) }
    case .month: extract(dates, rows, into: result.numbers) { $0 / 100 % 100 }
    case .day: extract(dates, rows, into: result.numbers) { $0 % 100 }
    case .weekday:
      extract(dates, rows, into: result.numbers) { key in
        CivilDay.number(of: key).map { Int32(truncatingIfNeeded: CivilDay.weekday(of: $0)) } ?? 0
      }
    case .firstDay: for row in 0..<rows.count { result.dates[row] = CivilDay.firstDay(of: dates[row]) }
    case .lastDay: for row in 0..<rows.count { result.dates[row] = CivilDay.lastDay(of: dates[row]) }
    case .precision:
      extract(dates, rows, into: result.numbers) { $0 / 100 % 100 == 0 ? 4 : $0 % 100 == 0 ? 6 : 8 }
    default: preconditionFailure("\(function) is not of dates")
    }
  }

  /// The date some days from a full date; beyond the years 0001 to 9999 an overflow.
  @inline(__always)
  private func shift(
    _ dates: UnsafePointer<Int32>,
    _ days: UnsafePointer<Int64>,
    _ rows: ScalarRows,
    into result: UnsafeMutablePointer<Int32>,
    _ body: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) {
    for row in 0..<rows.count {
      result[row] = dates[row]
      guard let number = CivilDay.number(of: dates[row]) else {
        rows.fail(row, .missing)
        continue
      }
      let (shifted, isTooLarge) = body(number, days[row])
      if !isTooLarge, let key = CivilDay.key(of: shifted) {
        result[row] = key
      } else {
        rows.fail(row, .overflow)
      }
    }
  }

  /// The first date less the second, in days.
  private func countDays(
    from second: UnsafePointer<Int32>,
    to first: UnsafePointer<Int32>,
    _ rows: ScalarRows,
    into result: UnsafeMutablePointer<Int64>
  ) {
    for row in 0..<rows.count {
      if let end = CivilDay.number(of: first[row]), let start = CivilDay.number(of: second[row]) {
        result[row] = end - start
      } else {
        result[row] = 0
        rows.fail(row, .missing)
      }
    }
  }

  /// A part of a date; 0 stands for what it does not state.
  @inline(__always)
  private func extract(
    _ dates: UnsafePointer<Int32>,
    _ rows: ScalarRows,
    into result: UnsafeMutablePointer<Int64>,
    _ body: (Int32) -> Int32
  ) {
    for row in 0..<rows.count {
      let part = body(dates[row])
      result[row] = Int64(part)
      if part == 0 { rows.fail(row, .missing) }
    }
  }
}

extension ScalarEvaluator {
  /// Applies a function to columns; a row that fails gets some value of the result's type and an outcome.
  func apply(_ function: ScalarFunction, _ arguments: [ScalarColumn], _ rows: ScalarRows, into result: ScalarColumn) {
    switch function {
    case .add, .subtract, .multiply, .divide, .remainder, .power, .negate, .absolute, .round:
      applyArithmetic(function, arguments, rows, into: result)
    case .addDays, .subtractDays, .daysBetween, .year, .month, .day, .weekday, .firstDay, .lastDay, .precision:
      applyDates(function, arguments, rows, into: result)
    case .concatenate, .length, .substring, .lower, .upper, .trim, .replace:
      applyTexts(function, arguments, rows, into: result)
    case .toNumber, .toString, .toFloat:
      convert(function, arguments[0], rows, into: result)
    case .minimum, .maximum:
      chooseExtreme(arguments, rows, isMinimum: function == .minimum, into: result)
    }
  }

  private func applyArithmetic(
    _ function: ScalarFunction,
    _ arguments: [ScalarColumn],
    _ rows: ScalarRows,
    into result: ScalarColumn
  ) {
    let a = arguments[0]
    let b = arguments[arguments.count - 1]
    switch (a.type, function) {
    case (.float, .round): roundFloats(a, rows, into: result)
    case (.float, .negate), (.float, .absolute):
      applyToFloats(function, a, rows, into: result)
    case (.float, _): combineFloats(function, a, b, rows, into: result)
    case (.number, .negate), (.number, .absolute), (.number, .round):
      applyToNumbers(function, a, rows, into: result)
    case (.number, _): combineNumbers(function, a, b, rows, into: result)
    case (.symbol, _), (.date, _): preconditionFailure("\(function) is of numbers and floats")
    }
  }

  private func chooseExtreme(
    _ arguments: [ScalarColumn],
    _ rows: ScalarRows,
    isMinimum: Bool,
    into result: ScalarColumn
  ) {
    let first = arguments[0]
    switch first.type {
    case .symbol: result.texts.update(from: first.texts, count: rows.count)
    case .number: result.numbers.update(from: first.numbers, count: rows.count)
    case .float: result.floats.update(from: first.floats, count: rows.count)
    case .date: result.dates.update(from: first.dates, count: rows.count)
    }
    for other in arguments.dropFirst() {
      switch first.type {
      case .symbol:
        for row in 0..<rows.count
        where (ScalarText.compare(other.texts[row], result.texts[row]) < 0) == isMinimum {
          result.texts[row] = other.texts[row]
        }
      case .number: chooseExtreme(other.numbers, rows.count, isMinimum, into: result.numbers)
      case .float: chooseExtreme(other.floats, rows.count, isMinimum, into: result.floats)
      case .date: chooseExtreme(other.dates, rows.count, isMinimum, into: result.dates)
      }
    }
  }

  @inline(__always)
  private func chooseExtreme<Value: Comparable>(
    _ other: UnsafePointer<Value>,
    _ count: Int,
    _ isMinimum: Bool,
    into result: UnsafeMutablePointer<Value>
  ) {
    for row in 0..<count where (other[row] < result[row]) == isMinimum { result[row] = other[row] }
  }
}

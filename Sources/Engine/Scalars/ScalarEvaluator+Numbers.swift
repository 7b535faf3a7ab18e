/// What a function of numbers gives for one row.
private typealias NumberResult = (value: Int64, outcome: ScalarOutcome)

extension ScalarEvaluator {
  /// `negate`, `absolute` and `round` of numbers.
  func applyToNumbers(_ function: ScalarFunction, _ a: ScalarColumn, _ rows: ScalarRows, into result: ScalarColumn) {
    let a = a.numbers
    let result = result.numbers
    for row in 0..<rows.count {
      let value = a[row]
      guard function != .round, function == .negate || value < 0 else {
        result[row] = value
        continue
      }
      result[row] = 0 &- value
      if value == .min { rows.fail(row, .overflow) }
    }
  }

  /// The functions of two numbers.
  func combineNumbers(
    _ function: ScalarFunction,
    _ a: ScalarColumn,
    _ b: ScalarColumn,
    _ rows: ScalarRows,
    into result: ScalarColumn
  ) {
    let a = a.numbers
    let b = b.numbers
    let result = result.numbers
    switch function {
    case .add: combine(a, b, rows, into: result) { checked($0.addingReportingOverflow($1)) }
    case .subtract: combine(a, b, rows, into: result) { checked($0.subtractingReportingOverflow($1)) }
    case .multiply: combine(a, b, rows, into: result) { checked($0.multipliedReportingOverflow(by: $1)) }
    case .divide:
      combine(a, b, rows, into: result) { dividend, divisor in
        divisor == 0 ? (0, .divisionByZero) : checked(dividend.dividedReportingOverflow(by: divisor))
      }
    case .remainder:
      combine(a, b, rows, into: result) { dividend, divisor in
        switch divisor {
        case 0: (0, .divisionByZero)
        // Of the least number too, whose quotient would overflow.
        case -1: (0, .value)
        default: (dividend % divisor, .value)
        }
      }
    case .power: combine(a, b, rows, into: result) { integerPower($0, $1) }
    default: preconditionFailure("\(function) is not of two numbers")
    }
  }

  @inline(__always)
  private func combine(
    _ a: UnsafePointer<Int64>,
    _ b: UnsafePointer<Int64>,
    _ rows: ScalarRows,
    into result: UnsafeMutablePointer<Int64>,
    _ body: (Int64, Int64) -> NumberResult
  ) {
    for row in 0..<rows.count {
      let (value, outcome) = body(a[row], b[row])
      result[row] = value
      if outcome != .value { rows.fail(row, outcome) }
    }
  }
}

@inline(__always)
private func checked(_ result: (partialValue: Int64, overflow: Bool)) -> NumberResult {
  result.overflow ? (0, .overflow) : (result.partialValue, .value)
}

/// `base` multiplied with itself, by squaring.
///
/// With a negative exponent one divided by that, truncated toward zero like any division: 0 unless the base is 1 or -1,
/// and a division by zero when it is 0.
private func integerPower(_ base: Int64, _ exponent: Int64) -> NumberResult {
  if base == 0, exponent < 0 { return (0, .divisionByZero) }
  if exponent == 0 || base == 1 { return (1, .value) }
  if base == -1 { return (exponent & 1 == 0 ? 1 : -1, .value) }
  guard exponent > 0, base != 0 else { return (0, .value) }
  var power: Int64 = 1
  var square = base
  var rest = exponent
  while true {
    if rest & 1 == 1 {
      let (product, isTooLarge) = power.multipliedReportingOverflow(by: square)
      if isTooLarge { return (0, .overflow) }
      power = product
    }
    rest >>= 1
    if rest == 0 { return (power, .value) }
    let (product, isTooLarge) = square.multipliedReportingOverflow(by: square)
    if isTooLarge { return (0, .overflow) }
    square = product
  }
}

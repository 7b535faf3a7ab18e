import Glibc

extension ScalarEvaluator {
  /// `negate` and `absolute` of floats.
  func applyToFloats(_ function: ScalarFunction, _ a: ScalarColumn, _ rows: ScalarRows, into result: ScalarColumn) {
    let a = a.floats
    let result = result.floats
    // Adding zero makes one zero of the two.
    if function == .negate {
      for row in 0..<rows.count { result[row] = -a[row] + 0.0 }
    } else {
      for row in 0..<rows.count { result[row] = a[row].magnitude }
    }
  }

  /// The functions of two floats; a result that is not finite is an overflow.
  func combineFloats(
    _ function: ScalarFunction,
    _ a: ScalarColumn,
    _ b: ScalarColumn,
    _ rows: ScalarRows,
    into result: ScalarColumn
  ) {
    let a = a.floats
    let b = b.floats
    let result = result.floats
    switch function {
    case .add: combine(a, b, rows, into: result) { $0 + $1 }
    case .subtract: combine(a, b, rows, into: result) { $0 - $1 }
    case .multiply: combine(a, b, rows, into: result) { $0 * $1 }
    case .divide:
      for row in 0..<rows.count where b[row] == 0 { rows.fail(row, .divisionByZero) }
      combine(a, b, rows, into: result) { $0 / $1 }
    case .remainder:
      for row in 0..<rows.count where b[row] == 0 { rows.fail(row, .divisionByZero) }
      combine(a, b, rows, into: result) { fmod($0, $1) }
    case .power:
      for row in 0..<rows.count where a[row] == 0 && b[row] < 0 { rows.fail(row, .divisionByZero) }
      combine(a, b, rows, into: result) { pow($0, $1) }
    default: preconditionFailure("\(function) is not of two floats")
    }
  }

  @inline(__always)
  private func combine(
    _ a: UnsafePointer<Double>,
    _ b: UnsafePointer<Double>,
    _ rows: ScalarRows,
    into result: UnsafeMutablePointer<Double>,
    _ body: (Double, Double) -> Double
  ) {
    for row in 0..<rows.count {
      let value = body(a[row], b[row]) + 0.0
      result[row] = value.isFinite ? value : 0
      if !value.isFinite { rows.fail(row, .overflow) }
    }
  }

  /// The nearest number, halves away from zero.
  func roundFloats(_ a: ScalarColumn, _ rows: ScalarRows, into result: ScalarColumn) {
    let a = a.floats
    let result = result.numbers
    for row in 0..<rows.count {
      let rounded = Int64(exactly: a[row].rounded(.toNearestOrAwayFromZero))
      result[row] = rounded ?? 0
      if rounded == nil { rows.fail(row, .overflow) }
    }
  }
}

internal import Datalog

extension Atom {
  /// With the given values in place of variables, and with values by which comparisons with such hold.
  func meeting(_ literals: [Literal], _ given: [VariableID: Constant]) -> Atom {
    var values = given
    for case .comparison(let comparison, let left, let right, _) in literals {
      if case .variable(let variable) = left, values[variable] == nil {
        values[variable] = right.value(given)?.other(comparison)
      } else if case .variable(let variable) = right, values[variable] == nil {
        values[variable] = left.value(given)?.other(comparison.mirrored)
      }
    }
    return applying(values)
  }
}

extension Expression {
  fileprivate func value(_ given: [VariableID: Constant]) -> Constant? {
    switch self {
    case .constant(let constant): constant
    case .variable(let variable): given[variable]
    case .call: nil
    }
  }
}

extension Constant {
  /// A value that is less, greater or equal, as is asked for; `nil` where nothing is near.
  fileprivate func other(_ comparison: ComparisonOperator) -> Constant? {
    switch comparison {
    case .equal, .lessOrEqual, .greaterOrEqual: self
    case .less: moved(by: -1)
    case .greater: moved(by: 1)
    case .notEqual: nil
    }
  }

  private func moved(by step: Int) -> Constant? {
    switch self {
    case .number(let number):
      let (sum, isTooLarge) = number.addingReportingOverflow(Int64(step))
      return isTooLarge ? nil : .number(sum)
    case .float(let float): return .float(float + Double(step))
    case .date(let date): return PartialDate(year: date.year + step).map { .date($0) }
    case .symbol: return nil
    }
  }
}

extension ComparisonOperator {
  /// The same of its sides in each other's place.
  fileprivate var mirrored: ComparisonOperator {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}

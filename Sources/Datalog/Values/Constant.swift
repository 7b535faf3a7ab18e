/// The four types of the language.
public enum ValueType: String, CaseIterable, Sendable {
  case symbol, number, float, date
}

/// One value as the text states it.
public enum Constant: Hashable, Sendable {
  case symbol(Symbol)
  case number(Int64)
  /// Finite; never negative zero.
  case float(Double)
  case date(PartialDate)

  public var type: ValueType {
    switch self {
    case .symbol: .symbol
    case .number: .number
    case .float: .float
    case .date: .date
    }
  }
}

/// An expression over the registers of a batch.
public indirect enum ScalarExpression: Sendable {
  case register(Int, WordType)
  case constant(Word, WordType)
  /// `type` is the result's.
  case call(ScalarFunction, [ScalarExpression], type: WordType)

  public var type: WordType {
    switch self {
    case .register(_, let type), .constant(_, let type), .call(_, _, let type): type
    }
  }
}

/// A function of one value; argument types are those of its arguments.
public enum ScalarFunction: Sendable {
  case add, subtract, multiply, divide, remainder, power
  case negate, absolute
  case addDays, subtractDays, daysBetween
  case concatenate
  case length, substring, lower, upper, trim, replace
  case toNumber, toString, toFloat
  case minimum, maximum
  case round
  case year, month, day, weekday, firstDay, lastDay, precision
}

public enum ScalarComparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

public enum ScalarTest: Sendable {
  case contains, startsWith, endsWith, match, isTrue, isFalse
}

/// What a row of a batch has to satisfy.
public indirect enum ScalarCondition: Sendable {
  case compare(ScalarComparison, ScalarExpression, ScalarExpression)
  case test(ScalarTest, [ScalarExpression], isNegated: Bool)
}

/// One value to many.
public enum SequenceGenerator: Sendable {
  case range, split
}

/// Why an expression has no value for a row.
public enum ScalarOutcome: UInt8, Sendable {
  case value = 0
  /// A function without a value there.
  case missing = 1
  case overflow = 2
  case divisionByZero = 3
}

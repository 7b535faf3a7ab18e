package import Datalog
package import Engine

extension ValueType {
  /// The dictionary that holds values of the type.
  package var wordType: WordType {
    switch self {
    case .symbol: .symbol
    case .number: .number
    case .float: .float
    case .date: .date
    }
  }
}

extension Values {
  /// The word of a constant, given one if it has none.
  package func word(of constant: Constant) -> Word {
    switch constant {
    case .symbol(let symbol): symbol.utf8.withUnsafeBufferPointer { symbols.intern($0) }
    case .number(let number): numbers.intern(number)
    case .float(let float): floats.intern(float)
    case .date(let date): dates.intern(date.key)
    }
  }
}

extension Function {
  var scalar: ScalarFunction {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .remainder: .remainder
    case .power: .power
    case .negate: .negate
    case .absolute: .absolute
    case .addDays: .addDays
    case .subtractDays: .subtractDays
    case .daysBetween: .daysBetween
    case .concatenate: .concatenate
    case .length: .length
    case .substring: .substring
    case .lower: .lower
    case .upper: .upper
    case .trim: .trim
    case .replace: .replace
    case .toNumber: .toNumber
    case .toString: .toString
    case .toFloat: .toFloat
    case .minimum: .minimum
    case .maximum: .maximum
    case .round: .round
    case .year: .year
    case .month: .month
    case .day: .day
    case .weekday: .weekday
    case .firstDay: .firstDay
    case .lastDay: .lastDay
    case .precision: .precision
    }
  }

  /// The result's type for arguments of the given types.
  func resultType(_ arguments: [WordType]) -> WordType {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .power, .negate, .absolute, .minimum, .maximum:
      arguments.first ?? .number
    case .addDays, .subtractDays, .firstDay, .lastDay: .date
    case .daysBetween, .length, .toNumber, .round, .year, .month, .day, .weekday, .precision: .number
    case .concatenate, .substring, .lower, .upper, .trim, .replace, .toString: .symbol
    case .toFloat: .float
    }
  }

  /// Whether it has a value whatever its arguments are.
  var isTotal: Bool {
    switch self {
    case .length, .substring, .trim, .toString, .minimum, .maximum, .year, .firstDay, .lastDay, .precision:
      true
    // Texts have a greatest length.
    case .concatenate, .lower, .upper, .replace:
      false
    case .add, .subtract, .multiply, .divide, .remainder, .power, .negate, .absolute, .addDays, .subtractDays,
      .daysBetween, .toNumber, .toFloat, .round, .month, .day, .weekday:
      false
    }
  }
}

extension ComparisonOperator {
  var scalar: ScalarComparison {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    }
  }

  /// The operator that says the same with its sides exchanged.
  var mirrored: ComparisonOperator {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}

extension TestFunction {
  var scalar: ScalarTest {
    switch self {
    case .contains: .contains
    case .startsWith: .startsWith
    case .endsWith: .endsWith
    case .match: .match
    case .isTrue: .isTrue
    case .isFalse: .isFalse
    }
  }
}

extension AggregateFunction {
  var engine: AggregatePlan.Function {
    switch self {
    case .count: .count
    case .sum: .sum
    case .min: .minimum
    case .max: .maximum
    case .mean: .mean
    case .list: .list
    }
  }
}

extension ValueType {
  fileprivate init(_ type: WordType) {
    switch type {
    case .symbol: self = .symbol
    case .number: self = .number
    case .float: self = .float
    case .date: self = .date
    }
  }
}

extension Expression {
  /// The type of its value, given those of its rule's variables.
  package func type(_ variables: [Variable]) -> ValueType {
    switch self {
    case .variable(let variable): variables[variable.index].type
    case .constant(let constant): constant.type
    case .call(let function, let arguments):
      ValueType(function.resultType(arguments.map { $0.type(variables).wordType }))
    }
  }

  package var variables: Set<VariableID> {
    switch self {
    case .variable(let variable): [variable]
    case .constant: []
    case .call(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.variables) }
    }
  }

  var isTotal: Bool {
    switch self {
    case .variable, .constant: true
    case .call(let function, let arguments): function.isTotal && arguments.allSatisfy(\.isTotal)
    }
  }
}

extension ScalarExpression {
  /// An expression without variables.
  package init(ground expression: Expression, values: Values) {
    switch expression {
    case .variable: preconditionFailure("a fact's arguments have no variables")
    case .constant(let constant):
      self = .constant(values.word(of: constant), constant.type.wordType)
    case .call(let function, let arguments):
      let arguments = arguments.map { ScalarExpression(ground: $0, values: values) }
      self = .call(function.scalar, arguments, type: function.resultType(arguments.map(\.type)))
    }
  }
}

import Datalog
import Glibc

/// Why a program has no result.
enum NaiveFault: Error, Hashable {
  case overflow, divisionByZero
  /// The evaluation takes more bindings than the oracle is meant for.
  case tooLarge
}

/// What an expression comes to.
enum NaiveValue: Hashable {
  case constant(Constant)
  /// A function without a value there.
  case missing
  case fault(NaiveFault)

  var constant: Constant? {
    if case .constant(let constant) = self { constant } else { nil }
  }

  var fault: NaiveFault? {
    if case .fault(let fault) = self { fault } else { nil }
  }

  var isMissing: Bool { self == .missing }

  static func symbol(_ text: String) -> NaiveValue { .constant(.symbol(Symbol(text))) }

  /// A number, or overflow.
  static func number(_ exact: Int128) -> NaiveValue {
    Int64(exactly: exact).map { .constant(.number($0)) } ?? .fault(.overflow)
  }

  /// A finite float without negative zero, or overflow.
  static func float(_ value: Double) -> NaiveValue {
    value.isFinite ? .constant(.float(value == 0 ? 0 : value)) : .fault(.overflow)
  }

  static func date(_ date: PartialDate?) -> NaiveValue { date.map { .constant(.date($0)) } ?? .missing }

  static func part(_ number: Int?) -> NaiveValue { number.map { .constant(.number(Int64($0))) } ?? .missing }
}

/// The functions, tests, sequences and aggregates of the language, written for the oracle alone.
enum NaiveFunctions {
  /// The value of an expression whose variables are all bound. A missing value outweighs a fault.
  static func value(of expression: Expression, in values: [VariableID: Constant]) -> NaiveValue {
    switch expression {
    case .constant(let constant): return .constant(constant)
    case .variable(let variable):
      guard let constant = values[variable] else { preconditionFailure("a variable used before it is bound") }
      return .constant(constant)
    case .call(let function, let arguments):
      let arguments = arguments.map { value(of: $0, in: values) }
      if arguments.contains(.missing) { return .missing }
      if let fault = arguments.lazy.compactMap(\.fault).first { return .fault(fault) }
      return call(function, arguments.compactMap(\.constant))
    }
  }

  static func call(_ function: Function, _ arguments: [Constant]) -> NaiveValue {
    switch function {
    case .minimum: return .constant(arguments.dropFirst().reduce(arguments[0]) { holds(.less, $1, $0) ? $1 : $0 })
    case .maximum: return .constant(arguments.dropFirst().reduce(arguments[0]) { holds(.greater, $1, $0) ? $1 : $0 })
    case .concatenate: return .symbol(arguments.map(text).joined())
    case .toString: return .symbol(text(of: arguments[0]))
    default: break
    }
    switch (arguments[0], arguments.dropFirst().first) {
    case (.number(let a), .number(let b)?) where arguments.count == 2: return numbers(function, Int128(a), Int128(b))
    case (.number(let a), _): return number(function, a)
    case (.float(let a), .float(let b)?): return floats(function, a, b)
    case (.float(let a), _): return float(function, a)
    case (.date(let a), let other): return dates(function, a, other)
    case (.symbol(let a), _): return symbols(function, a.description, Array(arguments.dropFirst()))
    }
  }

  private static func numbers(_ function: Function, _ a: Int128, _ b: Int128) -> NaiveValue {
    switch function {
    case .add: .number(a + b)
    case .subtract: .number(a - b)
    case .multiply: .number(a * b)
    case .divide: b == 0 ? .fault(.divisionByZero) : .number(a / b)
    case .remainder: b == 0 ? .fault(.divisionByZero) : .number(a % b)
    case .power: power(a, b)
    default: preconditionFailure("\(function) does not take two numbers")
    }
  }

  /// An integer power; a negative exponent gives the reciprocal, toward zero.
  private static func power(_ base: Int128, _ exponent: Int128) -> NaiveValue {
    if (-1...1).contains(base) {
      if base == 0, exponent < 0 { return .fault(.divisionByZero) }
      return .number(exponent == 0 ? 1 : base == 0 ? 0 : exponent % 2 == 0 ? 1 : base)
    }
    if exponent < 0 { return .number(0) }
    var result: Int128 = 1
    for _ in 0..<exponent {
      result *= base
      if Int64(exactly: result) == nil { return .fault(.overflow) }
    }
    return .number(result)
  }

  private static func number(_ function: Function, _ a: Int64) -> NaiveValue {
    switch function {
    case .negate: .number(-Int128(a))
    case .absolute: .number(abs(Int128(a)))
    case .toFloat: .float(Double(a))
    case .toNumber, .round: .number(Int128(a))
    default: preconditionFailure("\(function) does not take a number")
    }
  }

  private static func floats(_ function: Function, _ a: Double, _ b: Double) -> NaiveValue {
    switch function {
    case .add: .float(a + b)
    case .subtract: .float(a - b)
    case .multiply: .float(a * b)
    case .divide: b == 0 ? .fault(.divisionByZero) : .float(a / b)
    case .remainder: b == 0 ? .fault(.divisionByZero) : .float(a.truncatingRemainder(dividingBy: b))
    case .power: a == 0 && b < 0 ? .fault(.divisionByZero) : .float(pow(a, b))
    default: preconditionFailure("\(function) does not take two floats")
    }
  }

  private static func float(_ function: Function, _ a: Double) -> NaiveValue {
    switch function {
    case .negate: .float(-a)
    case .absolute: .float(abs(a))
    case .toFloat: .float(a)
    case .toNumber: Int128(exactly: a.rounded(.towardZero)).map(NaiveValue.number) ?? .fault(.overflow)
    case .round: Int128(exactly: a.rounded(.toNearestOrAwayFromZero)).map(NaiveValue.number) ?? .fault(.overflow)
    default: preconditionFailure("\(function) does not take a float")
    }
  }

  private static func dates(_ function: Function, _ a: PartialDate, _ other: Constant?) -> NaiveValue {
    switch (function, other) {
    case (.year, _): return .part(a.year)
    case (.month, _): return .part(a.month)
    case (.day, _): return .part(a.day)
    case (.precision, _): return .part(a.month == nil ? 4 : a.day == nil ? 6 : 8)
    case (.firstDay, _): return .date(PartialDate(year: a.year, month: a.month ?? 1, day: a.day ?? 1))
    case (.lastDay, _):
      let month = a.month ?? 12
      let day = a.day ?? PartialDate.dayCount(year: a.year, month: month)
      return .date(PartialDate(year: a.year, month: month, day: day))
    case (.weekday, _): return .part(a.dayNumber.map { ($0 - 1) % 7 + 1 })
    case (.addDays, .number(let days)?): return moved(a, by: Int128(days))
    case (.subtractDays, .number(let days)?): return moved(a, by: -Int128(days))
    case (.daysBetween, .date(let b)?):
      guard let later = a.dayNumber, let earlier = b.dayNumber else { return .missing }
      return .part(later - earlier)
    default: preconditionFailure("\(function) does not take a date")
    }
  }

  private static func moved(_ date: PartialDate, by days: Int128) -> NaiveValue {
    guard let start = date.dayNumber else { return .missing }
    guard let wanted = Int(exactly: Int128(start) + days), wanted >= 1, wanted <= 3_652_059 else {
      return .fault(.overflow)
    }
    var year = (wanted - 1) / 366 + 1
    while let next = PartialDate(year: year + 1, month: 1, day: 1)?.dayNumber, next <= wanted { year += 1 }
    var month = 12
    while let first = PartialDate(year: year, month: month, day: 1)?.dayNumber, first > wanted { month -= 1 }
    guard let first = PartialDate(year: year, month: month, day: 1)?.dayNumber else { return .fault(.overflow) }
    return .date(PartialDate(year: year, month: month, day: wanted - first + 1))
  }

  private static func symbols(_ function: Function, _ a: String, _ rest: [Constant]) -> NaiveValue {
    let scalars = Array(a.unicodeScalars)
    switch (function, rest.first, rest.dropFirst().first) {
    case (.length, _, _): return .part(scalars.count)
    case (.lower, _, _): return .symbol(scalars.map(\.properties.lowercaseMapping).joined())
    case (.upper, _, _): return .symbol(scalars.map(\.properties.uppercaseMapping).joined())
    case (.trim, _, _):
      guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
        let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
      else { return .symbol("") }
      return .symbol(string(scalars[first...last]))
    case (.substring, .number(let start)?, .number(let count)?):
      let wanted = scalars.indices.filter { Int128($0) >= Int128(start) && Int128($0) < Int128(start) + Int128(count) }
      return .symbol(string(wanted.map { scalars[$0] }))
    case (.replace, .symbol(let part)?, .symbol(let other)?):
      if part.utf8.isEmpty { return .symbol(a) }
      let pieces = pieces(of: scalars, between: Array(part.description.unicodeScalars))
      return .symbol(pieces.joined(separator: other.description))
    case (.toNumber, _, _): return readNumber(a)
    case (.toFloat, _, _): return readFloat(a)
    default: preconditionFailure("\(function) does not take a symbol")
    }
  }

  /// A number literal with or without a sign.
  private static func readNumber(_ text: String) -> NaiveValue {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let radix = digits.hasPrefix("0x") ? 16 : digits.hasPrefix("0b") ? 2 : 10
    let body = radix == 10 ? digits : digits.dropFirst(2)
    let isWellFormed = body.allSatisfy { $0 == "_" || $0.isASCII && $0.isHexDigit } && body.first != "_"
    guard isWellFormed, body.last != "_", !body.contains("__") else { return .missing }
    guard let value = Int128(body.filter { $0 != "_" }, radix: radix) else { return .missing }
    return Int64(exactly: isNegative ? -value : value).map { .constant(.number($0)) } ?? .missing
  }

  /// A number, or digits with a point or an exponent, with or without a sign.
  private static func readFloat(_ text: String) -> NaiveValue {
    if case .constant(.number(let number)) = readNumber(text) { return .float(Double(number)) }
    let digits = "[0-9](_?[0-9])*"
    let form = try? Regex("[+-]?\(digits)([.]\(digits))?([eE][+-]?\(digits))?").matchingSemantics(.unicodeScalar)
    let isWellFormed = form.map { text.wholeMatch(of: $0) != nil && text.contains { ".eE".contains($0) } } ?? false
    guard isWellFormed, let value = Double(text.filter { $0 != "_" }), value.isFinite else { return .missing }
    return .float(value)
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// The pieces of a text between the occurrences of a part that is not empty.
  private static func pieces(of scalars: [Unicode.Scalar], between part: [Unicode.Scalar]) -> [String] {
    var pieces: [[Unicode.Scalar]] = [[]]
    var place = 0
    while place < scalars.count {
      if scalars[place...].starts(with: part) {
        pieces.append([])
        place += part.count
      } else {
        pieces[pieces.count - 1].append(scalars[place])
        place += 1
      }
    }
    return pieces.map(string)
  }

  /// The text that `cat`, `list` and `to_string` make of a value.
  static func text(of constant: Constant) -> String {
    switch constant {
    case .symbol(let symbol): symbol.description
    case .number(let number): String(number)
    case .float(let float): float.description
    case .date(let date): date.description
    }
  }

  /// The order of tuples: by their first column that differs.
  static func precedes(_ a: [Constant], _ b: [Constant]) -> Bool {
    zip(a, b).first { $0 != $1 }.map { holds(.less, $0, $1) } ?? (a.count < b.count)
  }

  static func holds(_ comparison: ComparisonOperator, _ a: Constant, _ b: Constant) -> Bool {
    let isLess: Bool
    switch (a, b) {
    case (.symbol(let a), .symbol(let b)): isLess = a < b
    case (.number(let a), .number(let b)): isLess = a < b
    case (.float(let a), .float(let b)): isLess = a < b
    case (.date(let a), .date(let b)): isLess = a < b
    default: preconditionFailure("a comparison of two types")
    }
    return switch comparison {
    case .equal: a == b
    case .notEqual: a != b
    case .less: isLess
    case .lessOrEqual: isLess || a == b
    case .greater: !isLess && a != b
    case .greaterOrEqual: !isLess
    }
  }

  /// Whether a test holds; `nil` when it has no value (a bad pattern).
  static func holds(_ test: TestFunction, _ arguments: [Constant]) -> Bool? {
    let texts = arguments.map(text).map { Array($0.utf8) }
    switch test {
    case .isTrue: return true
    case .isFalse: return false
    case .contains: return texts[1].indices.contains { texts[1][$0...].starts(with: texts[0]) } || texts[0].isEmpty
    case .startsWith: return texts[0].starts(with: texts[1])
    case .endsWith: return texts[0].reversed().starts(with: texts[1].reversed())
    case .match:
      guard let pattern = try? Regex(text(of: arguments[0])) else { return nil }
      return (try? pattern.matchingSemantics(.unicodeScalar).wholeMatch(in: text(of: arguments[1]))) != nil
    }
  }

  static func elements(
    _ function: SequenceFunction,
    _ arguments: [Expression],
    in values: [VariableID: Constant]
  ) -> [NaiveValue] {
    let outcomes = arguments.map { value(of: $0, in: values) }
    if let lack = outcomes.first(where: \.isMissing) ?? outcomes.first(where: { $0.constant == nil }) { return [lack] }
    switch (function, outcomes[0].constant, outcomes[1].constant) {
    case (.range, .number(let first)?, .number(let last)?):
      return first <= last ? (first...last).map { .constant(.number($0)) } : []
    case (.split, .symbol(let whole)?, .symbol(let separator)?):
      let scalars = Array(whole.description.unicodeScalars)
      if separator.utf8.isEmpty { return Set(scalars).map { .symbol(String($0)) } }
      let pieces = pieces(of: scalars, between: Array(separator.description.unicodeScalars))
      return Array(Set(pieces.map(NaiveValue.symbol)))
    default: preconditionFailure("\(function) does not take these types")
    }
  }

  /// An aggregate over the values of all solutions; `type` is the result's, which the sum of nothing needs.
  static func aggregate(_ function: AggregateFunction, _ values: [Constant], type: ValueType) -> NaiveValue {
    let ascending = values.sorted { holds(.less, $0, $1) }
    switch function {
    case .count: return .part(Set(values).count)
    case .sum: return sum(ascending, type)
    case .min: return ascending.first.map(NaiveValue.constant) ?? .missing
    case .max: return ascending.last.map(NaiveValue.constant) ?? .missing
    case .list:
      return .symbol(Set(values).sorted { holds(.less, $0, $1) }.map(text).joined(separator: ", "))
    case .mean:
      guard let first = values.first else { return .missing }
      if first.type == .number {
        return .float(Double(values.reduce(Int128(0)) { $0 + Int128($1.number) }) / Double(values.count))
      }
      guard case .constant(.float(let total)) = sum(ascending, .float) else { return .fault(.overflow) }
      return .float(total / Double(values.count))
    }
  }

  private static func sum(_ ascending: [Constant], _ type: ValueType) -> NaiveValue {
    if type == .number { return .number(ascending.reduce(Int128(0)) { $0 + Int128($1.number) }) }
    return .float(ascending.reduce(0) { $0 + $1.float })
  }
}

extension Constant {
  fileprivate var number: Int64 {
    guard case .number(let number) = self else { preconditionFailure("a number is wanted") }
    return number
  }

  fileprivate var float: Double {
    guard case .float(let float) = self else { preconditionFailure("a float is wanted") }
    return float
  }
}

extension PartialDate {
  /// Days since the last of the year 0, or `nil` of a partial date; day 1, 0001-01-01, is a Monday.
  fileprivate var dayNumber: Int? {
    guard let month, let day else { return nil }
    let before = year - 1
    let months = (1..<month).reduce(0) { $0 + PartialDate.dayCount(year: year, month: $1) }
    return 365 * before + before / 4 - before / 100 + before / 400 + months + day
  }
}

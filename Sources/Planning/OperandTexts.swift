import Datalog
import Engine

/// How the operands and expressions of one rule's plan are written: variables by their names, words as constants.
struct OperandTexts {
  private let names: [String]
  private let values: Values

  init(_ variables: [Variable], values: Values) {
    self.values = values
    var counts: [String: Int] = [:]
    names = variables.map { variable in
      counts[variable.name, default: 0] += 1
      let count = counts[variable.name, default: 1]
      return count == 1 ? variable.name : "\(variable.name)#\(count)"
    }
  }

  /// A variable, or a number for what a register of the planner's own holds.
  func name(_ register: Int) -> String { register < names.count ? names[register] : "#\(register)" }

  func text(of term: Term) -> String {
    switch term {
    case .variable(let variable): name(variable.index)
    case .constant(let constant): constant.literalText
    case .wildcard: "_"
    }
  }

  func text(of operand: Operand, _ type: WordType) -> String {
    switch operand {
    case .register(let register): name(register)
    case .constant(let word): text(of: word, type)
    }
  }

  func text(of column: Match.Column, _ type: WordType) -> String {
    switch column {
    case .bound(let operand): text(of: operand, type)
    case .bind(let register): name(register)
    case .ignored: "_"
    }
  }

  private func text(of word: Word, _ type: WordType) -> String {
    type == .symbol ? Symbol(values.symbols[word]).literalText : values.text(of: word, type)
  }

  func text(of expression: ScalarExpression) -> String {
    switch expression {
    case .register(let register, _): return name(register)
    case .constant(let word, let type): return text(of: word, type)
    case .call(let function, let arguments, _):
      if let symbol = function.symbol, arguments.count == 2 {
        return arguments.map(operandText).joined(separator: " \(symbol) ")
      }
      if case .negate = function, arguments.count == 1 { return "-\(operandText(arguments[0]))" }
      return "\(function)(\(arguments.map { text(of: $0) }.joined(separator: ", ")))"
    }
  }

  /// An operator's operand: in parentheses when it is an operator's result itself.
  private func operandText(_ expression: ScalarExpression) -> String {
    if case .call(let function, _, _) = expression, function.symbol != nil { return "(\(text(of: expression)))" }
    return text(of: expression)
  }

  func text(of condition: ScalarCondition) -> String {
    switch condition {
    case .compare(let comparison, let a, let b): return "\(text(of: a)) \(comparison.symbol) \(text(of: b))"
    case .test(let test, let arguments, let isNegated):
      let arguments = arguments.map { text(of: $0) }.joined(separator: ", ")
      return (isNegated ? "not " : "") + "\(test)" + (arguments.isEmpty ? "" : "(\(arguments))")
    }
  }
}

extension ScalarFunction {
  /// The operator of the language that it is, if it is one of two operands.
  fileprivate var symbol: String? {
    switch self {
    case .add, .addDays: "+"
    case .subtract, .subtractDays, .daysBetween: "-"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .power: "^"
    default: nil
    }
  }
}

extension ScalarComparison {
  /// As the language writes it.
  var symbol: String {
    switch self {
    case .equal: "="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    }
  }
}

extension Double {
  /// An estimate as people read it: a digit behind the point below 10, groups of three digits above.
  package var figure: String {
    guard self < 1e15 else { return self < .infinity ? "over 10^15" : "no end of" }
    guard self < 9.95 else { return Int(rounded()).figure }
    let tenths = Int((self * 10).rounded())
    if tenths == 0, self > 0 { return "under 0.1" }
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// A part of a whole in per cent.
  var share: String { self > 0 && self < 0.01 ? "under 1 %" : "\(Int((self * 100).rounded())) %" }
}

extension Double {
  /// So many tuples.
  var tuples: String { "\(figure) \(figure == "1" ? "tuple" : "tuples")" }
}

extension Int {
  /// With a comma before each three digits.
  package var figure: String {
    let digits = Array(String(magnitude))
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return self < 0 ? "-" + text : text
  }
}

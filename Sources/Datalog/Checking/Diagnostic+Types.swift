// The wording of what is said about types.

extension ValueType {
  /// With its article: a symbol.
  var phrase: String { "a \(rawValue)" }
}

extension Diagnostic {
  static func unknownType(_ name: Name) -> Diagnostic {
    let types = ValueType.allCases.map(\.rawValue)
    let near = synonyms[name.text].map { [$0] } ?? nearest(to: name.text, among: types)
    return Diagnostic(
      .unknownType,
      at: name.span,
      "there is no type `\(name.text)`",
      notes: [Note("the types are \(list(types))")],
      help: didYouMean(near),
      repair: Repair(near, at: name.span)
    )
  }

  /// What other languages call the types.
  private static let synonyms = [
    "string": "symbol", "text": "symbol", "str": "symbol", "int": "number", "integer": "number", "unsigned": "number",
    "double": "float", "real": "float", "decimal": "float", "day": "date", "datetime": "date", "time": "date",
  ]

  /// Two uses that do not agree, neither of them a declaration.
  static func typeConflict(
    _ type: ValueType,
    _ reason: TypeInference.Reason,
    other: ValueType,
    _ otherReason: TypeInference.Reason,
    at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .typeConflict,
      at: span,
      "\(subject(type, reason)), but elsewhere the same column or variable holds \(other.rawValue)s",
      notes: [note(other, otherReason)].compactMap { $0 },
      help: conversion(type, reason, other: other)
    )
  }

  /// A variable that stands in two columns of different types.
  static func joinOfTypes(
    _ variable: String,
    _ first: (type: ValueType, reason: TypeInference.Reason?),
    _ second: (type: ValueType, reason: TypeInference.Reason?),
    at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .typeConflict,
      at: span,
      "`\(variable)` is \(first.type.phrase) in one place and \(second.type.phrase) in another; it has one type",
      notes: [first.reason.flatMap { note(first.type, $0) }, second.reason.flatMap { note(second.type, $0) }]
        .compactMap { $0 },
      help: conversion(first.type, second.type, of: variable)
    )
  }

  static func wrongColumnType(
    _ type: ValueType,
    _ reason: TypeInference.Reason,
    column: String,
    predicate: String,
    wanted: ValueType,
    _ declared: TypeInference.Reason,
    at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .wrongType,
      at: span,
      "\(subject(type, reason)), but the column `\(column)` of `\(predicate)` holds \(wanted.rawValue)s",
      notes: declared.span.map { [Note("declared here", at: $0)] } ?? [],
      help: conversion(type, reason, other: wanted)
    )
  }

  static func wrongOperand(_ type: ValueType, of function: String, wanted: ValueType, at span: Span) -> Diagnostic {
    let isOperator = function.first.map { !$0.isLetter } ?? false
    let takes: String
    if isOperator {
      // Of dates two operands are said to be wrong elsewhere, so this is the minus of one.
      let takesDates = function == "+" || (function == "-" && type != .date)
      takes = takesDates ? "works on numbers, floats and dates" : "works on numbers and floats"
    } else if function == "to_number" || function == "to_float" {
      takes = "takes a symbol, a number or a float"
    } else if function == "abs" {
      takes = "takes a number or a float"
    } else {
      takes = "takes \(wanted.phrase) here"
    }
    var help = isOperator && type == .symbol && function == "+" ? "texts are joined by `cat(A, B)`" : nil
    if help == nil, !isOperator || wanted == .float { help = conversion(from: type, to: wanted) }
    return Diagnostic(.wrongType, at: span, "this is \(type.phrase), but `\(function)` \(takes)", help: help)
  }

  static func wrongDateArithmetic(_ binary: BinaryOperator, at span: Span) -> Diagnostic {
    Diagnostic(
      .wrongType,
      at: span,
      binary == .add
        ? "`+` adds a number of days to a date, with the date on the left"
        : "`-` takes a number of days, or another date, from a date",
      help: "write `D + 30`, `D - 30`, or `D2 - D1` for the days between two dates"
    )
  }

  static func notAggregable(_ function: AggregateFunction, _ type: ValueType, at span: Span) -> Diagnostic {
    Diagnostic(
      .notAggregable,
      at: span,
      "`\(function.rawValue)` adds up numbers or floats, and this is \(type.phrase)",
      help: type == .symbol
        ? "`list` joins texts, `count` counts them, and `to_number` reads a text as a number"
        : "`min` and `max` work on dates, and `count` counts them"
    )
  }

  static func badPattern(_ fault: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .badPattern,
      at: span,
      "this pattern of `match` cannot be read: \(fault)",
      help: "`.` is any character, `.*` any text; a character that has a meaning is written after `\\\\`"
    )
  }

  // MARK: Phrases

  private static func subject(_ type: ValueType, _ reason: TypeInference.Reason) -> String {
    switch reason.kind {
    case .result(let function): "`\(function)` gives \(type.phrase)"
    case .operand(let function): "`\(function)` takes \(type.phrase)"
    case .declared, .literal, .undecided: "this is \(type.phrase)"
    }
  }

  private static func note(_ type: ValueType, _ reason: TypeInference.Reason) -> Note? {
    switch reason.kind {
    case .declared(let column, let predicate):
      Note("the column `\(column)` of `\(predicate)` holds \(type.rawValue)s", at: reason.span)
    case .operand(let function): Note("`\(function)` takes \(type.phrase) here", at: reason.span)
    case .result(let function): Note("`\(function)` gives \(type.phrase) here", at: reason.span)
    case .literal: Note("\(type.phrase) here", at: reason.span)
    case .undecided: nil
    }
  }

  /// What to convert: the value, or for the operand of a function what is there already.
  private static func conversion(_ type: ValueType, _ reason: TypeInference.Reason, other: ValueType) -> String? {
    if case .operand = reason.kind { conversion(from: other, to: type) } else { conversion(from: type, to: other) }
  }

  /// What makes a value of one type one of another.
  private static func conversion(from type: ValueType, to wanted: ValueType) -> String? {
    switch (type, wanted) {
    case (_, .symbol): "`to_string(…)` makes a symbol of it, and quotes a symbol of digits: `\"42\"`"
    case (.symbol, .number): "`to_number(…)` makes a number of it"
    case (.float, .number): "`to_float(…)` makes a float of a number, and `to_number(…)` a number of a float"
    case (.symbol, .float), (.number, .float): "`to_float(…)` makes a float of it"
    case (_, .date): "a date is written `2018-06-29`, `2018-06` or `2018`, without quotes"
    case (.date, .number), (.date, .float): "`year(…)`, `month(…)` and `day(…)` give the parts of a date as numbers"
    case (.number, .number), (.float, .float): nil
    }
  }

  private static func conversion(_ a: ValueType, _ b: ValueType, of variable: String) -> String? {
    switch (a, b) {
    case (.number, .float), (.float, .number):
      "use two variables, and `\(variable)2 = to_float(\(variable))` beside them"
    case (.symbol, .number), (.number, .symbol):
      "use two variables, and `\(variable)2 = to_number(\(variable))` beside them"
    default: nil
    }
  }
}

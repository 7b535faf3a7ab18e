internal import Datalog
internal import Engine

extension Diagnostic {
  static func valuesNotThere(_ count: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      .valuesNotThere,
      at: span,
      "a function had no value for \(count) \(count == 1 ? "binding" : "bindings") of this clause, which "
        + "\(count == 1 ? "is" : "are") left out"
    )
  }

  /// What ended an evaluation, in the terms of the program.
  static func stopped(_ error: EvaluationError, in program: CheckedProgram) -> Diagnostic {
    switch error {
    case .interrupted(let rule, let tuples):
      return Diagnostic(.interrupted, at: span(rule, program), "interrupted after \(tuples) derived tuples")
    case .outOfTime(let rule, let tuples):
      return exhausted("the time limit was reached after \(tuples) derived tuples", "time=10m", rule, program)
    case .tooManyTuples(let rule, let tuples):
      return exhausted("more tuples were derived than the limit allows: \(tuples)", "tuples=none", rule, program)
    case .outOfMemory(let rule, let tuples, let bytes):
      let size = "\(bytes / 1_000_000) MB after \(tuples) derived tuples"
      return exhausted("derived data need more memory than the limit allows: \(size)", "memory=8G", rule, program)
    case .overflow(let rule, let values):
      return Diagnostic(
        .arithmeticOverflow,
        at: span(rule, program),
        "a result does not fit its type\(suffix(values, rule, program))",
        notes: [Diagnostic.Note("numbers have 64 bits, dates the years 0001 to 9999, texts 16 MiB; floats are finite")]
      )
    case .divisionByZero(let rule, let values):
      return Diagnostic(
        .divisionByZero,
        at: span(rule, program),
        "division by zero\(suffix(values, rule, program))",
        help: "add a condition that leaves zero out, such as `Y != 0`"
      )
    }
  }

  /// What ended the reading of a file that a directive names.
  static func stopped(_ error: EvaluationError, reading directive: Span) -> Diagnostic {
    switch error {
    case .interrupted: return Diagnostic(.interrupted, at: directive, "interrupted while a file was read")
    case .outOfMemory(_, _, let bytes):
      let fact = "the facts that were read need more memory than the limit allows: \(bytes / 1_000_000) MB"
      return exhausted(fact, "memory=8G", at: directive)
    case .outOfTime, .tooManyTuples, .overflow, .divisionByZero:
      return exhausted("the time limit was reached while a file was read", "time=10m", at: directive)
    }
  }

  private static func exhausted(_ fact: String, _ example: String, at span: Span?) -> Diagnostic {
    Diagnostic(
      .budgetExhausted,
      at: span,
      fact,
      help: "ask for less, or raise the limit with `--limit \(example)` or `.limit \(example)`"
    )
  }

  private static func exhausted(_ fact: String, _ example: String, _ rule: Int?, _ program: CheckedProgram)
    -> Diagnostic
  {
    exhausted("\(fact); this rule was running", example, at: span(rule, program))
  }

  private static func span(_ rule: Int?, _ program: CheckedProgram) -> Span? {
    rule.map { program.rules[$0].span }
  }

  private static func suffix(
    _ values: [EvaluationError.NamedValue],
    _ rule: Int,
    _ program: CheckedProgram
  ) -> String {
    let variables = program.rules[rule].variables
    let bindings = values.filter { variables.indices.contains($0.register) }.map { value in
      "\(variables[value.register].name) = \(shortened(value.text))"
    }
    return bindings.isEmpty ? "" : " where \(bindings.joined(separator: ", "))"
  }

  /// Enough of a text to know it by.
  private static func shortened(_ text: String) -> String {
    let most = 60
    return text.utf8.count <= most ? text : "\(String(decoding: text.utf8.prefix(most), as: UTF8.self))…"
  }
}

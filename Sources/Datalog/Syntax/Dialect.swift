/// Where a text stands, which decides what it may say.
public enum Dialect: Sendable, CaseIterable {
  /// A file: facts have no variables, questions begin with `?-` or end with `?`.
  case file
  /// A line of the prompt: what has no `:-` is a question unless it is a fact; `p(a, _)~` retracts.
  case prompt
  /// Exactly one question, whose `?-` and closing `.` or `?` may be left out.
  case question
}

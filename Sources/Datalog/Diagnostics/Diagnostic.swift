/// One thing to say about the user's text.
///
/// Data only: wording is made where the diagnostic is made (`Diagnostic+Syntax.swift`, `Diagnostic+Checking.swift`),
/// layout in `DiagnosticRenderer`.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Sendable {
    case error, warning, note
  }

  /// A second place, or a rule of the language, that explains the first.
  public struct Note: Hashable, Sendable {
    public let message: String
    public let span: Span?

    public init(_ message: String, at span: Span? = nil) {
      self.message = message
      self.span = span
    }
  }

  public let code: DiagnosticCode
  public let span: Span?
  /// Lower case, no full stop: the fact, then the rule.
  public let message: String
  public let notes: [Note]
  /// What to write instead, in words (`did you mean `met_at`?`).
  public let help: String?
  /// The same as text to put in the place.
  public let repair: Repair?

  public var severity: Severity { code.severity }

  public init(
    _ code: DiagnosticCode,
    at span: Span?,
    _ message: String,
    notes: [Note] = [],
    help: String? = nil,
    repair: Repair? = nil
  ) {
    self.code = code
    self.span = span
    self.message = message
    self.notes = notes
    self.help = help
    self.repair = repair
  }
}

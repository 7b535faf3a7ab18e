/// A command of the prompt, as far as completion has to know it.
public struct CommandSyntax: Hashable, Sendable {
  /// Without the full stop.
  public let name: String
  public let argument: ArgumentKind

  public init(name: String, argument: ArgumentKind) {
    self.name = name
    self.argument = argument
  }
}

/// What stands behind a command.
public enum ArgumentKind: Hashable, Sendable {
  case none
  case file
  case predicate
  case entity
  /// One of these.
  case words([String])
  /// Text of the language.
  case statement
  /// One of these with a value: `time=10m`.
  case setting([String])
}

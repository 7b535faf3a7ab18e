/// What the prompt is told of the machine and the user.
public struct Surroundings: Sendable {
  /// The user's folder.
  public var home: String?
  public var editor: String
  public var shell: String
  /// Done at the start of each interactive session.
  public var initialScript: InitialScript?

  public init(home: String?, editor: String?, shell: String?) {
    self.home = home
    self.editor = editor ?? "vi"
    self.shell = shell ?? "/bin/sh"
  }
}

/// How far the prompt may reach.
public enum Reach: Sendable {
  /// Files and, for what is typed, programs.
  case everything
  /// Neither files nor programs: for the questions of somebody else.
  case nothing
}

/// How far the prompt may reach.
public enum Reach: Sendable {
  /// Files and, for what is typed, programs.
  case everything
  /// Neither files nor programs: for the questions of somebody else.
  case nothing
}

/// What asking for a line brought.
public enum LineInput: Hashable, Sendable {
  /// The bytes of a line without its end, as they came: whether they are UTF-8 is for the parser to say.
  case line([UInt8])
  /// The user gave up the line (Ctrl-C).
  case interrupted
  /// No line will come any more.
  case end
}

/// Where a session's lines come from.
public protocol LineSource: AnyObject {
  /// Waits for the next line; `prompt` is shown where there is someone to see it.
  func nextLine(prompt: String) -> LineInput

  /// Keeps a whole entry, which may have several lines, to be called back.
  func remember(_ entry: [UInt8])
}

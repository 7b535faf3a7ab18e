/// What asking for a line brought.
public enum LineInput: Hashable, Sendable {
  /// The bytes of a line without its end, as they came: whether they are UTF-8 is for the parser to say.
  case line([UInt8])
  /// The whole entry anew: its earlier lines were edited together with this one and count no longer.
  case entry([UInt8])
  /// The user gave up the line (Ctrl-C).
  case interrupted
  /// No line will come any more.
  case end
}

/// Where a session's lines come from.
public protocol LineSource: AnyObject {
  /// Waits for the next line.
  ///
  /// - Parameters:
  ///   - prompt: is shown where there is someone to see it.
  ///   - earlier: the lines of an unfinished entry, which this one continues.
  ///   - initial: stands in the line, to be edited.
  func nextLine(prompt: String, earlier: [UInt8], initial: [UInt8]) -> LineInput

  /// Keeps a whole entry, which may have several lines, to be called back.
  func remember(_ entry: [UInt8])
}

extension LineSource {
  /// Waits for a line that stands for itself.
  public func nextLine(prompt: String, initial: [UInt8] = []) -> LineInput {
    nextLine(prompt: prompt, earlier: [], initial: initial)
  }
}

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
  /// Waits for the next line. Where there is someone to see it, `prompt` is shown, and `initial` stands in the line.
  func nextLine(prompt: String, initial: [UInt8]) -> LineInput

  /// Waits for a line that continues an unfinished entry, whose lines so far are `earlier`.
  func nextLine(prompt: String, continuing earlier: [UInt8]) -> LineInput

  /// Keeps a whole entry, which may have several lines, to be called back.
  func remember(_ entry: [UInt8])

  /// Forgets all entries, those of past sessions too.
  func forgetHistory()

  /// What one key puts into an empty line, until a line is entered.
  var correction: [UInt8]? { get set }

  /// Whether no line can come any more, so that nothing can be asked.
  var isAtEnd: Bool { get }

  /// Whether something in the entry, of which a line came last, was pasted and not typed.
  var isPasted: Bool { get }
}

/// What holds where nobody types.
extension LineSource {
  public func nextLine(prompt: String, continuing earlier: [UInt8]) -> LineInput {
    nextLine(prompt: prompt, initial: [])
  }

  public func forgetHistory() {}

  public var correction: [UInt8]? {
    get { nil }
    set {}
  }

  public var isAtEnd: Bool { true }

  public var isPasted: Bool { false }
}

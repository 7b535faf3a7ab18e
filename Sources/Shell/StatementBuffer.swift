import Datalog

/// The lines of an entry that is being typed, until its statements are whole.
public struct StatementBuffer {
  /// Past this an entry is handed over as it is: what is that long belongs into a file, and each line is a look at
  /// all of it.
  private static let byteLimit = 256 * 1024

  /// The entry so far, its lines each ended by a newline.
  public private(set) var text: [UInt8] = []
  private var state = EntryState.blank

  public init() {}

  /// Whether nothing has been typed but blanks and comments.
  public var isBlank: Bool { state == .blank }

  /// Whether the entry is to be read on: a clause, a comment or a directive's parentheses are open.
  public var isUnfinished: Bool { open != nil }

  /// What is open in an unfinished entry: its brackets from the outermost on, `/*` for a comment, nothing where only the
  /// full stop is missing. `nil` when the entry is not unfinished.
  public var open: String? {
    if case .unfinished(let open) = state { open } else { nil }
  }

  /// A prompt for the next line that shows what is open, as wide as the one for the first.
  public func prompt(first: String) -> String {
    guard let open else { return first }
    let width = displayWidth(of: first)
    // Of many brackets those count that are to be closed first.
    let shown = String(open.suffix(max(0, width - 5))) + "...> "
    return String(repeating: " ", count: max(0, width - displayWidth(of: shown))) + shown
  }

  /// Adds a line, and says whether the entry now ends.
  public mutating func append(_ line: [UInt8]) -> Bool {
    text += line
    text.append(UInt8(ascii: "\n"))
    state = text.count > StatementBuffer.byteLimit ? .whole : EntryState(of: text)
    return state == .whole
  }

  /// Empties the buffer and hands over what it held.
  public mutating func take() -> [UInt8] {
    defer { self = StatementBuffer() }
    return text
  }
}

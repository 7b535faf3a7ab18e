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
  public var isUnfinished: Bool { state == .unfinished }

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

/// Keys that a terminal sends as escape sequences, and events that reach libedit as keys.
///
/// In vi mode the first byte of a sequence, Escape, is a key of its own. There a sequence is read as a whole and handed
/// on as one control character of 0x80…0x9F, which no keyboard sends.
enum EditorKey: UInt32, CaseIterable {
  case up = 0x80
  case down, right, left, home, end, delete, controlRight, controlLeft, paste
  /// For `pass` of a key on to the history.
  case earlierEntry, laterEntry
  /// A line begins with text in it.
  case initialText
  /// A mark has been typed that belongs to the character before it.
  case mark

  /// What terminals send, without the Escape.
  var sequences: [String] {
    switch self {
    case .up: ["[A", "OA"]
    case .down: ["[B", "OB"]
    case .right: ["[C", "OC"]
    case .left: ["[D", "OD"]
    case .home: ["[H", "OH", "[1~", "[7~"]
    case .end: ["[F", "OF", "[4~", "[8~"]
    case .delete: ["[3~"]
    case .controlRight: ["[1;5C", "[5C", "Oc"]
    case .controlLeft: ["[1;5D", "[5D", "Od"]
    case .paste: ["[200~"]
    case .earlierEntry, .laterEntry, .initialText, .mark: []
    }
  }

  /// The command of libedit, or of ours.
  var command: String {
    switch self {
    case .up: "visitlog-up"
    case .down: "visitlog-down"
    case .right: "ed-next-char"
    case .left: "ed-prev-char"
    case .home: "visitlog-home"
    case .end: "visitlog-end"
    case .delete: "ed-delete-next-char"
    case .controlRight: "em-next-word"
    case .controlLeft: "ed-prev-word"
    case .paste: "visitlog-paste"
    case .earlierEntry: "ed-prev-history"
    case .laterEntry: "ed-next-history"
    case .initialText: "visitlog-initial"
    case .mark: "visitlog-mark"
    }
  }

  /// The character that libedit gets.
  var character: Unicode.Scalar { Unicode.Scalar(rawValue) ?? "\u{80}" }

  /// The keys of whole sequences.
  static let bySequence: [[UInt8]: EditorKey] = {
    var keys: [[UInt8]: EditorKey] = [:]
    for key in allCases {
      for sequence in key.sequences { keys[Array(sequence.utf8)] = key }
    }
    return keys
  }()
}

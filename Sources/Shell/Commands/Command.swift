import Datalog
import StudyVisits

/// What is typed after a full stop, for the prompt itself and not for the knowledge base.
///
/// Everything about a command stands here: what it is called, what help says of it, and what it does.
struct Command: Sendable {
  /// What may follow the name, for completion and help.
  enum Argument: Sendable {
    case none
    case file
    case predicate
    case entity
    /// A shipped view or a file.
    case graph
    case command
    case words([String])
    /// Anything else.
    case text
  }

  /// What must not reach the machine around the knowledge base is only carried out for whoever sits before it.
  enum Permission: Sendable {
    /// Anybody's, anywhere.
    case any
    /// Reads or writes files: not with `--safe`.
    case files
    /// Runs other programs: as a typed line alone, not with `--safe`.
    case typed
  }

  let name: String
  /// How the argument is written, such as `[PATTERN]`.
  let synopsis: String
  let argument: Argument
  let summary: String
  /// Further lines for `.help NAME`: examples first.
  let details: String
  let permission: Permission
  let perform: @Sendable (Prompt, String) throws(KnowledgeBaseError) -> Void

  init(
    _ name: String,
    _ synopsis: String = "",
    _ argument: Argument = .none,
    _ permission: Permission = .any,
    summary: String,
    details: String = "",
    perform: @escaping @Sendable (Prompt, String) throws(KnowledgeBaseError) -> Void
  ) {
    self.name = name
    self.synopsis = synopsis
    self.argument = argument
    self.permission = permission
    self.summary = summary
    self.details = details
    self.perform = perform
  }

  /// All of them, by name.
  static let all: [Command] = (looking + showing + changing + history + files + settings + leaving).sorted {
    $0.name < $1.name
  }

  /// What the commands of other shells are called here.
  static let otherShells = [
    ".tables": "predicates", ".databases": "open", ".dump": "save", ".backup": "save", ".output": "redirect",
    ".history": "lines", ".print": "shell", ".headers": "mode", ".indexes": "schema",
    "\\d": "schema", "\\dt": "predicates", "\\l": "open", "\\c": "open", "\\i": "read", "\\o": "redirect",
    "\\e": "edit", "\\s": "lines", "\\x": "mode", "\\timing": "timer", "\\!": "shell", "\\?": "help", "\\h": "help",
    "\\q": "quit", ":q": "quit", ":quit": "quit", ":wq": "quit", ":x": "quit", ":w": "save", ":e": "open", ":r": "read",
    ":h": "help", ":help": "help",
  ]
}

/// A line that calls for a command.
struct CommandEntry {
  /// With what stands before it.
  let written: String
  let argument: String

  /// `nil` for what is no command: a statement, or a directive of the language.
  ///
  /// What other shells write with `\` or `:` is a command too, if none that there is.
  init?(_ text: String) {
    guard let mark = text.first, let letter = text.dropFirst().first else { return nil }
    switch mark {
    case ".": guard letter.isLowercase else { return nil }
    case "\\": break
    case ":": guard letter.isLetter else { return nil }
    default: return nil
    }
    let name = text.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" || (mark == "\\" && !$0.isWhitespace) }
    // These are the language's; the parser reads them.
    guard mark != "." || !LanguageWords.directives.contains(String(name)) else { return nil }
    written = String(text[..<name.endIndex])
    argument = String(text[name.endIndex...]).trimmingBlanks
  }

  /// Without what stands before it.
  var name: String { String(written.dropFirst()) }

  enum Meaning {
    case command(Command)
    case ambiguous([String])
    /// With the nearest names.
    case unknown([String])
  }

  /// - Parameter allowsPrefixes: whether a beginning that only one command has will do.
  func meaning(allowsPrefixes: Bool) -> Meaning {
    if let known = Command.otherShells[written] { return .unknown([known]) }
    guard written.first == "." else { return .unknown(Datalog.nearest(to: name, among: Command.all.map(\.name))) }
    if let command = Command.all.first(where: { $0.name == name }) { return .command(command) }
    let beginnings = Command.all.filter { $0.name.hasPrefix(name) }
    if allowsPrefixes, beginnings.count == 1 { return .command(beginnings[0]) }
    if allowsPrefixes, beginnings.count > 1 { return .ambiguous(beginnings.map(\.name)) }
    let names = Command.all.map(\.name) + LanguageWords.directives
    return .unknown(Datalog.nearest(to: name, among: names))
  }
}

extension StringProtocol {
  /// The words, those in quotation marks as one.
  var shellWords: [String] { writtenWords.map(\.withoutQuotes) }

  /// The same with the quotation marks.
  var writtenWords: [String] {
    var words: [String] = []
    var word = ""
    for piece in quotedPieces {
      if piece.quoted == nil, piece.written.first?.isWhitespace == true {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word += piece.written
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// What the parts in quotation marks say, and the rest as it stands.
  var withoutQuotes: String { quotedPieces.map { $0.quoted?.text ?? String($0.written) }.joined() }

  /// Texts in quotation marks, and the characters beside them.
  private var quotedPieces: [(written: Substring, quoted: QuotedText?)] {
    var pieces: [(written: Substring, quoted: QuotedText?)] = []
    var rest = Substring(self)
    while !rest.isEmpty {
      let quoted = QuotedText(in: rest)
      let written = quoted?.written ?? rest.prefix(1)
      pieces.append((written, quoted))
      rest = rest[written.endIndex...]
    }
    return pieces
  }
}

extension [UInt8] {
  /// Whether there is nothing to be seen.
  var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
}

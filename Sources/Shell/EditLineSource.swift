import CEditline
import Datalog
import Glibc

/// Lines typed at a terminal, edited by libedit.
///
/// One for a process, since it takes over the terminal. The keys are those of emacs, or of vi where `.editrc` says so.
/// What libedit edits is text with stand-ins (see `Glyphs`); everything that goes in and out is translated here.
public final class EditLineSource: LineSource {
  private static let historySize: Int32 = 1000

  /// What can stand at the cursor, for Tab.
  ///
  /// It is given the entry, its earlier lines included, and the cursor's place in it as an offset in bytes.
  public var complete: (([UInt8], Int) -> Completion)?
  /// Tab on an empty line puts this into it; forgotten when a line is entered.
  public var correction: [UInt8]?
  /// Whether lists of candidates may be dimmed, and what is entered coloured.
  public var isStyled = true
  /// Whether the terminal is gone; Ctrl-D in an empty line does not end it.
  public internal(set) var isAtEnd = false
  public var isPasted: Bool { entry.isPasted }

  let screen: EditorScreen
  let keys: KeyReader
  let interruption: Interruption
  /// libedit's history.
  let entries: OpaquePointer
  /// libedit's editor; made last, so never missing later.
  private(set) var line: OpaquePointer
  /// What Ctrl-R was last used for.
  var lastSearch = ""
  /// Lines of this entry that were entered, with what is drawn of them.
  var entry = EntryInProgress()
  /// A mark that is on its way into the line.
  var mark: Unicode.Scalar?
  /// Stands in the line that begins now.
  var initial: [UInt8] = []
  /// Keys are text now.
  var isPasting = false
  /// Escape sequences are read as a whole: in vi mode, unless the user has bound some.
  var joinsSequences = false
  /// Raw bytes of the prompt that is shown, ended by a zero.
  private(set) var prompt: UnsafeMutablePointer<CChar>

  private let history: HistoryFile?

  /// `nil` when libedit cannot use the terminal. Without a history file entries last for the session.
  ///
  /// - Parameter editrc: the file with the user's own keys.
  public init?(program: String, history: HistoryFile?, editrc: String? = nil, interruption: Interruption) {
    visitlog_use_utf8()
    guard let screen = EditorScreen(), let stream = screen.stream, let empty = strdup("") else { return nil }
    // libedit finds this object through a pointer that it gets once there is one.
    let owner = UnsafeMutablePointer<Unmanaged<EditLineSource>>.allocate(capacity: 1)
    guard let line = visitlog_editline(program, stream, owner) else {
      owner.deallocate()
      free(empty)
      return nil
    }
    guard let entries = visitlog_history(line, EditLineSource.historySize) else {
      el_end(line)
      owner.deallocate()
      free(empty)
      return nil
    }
    self.screen = screen
    self.line = line
    self.entries = entries
    self.interruption = interruption
    self.history = history
    prompt = empty
    keys = KeyReader(signals: interruption.signals)
    self.owner = owner
    owner.initialize(to: Unmanaged.passUnretained(self))
    setUp(editrc: editrc)
    for entry in history?.load(limit: Int(EditLineSource.historySize)) ?? [] { add(entry) }
  }

  private let owner: UnsafeMutablePointer<Unmanaged<EditLineSource>>

  deinit {
    el_end(line)
    history_end(entries)
    owner.deallocate()
    free(prompt)
  }

  /// The editor to which one of libedit's belongs.
  static func of(_ line: OpaquePointer) -> EditLineSource {
    guard let owner = visitlog_owner(line) else { preconditionFailure("every editor is made with its owner") }
    return owner.assumingMemoryBound(to: Unmanaged<EditLineSource>.self).pointee.takeUnretainedValue()
  }

  private func setUp(editrc: String?) {
    visitlog_set_prompt(line) { EditLineSource.of($0).prompt }
    visitlog_set_reader(line) { line, character in EditLineSource.of(line).nextCharacter(into: character) }
    addFunctions()
    bindKeys()
    if let editrc { readSettings(editrc) }
  }

  public func nextLine(prompt: String, initial: [UInt8]) -> LineInput {
    nextLine(prompt: prompt, earlier: [], initial: initial)
  }

  public func nextLine(prompt: String, continuing earlier: [UInt8]) -> LineInput {
    nextLine(prompt: prompt, earlier: earlier, initial: [])
  }

  private func nextLine(prompt: String, earlier: [UInt8], initial: [UInt8]) -> LineInput {
    interruption.clear()
    takeNews()
    entry.begin(prompt: prompt, earlier: earlier)
    show(prompt: prompt)
    self.initial = initial
    screen.show("\u{1B}[?2004h")
    visitlog_note_stops(interruption.signals, true)
    defer {
      visitlog_note_stops(interruption.signals, false)
      screen.show("\u{1B}[?2004l")
    }
    var count: Int32 = 0
    guard let text = el_gets(line, &count), count > 0 else { return endOfInput() }
    var bytes = Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    entry.noteDrawn(scalars)
    paintEntered(scalars)
    correction = nil
    let typed = screen.glyphs.decoded(scalars)
    return entry.isPulledIn ? .entry(typed) : .line(typed)
  }

  /// Sets the prompt of the line that is edited.
  func show(prompt text: String) {
    guard let copy = strdup(text) else { return }
    free(prompt)
    prompt = copy
  }

  private func endOfInput() -> LineInput {
    guard interruption.isPending else {
      screen.show("\n")
      return .end
    }
    interruption.clear()
    moveBelow("^C")
    return .interrupted
  }

  // MARK: History

  /// Keeps an entry, unless it begins with a space.
  public func remember(_ entry: [UInt8]) {
    guard let first = entry.first, first != UInt8(ascii: " ") else { return }
    add(entry)
    for other in history?.append(entry) ?? [] { add(other) }
  }

  public func forgetHistory() {
    visitlog_history_clear(entries)
    history?.clear()
  }

  /// Takes over what other prompts have entered meanwhile.
  private func takeNews() {
    guard let news = history?.news() else { return }
    switch news {
    case .none: break
    case .added(let added): for entry in added { add(entry) }
    case .replaced(let all):
      visitlog_history_clear(entries)
      for entry in all { add(entry) }
    }
  }

  private func add(_ entry: [UInt8]) {
    // An entry with a NUL is no text, and would be cut there.
    guard !entry.isEmpty, !entry.contains(0) else { return }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: screen.glyphs.encoded(entry))
    visitlog_history_add(entries, String(view))
  }
}

import CEditline
import Datalog

/// Lines typed at a terminal, edited by libedit.
///
/// One for a process, since it takes over the terminal. `~/.editrc` (or `$EDITRC`) may rebind keys.
public final class EditLineSource: LineSource {
  private static let historySize: Int32 = 1000

  private let interruption: Interruption
  private let history: HistoryFile?
  private let record: UnsafeMutablePointer<visitlog_editor>
  private let line: OpaquePointer
  private let entries: OpaquePointer

  /// `nil` when libedit cannot use the terminal. Without a history file entries last for the session.
  public init?(program: String, history: HistoryFile?, interruption: Interruption) {
    visitlog_use_utf8()
    let record = UnsafeMutablePointer<visitlog_editor>.allocate(capacity: 1)
    record.initialize(to: visitlog_editor(signals: interruption.signals, prompt: nil, prompt_columns: 0))
    guard let line = visitlog_editline(program, record) else {
      record.deallocate()
      return nil
    }
    guard let entries = visitlog_history(line, EditLineSource.historySize) else {
      el_end(line)
      record.deallocate()
      return nil
    }
    self.interruption = interruption
    self.history = history
    self.record = record
    self.line = line
    self.entries = entries
    bindKeys()
    for entry in history?.load(limit: Int(EditLineSource.historySize)) ?? [] { add(entry) }
  }

  deinit {
    el_end(line)
    history_end(entries)
    record.deallocate()
  }

  public func nextLine(prompt: String, initial: [UInt8]) -> LineInput {
    interruption.clear()
    record.pointee.prompt_columns = Int32(clamping: displayWidth(of: prompt))
    visitlog_bracket_pastes(true)
    defer { visitlog_bracket_pastes(false) }
    var count: Int32 = 0
    let text = prompt.withCString { text in
      record.pointee.prompt = text
      defer { record.pointee.prompt = nil }
      return el_gets(line, &count)
    }
    guard let text, count > 0 else { return endOfInput() }
    var bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))[...]
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return .line(Array(bytes))
  }

  public func remember(_ entry: [UInt8]) {
    add(entry)
    history?.append(entry)
  }

  private func endOfInput() -> LineInput {
    guard interruption.isPending else {
      print()
      return .end
    }
    interruption.clear()
    print("^C")
    return .interrupted
  }

  private func add(_ entry: [UInt8]) {
    // An entry with a NUL is no text, and would be cut there.
    guard !entry.isEmpty, !entry.contains(0) else { return }
    (entry.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
      guard let text = text.baseAddress else { return }
      visitlog_history_add(entries, text)
    }
  }

  private func bindKeys() {
    visitlog_take_pastes(line)
    visitlog_bind(line, "^R", "em-inc-search-prev")
    // Control with the arrows, which libedit leaves unbound.
    visitlog_bind(line, "\u{1B}[1;5D", "ed-prev-word")
    visitlog_bind(line, "\u{1B}[1;5C", "em-next-word")
    el_source(line, nil)
  }
}

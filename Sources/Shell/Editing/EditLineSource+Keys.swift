import CEditline
import Glibc

/// What the keys do that libedit has no command for, and which keys these are.
extension EditLineSource {
  func addFunctions() {
    add("visitlog-complete", "complete what is typed") { line, _ in EditLineSource.of(line).completeAtCursor() }
    add("visitlog-up", "the line above, else the entry before") { line, _ in EditLineSource.of(line).moveUp() }
    add("visitlog-down", "the line below, else the entry behind") { line, _ in EditLineSource.of(line).moveDown() }
    add("visitlog-home", "the start of the line") { line, _ in EditLineSource.of(line).moveHome() }
    add("visitlog-end", "the end of the line") { line, _ in EditLineSource.of(line).moveToEnd() }
    add("visitlog-search", "search the history") { line, _ in EditLineSource.of(line).searchHistory() }
    add("visitlog-paste", "insert a paste") { line, _ in EditLineSource.of(line).insertPaste() }
    add("visitlog-initial", "begin with text") { line, _ in EditLineSource.of(line).insertInitial() }
    add("visitlog-mark", "insert a mark") { line, _ in EditLineSource.of(line).insertMark() }
  }

  private func add(_ name: String, _ purpose: String, _ function: visitlog_key_function) {
    visitlog_add_function(line, name, purpose, function)
  }

  /// Binds our keys in the mode that is on.
  func bindKeys() {
    let isVi = visitlog_has_vi_keys(line)
    joinsSequences = isVi
    for key in EditorKey.allCases {
      bind(String(key.character), to: key.command)
      if isVi { continue }
      for sequence in key.sequences { bind("\u{1B}" + sequence, to: key.command) }
    }
    bind("\t", to: "visitlog-complete")
    bind("^R", to: "visitlog-search")
    bind("^P", to: "visitlog-up")
    bind("^N", to: "visitlog-down")
    guard isVi else {
      bind("^A", to: "visitlog-home")
      bind("^E", to: "visitlog-end")
      return
    }
    visitlog_bind_command(line, "k", "visitlog-up")
    visitlog_bind_command(line, "j", "visitlog-down")
  }

  private func bind(_ key: String, to command: String) {
    visitlog_bind(line, key, command)
    if joinsSequences { visitlog_bind_command(line, key, command) }
  }

  /// Reads the user's settings as libedit would, but has our keys bound anew in a mode that they choose: choosing one
  /// resets all keys, and what the user binds after that counts.
  func readSettings(_ path: String) {
    guard let file = fopen(path, "re") else { return }
    defer { fclose(file) }
    guard let tokens = tok_init(nil) else { return }
    defer { tok_end(tokens) }
    var text: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(text) }
    while getline(&text, &capacity, file) >= 0, let text {
      if text[strspn(text, " \t")] == CChar(bitPattern: UInt8(ascii: "#")) { continue }
      text[strcspn(text, "\n")] = 0
      perform(text, tokens)
    }
  }

  private func perform(_ text: UnsafePointer<CChar>, _ tokens: OpaquePointer) {
    var count: Int32 = 0
    var words: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    tok_reset(tokens)
    guard tok_str(tokens, text, &count, &words) == 0, count > 0, let words else { return }
    el_parse(line, count, words)
    let given = (0..<Int(count)).compactMap { words[$0].map { String(cString: $0) } }
    guard given[0].hasSuffix("bind") else { return }
    if given.contains("-v") || given.contains("-e") { return bindKeys() }
    // Escape begins sequences now, in vi mode too.
    if given.dropFirst().contains(where: { word in
      ["\\e", "^[", "\\033", "\\33", "\u{1B}"].contains { word.count > $0.count && word.hasPrefix($0) }
    }) {
      joinsSequences = false
    }
  }

  // MARK: Functions

  private func insertInitial() -> UInt8 {
    let text = screen.glyphs.encoded(initial)
    initial = []
    return insert(text) ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
  }

  /// Joins a mark with the character before the cursor.
  private func insertMark() -> UInt8 {
    guard let mark else { return UInt8(CC_ERROR) }
    self.mark = nil
    var text = Array(String(mark).utf8)
    if let last = buffer.before.last, last != "\n", last != "\t" {
      text = screen.glyphs.decoded([last]) + text
      el_deletestr(line, 1)
    }
    return insert(screen.glyphs.encoded(text)) ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
  }

  /// A paste that the terminal brackets comes in as one piece, line breaks, tabs and all.
  private func insertPaste() -> UInt8 {
    let closing = Array("\u{1B}[201~".unicodeScalars)
    var text: [Unicode.Scalar] = []
    isPasting = true
    entry.isPasted = true
    defer { isPasting = false }
    var character: wchar_t = 0
    while el_wgetc(line, &character) == 1 {
      text.append(Unicode.Scalar(UInt32(truncatingIfNeeded: character)) ?? "?")
      guard text.suffix(closing.count).elementsEqual(closing) else { continue }
      text.removeLast(closing.count)
      return insert(screen.glyphs.encoded(EditLineSource.tidied(text))) ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }
    return UInt8(CC_ERROR)
  }

  /// Line breaks as one newline each, and no other control characters but tabs.
  private static func tidied(_ text: [Unicode.Scalar]) -> [UInt8] {
    var view = String.UnicodeScalarView()
    for (place, scalar) in text.enumerated() {
      switch scalar {
      case "\r": view.append("\n")
      case "\n": if place == 0 || text[place - 1] != "\r" { view.append("\n") }
      case "\t": view.append("\t")
      default: if scalar.properties.generalCategory != .control { view.append(scalar) }
      }
    }
    return Array(String(view).utf8)
  }
}

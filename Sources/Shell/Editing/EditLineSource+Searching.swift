import CEditline
import Glibc

/// Ctrl-R: the history is searched while the pattern is typed.
///
/// libedit's own search takes a letter for the control key that has its low byte (`Ў` for Ctrl-N).
extension EditLineSource {
  private enum SearchEnd {
    /// Enter: the entry is run.
    case run
    /// The entry stands in the line.
    case keep
    /// What stood there before comes back.
    case giveUp
  }

  func searchHistory() -> UInt8 {
    if !entry.earlier.isEmpty, !entry.isPulledIn { _ = pullInEarlierLines() }
    let before = buffer
    var search = HistorySearch(entries: historyEntries())
    let end = runSearch(&search)
    switch end {
    case .giveUp:
      draw(prompt: entry.firstPrompt, before: before.before, after: before.after)
    case .keep, .run:
      lastSearch = search.pattern
      let (shown, rest) = sides(of: search) ?? before
      draw(prompt: entry.firstPrompt, before: shown, after: rest)
    }
    return end == .run ? pass("\r") : UInt8(CC_NORM)
  }

  /// Draws what is found after each key, until one ends the search.
  private func runSearch(_ search: inout HistorySearch) -> SearchEnd {
    let begun = buffer
    while true {
      let (before, after) = sides(of: search) ?? begun
      draw(prompt: searchPrompt(search), before: before, after: after)
      guard case .success(let key) = nextScalar() else {
        interruption.clear()
        return .giveUp
      }
      switch key {
      case "\u{12}": if search.pattern.isEmpty { search.add(lastSearch) } else { search.goOlder() }
      case "\u{13}": search.goNewer()
      case "\u{7F}", "\u{8}": search.removeLast()
      case "\u{7}": return .giveUp
      case "\r", "\n": return .run
      case "\u{1B}":
        // The sequence of another key is for the line; Escape alone has done its work.
        if case .byte(let byte) = keys.next(within: EditLineSource.sequencePause) { keys.unread([0x1B, byte]) }
        return .keep
      case _ where key.value < 0x20:
        keys.unread([UInt8(key.value)])
        return .keep
      default: search.add(String(key))
      }
    }
  }

  private func searchPrompt(_ search: HistorySearch) -> String {
    let pattern = String(String.UnicodeScalarView(screen.glyphs.encoded(Array(search.pattern.utf8))))
    return search.isFound ? "(search: \(pattern)) " : "(not found: \(pattern)) "
  }

  /// The entry found, as it stands before and behind the cursor, which is where the pattern begins.
  private func sides(of search: HistorySearch) -> (before: [Unicode.Scalar], after: [Unicode.Scalar])? {
    guard let (text, offset) = search.shown else { return nil }
    let glyphs = screen.glyphs
    return (glyphs.encoded(Array(text[..<offset])), glyphs.encoded(Array(text[offset...])))
  }

  private func draw(prompt: String, before: [Unicode.Scalar], after: [Unicode.Scalar]) {
    wipeLine()
    let old = buffer
    moveCursor(by: old.after.count)
    el_deletestr(line, Int32(clamping: old.before.count + old.after.count))
    insert(before + after)
    moveCursor(by: -after.count)
    entry.notePrompt(prompt)
    show(prompt: prompt)
    visitlog_redraw(line)
  }

  /// The newest first.
  private func historyEntries() -> [[UInt8]] {
    var result: [[UInt8]] = []
    var next = visitlog_history_newest(entries)
    while let text = next {
      result.append(screen.glyphs.decoded(String(cString: text).unicodeScalars))
      next = visitlog_history_older(entries)
    }
    return result
  }
}

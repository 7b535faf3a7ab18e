import CEditline

/// Up and down: between the lines of an entry, and past them through the history.
extension EditLineSource {
  func moveUp() -> UInt8 {
    let before = buffer.before
    if let end = before.lastIndex(of: "\n") {
      let start = before[..<end].lastIndex(of: "\n").map { $0 + 1 } ?? 0
      let place = min(start + before.count - end - 1, end)
      moveCursor(by: place - before.count)
      return UInt8(CC_CURSOR)
    }
    if !entry.earlier.isEmpty, !entry.isPulledIn { return pullInEarlierLines() }
    return pass(EditorKey.earlierEntry.character)
  }

  func moveDown() -> UInt8 {
    let (before, after) = buffer
    guard let end = after.firstIndex(of: "\n") else { return pass(EditorKey.laterEntry.character) }
    let column = before.count - (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0)
    let below = after[(end + 1)...]
    let length = (below.firstIndex(of: "\n") ?? below.endIndex) - below.startIndex
    moveCursor(by: end + 1 + min(column, length))
    return UInt8(CC_CURSOR)
  }

  func moveHome() -> UInt8 {
    let before = buffer.before
    moveCursor(by: (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0) - before.count)
    return UInt8(CC_CURSOR)
  }

  func moveToEnd() -> UInt8 {
    let after = buffer.after
    moveCursor(by: after.firstIndex(of: "\n") ?? after.count)
    return UInt8(CC_CURSOR)
  }

  /// Leaves the key to libedit's own command for it.
  func pass(_ key: Unicode.Scalar) -> UInt8 {
    let text = [wchar_t(bitPattern: key.value), 0]
    text.withUnsafeBufferPointer { text in
      if let text = text.baseAddress { el_wpush(line, text) }
    }
    return UInt8(CC_NORM)
  }

  /// Makes the earlier lines of the entry part of what is edited, with the cursor in the last of them.
  func pullInEarlierLines() -> UInt8 {
    let before = buffer.before
    wipeLine(andRowsAbove: entry.rowCount(columns: Int(visitlog_terminal_columns())))
    let earlier = screen.glyphs.encoded(entry.earlier)
    entry.pullIn()
    show(prompt: entry.firstPrompt)
    moveCursor(by: -before.count)
    guard insert(earlier) else {
      visitlog_redraw(line)
      return UInt8(CC_ERROR)
    }
    // Under the cursor's column, if the line is that long.
    let lines = earlier.dropLast()
    let start = lines.lastIndex(of: "\n").map { $0 + 1 } ?? 0
    moveCursor(by: min(start + before.count, lines.count) - earlier.count)
    visitlog_redraw(line)
    return UInt8(CC_NORM)
  }
}

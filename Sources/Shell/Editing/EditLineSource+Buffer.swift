import CEditline
import Glibc

/// The line that is edited, and where it stands on the screen.
extension EditLineSource {
  /// The characters before the cursor and behind it, stand-ins among them.
  var buffer: (before: [Unicode.Scalar], after: [Unicode.Scalar]) {
    guard let info = el_wline(line)?.pointee, let start = info.buffer, let cursor = info.cursor,
      let end = info.lastchar
    else { return ([], []) }
    let characters = UnsafeBufferPointer(start: start, count: end - start).map { character in
      Unicode.Scalar(UInt32(truncatingIfNeeded: character)) ?? "?"
    }
    return (Array(characters[..<(cursor - start)]), Array(characters[(cursor - start)...]))
  }

  /// Inserts characters at the cursor; whether there was room.
  @discardableResult
  func insert(_ characters: [Unicode.Scalar]) -> Bool {
    guard !characters.isEmpty else { return true }
    let text = characters.map { wchar_t(bitPattern: $0.value) } + [0]
    return text.withUnsafeBufferPointer { text in text.baseAddress.map { el_winsertstr(line, $0) } == 0 }
  }

  /// Moves the cursor by so many characters.
  func moveCursor(by count: Int) { el_cursor(line, Int32(clamping: count)) }

  /// Goes from the cursor to the first column of the line's first row, and wipes all from there.
  func wipeLine(andRowsAbove rows: Int = 0) {
    let up = place(after: buffer.before).row + rows
    screen.show(up > 0 ? "\r\u{1B}[\(up)A\u{1B}[J" : "\r\u{1B}[J")
  }

  /// Shows text behind the line, and goes to the start of the row below.
  func moveBelow(_ text: String) {
    let (before, after) = buffer
    let end = place(after: before + after)
    let down = end.row - place(after: before).row
    let way = (down > 0 ? "\u{1B}[\(down)B" : "") + "\r" + (end.column > 0 ? "\u{1B}[\(end.column)C" : "")
    screen.show(way + text + "\r\n")
  }

  private func place(after characters: [Unicode.Scalar]) -> ScreenPlace {
    let columns = Int(visitlog_terminal_columns())
    var place = ScreenPlace(row: entry.promptWidth / columns, column: entry.promptWidth % columns)
    place.advance(over: characters, columns: columns)
    return place
  }
}

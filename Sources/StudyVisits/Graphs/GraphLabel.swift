internal import Datalog

/// Labels as a drawing has room for them.
enum GraphLabel {
  /// Cells of a line before it is broken at a blank, and cells after which a label ends with `…`; chosen: four lines
  /// that are wider than high.
  static let lineWidth = 26
  static let fullWidth = 104

  /// The text on several lines, shortened if it is very long.
  static func wrapped(_ text: String) -> String {
    guard text.utf8.count > lineWidth else { return text }
    var lines = ""
    var width = 0
    var total = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      var piece = String(word)
      let own = cells(piece)
      if total + own > fullWidth {
        piece = String(cut(piece, to: max(fullWidth - total, 1))) + "…"
      }
      if !lines.isEmpty {
        let isFull = width + 1 + min(own, lineWidth) > lineWidth
        lines += isFull ? "\n" : " "
        width = isFull ? 0 : width + 1
      }
      lines += broken(piece, from: &width)
      total += own + 1
      if total > fullWidth { return piece.hasSuffix("…") ? lines : lines + "…" }
    }
    return lines
  }

  /// On one line.
  static func shortened(_ text: String, to width: Int) -> String {
    guard text.utf8.count > width, cells(text) > width else { return text }
    return String(cut(text, to: width - 1)) + "…"
  }

  /// A piece without blanks, broken where a line is full, as scripts without blanks are.
  private static func broken(_ piece: String, from width: inout Int) -> String {
    guard cells(piece) > lineWidth else {
      width += cells(piece)
      return piece
    }
    var text = ""
    for character in piece {
      let own = cells(String(character))
      if width + own > lineWidth {
        text += "\n"
        width = 0
      }
      text.append(character)
      width = character == "\n" ? 0 : width + own
    }
    return text
  }

  private static func cut(_ text: String, to width: Int) -> Substring {
    var used = 0
    var end = text.startIndex
    while end < text.endIndex {
      used += cells(String(text[end]))
      if used > width { break }
      end = text.index(after: end)
    }
    return text[..<end]
  }

  private static func cells(_ text: String) -> Int { displayWidth(of: text) }
}

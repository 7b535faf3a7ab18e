/// Lines of cells, each column as wide as its widest cell, for reports of fixed form.
struct TextColumns {
  private var lines: [[String]] = []
  /// Columns of figures, which end at the right.
  private let figures: Set<Int>
  private static let gap = "  "

  init(figures: Set<Int>) {
    self.figures = figures
  }

  mutating func append(_ cells: String...) {
    lines.append(cells.map(\.terminalText))
  }

  /// Each line with `indent` before it and without blanks at its end.
  func text(indent: String) -> String {
    var widths: [Int] = []
    for line in lines {
      for (column, cell) in line.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], TextColumns.width(of: cell))
      }
    }
    var text = ""
    for line in lines {
      var shown = indent
      for (column, cell) in line.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - TextColumns.width(of: cell))
        shown += column > 0 ? TextColumns.gap : ""
        shown += figures.contains(column) ? padding + cell : cell + padding
      }
      while shown.last == " " { shown.removeLast() }
      text += shown + "\n"
    }
    return text
  }

  private static func width(of cell: String) -> Int {
    var shown: [UInt8] = []
    return TerminalText.append(Array(cell.utf8)[...], to: &shown)
  }
}

extension String {
  /// As a terminal can show it in one line.
  var terminalText: String {
    var shown: [UInt8] = []
    _ = TerminalText.append(Array(utf8)[...], to: &shown)
    return String(decoding: shown, as: UTF8.self)
  }
}

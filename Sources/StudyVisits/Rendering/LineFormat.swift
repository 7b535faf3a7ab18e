import Datalog
import Engine

/// A line for each value, and an empty line between two rows; see `OutputFormat.line`.
///
///     Host     = keio
///     Meetings = 2
///
/// Nothing is cut: a value that is longer than the line goes on below its beginning or, where names take too much of the
/// line, below its name. So it is what a table becomes that does not fit.
struct LineFormat: AnswerFormat {
  enum Footer {
    case none, rowCount
  }

  /// In less, a long value is torn into too many pieces.
  private static let narrowestValue = 16

  private let options: RenderingOptions
  private let footer: Footer
  private let nameWidth: Int
  /// `nil` where a value has a line for itself, however long.
  private let valueWidth: Int?
  /// Whether values stand below their names.
  private let isStacked: Bool
  private var cell = Cell()

  init(_ answer: Answer, _ options: RenderingOptions, footer: Footer) {
    self.options = options
    self.footer = footer
    let widest = answer.columns.map { TerminalText.width(of: Array($0.name.utf8)[...]) }.max() ?? 0
    if let lineWidth = options.lineWidth {
      nameWidth = min(widest, max(1, lineWidth - 2))
      let beside = lineWidth - nameWidth - 3
      isStacked = beside < LineFormat.narrowestValue
      valueWidth = max(1, isStacked ? lineWidth - 2 : beside)
    } else {
      nameWidth = widest
      isStacked = false
      valueWidth = nil
    }
  }

  func writeBeginning(of answer: Answer, into text: inout [UInt8]) {}

  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    if row > 0 { text.append(UInt8(ascii: "\n")) }
    for (index, column) in answer.columns.enumerated() {
      let width = TerminalText.append(
        Array(column.name.utf8)[...],
        limit: nameWidth,
        ellipsis: options.borders.ellipsis,
        to: &text
      )
      if !isStacked { text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: nameWidth - width)) }
      text.append(" =")
      cell.take(row, index, of: answer, options)
      writeValue(into: &text)
    }
  }

  /// Appends `cell` and the ends of its lines.
  private func writeValue(into text: inout [UInt8]) {
    guard let valueWidth else {
      text.append(UInt8(ascii: " "))
      _ = cell.append(options, to: &text)
      text.append(UInt8(ascii: "\n"))
      return
    }
    let indent = isStacked ? 2 : nameWidth + 3
    if isStacked { text.append(UInt8(ascii: "\n")) }
    for (place, line) in cell.lines(limit: valueWidth, options).enumerated() {
      let blanks = place == 0 && !isStacked ? 1 : indent
      text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blanks))
      text += line.bytes
      text.append(UInt8(ascii: "\n"))
    }
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {
    guard footer == .rowCount else { return }
    if answer.rowCount > 0 { text.append(UInt8(ascii: "\n")) }
    answer.appendFooter(options, to: &text)
  }

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    text.append(isYes ? "yes\n" : "no\n")
  }
}

import Datalog
import Engine

/// Columns aligned for people: names, a rule, rows, and a last line that counts them; with borders as `box`.
///
///     Host   Meetings
///     -----  --------
///     keio          2
///     1 row
///
/// Widths are counted in the terminal's cells. They need all rows, so the rows are gone through twice.
struct TableFormat: AnswerFormat {
  private let frame: TableFrame
  private let options: RenderingOptions
  private let widths: [Int]
  /// The columns that end at the right.
  private let isRight: [Bool]
  private var cells: [Cell]

  /// `nil` when the narrowest columns do not fit the line.
  init?(_ answer: Answer, _ frame: TableFrame, _ options: RenderingOptions) {
    let frameWidth = frame.width(around: answer.columns.count)
    guard let layout = TableLayout(answer, options, frameWidth: frameWidth) else { return nil }
    self.frame = frame
    self.options = options
    widths = layout.widths
    isRight = answer.columns.map(\.type.isQuantity)
    cells = answer.columns.map { _ in Cell() }
  }

  mutating func writeBeginning(of answer: Answer, into text: inout [UInt8]) {
    for (index, column) in answer.columns.enumerated() { cells[index].take(column.name) }
    if let top = frame.top { write(top, into: &text) }
    writeCells(into: &text)
    if answer.rowCount > 0 || frame.bottom == nil { write(frame.middle, into: &text) }
  }

  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    for index in cells.indices { cells[index].take(row, index, of: answer, options) }
    writeCells(into: &text)
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {
    if let bottom = frame.bottom { write(bottom, into: &text) }
    answer.appendFooter(options, to: &text)
  }

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    text.append(isYes ? "yes\n" : "no\n")
    answer.appendFooter(options, to: &text)
  }

  private func write(_ rule: TableFrame.Rule, into text: inout [UInt8]) {
    text.append(rule.left)
    for (index, width) in widths.enumerated() {
      if index > 0 { text.append(rule.crossing) }
      for _ in 0..<width { text.append(rule.stroke) }
    }
    text.append(rule.right)
  }

  /// Appends `cells` as one line, or as many as the tallest takes.
  private func writeCells(into text: inout [UInt8]) {
    switch options.overflow {
    case .cut:
      writeLine(into: &text) { index, text in cells[index].append(limit: widths[index], options, to: &text) }
    case .wrap:
      let lines = cells.indices.map { cells[$0].lines(limit: widths[$0], options) }
      for place in 0..<(lines.map(\.count).max() ?? 0) {
        writeLine(into: &text) { index, text in
          guard place < lines[index].count else { return 0 }
          text += lines[index][place].bytes
          return lines[index][place].width
        }
      }
    }
  }

  /// Appends a line of what `write` appends for each column, aligned; its answer is the cells taken.
  @inline(__always)
  private func writeLine(into text: inout [UInt8], _ write: (Int, inout [UInt8]) -> Int) {
    let line = frame.line
    text.append(line.left)
    for index in widths.indices {
      if index > 0 { text.append(line.between) }
      let start = text.count
      let padding = repeatElement(UInt8(ascii: " "), count: widths[index] - write(index, &text))
      if isRight[index] {
        text.insert(contentsOf: padding, at: start)
      } else if index < widths.count - 1 || frame.bottom != nil {
        text.append(contentsOf: padding)
      }
    }
    text.append(line.right)
  }
}

extension WordType {
  /// Whether values are compared by their last digits, and so stand at the right of a column.
  var isQuantity: Bool {
    switch self {
    case .number, .float: true
    case .symbol, .date: false
    }
  }
}

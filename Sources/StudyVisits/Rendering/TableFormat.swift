import Datalog
import Engine

/// Columns aligned for a terminal: names, a rule, rows, and a last line that counts them.
///
///     Host   Meetings
///     -----  --------
///     keio          2
///     1 row
///
/// Widths are counted in the terminal's cells. They need all rows, so the rows are gone through twice.
struct TableFormat: AnswerFormat {
  private static let gap = 2
  /// Narrower, a cut symbol says nothing.
  private static let narrowestCut = 8

  private let widths: [Int]
  private var cell: [UInt8] = []

  init(_ answer: Answer, lineWidth: Int?) {
    var widths = TableFormat.naturalWidths(of: answer)
    if let lineWidth { TableFormat.fit(&widths, of: answer, into: lineWidth) }
    self.widths = widths
  }

  mutating func writeBeginning(of answer: Answer, into text: inout [UInt8]) {
    for (index, column) in answer.columns.enumerated() {
      cell.removeAll(keepingCapacity: true)
      cell.append(contentsOf: column.name.utf8)
      writeCell(index, of: answer, into: &text)
    }
    for width in widths.dropLast() {
      text.append(contentsOf: repeatElement(UInt8(ascii: "-"), count: width))
      text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: TableFormat.gap))
    }
    text.append(contentsOf: repeatElement(UInt8(ascii: "-"), count: widths.last ?? 0))
    text.append(UInt8(ascii: "\n"))
  }

  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    for (index, column) in answer.columns.enumerated() {
      cell.removeAll(keepingCapacity: true)
      answer.values.text(of: answer.word(row, index), column.type, into: &cell)
      writeCell(index, of: answer, into: &text)
    }
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {
    text.append(contentsOf: "\(answer.rowCount) row\(answer.rowCount == 1 ? "" : "s")\n".utf8)
  }

  func writeYesOrNo(_ isYes: Bool, into text: inout [UInt8]) {
    text.append(isYes ? "yes\n" : "no\n")
  }

  /// Appends `cell`, aligned, and what follows it: a gap or the end of the line.
  private func writeCell(_ index: Int, of answer: Answer, into text: inout [UInt8]) {
    let isLast = index == widths.count - 1
    let start = text.count
    let padding = widths[index] - TerminalText.append(cell[...], limit: widths[index], to: &text)
    if answer.columns[index].type.isQuantity {
      text.insert(contentsOf: repeatElement(UInt8(ascii: " "), count: padding), at: start)
    } else if !isLast {
      text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
    }
    if isLast {
      text.append(UInt8(ascii: "\n"))
    } else {
      text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: TableFormat.gap))
    }
  }

  private static func naturalWidths(of answer: Answer) -> [Int] {
    var cell: [UInt8] = []
    var shown: [UInt8] = []
    return answer.columns.enumerated().map { index, column in
      var width = TerminalText.append(Array(column.name.utf8)[...], to: &shown)
      for row in 0..<answer.rowCount {
        cell.removeAll(keepingCapacity: true)
        shown.removeAll(keepingCapacity: true)
        answer.values.text(of: answer.word(row, index), column.type, into: &cell)
        width = max(width, TerminalText.append(cell[...], to: &shown))
      }
      return width
    }
  }

  /// Narrows the columns of symbols, widest first, until a line fits; never a number or a date, which would mislead.
  private static func fit(_ widths: inout [Int], of answer: Answer, into lineWidth: Int) {
    let symbols = answer.columns.indices.filter { answer.columns[$0].type == .symbol }
    let others = answer.columns.indices.filter { answer.columns[$0].type != .symbol }
    var room = lineWidth - gap * (widths.count - 1) - others.reduce(0) { $0 + widths[$1] }
    // Each in turn, the narrowest first, takes what it needs, or its even share of what is left.
    for (place, index) in symbols.sorted(by: { widths[$0] < widths[$1] }).enumerated() {
      let share = max(narrowestCut, room / (symbols.count - place))
      widths[index] = min(widths[index], share)
      room -= widths[index]
    }
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

import Engine

/// Values separated by ` | `, under the columns' names; see `OutputFormat.list`. A line is as long as it is.
struct ListFormat: AnswerFormat {
  private static let separator: StaticString = " | "

  private let options: RenderingOptions
  private var cell = Cell()

  init(_ options: RenderingOptions) {
    self.options = options
  }

  mutating func writeBeginning(of answer: Answer, into text: inout [UInt8]) {
    for (index, column) in answer.columns.enumerated() {
      if index > 0 { text.append(ListFormat.separator) }
      cell.take(column.name)
      _ = cell.append(options, to: &text)
    }
    text.append(UInt8(ascii: "\n"))
  }

  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    for index in answer.columns.indices {
      if index > 0 { text.append(ListFormat.separator) }
      cell.take(row, index, of: answer, options)
      _ = cell.append(options, to: &text)
    }
    text.append(UInt8(ascii: "\n"))
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {}

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    text.append(isYes ? "yes\n" : "no\n")
  }
}

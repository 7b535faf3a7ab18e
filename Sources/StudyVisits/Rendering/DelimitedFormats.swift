import Engine

/// Comma-separated values; see `OutputFormat.csv`.
///
/// Yes or no is a column `answer`.
///
/// For a spreadsheet program it begins with a byte order mark, without which Excel takes it for the local encoding, and
/// a text that the program would take for a formula has an apostrophe before it.
struct CSVFormat: AnswerFormat {
  var isForSpreadsheets = false

  func writeBeginning(of answer: Answer, into text: inout [UInt8]) {
    if isForSpreadsheets { text.append("\u{FEFF}") }
    for (index, column) in answer.columns.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      CSVText.append(to: &text) { $0.append(contentsOf: column.name.utf8) }
    }
    text.append(UInt8(ascii: "\n"))
  }

  func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    for (index, column) in answer.columns.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      let word = answer.word(row, index)
      guard column.type == .symbol else {
        answer.values.text(of: word, column.type, into: &text)
        continue
      }
      let start = text.count
      CSVText.append(to: &text, isForSpreadsheets: isForSpreadsheets) {
        answer.values.text(of: word, .symbol, into: &$0)
      }
      // An empty line would be taken for no record at all.
      if text.count == start, answer.columns.count == 1 { text.append("\"\"") }
    }
    text.append(UInt8(ascii: "\n"))
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {}

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    text.append(isYes ? "answer\nyes\n" : "answer\nno\n")
  }
}

/// Tab-separated values; see `OutputFormat.tsv`.
///
/// The tuple without columns, which is a yes, is `()`; a no is nothing.
struct TSVFormat: AnswerFormat {
  func writeBeginning(of answer: Answer, into text: inout [UInt8]) {}

  func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    for (index, column) in answer.columns.enumerated() {
      if index > 0 { text.append(UInt8(ascii: "\t")) }
      let word = answer.word(row, index)
      guard column.type == .symbol else {
        answer.values.text(of: word, column.type, into: &text)
        continue
      }
      text.appendEscaped(where: Self.needsEscape, Self.escape) {
        answer.values.text(of: word, .symbol, into: &$0)
      }
    }
    text.append(UInt8(ascii: "\n"))
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {}

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    if isYes { text.append("()\n") }
  }

  @inline(__always)
  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
      || byte == UInt8(ascii: "\r")
  }

  private static func escape(_ byte: UInt8, _ text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\t"): text.append("\\t")
    case UInt8(ascii: "\n"): text.append("\\n")
    case UInt8(ascii: "\r"): text.append("\\r")
    default: text.append("\\\\")
    }
  }
}

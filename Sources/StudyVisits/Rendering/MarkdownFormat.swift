import Engine

/// A table of GitHub Flavored Markdown (https://github.github.com/gfm/#tables-extension-), text shown as it is.
struct MarkdownFormat: AnswerFormat {
  private var cell: [UInt8] = []

  mutating func writeBeginning(of answer: Answer, into text: inout [UInt8]) {
    for column in answer.columns {
      text.append("| ")
      cell.removeAll(keepingCapacity: true)
      cell.append(contentsOf: column.name.utf8)
      writeCell(into: &text)
      text.append(" ")
    }
    text.append("|\n")
    for column in answer.columns {
      text.append(column.type == .number || column.type == .float ? "| ---: " : "| --- ")
    }
    text.append("|\n")
  }

  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    for (index, column) in answer.columns.enumerated() {
      text.append("| ")
      if column.type == .symbol {
        cell.removeAll(keepingCapacity: true)
        answer.values.text(of: answer.word(row, index), .symbol, into: &cell)
        writeCell(into: &text)
      } else {
        answer.values.text(of: answer.word(row, index), column.type, into: &text)
      }
      text.append(" ")
    }
    text.append("|\n")
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {}

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    text.append(isYes ? "yes\n" : "no\n")
  }

  /// Appends `cell` so that nothing in it is taken for markup.
  private func writeCell(into text: inout [UInt8]) {
    for (place, byte) in cell.enumerated() {
      switch byte {
      case UInt8(ascii: "\r"):
        // A CRLF is one break, made by its newline.
        if place + 1 == cell.count || cell[place + 1] != UInt8(ascii: "\n") { text.append("<br>") }
      case UInt8(ascii: "\n"):
        text.append("<br>")
      case UInt8(ascii: "<"):
        text.append("&lt;")
      case UInt8(ascii: "&"):
        text.append("&amp;")
      case UInt8(ascii: "_") where isWithinWord(place):
        text.append(byte)
      case UInt8(ascii: "\\"), UInt8(ascii: "|"), UInt8(ascii: "`"), UInt8(ascii: "*"), UInt8(ascii: "_"),
        UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "~"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      default:
        text.append(byte)
      }
    }
  }

  /// Whether an underscore joins two letters or digits, where it emphasises nothing.
  private func isWithinWord(_ place: Int) -> Bool {
    func isWord(_ byte: UInt8) -> Bool {
      byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }
    return place > 0 && place + 1 < cell.count && isWord(cell[place - 1]) && isWord(cell[place + 1])
  }
}

import Engine

/// Objects with the columns' names as keys: an array of them, or a line each.
///
/// Numbers are exact JSON integers, also beyond 2^53, which some readers round; dates and symbols are strings. Yes or
/// no is `true` or `false`.
struct JSONFormat: AnswerFormat {
  private let isArray: Bool
  /// For each column `{"name":` or `,"name":`.
  private let keys: [[UInt8]]
  private var isFirst = true

  init(_ answer: Answer, isArray: Bool) {
    self.isArray = isArray
    keys = answer.columns.enumerated().map { index, column in
      var key: [UInt8] = [index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")]
      JSONText.append(to: &key) { $0.append(contentsOf: column.name.utf8) }
      key.append(UInt8(ascii: ":"))
      return key
    }
  }

  func writeBeginning(of answer: Answer, into text: inout [UInt8]) {
    if isArray { text.append("[") }
  }

  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    if isArray { text.append(isFirst ? "\n" : ",\n") }
    isFirst = false
    for (index, column) in answer.columns.enumerated() {
      text.append(contentsOf: keys[index])
      let word = answer.word(row, index)
      switch column.type {
      case .number, .float:
        answer.values.text(of: word, column.type, into: &text)
      case .date:
        text.append(UInt8(ascii: "\""))
        answer.values.text(of: word, .date, into: &text)
        text.append(UInt8(ascii: "\""))
      case .symbol:
        JSONText.append(to: &text) { answer.values.text(of: word, .symbol, into: &$0) }
      }
    }
    text.append(isArray ? "}" : "}\n")
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {
    if isArray { text.append(isFirst ? "]\n" : "\n]\n") }
  }

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    text.append(isYes ? "true\n" : "false\n")
  }
}

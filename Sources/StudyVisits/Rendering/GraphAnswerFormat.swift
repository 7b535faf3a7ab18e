import Engine

/// How a graph shows one value.
public struct GraphNode: Hashable, Sendable {
  /// The value's name.
  public let label: String
  /// What it is (`university`, `person`), when it is an entity.
  public let kind: String?

  public init(label: String, kind: String? = nil) {
    self.label = label
    self.kind = kind
  }
}

/// A directed graph in DOT (https://graphviz.org/doc/info/lang.html), for Graphviz to lay out.
///
/// Each row is an edge from its first value to its second; the values of further columns are the edge's label. Nodes
/// stand before the first edge that needs them, so the order of the answer is the order of the text.
struct GraphAnswerFormat: AnswerFormat {
  private struct NodeKey: Hashable {
    let word: Word
    let type: WordType
  }

  private let describe: ((Word, WordType) -> GraphNode)?
  private var drawn: Set<NodeKey> = []
  private var cell: [UInt8] = []

  init(describe: ((Word, WordType) -> GraphNode)?) {
    self.describe = describe
  }

  func writeBeginning(of answer: Answer, into text: inout [UInt8]) {
    text.append("digraph answer {\n")
    text.append("  graph [rankdir=LR, charset=\"UTF-8\"];\n")
    text.append("  node [fontname=\"Helvetica\", fontsize=11];\n")
    text.append("  edge [fontname=\"Helvetica\", fontsize=9];\n")
  }

  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8]) {
    for column in 0..<2 { drawNode(answer.word(row, column), answer.columns[column].type, answer.values, into: &text) }
    text.append("  ")
    writeID(answer.word(row, 0), answer.columns[0].type, answer.values, into: &text)
    text.append(" -> ")
    writeID(answer.word(row, 1), answer.columns[1].type, answer.values, into: &text)
    if answer.columns.count > 2 {
      cell.removeAll(keepingCapacity: true)
      for column in 2..<answer.columns.count {
        if column > 2 { cell.append(", ") }
        answer.values.text(of: answer.word(row, column), answer.columns[column].type, into: &cell)
      }
      text.append(" [label=\"")
      DOTText.appendLabel(cell, to: &text)
      text.append("\"]")
    }
    text.append(";\n")
  }

  func writeEnd(of answer: Answer, into text: inout [UInt8]) {
    text.append("}\n")
  }

  func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8]) {
    preconditionFailure("a graph is made only of answers with two columns or more")
  }

  private mutating func drawNode(_ word: Word, _ type: WordType, _ values: Values, into text: inout [UInt8]) {
    guard drawn.insert(NodeKey(word: word, type: type)).inserted else { return }
    text.append("  ")
    writeID(word, type, values, into: &text)
    text.append(" [label=\"")
    let node = describe?(word, type)
    if let node {
      DOTText.appendLabel(node.label.utf8, to: &text)
    } else {
      cell.removeAll(keepingCapacity: true)
      values.text(of: word, type, into: &cell)
      DOTText.appendLabel(cell, to: &text)
    }
    text.append("\", shape=")
    text.append(contentsOf: NodeStyle(kind: node?.kind).shape.utf8)
    text.append("];\n")
  }

  /// Appends an ID that no other value has: the text; before a value that is no symbol, its type.
  private mutating func writeID(_ word: Word, _ type: WordType, _ values: Values, into text: inout [UInt8]) {
    cell.removeAll(keepingCapacity: true)
    values.text(of: word, type, into: &cell)
    text.append(UInt8(ascii: "\""))
    switch type {
    case .symbol: break
    // A backslash of a symbol never stands before a colon, for it is doubled.
    case .number: text.append("\\:number ")
    case .float: text.append("\\:float ")
    case .date: text.append("\\:date ")
    }
    DOTText.appendID(cell, to: &text)
    text.append(UInt8(ascii: "\""))
  }
}

/// The inside of quoted strings of DOT.
///
/// In a label a backslash begins an escape (`\N` is the node's own name) and `&` an entity of HTML; in an ID neither
/// means anything, but a backslash before a quotation mark or a line's end does.
enum DOTText {
  /// Appends text that a reader sees as it is.
  static func appendLabel(_ utf8: some Sequence<UInt8>, to text: inout [UInt8]) {
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "&"): text.append("&amp;")
      case UInt8(ascii: "\n"): text.append("\\n")
      case UInt8(ascii: "\""): text.append("\\\"")
      case UInt8(ascii: "\\"): text.append("\\\\")
      // XML, which Graphviz writes, has no control characters.
      case 0..<0x20, 0x7F: text.append(contentsOf: "\\\\u{\(String(byte, radix: 16))}".utf8)
      default: text.append(byte)
      }
    }
  }

  /// Appends text so that different texts stay different.
  static func appendID(_ utf8: some Sequence<UInt8>, to text: inout [UInt8]) {
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""): text.append("\\\"")
      case UInt8(ascii: "\\"): text.append("\\\\")
      case 0..<0x20, 0x7F: text.append(contentsOf: "\\u{\(String(byte, radix: 16))}".utf8)
      default: text.append(byte)
      }
    }
  }
}

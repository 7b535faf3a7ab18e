public import Engine

/// How answers are written.
public enum OutputFormat: String, CaseIterable, Sendable {
  /// For people at a terminal.
  case table
  /// RFC 4180 with a header line. Lines end in LF: the RFC describes CRLF, but line tools (`cut`, `grep`, `diff`) count
  /// the CR as text, and readers of CSV take both. Breaks within a value are kept as they are, in quotation marks.
  case csv
  /// As the language reads it: no header, `\t \n \r \\` in symbols.
  case tsv
  /// One array of objects, a line each.
  case json
  /// An object a line.
  case jsonl
  case markdown
  /// DOT, the language of Graphviz: an edge from the first column to the second for each row.
  case graph
}

/// What rendering takes besides the answer.
public struct RenderingOptions {
  /// The cells of a terminal's line; a table cuts long symbols to fit. `nil` cuts nothing.
  public var lineWidth: Int?
  /// How a graph shows a value.
  public var describeNode: ((Word, WordType) -> GraphNode)?

  public init(lineWidth: Int? = nil, describeNode: ((Word, WordType) -> GraphNode)? = nil) {
    self.lineWidth = lineWidth
    self.describeNode = describeNode
  }
}

/// Why an answer was not written, or not to its end.
public enum RenderingError: Error, Hashable, Sendable {
  case sink(ByteSinkError)
  /// A graph needs a column to draw edges from and one to draw them to.
  case graphNeedsTwoColumns(found: Int)
}

extension Answer {
  /// Writes the whole answer, row after row; memory does not grow with the rows but for a graph's nodes.
  public func write(
    as format: OutputFormat,
    to sink: any ByteSink,
    options: RenderingOptions = RenderingOptions()
  ) throws(RenderingError) {
    switch format {
    case .table: try write(TableFormat(self, lineWidth: options.lineWidth), to: sink)
    case .csv: try write(CSVFormat(), to: sink)
    case .tsv: try write(TSVFormat(), to: sink)
    case .json: try write(JSONFormat(self, isArray: true), to: sink)
    case .jsonl: try write(JSONFormat(self, isArray: false), to: sink)
    case .markdown: try write(MarkdownFormat(), to: sink)
    case .graph:
      guard columns.count >= 2 else { throw .graphNeedsTwoColumns(found: columns.count) }
      try write(GraphFormat(describe: options.describeNode), to: sink)
    }
  }

  private func write(_ format: consuming some AnswerFormat, to sink: any ByteSink) throws(RenderingError) {
    precondition(words.count == rowCount * columns.count, "an answer has a word for each column of each row")
    var format = format
    var writer = BlockWriter(sink)
    do {
      if isYesOrNo {
        format.writeYesOrNo(rowCount > 0, into: &writer.bytes)
      } else {
        format.writeBeginning(of: self, into: &writer.bytes)
        for row in 0..<rowCount {
          format.writeRow(row, of: self, into: &writer.bytes)
          try writer.endRow()
        }
        format.writeEnd(of: self, into: &writer.bytes)
      }
      try writer.flush()
    } catch {
      throw .sink(error)
    }
  }

  /// The word in a row and column.
  @inline(__always)
  func word(_ row: Int, _ column: Int) -> Word { words[row * columns.count + column] }
}

/// One way to write an answer, a row at a time.
protocol AnswerFormat {
  mutating func writeBeginning(of answer: Answer, into text: inout [UInt8])
  mutating func writeRow(_ row: Int, of answer: Answer, into text: inout [UInt8])
  mutating func writeEnd(of answer: Answer, into text: inout [UInt8])
  /// An answer without columns.
  mutating func writeYesOrNo(_ isYes: Bool, into text: inout [UInt8])
}

extension Array where Element == UInt8 {
  mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends what `write` appends, with each byte that `escape` answers for replaced by its answer.
  ///
  /// The text is written in place; only one that holds such a byte is taken back and written anew.
  @inline(__always)
  mutating func appendEscaped(
    where needsEscape: (UInt8) -> Bool,
    _ escape: (UInt8, inout [UInt8]) -> Void,
    _ write: (inout [UInt8]) -> Void
  ) {
    let start = count
    write(&self)
    guard let first = self[start...].firstIndex(where: needsEscape) else { return }
    let rest = Array(self[first...])
    removeSubrange(first...)
    for byte in rest {
      if needsEscape(byte) { escape(byte, &self) } else { append(byte) }
    }
  }
}

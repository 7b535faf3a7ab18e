internal import Engine
public import Spreadsheets

/// How answers are written.
public enum OutputFormat: String, CaseIterable, Sendable {
  /// For people: aligned columns under a rule.
  case table
  /// For people at a terminal: a table with borders.
  case box
  /// For people: values separated by ` | ` under the columns' names.
  case list
  /// For people: a line `column = value` for each value, an empty line between rows.
  case line
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
  /// A workbook of ISO/IEC 29500, which holds one answer.
  case xlsx
  /// DOT, the language of Graphviz: an edge from the first column to the second for each row.
  case graph

  /// The format that a file's ending stands for.
  public init?(endingOf path: String) {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased()
    guard let ending, let format = OutputFormat.allCases.first(where: { $0.fileEnding == ending }), ending != "txt"
    else { return nil }
    self = format
  }

  /// What the name of a file of it ends in.
  var fileEnding: String {
    switch self {
    case .table, .box, .list, .line: "txt"
    case .markdown: "md"
    case .graph: "dot"
    case .csv, .tsv, .json, .jsonl, .xlsx: rawValue
    }
  }

  /// Whether it is laid out for people; the others are read by programs.
  public var isForPeople: Bool {
    switch self {
    case .table, .box, .list, .line: true
    case .csv, .tsv, .json, .jsonl, .markdown, .xlsx, .graph: false
    }
  }

  /// Whether it is text, which a terminal can show, and one answer below the other.
  public var isText: Bool { self != .xlsx }
}

/// Why an answer was not written, or not to its end.
public enum RenderingError: Error, Hashable, Sendable {
  case sink(ByteSinkError)
  /// A graph needs a column to draw edges from and one to draw them to.
  case graphNeedsTwoColumns(found: Int)
  case workbook(WorkbookError)
}

extension Answer {
  /// Writes the whole answer, row after row; memory does not grow with the rows but for a graph's nodes and for names in
  /// formats for programs.
  ///
  /// With names, those for people show an entity as its name, two blanks and the identifier; those for programs keep the
  /// identifier, and behind each column that holds a named entity there is a further one, `X name` behind `X`.
  public func write(
    as format: OutputFormat,
    to sink: any ByteSink,
    options: RenderingOptions = RenderingOptions()
  ) throws(RenderingError) {
    if sources != nil, format != .graph, format != .xlsx {
      return try writeWithSources(as: format, to: sink, options: options)
    }
    let shown = options.isAtTerminal ? EscapingSink(sink, format) : sink
    switch format {
    case .table, .box: try writeTable(as: format, to: sink, options)
    case .list: try write(ListFormat(options), to: sink)
    case .line: try write(LineFormat(self, options, footer: .none), to: sink)
    case .csv: try withNames(options).write(CSVFormat(isForSpreadsheets: options.isForSpreadsheets), to: shown)
    case .tsv: try withNames(options).write(TSVFormat(), to: shown)
    case .json, .jsonl:
      let answer = withNames(options)
      try answer.write(JSONFormat(answer, isArray: format == .json), to: shown)
    case .markdown: try withNames(options).write(MarkdownFormat(), to: shown)
    case .xlsx: try writeWorkbook(to: sink, options)
    case .graph:
      guard columns.count >= 2 else { throw .graphNeedsTwoColumns(found: columns.count) }
      var builder = GraphBuilder(values)
      builder.addEdges(self)
      let graph = builder.graph(titled: question, cards: [:], links: [:])
      do throws(ByteSinkError) {
        try graph.write(DOTWriter(layout: GraphLayout()), to: shown)
      } catch {
        throw .sink(error)
      }
    }
  }

  /// Writes what each row rests on as a further column; for people the passages follow below.
  private func writeWithSources(
    as format: OutputFormat,
    to sink: any ByteSink,
    options: RenderingOptions
  ) throws(RenderingError) {
    let hasFootnotes = format.isForPeople || format == .markdown
    var bare = withSources(numbered: hasFootnotes)
    bare.sources = nil
    try bare.write(as: format, to: sink, options: options)
    guard hasFootnotes else { return }
    do throws(ByteSinkError) {
      try sink.write(footnotes)
    } catch {
      throw .sink(error)
    }
  }

  /// A table whose columns cannot be narrowed enough for the line is laid out as `line`.
  private func writeTable(
    as format: OutputFormat,
    to sink: any ByteSink,
    _ options: RenderingOptions
  ) throws(RenderingError) {
    if let table = TableFormat(self, TableFrame(format, options.borders), options) {
      try write(table, to: sink)
    } else {
      try write(LineFormat(self, options, footer: .rowCount), to: sink)
    }
  }

  private func write(_ format: consuming some AnswerFormat, to sink: any ByteSink) throws(RenderingError) {
    precondition(words.count == rowCount * columns.count, "an answer has a word for each column of each row")
    var format = format
    var writer = BlockWriter(sink)
    do {
      if isYesOrNo {
        format.writeYesOrNo(rowCount > 0, of: self, into: &writer.bytes)
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
  mutating func writeYesOrNo(_ isYes: Bool, of answer: Answer, into text: inout [UInt8])
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

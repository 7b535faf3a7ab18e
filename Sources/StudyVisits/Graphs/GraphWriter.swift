/// One way to write a graph as text.
protocol GraphWriter {
  /// Appends the whole graph to `text`, and has it written block by block by `text.endRow()` now and then.
  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError)
}

/// How a graph is written.
public enum GraphFormat: String, CaseIterable, Sendable {
  /// The language of Graphviz.
  case dot
  case svg, png, pdf
  /// One page with the drawing, for a browser.
  case html
  /// For other tools: Gephi, yEd, networkx, D3.
  case graphml, gexf, json
  /// For Markdown pages.
  case mermaid
  /// Tables of the edges and of the nodes.
  case csv
  case csvNodes = "csv-nodes"
  /// Trees at a terminal.
  case text

  /// The format that a file's ending stands for.
  public init?(endingOf path: String) {
    guard let ending = GraphFormat.ending(of: path) else { return nil }
    // Graphviz calls its language both.
    let meant = ending == "gv" ? GraphFormat.dot.fileEnding : ending
    guard let format = GraphFormat.allCases.first(where: { $0.fileEnding == meant }) else { return nil }
    self = format
  }

  /// What stands behind the last dot of a file's name, in lower case.
  public static func ending(of path: String) -> String? {
    path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased()
  }

  /// Whether it is a table, which spreadsheet programs open.
  public var isTable: Bool { self == .csv || self == .csvNodes }

  /// What the name of a file of it ends in.
  var fileEnding: String {
    switch self {
    case .dot, .svg, .png, .pdf, .html, .graphml, .gexf, .json, .csv: rawValue
    case .mermaid: "mmd"
    case .csvNodes: "csv"
    case .text: "txt"
    }
  }

  /// Whether Graphviz draws it.
  public var isDrawn: Bool {
    switch self {
    case .svg, .png, .pdf, .html: true
    case .dot, .graphml, .gexf, .json, .mermaid, .csv, .csvNodes, .text: false
    }
  }

  /// Whether it is no text, so that nothing good comes of it at a terminal.
  public var isBinary: Bool {
    switch self {
    case .png, .pdf: true
    case .dot, .svg, .html, .graphml, .gexf, .json, .mermaid, .csv, .csvNodes, .text: false
    }
  }
}

extension Graph {
  /// Writes the graph.
  ///
  /// - Parameters:
  ///   - layout: for formats that Graphviz draws.
  ///   - isForSpreadsheets: has tables begin with a byte order mark, and hold no cell that is taken for a formula.
  public func write(
    as format: GraphFormat,
    _ layout: GraphLayout = GraphLayout(),
    isForSpreadsheets: Bool = false,
    to sink: any ByteSink,
    isCancelled: @escaping () -> Bool = { false }
  ) throws(GraphWritingError) {
    var drawing: [UInt8] = []
    if format.isDrawn {
      drawing = try self.drawing(as: format == .html ? "svg" : format.rawValue, layout, isCancelled: isCancelled)
    }
    do throws(ByteSinkError) {
      switch format {
      case .dot: try write(DOTWriter(layout: layout), to: sink)
      case .svg, .png, .pdf: try sink.write(drawing)
      case .html: try write(HTMLWriter(drawing: drawing), to: sink)
      case .graphml: try write(GraphMLWriter(), to: sink)
      case .gexf: try write(GEXFWriter(), to: sink)
      case .json: try write(GraphJSONWriter(), to: sink)
      case .mermaid: try write(MermaidWriter(), to: sink)
      case .csv: try write(GraphCSVWriter(table: .edges, isForSpreadsheets: isForSpreadsheets), to: sink)
      case .csvNodes: try write(GraphCSVWriter(table: .nodes, isForSpreadsheets: isForSpreadsheets), to: sink)
      case .text: try write(GraphTextWriter(), to: sink)
      }
    } catch {
      throw .sink(error)
    }
  }

  /// Writes the graph to a file, which is whole afterwards or as it was.
  public func write(
    as format: GraphFormat,
    _ layout: GraphLayout,
    isForSpreadsheets: Bool = false,
    toFile path: String,
    isCancelled: @escaping () -> Bool
  ) throws(KnowledgeBaseError) {
    try OutputFile.write(to: path, isCancelled: isCancelled) { sink throws(KnowledgeBaseError) in
      do throws(GraphWritingError) {
        try write(as: format, layout, isForSpreadsheets: isForSpreadsheets, to: sink, isCancelled: isCancelled)
      } catch {
        throw KnowledgeBaseError(error, path: "`\(path)`")
      }
    }
  }

  /// What Graphviz draws; `format` is one of its own.
  func drawing(
    as format: String,
    _ layout: GraphLayout,
    isCancelled: @escaping () -> Bool
  ) throws(GraphWritingError) -> [UInt8] {
    let text = MemorySink()
    do throws(ByteSinkError) {
      try write(DOTWriter(layout: layout.settled(for: self)), to: text)
    } catch {
      throw .sink(error)
    }
    do throws(GraphFault) {
      return try Graphviz(isCancelled: isCancelled).drawing(of: text.bytes, as: format)
    } catch {
      throw .graph(error)
    }
  }

  func write(_ writer: consuming some GraphWriter, to sink: any ByteSink) throws(ByteSinkError) {
    var writer = writer
    var text = BlockWriter(sink)
    try writer.write(self, to: &text)
    try text.flush()
  }
}

/// Why a graph was not written, or not to its end.
public enum GraphWritingError: Error, Hashable, Sendable {
  case sink(ByteSinkError)
  case graph(GraphFault)
}

extension KnowledgeBaseError {
  public init(_ error: GraphWritingError, path: String) {
    switch error {
    case .sink(let error): self = .output(path: path, error)
    case .graph(.interrupted): self = .output(path: path, .interrupted)
    case .graph(let fault): self = .graph(fault)
    }
  }
}

extension ByteSink {
  func write(_ bytes: [UInt8]) throws(ByteSinkError) {
    var failure: ByteSinkError?
    bytes.withUnsafeBufferPointer { block in
      do throws(ByteSinkError) { try write(block) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

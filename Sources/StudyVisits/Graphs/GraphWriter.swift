/// One way to write a graph as text.
protocol GraphWriter {
  /// Appends the whole graph to `text`, and has it written block by block by `text.endRow()` now and then.
  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError)
}

/// How a graph is written.
public enum GraphFormat: String, CaseIterable, Sendable {
  /// The language of Graphviz.
  case dot

  /// The format that a file's ending stands for.
  public init?(endingOf path: String) {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased()
    guard let ending, let format = GraphFormat.allCases.first(where: { $0.fileEnding == ending }) else { return nil }
    self = format
  }

  /// What the name of a file of it ends in.
  var fileEnding: String {
    switch self {
    case .dot: rawValue
    }
  }
}

extension Graph {
  public func write(as format: GraphFormat, to sink: any ByteSink) throws(ByteSinkError) {
    switch format {
    case .dot: break
    }
  }

  private func write(_ writer: consuming some GraphWriter, to sink: any ByteSink) throws(ByteSinkError) {
    var writer = writer
    var text = BlockWriter(sink)
    try writer.write(self, to: &text)
    try text.flush()
  }
}

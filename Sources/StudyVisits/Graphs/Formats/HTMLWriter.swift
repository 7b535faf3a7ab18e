/// A graph as one page for a browser that asks for nothing else: the drawing, the graph as JSON, and the script and style
/// of `Page/`.
///
/// The page allows no request and, by their hashes, no script and style but its own; what comes from facts is text of
/// the drawing, of the title and of a block of data.
struct HTMLWriter: GraphWriter {
  /// What Graphviz drew, in SVG.
  let drawing: [UInt8]

  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    let page = String(decoding: PackageResources.page_html, as: UTF8.self)
    for (number, piece) in page.split(separator: "{{", omittingEmptySubsequences: false).enumerated() {
      // Each but the first begins with the name of what stands there.
      let parts =
        number == 0 ? ["", piece] : piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
      switch parts[0] {
      case "title": XMLText.append(graph.title, to: &text.bytes)
      case "style": text.bytes.append(contentsOf: PackageResources.page_css)
      case "drawing": appendDrawing(to: &text.bytes)
      case "graph": try appendGraph(graph, to: &text.bytes)
      case "script": text.bytes.append(contentsOf: PackageResources.page_js)
      case let name: precondition(name.isEmpty, "a page has no part `\(name)`")
      }
      text.bytes.append(contentsOf: parts[1].utf8)
      try text.endRow()
    }
  }

  /// The element alone, without what a file of XML begins with.
  private func appendDrawing(to text: inout [UInt8]) {
    let start = drawing.indices.first { drawing[$0...].starts(with: "<svg".utf8) }
    text.append(contentsOf: drawing[(start ?? drawing.endIndex)...])
  }

  /// JSON in which nothing ends the element that holds it.
  private func appendGraph(_ graph: Graph, to text: inout [UInt8]) throws(ByteSinkError) {
    let json = MemorySink()
    try graph.write(GraphJSONWriter(), to: json)
    for byte in json.bytes {
      if byte == UInt8(ascii: "<") { text.append("\\u003c") } else { text.append(byte) }
    }
  }
}

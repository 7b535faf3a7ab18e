/// A flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html), as Markdown pages show it.
struct MermaidWriter: GraphWriter {
  mutating func write(_ graph: Graph, to text: inout BlockWriter) throws(ByteSinkError) {
    text.bytes.append("---\ntitle: ")
    JSONText.append(graph.caption, to: &text.bytes)
    text.bytes.append("\n---\nflowchart LR\n")
    let members = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].cluster }
    for (number, cluster) in graph.clusters.enumerated() {
      text.bytes.append("  subgraph cluster_")
      text.bytes.append(contentsOf: cluster.id.utf8)
      text.bytes.append("[")
      MermaidWriter.appendQuoted(cluster.name, to: &text.bytes)
      text.bytes.append("]\n")
      for node in members[number] ?? [] {
        write(graph.nodes[node], to: &text.bytes)
        try text.endRow()
      }
      text.bytes.append("  end\n")
    }
    for node in members[nil] ?? [] {
      write(graph.nodes[node], to: &text.bytes)
      try text.endRow()
    }
    for edge in graph.edges {
      write(edge, of: graph, to: &text.bytes)
      try text.endRow()
    }
    for entry in NodeStyle.allCases where graph.nodes.contains(where: { $0.style == entry }) {
      text.bytes.append(
        contentsOf: "  classDef \(entry.rawValue)_ fill:\(entry.fill),stroke:#404040,color:#000000\n".utf8
      )
    }
  }

  private func write(_ node: Graph.Node, to text: inout [UInt8]) {
    let (opening, closing) = node.style.mermaidBrackets
    text.append("  ")
    text.append(contentsOf: node.id.utf8)
    text.append(contentsOf: opening.utf8)
    MermaidWriter.appendQuoted(node.label, to: &text)
    text.append(contentsOf: closing.utf8)
    text.append(contentsOf: ":::\(node.style.rawValue)_\n".utf8)
    guard let url = node.url else { return }
    text.append("  click ")
    text.append(contentsOf: node.id.utf8)
    text.append(" href \"")
    for byte in url.utf8 {
      switch byte {
      case 0x21, 0x23...0x3B, 0x3D, 0x3F...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x7E: text.append(byte)
      default: text.append(contentsOf: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
      }
    }
    text.append("\" _blank\n")
  }

  private func write(_ edge: Graph.Edge, of graph: Graph, to text: inout [UInt8]) {
    let label = edge.relations.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n")
    text.append("  ")
    text.append(contentsOf: graph.nodes[edge.from].id.utf8)
    text.append(graph.isDirected ? " -->" : " ---")
    if !label.isEmpty {
      text.append("|")
      MermaidWriter.appendQuoted(label, to: &text)
      text.append("|")
    }
    text.append(" ")
    text.append(contentsOf: graph.nodes[edge.to].id.utf8)
    text.append("\n")
  }

  /// Appends text in quotation marks: what might mean something to Mermaid, Markdown or HTML by number (`#34;`), line
  /// breaks as `<br/>`, control characters as `\u{1}`; nothing at all as a blank, for a label must not be empty.
  private static func appendQuoted(_ shown: String, to text: inout [UInt8]) {
    text.append("\"")
    if shown.isEmpty { text.append(" ") }
    for scalar in shown.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ",", "(", ")", "'", "-": text.append(UInt8(scalar.value))
      case "\n": text.append("<br/>")
      case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}":
        text.append(contentsOf: "#92;u#123;\(String(scalar.value, radix: 16))#125;".utf8)
      case "!"..."~": text.append(contentsOf: "#\(scalar.value);".utf8)
      default: text.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
      }
    }
    text.append("\"")
  }
}

extension NodeStyle {
  /// What stands around the label; outlines alone tell most kinds apart.
  fileprivate var mermaidBrackets: (String, String) {
    switch self {
    case .country: ("[[", "]]")
    case .place: ("((", "))")
    case .organisation: ("[", "]")
    case .person: ("([", "])")
    case .visit: (">", "]")
    case .meeting: ("{{", "}}")
    case .agreement: ("[/", "/]")
    case .topic: ("{", "}")
    case .policy: ("[\\", "\\]")
    case .happening: ("[/", "\\]")
    case .document: ("[(", ")]")
    case .other: ("(", ")")
    }
  }
}

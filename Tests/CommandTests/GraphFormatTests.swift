import Foundation
import Testing

/// Which of the tools that read graphs are there.
enum Tools {
  static let chromium = ["chromium", "chromium-browser", "google-chrome"].first(where: isThere)
  static let hasGraphviz = isThere("dot")
  static let hasPython = FileManager.default.isExecutableFile(atPath: python)
  /// Debian's own, for which its packages are installed.
  static let python = "/usr/bin/python3"
  static let hasNetworkx = canImport("networkx")
  /// With what networkx takes for PageRank.
  static let hasMeasures = canImport("networkx, scipy")

  private static func canImport(_ modules: String) -> Bool {
    guard hasPython else { return false }
    let arguments = ["-c", "import \(modules)"]
    guard let process = try? Process.run(URL(fileURLWithPath: python), arguments: arguments) else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private static func isThere(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }
}

/// Graphs of hostile names in every format, read back by readers of others: the same nodes, edges and labels.
@Suite(.serialized, .enabled(if: Tools.hasPython, "Python is not installed"))
struct GraphFormatTests {
  typealias Text = [Unicode.Scalar]

  private struct Reading: Decodable {
    let nodes: [[String]]
    let edges: [[String]]
  }

  @Test(.enabled(if: Tools.hasGraphviz, "Graphviz is not installed"))
  func `Graphviz reads DOT`() throws {
    // What Graphviz writes must be XML, and it takes all but line breaks for one of a blank.
    try expectSame("dot", as: "dot") { $0 == "\n" ? false : $0.value < 0x20 || $0 == "\u{7F}" || isNoCharacter($0) }
  }

  @Test(.enabled(if: Tools.hasNetworkx, "networkx is not installed"))
  func `networkx reads GraphML`() throws { try expectSame("graphml", as: "graphml", isShownAsEscape: isNotXML) }

  @Test(.enabled(if: Tools.hasNetworkx, "networkx is not installed"))
  func `networkx reads GEXF`() throws { try expectSame("gexf", as: "gexf", isShownAsEscape: isNotXML) }

  @Test func `a parser of XML reads GraphML`() throws {
    try expectSame("graphml", as: "xml", isShownAsEscape: isNotXML)
  }

  @Test func `a parser of JSON reads nodes and links`() throws { try expectSame("json", as: "json") { _ in false } }

  @Test func `a reader of CSV reads edges`() throws { try expectSame("csv", as: "csv") { _ in false } }

  @Test func `a reader of CSV reads nodes`() throws {
    try expectSame("csv-nodes", as: "csv-nodes", hasEdges: false) { _ in false }
  }

  @Test func `Mermaid holds all by number`() throws {
    try expectSame("mermaid", as: "mermaid", empty: " ") {
      $0 == "\n" ? false : $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || isNoCharacter($0)
    }
  }

  @Test func `a tree draws each edge once, a line each, and nothing that leads a terminal astray`() throws {
    let folder = try TemporaryFolder()
    let text = try written("text", in: folder)
    let branches = text.split(separator: "\n").filter { $0.contains("─ ") }
    #expect(branches.count == HostileNames.edges.count)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
    #expect(!text.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) })
  }

  @Test func `NUL is refused on entry`() throws {
    let folder = try TemporaryFolder()
    try "node(\"a\\u{0}b\", \"a\", \"k\").\n".write(
      to: folder.url.appending(path: "nul.dl"),
      atomically: true,
      encoding: .utf8
    )
    let run = try CommandLineRun(folder: folder.url).run(["visitlog graph nul.dl"])
    #expect(run.statuses == [2])
    #expect(run.output.isEmpty)
  }

  @Test(arguments: ["dot", "graphml", "gexf", "mermaid", "json", "csv", "csv-nodes", "text"])
  func `two runs write the same bytes`(_ format: String) throws {
    let folder = try TemporaryFolder()
    #expect(try written(format, in: folder) == written(format, in: folder))
  }

  // MARK: The page

  @Test(.enabled(if: Tools.chromium != nil && Tools.hasGraphviz, "Chromium or Graphviz is not installed"))
  func `a browser runs nothing of hostile names, asks for nothing, and shows them all`() throws {
    let folder = try TemporaryFolder()
    let page = try browsed(in: folder, word: "searched for", kind: "hostile")
    #expect(
      page.nodes.map { Text($0[1].unicodeScalars) }.sorted(by: before)
        == HostileNames.all.map { Text($0.unicodeScalars) }.sorted(by: before)
    )
    #expect(page.drawn == HostileNames.all.count)
    #expect(page.edges == HostileNames.edges.count)
    #expect(page.found == ["searched for, hostile, 1 relation"])
    #expect(page.afterFilter == 0 && page.edgesAfterFilter == 0 && page.afterUnfilter == HostileNames.all.count)
    expectHarmless(page)
    // No element comes from a name: these are the page's and Graphviz's own.
    #expect(
      Set(page.elements).isDisjoint(with: [
        "b", "img", "iframe", "object", "embed", "base", "link", "foreignObject", "x",
      ])
    )
  }

  @Test(.enabled(if: Tools.chromium != nil && Tools.hasGraphviz, "Chromium or Graphviz is not installed"))
  func `search, zoom, evidence and filter work by mouse and by keyboard alone`() throws {
    let folder = try TemporaryFolder()
    let page = try browsed(in: folder, subject: "visit --evidence", word: "KEIO", kind: "meeting")
    expectHarmless(page)
    #expect(page.drawn == page.nodes.count && page.unnamed == 0)
    #expect(page.hover?.contains("[osce_jp_2018:") == true)
    #expect(page.wheel && page.drag && page.whole && page.closer)
    #expect(page.click.contains("[osce_jp_2018:"))
    #expect(page.firstStop == "search")
    #expect(page.found.count == 2 && page.found.allSatisfy { $0.contains("Keio University") })
    #expect(page.status == "2 found")
    #expect(page.searched?.hasPrefix("Keio University") == true)
    #expect(page.foundAfterEscape == 0)
    #expect(page.nodeByTab != nil && page.nodeByArrow != nil && page.nodeByTab != page.nodeByArrow)
    #expect(page.focusHint?.contains("[osce_jp_2018:") == true)
    #expect(page.pressed == "true" && page.details.contains("[osce_jp_2018:"))
    #expect(page.zoomByKey && page.moveByKey)
    #expect(page.afterFilter == page.nodes.count - 6 && page.afterUnfilter == page.nodes.count)
    #expect(page.edgesAfterFilter < page.edges)
  }

  private struct Page: Decodable {
    let nodes: [[String]]
    let elements, found, requests: [String]
    let drawn, edges, handlers, unnamed, foundAfterEscape, afterFilter, edgesAfterFilter, afterUnfilter, dialogs: Int
    let wheel, drag, whole, closer, zoomByKey, moveByKey: Bool
    let hover, searched, nodeByTab, nodeByArrow, focusHint, pressed: String?
    let click, firstStop, status, details: String
    let complaints: [Complaint]

    struct Complaint: Decodable {}
  }

  private func expectHarmless(_ page: Page) {
    #expect(page.requests.isEmpty)
    #expect(page.dialogs == 0)
    #expect(page.handlers == 0)
    #expect(page.complaints.isEmpty)
  }

  /// What `browse.py` says of the page.
  private func browsed(in folder: TemporaryFolder, subject: String? = nil, word: String, kind: String) throws -> Page {
    if subject == nil { try HostileNames.write(to: folder.url) }
    let chromium = try #require(Tools.chromium)
    let run = try CommandLineRun(folder: folder.url).run([
      "visitlog graph \(subject ?? HostileNames.file) --format html > page.html 2> said.txt",
      "\(Tools.python) '\(readers)/browse.py' \(chromium) page.html '\(word)' '\(kind)'",
    ])
    try #require(run.statuses == [0, 0], "\(run.errors)")
    return try JSONDecoder().decode(Page.self, from: Data(run.output.utf8))
  }

  // MARK: Comparing

  private let readers = CommandLineRun.package.path + "/Tests/CommandTests/Readers"

  private func written(_ format: String, in folder: TemporaryFolder) throws -> String {
    try HostileNames.write(to: folder.url)
    let run = try CommandLineRun(folder: folder.url).run([
      "visitlog graph \(HostileNames.file) --format \(format) 2> said.txt"
    ])
    #expect(run.statuses == [0])
    return run.output
  }

  /// Whether a reader finds what was written.
  ///
  /// - Parameter isShownAsEscape: what the format cannot hold, which stands there as `\u{1}`.
  private func expectSame(
    _ format: String,
    as reader: String,
    empty: String = "",
    hasEdges: Bool = true,
    isShownAsEscape: (Unicode.Scalar) -> Bool
  ) throws {
    let folder = try TemporaryFolder()
    try HostileNames.write(to: folder.url)
    let run = try CommandLineRun(folder: folder.url).run([
      "visitlog graph \(HostileNames.file) --format \(format) > graph.\(format) 2> said.txt",
      "\(Tools.python) '\(readers)/read_graph.py' \(reader) graph.\(format)",
    ])
    try #require(run.statuses == [0, 0], "\(run.errors)")
    let reading = try JSONDecoder().decode(Reading.self, from: Data(run.output.utf8))
    func shown(_ name: String) -> Text {
      (name.isEmpty ? empty : name).unicodeScalars.flatMap { scalar in
        isShownAsEscape(scalar) ? Text("\\u{\(String(scalar.value, radix: 16))}".unicodeScalars) : [scalar]
      }
    }
    #expect(Set(reading.nodes.map { $0[0] }).count == HostileNames.all.count)
    let labels = reading.nodes.map { Text($0[1].unicodeScalars) }.sorted(by: before)
    #expect(labels == HostileNames.all.map(shown).sorted(by: before))
    guard hasEdges else { return }
    let byID = Dictionary(uniqueKeysWithValues: reading.nodes.map { ($0[0], Text($0[1].unicodeScalars)) })
    let edges = try reading.edges.map { edge in
      [try #require(byID[edge[0]]), try #require(byID[edge[1]]), Text(edge[2].unicodeScalars)]
    }
    let expected = HostileNames.edges.map { edge in
      [shown(edge.from), shown(edge.to), edge.label.isEmpty ? [] : shown(edge.label)]
    }
    #expect(Set(edges) == Set(expected))
    #expect(edges.count == expected.count)
  }
}

private func before(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Bool { a.lexicographicallyPrecedes(b) }

private func isNoCharacter(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{FFFE}" || scalar == "\u{FFFF}" }

private func isNotXML(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 && !["\t", "\n", "\r"].contains(scalar) || isNoCharacter(scalar)
}

/// Names that have broken writers of graphs, as a file that draws them.
enum HostileNames {
  static let file = "hostile.dl"

  private static let pieces = [
    ":", "\"", "\\", "\\N", "\\G", "\\E", "\\l", "\\n", "<b>", "</b>", "{}|", "\n", "\r\n", "\t", "]]>", "<![CDATA[",
    "--", "-->",
    "<!--", "node", "graph", "digraph", "subgraph", "end", "edge", "strict", "'", "`", "&", "&amp;", "&lt;", "&#10;",
    "#quot;",
    "#35;", ";", ",", "=", "%", "%%", "%%{init: {}}%%", "//", "/*", "*/", "\u{1}", "\u{8}", "\u{B}", "\u{1B}[31m",
    "\u{7F}",
    "\u{85}", "\u{2028}", "\u{202E}", "\u{2066}", "\u{FEFF}", "\u{FFFD}", "\u{FFFE}", "\u{FFFF}", "é", "e\u{301}", "日本",
    "مثال",
    "שלום", "👩‍👩‍👧", "🇯🇵", "\u{AD}", "$", "${x}", "{{script}}", "</script>", "</style>", "</svg>", "</title>", "<x>",
  ]

  private static let whole = [
    "", " ", "  ", "a", "A", "searched for", "\\u{1}", "\\\"", "\"\\", "a\nb", "0", "-1", "1e5", "true", "null", "NaN",
    "<b>x</b>",
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)",
    "\" onclick=\"alert(1)",
    "' onload='alert(1)", "<svg/onload=alert(1)>", "<a href=\"javascript:alert(1)\">x</a>",
    "<iframe src=http://127.0.0.1:9/>",
    "<link rel=stylesheet href=http://127.0.0.1:9/>", "<style>*{display:none}</style>",
    "<base href=http://127.0.0.1:9/>",
    "<!--<script>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>",
    "</text><image href=\"http://127.0.0.1:9/\"/>",
    "=1+1", "@SUM(A1)", "a,b", "a;b", "a\tb", "e_a", "legend_person", "left_out", "cluster_legend",
    String(repeating: "long \"name\\ ", count: 900), String(repeating: "長", count: 3500),
    String(repeating: "x", count: 10_240),
  ]

  /// 500 different ones: those above, a few scalars of each plane, and mixtures.
  static let all: [String] = {
    var names = whole + pieces
    for plane in UInt32(0)...16 {
      for place: UInt32 in [0x41, 0x3042, 0xF000, 0xFFFD, 0xFFFE, 0xFFFF] {
        if let scalar = Unicode.Scalar(plane << 16 | place) {
          names.append("plane \(plane) " + String(Character(scalar)))
        }
      }
    }
    var seen: Set<[Unicode.Scalar]> = []
    names = names.filter { seen.insert(Array($0.unicodeScalars)).inserted }
    var state: UInt64 = 1
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    while names.count < 500 {
      let name = (0..<(2 + next(4))).map { _ in pieces[next(pieces.count)] }.joined()
      if seen.insert(Array(name.unicodeScalars)).inserted { names.append(name) }
    }
    return names
  }()

  /// Chains of five nodes, so that a drawing does not take long; each label is a name.
  static let edges: [(from: String, to: String, label: String)] = all.indices.filter { $0 % 5 < 4 }.map {
    (all[$0], all[$0 + 1], all[$0])
  }

  static func write(to folder: URL) throws {
    var text = ""
    for name in all { text += "node(\(literal(name)), \(literal(name)), \"hostile\").\n" }
    for edge in edges { text += "edge(\(literal(edge.from)), \(literal(edge.to)), \(literal(edge.label))).\n" }
    try text.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
  }

  private static func literal(_ name: String) -> String {
    var text = "\""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "a"..."z", "A"..."Z", "0"..."9", " ": text.unicodeScalars.append(scalar)
      default: text += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return text + "\""
  }
}

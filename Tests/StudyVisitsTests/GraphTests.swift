import Engine
import Foundation
import StudyVisits
import Testing

/// Where Graphviz is.
private let dot: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .map { $0 + "/dot" }.first(where: FileManager.default.isExecutableFile(atPath:))

/// Needs Graphviz, and is skipped where `dot` is not on the path.
@Suite(.enabled(if: dot != nil, "Graphviz is not installed"))
struct GraphTests {
  static let names = [
    "", " ", "a", "keio_university", "\"", "\\", "\\\"", "\"\\", "\\N", "\\G\\E\\T\\H\\L", "\\n", "a\nb", "\r\n",
    "<b>x</b>",
    "&amp;", "a & b", "&lt;", "a -> b;", "}", "/* x */", "// x", "# x", "日本", "Ўзбекистон", "مثال", "e\u{301}", "é",
    "👩‍👩‍👧",
    "\\", "\\\\", "\\\n", "a:b:c", "digraph", "\\:number 1", "\u{1}\t\u{7F}", "\\u{1}",
    String(repeating: "long \"name\\ ", count: 1000),
  ]

  @Test("Graphviz takes any name, keeps all apart and shows them as they are")
  func takesAnyName() throws {
    let columns = [
      Answer.Column(name: "A", type: .symbol), Answer.Column(name: "B", type: .number),
      Answer.Column(name: "Label", type: .symbol),
    ]
    let rows = GraphTests.names.map { [RenderingTests.Value.symbol($0), .number(1), .symbol($0)] }
    let sink = MemorySink()
    try RenderingTests.answer(columns, rows).write(as: .graph, to: sink)
    let graph = try layOut(sink.bytes)
    let nodes = try #require(graph["objects"] as? [[String: Any]])
    let edges = try #require(graph["edges"] as? [[String: Any]])
    let names = Set(GraphTests.names.map { Array($0.unicodeScalars) })
    #expect(nodes.count == names.count + 1)
    #expect(edges.count == names.count)
    // `dot` reports texts as DOT would write them: undo the escapes.
    let whole = nodes.map { plain($0["tooltip"] as? String ?? "") }
    #expect(
      Set(whole.map { Array($0.unicodeScalars) })
        == Set((GraphTests.names + ["1"]).map { Array(shown($0).unicodeScalars) })
    )
    let labels = nodes.compactMap { $0["label"] as? String }.map(plain)
    let short = GraphTests.names.filter { $0.utf8.count <= 26 }
    #expect(
      Set(labels.map { Array($0.unicodeScalars) })
        .isSuperset(of: (short + ["1"]).map { Array(shown($0).unicodeScalars) })
    )
    #expect(labels.allSatisfy { $0.split(separator: "\n").allSatisfy { $0.count <= 27 } && $0.count <= 120 })
  }

  private func layOut(_ text: [UInt8]) throws -> [String: Any] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(dot))
    process.arguments = ["-Tjson"]
    let input = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(text).write(to: input)
    defer { try? FileManager.default.removeItem(at: input) }
    process.standardInput = try FileHandle(forReadingFrom: input)
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && complaints.isEmpty, "\(complaints)")
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// A label of DOT as a reader sees it.
  private func plain(_ label: String) -> String {
    var text = ""
    var scalars = label.replacing("&amp;", with: "&").unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "\\", let next = scalars.next() else {
        text.unicodeScalars.append(scalar)
        continue
      }
      text.unicodeScalars.append(next == "n" ? "\n" : next)
    }
    return text
  }

  /// A symbol with its control characters shown.
  private func shown(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      let isControl = (scalar.value < 0x20 && scalar != "\n") || scalar.value == 0x7F
      text += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return text
  }
}

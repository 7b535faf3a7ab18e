import Foundation
import Testing

/// Whether `dot` is on the path.
private let hasGraphviz = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/dot")
}

/// The shipped views as Graphviz draws them; skipped where it is not installed.
@Suite(.serialized, .enabled(if: hasGraphviz, "Graphviz is not installed"))
struct GraphDrawingTests {
  static let views = [
    "agreements", "causes", "meetings", "organisations", "topics", "visit",
    "chains --param from=osce --param to=univ_tokyo", "chains --param from=jaan --param to=kg_gov",
    "neighbourhood --param of=OSCE", "neighbourhood --param of=ria --param hops=3",
    "meetings --evidence", "visit --evidence --rankdir TB", "visit --top 4",
  ]

  /// A rectangle that belongs to something.
  private struct Box {
    let name: String
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>

    init(_ name: String, centre: (Double, Double), width: Double, height: Double) {
      self.name = name
      x = (centre.0 - width / 2)...(centre.0 + width / 2)
      y = (centre.1 - height / 2)...(centre.1 + height / 2)
    }

    func covers(_ other: Box) -> Bool {
      x.overlaps(other.x) && y.overlaps(other.y)
        && min(x.upperBound, other.x.upperBound) - max(x.lowerBound, other.x.lowerBound) > 0.5
        && min(y.upperBound, other.y.upperBound) - max(y.lowerBound, other.y.lowerBound) > 0.5
    }
  }

  @Test(arguments: views, [true, false])
  func `a view is drawn without a warning, and nothing lies on anything else`(_ view: String, isShipped: Bool) throws {
    let folder = try TemporaryFolder()
    let run = CommandLineRun(folder: folder.url)
    let package = CommandLineRun.package.path
    let facts = isShipped ? "seeds/japan-open-data-2018.dl" : "Tests/CommandTests/Fixtures/two-visits.dl"
    let files = ["seeds/vocabulary.dl", "seeds/rules.dl", facts].map { "'\(package)/\($0)'" }.joined(separator: " ")
    let drawn = try run.run([
      "visitlog load \(files) --db kb.visitlog 2> load.txt",
      "visitlog graph \(view) --db kb.visitlog > graph.dot 2> said.txt", "dot -Tjson graph.dot",
    ])
    #expect(drawn.errors.isEmpty, "\(drawn.errors)")
    // One of the bases does not know what some views are asked for.
    guard drawn.statuses == [0, 0, 0] else { return #expect(drawn.statuses == [0, 2, 0]) }
    let graph = try #require(try JSONSerialization.jsonObject(with: Data(drawn.output.utf8)) as? [String: Any])
    let nodes = boxes(ofNodes: graph)
    let labels = boxes(ofLabels: graph)
    #expect(!nodes.isEmpty)
    for (place, node) in nodes.enumerated() {
      for other in nodes[(place + 1)...] where node.covers(other) { Issue.record("\(node.name) lies on \(other.name)") }
      for label in labels where node.covers(label) { Issue.record("the label \(label.name) covers \(node.name)") }
    }
  }

  private func boxes(ofNodes graph: [String: Any]) -> [Box] {
    let objects = graph["objects"] as? [[String: Any]] ?? []
    return objects.compactMap { object in
      guard let name = object["name"] as? String, let pos = object["pos"] as? String,
        let width = (object["width"] as? String).flatMap(Double.init),
        let height = (object["height"] as? String).flatMap(Double.init)
      else { return nil }
      let place = pos.split(separator: ",").compactMap { Double($0) }
      return Box(name, centre: (place[0], place[1]), width: width * 72, height: height * 72)
    }
  }

  private func boxes(ofLabels graph: [String: Any]) -> [Box] {
    var boxes: [Box] = []
    for edge in graph["edges"] as? [[String: Any]] ?? [] {
      var size = 9.0
      for operation in edge["_ldraw_"] as? [[String: Any]] ?? [] {
        if let font = operation["size"] as? Double { size = font }
        guard operation["op"] as? String == "T", let point = operation["pt"] as? [Double],
          let width = operation["width"] as? Double, let text = operation["text"] as? String
        else { continue }
        boxes.append(Box(text, centre: (point[0], point[1] + size * 0.3), width: width, height: size))
      }
    }
    return boxes
  }

  @Test func `drawings are what their format says, and files appear whole`() throws {
    let folder = try TemporaryFolder()
    let run = CommandLineRun(folder: folder.url)
    let drawn = try run.run([
      "visitlog graph causes --output a.svg 2> said", "visitlog graph causes --output a.png 2> said",
      "visitlog graph causes --format pdf > a.pdf 2> said", "visitlog graph causes --output b.svg 2> said",
    ])
    #expect(drawn.statuses == [0, 0, 0, 0], "\(drawn.errors)")
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appendingPathComponent(name)) }
    #expect(String(decoding: try bytes("a.svg"), as: UTF8.self).contains("Tōhoku earthquake"))
    #expect(try bytes("a.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try bytes("a.pdf").starts(with: Array("%PDF".utf8)))
    #expect(try bytes("a.svg") == bytes("b.svg"))
    let parts = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasSuffix(".part") }
    #expect(parts.isEmpty)
  }

  @Test func `more than 500 nodes are laid out by another engine, which is said`() throws {
    let folder = try TemporaryFolder()
    let facts = (1...501).map { "next(n\($0), n\($0 / 3))." }.joined(separator: "\n") + "\n?- next(A, B).\n"
    try Data(facts.utf8).write(to: folder.url.appendingPathComponent("chain.dl"))
    let run = CommandLineRun(folder: folder.url)
    let drawn = try run.run(["visitlog graph chain.dl --output a.svg"])
    #expect(drawn.statuses == [0])
    #expect(drawn.errors.contains("`sfdp` lays it out"))
  }

  @Test func `many edges between few nodes are drawn thin, with their labels in tooltips`() throws {
    let folder = try TemporaryFolder()
    let pairs = (0..<26).flatMap { a in (0..<a).map { b in "next(n\(a), n\(b), beside). next(n\(b), n\(a), behind)." } }
    let text = pairs.joined(separator: "\n") + "\n?- next(A, B, How).\n"
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("dense.dl"))
    let drawn = try CommandLineRun(folder: folder.url).run(["visitlog graph dense.dl --format svg"])
    #expect(drawn.statuses == [0])
    #expect(drawn.errors.contains("`sfdp` lays it out"))
    #expect(drawn.output.contains("xlink:title=\"beside\"") && !drawn.output.contains(">beside<"))
  }
}

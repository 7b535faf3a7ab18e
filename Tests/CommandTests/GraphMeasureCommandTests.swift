import Foundation
import Testing

/// What the shipped `graph.dl` says of random graphs is what networkx says.
@Suite(.enabled(if: Tools.hasMeasures, "networkx or SciPy is not installed"))
struct GraphMeasureCommandTests {
  private typealias Rows = [[Double]]

  /// How many columns each predicate has.
  private static let widths = [
    "articulation": 1, "betweenness": 2, "bridge": 2, "component": 2, "degree": 2, "distance": 3, "in_degree": 2,
    "out_degree": 2, "pagerank": 2,
  ]

  @Test(arguments: [(5, 6), (12, 11), (30, 30), (40, 60), (60, 200), (200, 220)])
  func `measures are those of networkx`(nodeCount: Int, arcCount: Int) throws {
    var state = UInt64(nodeCount * 1_000 + arcCount)
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % nodeCount
    }
    let folder = try TemporaryFolder()
    let arcs = (0..<arcCount).map { _ in (next(), next()) }
    try write(arcs.map { "\($0) \($1)\n" }.joined(), to: "arcs.txt", in: folder)
    let facts = arcs.map { "arc(\($0), \($1)).\n" }.joined()
    for (name, width) in GraphMeasureCommandTests.widths {
      let columns = (0..<width).map { "C\($0)" }.joined(separator: ", ")
      try write(".include \"graph.dl\"\n\(facts)?- \(name)(\(columns)).\n", to: "\(name).dl", in: folder)
    }
    let reader = CommandLineRun.package.appendingPathComponent("Tests/CommandTests/Readers/measure_graph.py").path
    let run = try CommandLineRun(folder: folder.url).run(
      ["\(Tools.python) '\(reader)' arcs.txt > wanted.json"]
        + GraphMeasureCommandTests.widths.keys.map { "visitlog run \($0).dl --format tsv > \($0).tsv" }
    )
    try #require(run.statuses.first == 0 && run.statuses.allSatisfy { $0 < 2 }, "\(run.errors)")
    let wanted = try JSONDecoder().decode([String: Rows].self, from: try contents("wanted.json", folder))
    for name in GraphMeasureCommandTests.widths.keys {
      let lines = String(decoding: try contents("\(name).tsv", folder), as: UTF8.self).split(separator: "\n")
      let found = lines.map { $0.split(separator: "\t").compactMap { Double($0) } }
      compare(found, try #require(wanted[name]), name)
    }
  }

  private func compare(_ found: Rows, _ wanted: Rows, _ name: String) {
    let (found, wanted) = (
      found.sorted { $0.lexicographicallyPrecedes($1) }, wanted.sorted { $0.lexicographicallyPrecedes($1) }
    )
    #expect(found.count == wanted.count, "\(name)")
    let isSame = zip(found, wanted).allSatisfy { a, b in
      a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-9 }
    }
    #expect(isSame, "\(name): \(found), not \(wanted)")
  }

  private func write(_ text: String, to file: String, in folder: TemporaryFolder) throws {
    try Data(text.utf8).write(to: folder.url.appendingPathComponent(file))
  }

  private func contents(_ file: String, _ folder: TemporaryFolder) throws -> Data {
    try Data(contentsOf: folder.url.appendingPathComponent(file))
  }
}

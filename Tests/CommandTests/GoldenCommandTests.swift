import Foundation
import Testing

/// The commands under `Golden`: a folder each, with `command` (shell lines, run in order, below a line with `#` that
/// says why they are there), perhaps `stdin`,
/// `environment` (`NAME=value` lines) and files that the command reads; `stdout`, `stderr` and `status` (a line for each
/// command) are what is expected. `RECORD_GOLDEN=1` rewrites these three, and still fails.
@Suite(.serialized)
struct GoldenCommandTests {
  private static let golden = CommandLineRun.package.appendingPathComponent("Tests/CommandTests/Golden")
  private static let expectations = ["stdout", "stderr", "status"]

  /// The names of all folders with a command.
  static let names: [String] = {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: golden.path)) ?? []
    return found.filter { !$0.hasPrefix(".") }.sorted()
  }()

  @Test func `the folder of golden commands holds some`() {
    #expect(!GoldenCommandTests.names.isEmpty)
  }

  @Test(arguments: names)
  func `a command answers as recorded`(_ name: String) throws {
    let source = GoldenCommandTests.golden.appendingPathComponent(name)
    let folder = try TemporaryFolder()
    for file in try FileManager.default.contentsOfDirectory(atPath: source.path) {
      guard !GoldenCommandTests.expectations.contains(file) else { continue }
      try FileManager.default.copyItem(
        at: source.appendingPathComponent(file),
        to: folder.url.appendingPathComponent(file)
      )
    }
    let stdin = folder.url.appendingPathComponent("stdin")
    let run = CommandLineRun(folder: folder.url, environment: try environment(in: source))
    let result = try run.run(
      try lines(of: source.appendingPathComponent("command")).filter { !$0.hasPrefix("#") },
      input: FileManager.default.fileExists(atPath: stdin.path) ? stdin : nil
    )
    let statuses = result.statuses.map { "\($0)\n" }.joined()
    for (file, actual) in zip(GoldenCommandTests.expectations, [result.output, result.errors, statuses]) {
      try compare(actual, with: source.appendingPathComponent(file))
    }
  }

  private func compare(_ actual: String, with file: URL) throws {
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try Data(actual.utf8).write(to: file)
      Issue.record("recorded \(file.lastPathComponent) of \(file.deletingLastPathComponent().lastPathComponent)")
      return
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    // Bytes, not Swift's equality, which takes canonically equivalent texts for one.
    let isSame = actual.utf8.elementsEqual(expected.utf8)
    #expect(isSame, "\(file.lastPathComponent) is\n\(actual)\nnot\n\(expected)")
  }

  private func lines(of file: URL) throws -> [String] {
    String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func environment(in folder: URL) throws -> [String: String] {
    let file = folder.appendingPathComponent("environment")
    guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
    let pairs = try lines(of: file).map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
    return Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") })
  }
}

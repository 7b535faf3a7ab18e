import Foundation
import Testing

/// A text beside what it is to give: `NAME.dl` and `NAME.expected`, found on disk.
struct GoldenCase: CustomTestStringConvertible, Sendable {
  let name: String
  let input: URL

  var testDescription: String { name }

  /// All pairs of a folder of `Golden`, by name.
  static func all(in folder: String) -> [GoldenCase] {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden").appending(path: folder)
    let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
    return files.filter { $0.pathExtension == "dl" }
      .map { GoldenCase(name: $0.deletingPathExtension().lastPathComponent, input: $0) }
      .sorted { $0.name < $1.name }
  }

  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: input)) }

  /// Compares with what is expected; with RECORD_GOLDEN=1 rewrites that, and fails all the same.
  func check(_ actual: String) throws {
    let expected = input.deletingPathExtension().appendingPathExtension("expected")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try Data(actual.utf8).write(to: expected)
      Issue.record("recorded \(name)")
      return
    }
    let known = try #require(try? Data(contentsOf: expected), "\(name) has no expected text")
    #expect(actual == String(decoding: known, as: UTF8.self), "\(name) differs")
  }
}

import Foundation
import Testing

/// The shipped questions, each beside its expected answer.
@Suite(.serialized)
struct QuestionFileTests {
  private static let folder = CommandLineRun.package.appendingPathComponent("queries")

  /// The names of all files of `queries` with this ending, without it.
  private static func names(_ ending: String) -> [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return found.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
  }

  static let questions = names(".dl")

  @Test func `every question has an answer and every answer a question`() {
    #expect(!QuestionFileTests.questions.isEmpty)
    #expect(QuestionFileTests.questions == QuestionFileTests.names(".expected"))
  }

  @Test(arguments: questions)
  func `a shipped question is answered as expected`(_ name: String) throws {
    let file = QuestionFileTests.folder.appendingPathComponent("\(name).dl")
    let folder = try TemporaryFolder()
    let result = try CommandLineRun(folder: folder.url).run(["visitlog run '\(file.path)' --example --format csv"])
    #expect(result.statuses == [0], "\(result.errors)")
    #expect(Array(result.output.utf8) == Array(try expected(name).utf8), "\(name) answers\n\(result.output)")
  }

  @Test func `a file loaded from the seeds answers as the shipped visit does`() throws {
    let seeds = CommandLineRun.package.appendingPathComponent("seeds").path
    let folder = try TemporaryFolder()
    let run = CommandLineRun(folder: folder.url)
    let loaded = try run.run(["visitlog load '\(seeds)'/*.dl --db kb.visitlog"])
    #expect(loaded.statuses == [0], "\(loaded.errors)")
    for name in QuestionFileTests.questions {
      let file = QuestionFileTests.folder.appendingPathComponent("\(name).dl").path
      let result = try run.run(["visitlog run '\(file)' --db kb.visitlog --format csv"])
      #expect(result.statuses == [0], "\(name): \(result.errors)")
      #expect(Array(result.output.utf8) == Array(try expected(name).utf8), "\(name) answers\n\(result.output)")
    }
  }

  private func expected(_ name: String) throws -> String {
    let file = QuestionFileTests.folder.appendingPathComponent("\(name).expected")
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}

import Datalog
import Foundation
import Testing

/// A text beside what is to be said about it: `NAME.dl`, `NAME.expected`.
struct Golden: CustomTestStringConvertible, Sendable {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden")

  let url: URL

  var testDescription: String { url.deletingPathExtension().lastPathComponent }

  /// Said by the name: `NAME.load.dl`, `NAME.prompt.dl`.
  var mode: CheckedProgram.Mode {
    switch url.deletingPathExtension().pathExtension {
    case "load": .load
    case "prompt": .prompt
    default: .run
    }
  }

  /// Rules that the knowledge base holds, for `NAME.stored.dl`.
  var stored: String? {
    url.deletingPathExtension().pathExtension == "stored"
      ? "hosted(H) :- met_at(_, H, _).\nfar(H) :- met_at(_, H, D), D > 2018-06.\n" : nil
  }

  var expected: URL { url.deletingPathExtension().appendingPathExtension("expected") }

  func input() throws -> String { try String(contentsOf: url, encoding: .utf8) }

  static func all(_ name: String) throws -> [Golden] {
    let folder = folder.appendingPathComponent(name)
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "dl" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map { Golden(url: $0) }
  }
}

@Suite("Goldens of checking")
struct CheckingGoldenTests {
  @Test("says and makes what is expected", arguments: try Golden.all("checking"))
  func matches(golden: Golden) throws {
    let checked = CheckedText(try golden.input(), mode: golden.mode, stored: golden.stored)
    let actual = checked.rendered + (checked.program?.text ?? "")
    let expected = try? String(contentsOf: golden.expected, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, actual != expected {
      try actual.write(to: golden.expected, atomically: true, encoding: .utf8)
    }
    #expect(actual == expected)
  }

  @Test("no input is empty, no folder is lost")
  func discovered() throws {
    #expect(try Golden.all("checking").count >= 45)
  }

  /// Codes that no text alone brings about, each with the place of its test.
  static let provenElsewhere: [DiagnosticCode: String] = [
    .includeCycle: "StudyVisitsTests, which reads included files",
    .unreadableInclude: "CommandTests, which reads included files",
    .fileOutside: "CommandTests, which reads included files",
    .unknownLimit: "StudyVisitsTests, which sets limits",
    .valuesNotThere: "StudyVisitsTests: known when a run ends",
    .missingCitation: "StudyVisitsTests: known when a load ends",
    .noAnswer: "CommandTests, golden no-answer: known when a run ends",
    .notUTF8: "LexerTests, for a golden is UTF-8",
    .nulCharacter: "LexerTests, for a golden is text",
    .notOneQuestion: "ParserTests, for a golden is a file",
  ]

  @Test("every code of text, names, types, safety and warnings owns a golden", arguments: DiagnosticCode.allCases)
  func owned(code: DiagnosticCode) throws {
    guard !code.rawValue.hasPrefix("E"), CheckingGoldenTests.provenElsewhere[code] == nil else { return }
    let folders = try FileManager.default.contentsOfDirectory(
      at: Golden.folder,
      includingPropertiesForKeys: nil,
      options: .skipsHiddenFiles
    )
    let texts = try folders.flatMap { try Golden.all($0.lastPathComponent) }
      .compactMap { try? String(contentsOf: $0.expected, encoding: .utf8) }
    #expect(texts.contains { $0.contains("[\(code.rawValue)]") })
  }
}

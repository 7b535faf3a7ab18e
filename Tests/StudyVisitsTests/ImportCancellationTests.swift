import Foundation
import Testing

@testable import StudyVisits

/// Ctrl-C while lists come in: nothing is stored, in whatever format and however far it has come.
@Suite struct ImportCancellationTests {
  /// The wish to end, after so many questions whether there is one.
  private final class Patience {
    private var left: Int

    init(_ count: Int) { left = count }

    func isOver() -> Bool {
      left -= 1
      return left < 0
    }
  }

  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("visitlog-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func options(_ patience: Patience) -> RunOptions {
    var options = RunOptions(today: (2026, 11, 29))
    options.isCancelled = patience.isOver
    return options
  }

  private static let rows = 0..<40

  private static let files = [
    "list.csv": "Full name,Country\n" + rows.map { "Ann \($0),Japan\n" }.joined(),
    "list.jsonl": rows.map { #"{"predicate":"person","id":"p\#($0)","name":"Ann \#($0)"}"# + "\n" }.joined(),
    "list.json": #"{"persons":["# + rows.map { #"{"id":"p\#($0)","name":"Ann \#($0)"}"# }.joined(separator: ",") + "]}",
    "list.ics": "BEGIN:VCALENDAR\n"
      + rows.map { "BEGIN:VEVENT\nUID:e\($0)\nDTSTART:20180629\nSUMMARY:Day \($0)\nEND:VEVENT\n" }.joined()
      + "END:VCALENDAR\n",
  ]

  private func write(_ name: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    try Data((ImportCancellationTests.files[name] ?? "").utf8).write(to: file)
    return file.path
  }

  @Test(arguments: files.keys.sorted())
  func `reading and coining identifiers end`(_ name: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try write(name)
    let path = folder.appendingPathComponent("kb.visitlog").path
    for count in [0, 1, 20, 60, 100] {
      let error = #expect(throws: KnowledgeBaseError.self) {
        try Import(file, into: path, options: options(Patience(count)))
      }
      #expect(error?.isInterruption == true, "after \(count)")
    }
    _ = try Import(file, into: path, options: options(Patience(.max)))
  }

  @Test func `reading a workbook ends`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("list.xlsx")
    let sink = MemorySink()
    try ImportTemplate.delegation.write(as: .xlsx, to: sink)
    try Data(sink.bytes).write(to: file)
    for count in 0..<10 {
      let error = #expect(throws: KnowledgeBaseError.self) {
        try Import(file.path, into: folder.path + "/kb.visitlog", options: options(Patience(count)))
      }
      #expect(error?.isInterruption == true, "after \(count)")
    }
  }

  @Test func `storing ends, and takes back what was stored`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try write("list.csv")
    let path = folder.appendingPathComponent("kb.visitlog").path
    final class Wish { var patience = Patience(.max) }
    let wish = Wish()
    var options = RunOptions(today: (2026, 11, 29))
    options.isCancelled = { wish.patience.isOver() }
    let found = try Import(file, into: path, options: options)
    let note = ChangeNote(time: "2026-11-29T00:00:00Z", author: nil, reason: nil)
    // From some count on it is done before it asks so often.
    for count in [0, 1, 4, 16, 64] {
      wish.patience = Patience(count)
      do {
        _ = try found.store(note: note)
      } catch {
        #expect(error.isInterruption, "after \(count)")
      }
    }
    wish.patience = Patience(.max)
    _ = try found.store(note: note)
    try KnowledgeBase.open(.file(path)).checkPredicates(["alias", "met"], options: options)
    #expect(try !Import(file, into: path, options: options).report.changesAnything)
  }
}

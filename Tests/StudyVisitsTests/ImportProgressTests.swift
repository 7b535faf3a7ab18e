import Foundation
import Testing

@testable import StudyVisits

/// How far an import has come, step by step.
@Suite struct ImportProgressTests {
  private final class Log {
    private(set) var steps: [StudyVisits.Progress.Step] = []
    private(set) var rows: [StudyVisits.Progress.Rows] = []

    func note(_ progress: StudyVisits.Progress) {
      guard case .step(let step, let rows, _) = progress else { return }
      if steps.last != step { steps.append(step) }
      if let rows { self.rows.append(rows) }
    }
  }

  private static let people = (0..<2_000).map { "Ann \($0)" }

  private static let lists = [
    "list.csv": "Full name,Country\n" + people.map { "\($0),Japan\n" }.joined(),
    "list.jsonl": people.map { #"{"predicate":"known","name":"\#($0)"}"# + "\n" }.joined(),
    "list.json": #"{"persons":["# + people.map { #"{"name":"\#($0)"}"# }.joined(separator: ",") + "]}",
  ]

  @Test(arguments: lists.keys.sorted())
  func `each step tells how many rows are done`(_ name: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("visitlog-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data((ImportProgressTests.lists[name] ?? "").utf8).write(to: file)
    let path = folder.appendingPathComponent("kb.visitlog").path
    var log = Log()
    var options = RunOptions(today: (2026, 11, 29))
    options.watch = { log.note($0) }
    let found = try Import(file.path, into: path, options: options)
    #expect(log.steps == [.reading, .comparing, .checking])
    #expect(log.rows.allSatisfy { $0.done <= $0.total ?? .max })
    log = Log()
    let stored = try found.store(note: ChangeNote(time: "2026-11-29T00:00:00Z", author: nil, reason: nil))
    #expect(log.steps == [.checking, .storing])
    #expect(log.rows.allSatisfy { $0.done <= $0.total ?? 0 })
    #expect(stored.text.contains("new facts"))
  }
}

import Engine
import Foundation
import StudyVisits
import Testing

/// What a knowledge base of the past answers, however it is asked: by look-ups in a large relation too.
struct LookingBackTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("visitlog-\(UUID().uuidString)")
  private var path: String { folder.appendingPathComponent("kb.visitlog").path }
  private var options: RunOptions { RunOptions(today: (2026, 11, 23)) }
  private static let now = "2026-11-23T00:00:00Z"
  /// So many that facts are looked up in the file.
  private static let count = 20_000

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  @Test func `every way to look sees the past as it was`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let orgs = (1...LookingBackTests.count).map { "org(o\($0), \"Name \($0)\") @ d:\($0 % 5)." }
    try load(
      """
      .decl org(id: symbol, name: symbol) key(id)
      .decl founded(org: symbol, year: number)
      founded(o7, 1999). founded(o8, 2001).
      old(O) :- founded(O, Y), Y < 2000.

      """ + orgs.joined(separator: "\n"),
      at: "2020-01-01T10:00:00Z"
    )
    let knowledgeBase = try KnowledgeBase.open(.file(path))
    for (place, entry) in ["org(o7, _)~", "org(o7, \"New\").", "org(o8, _)~", "org(x1, \"X\") @ e:9."].enumerated() {
      try enter(entry, into: knowledgeBase, at: "2020-02-0\(place + 1)T10:00:00Z")
    }
    try load("old(O) :- founded(O, _).\n", at: "2020-03-01T10:00:00Z")
    _ = try knowledgeBase.amend(
      .retype("founded(year: date)"),
      note: ChangeNote(time: "2020-04-01T10:00:00Z", author: nil, reason: nil),
      options: options,
      agrees: { _ in true }
    )

    let past = try open("2020-01-15")
    #expect(try rows("org(o7, N)", past) == ["Name 7"])
    #expect(try rows("org(O, \"Name 8\")", past) == ["o8"])
    #expect(try rows("org(x1, N)", past) == [])
    #expect(try rows("N = count : { org(_, _) }", past) == ["\(LookingBackTests.count)"])
    #expect(try rows("org(o8, _) @ D:P", past) == ["d, 3"])
    #expect(try rows("evidence(org, e, P)", past) == [])
    #expect(try rows("mentions(e, P, X)", past) == [])
    #expect(try rows("mentions(d, P, o8)", past) == ["3"])
    #expect(try rows("old(O)", past) == ["o7"])
    #expect(try rows("founded(O, Y), Y < 2000", past) == ["o7, 1999"])
    let schema = try past.schema(options: options)
    #expect(schema.first { $0.name == "org" }?.text.hasSuffix("% \(LookingBackTests.count) facts") == true)
    #expect(schema.first { $0.name == "founded" }?.text.contains("year: number") == true)
    #expect(try past.descriptions(of: "Name 7", options: options).map(\.identifier) == ["o7"])
    let answer = try past.ask("founded(O, _)", options: options, warn: { _ in })
    #expect(Set(try past.names(of: answer, options: options).values) == ["Name 7", "Name 8"])
    let values = Vocabulary(of: past, options: options)
    for _ in 0..<500 {
      guard values.values(of: "org", column: 0, matching: "o8", limit: 5).isPartial else { break }
      Thread.sleep(forTimeInterval: 0.01)
    }
    #expect(values.values(of: "org", column: 0, matching: "o8", limit: 5).values.contains { $0.text == "o8" })
    #expect(values.values(of: "org", column: 0, matching: "x1", limit: 5).values.isEmpty)

    #expect(try rows("org(o7, N)", open("2020-02-01")) == [])
    #expect(try rows("org(o7, N)", open("2020-02-02T10:00:00Z")) == ["New"])
    #expect(try rows("org(o7, N)", open("2020-02-02T09:59:59Z")) == [])
    #expect(try rows("old(O)", open("2020-03")) == ["o7", "o8"])
    #expect(try rows("founded(O, 2001)", open("2020-04")) == ["o8"])
    #expect(try rows("org(o8, N)", knowledgeBase) == [])
  }

  @Test func `the past is not changed`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try load("p(a, b).\n", at: "2020-01-01T10:00:00Z")
    let past = try open("2020-01-01")
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    for entry in ["p(c, d).", "p(a, _)~"] {
      let error = #expect(throws: KnowledgeBaseError.self) {
        try enter(entry, into: past, at: "2020-02-01T10:00:00Z")
      }
      #expect(error?.summary.contains(".asof now") == true)
    }
    let amendment = #expect(throws: KnowledgeBaseError.self) {
      try past.amend(.undo(nil), note: note("2020-02-01T10:00:00Z"), options: options, agrees: { _ in true })
    }
    #expect(amendment?.summary.contains(".asof now") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    try enter("q(X) :- p(X, _).", into: past, at: "2020-02-01T10:00:00Z")
    #expect(try rows("q(X)", past) == ["a"])
  }

  private func note(_ time: String) -> ChangeNote { ChangeNote(time: time, author: nil, reason: nil) }

  private func load(_ text: String, at time: String) throws {
    let file = folder.appendingPathComponent("text.dl")
    try Data(text.utf8).write(to: file)
    _ = try KnowledgeBase.load(
      [file.path],
      into: path,
      note: note(time),
      allowsViolations: false,
      options: options,
      warn: { _ in }
    )
  }

  private func enter(_ entry: String, into knowledgeBase: KnowledgeBase, at time: String) throws {
    let correspondent = Correspondent(warn: { _ in }, emit: { _ in })
    _ = try knowledgeBase.enter(Array(entry.utf8), note: note(time), options: options, for: correspondent)
  }

  private func open(_ moment: String) throws -> KnowledgeBase {
    try KnowledgeBase.open(.file(path), asOf: try Moment(moment, now: LookingBackTests.now))
  }

  private func rows(_ question: String, _ knowledgeBase: KnowledgeBase) throws -> [String] {
    let answer = try knowledgeBase.ask(question, options: options, warn: { _ in })
    let width = answer.columns.count
    return (0..<answer.rowCount).map { row in
      (0..<width).map { answer.values.text(of: answer.words[row * width + $0], answer.columns[$0].type) }
        .joined(separator: ", ")
    }
  }
}

import Engine
import Foundation
import StudyVisits
import Testing

/// What entities are called.
@Suite struct NamingTests {
  private static var options: RunOptions { RunOptions(today: (2026, 11, 23)) }

  private static let program = """
    .decl org(id: symbol, kind: symbol, name: symbol) key(id)
    .decl visit(id: symbol, title: symbol) key(id)
    .decl passage(document: symbol, n: number, title: symbol) key(document, n)
    .decl meeting(id: symbol) key(id)
    org(keio, university, "Keio University"). org(nii, institute, ""). org(uz, state, "uz").
    visit(v1, "Study visit"). visit(keio, "Another keio"). meeting(m1). passage(doc, 1, "no name").

    """

  /// The names that an answer's words have, by the texts of their identifiers.
  private static func names(_ knowledgeBase: KnowledgeBase, _ answer: Answer) throws -> [String: String] {
    let names = try knowledgeBase.names(of: answer, options: options)
    return Dictionary(uniqueKeysWithValues: names.map { (answer.values.symbols[$0.key], $0.value) })
  }

  private static func enter(_ entry: String, at knowledgeBase: KnowledgeBase) throws -> [Answer] {
    var answers: [Answer] = []
    _ = try knowledgeBase.enter(
      Array(entry.utf8),
      note: ChangeNote(time: "2026-11-23T00:00:00Z", author: nil, reason: nil),
      options: options,
      for: Correspondent(
        warn: { _ in },
        emit: { event in if case .answer(let answer) = event { answers.append(answer) } }
      )
    )
    return answers
  }

  private static let question = "?- org(X, _, _) ; visit(X, _) ; meeting(X) ; passage(X, _, _)."

  @Test func `an entity's name stands in the column name or title of the predicate whose key it is`() throws {
    let knowledgeBase = try KnowledgeBase.open(.nothing)
    _ = try NamingTests.enter(NamingTests.program, at: knowledgeBase)
    let answer = try #require(NamingTests.enter(NamingTests.question, at: knowledgeBase).first)
    #expect(answer.rowCount == 6)
    #expect(try NamingTests.names(knowledgeBase, answer) == ["keio": "Keio University", "v1": "Study visit"])
  }

  @Test func `names follow the facts of the sitting`() throws {
    let knowledgeBase = try KnowledgeBase.open(.nothing)
    _ = try NamingTests.enter(NamingTests.program, at: knowledgeBase)
    let question = "?- X = keio."
    let before = try #require(NamingTests.enter(question, at: knowledgeBase).first)
    #expect(try NamingTests.names(knowledgeBase, before) == ["keio": "Keio University"])
    _ = try NamingTests.enter("org(keio, _, _)~", at: knowledgeBase)
    #expect(try NamingTests.names(knowledgeBase, before) == ["keio": "Another keio"])
    _ = try NamingTests.enter("org(keio, university, \"慶應義塾\").", at: knowledgeBase)
    let after = try #require(NamingTests.enter(question, at: knowledgeBase).first)
    #expect(try NamingTests.names(knowledgeBase, after) == ["keio": "慶應義塾"])
  }

  @Test(arguments: [3, 20_000])
  func `names come from a file, however large, and outlive a change of it`(_ count: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("visitlog-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("facts.dl").path
    let path = folder.appendingPathComponent("kb.visitlog").path
    let facts = (0..<count).map { "org(o\($0), ngo, \"Organisation \($0)\").\n" }.joined()
    try Data((".decl org(id: symbol, kind: symbol, name: symbol) key(id)\n" + facts).utf8)
      .write(to: URL(fileURLWithPath: source))
    _ = try KnowledgeBase.load(
      [source],
      into: path,
      note: ChangeNote(time: "2026-11-23T00:00:00Z", author: nil, reason: nil),
      allowsViolations: false,
      options: NamingTests.options,
      warn: { _ in }
    )
    let knowledgeBase = try KnowledgeBase.open(.file(path))
    let answer = try knowledgeBase.ask("X = o1 ; X = o2 ; X = no_org", options: NamingTests.options) { _ in }
    let expected = ["o1": "Organisation 1", "o2": "Organisation 2"]
    #expect(try NamingTests.names(knowledgeBase, answer) == expected)
    _ = try NamingTests.enter("org(o_more, ngo, \"More\").", at: knowledgeBase)
    #expect(try NamingTests.names(knowledgeBase, answer) == expected)
    let more = try knowledgeBase.ask("org(X, _, \"More\")", options: NamingTests.options) { _ in }
    #expect(try NamingTests.names(knowledgeBase, more) == ["o_more": "More"])
  }

  @Test func `a file that is run names entities by its own facts`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("visitlog-\(UUID().uuidString).dl")
    try Data((NamingTests.program + "?- org(X, university, _).\n").utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let knowledgeBase = try KnowledgeBase.open(.nothing)
    var named: [[String: String]] = []
    try knowledgeBase.run(
      [file.path],
      options: NamingTests.options,
      warn: { _ in },
      emit: { event throws(KnowledgeBaseError) in
        guard case .answer(let answer) = event else { return }
        let names = try knowledgeBase.names(of: answer, options: NamingTests.options)
        named.append(Dictionary(uniqueKeysWithValues: names.map { (answer.values.symbols[$0.key], $0.value) }))
      }
    )
    #expect(named == [["keio": "Keio University"]])
  }
}

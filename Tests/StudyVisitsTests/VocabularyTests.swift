import Foundation
import StudyVisits
import Testing

@Suite struct VocabularyTests {
  private static var options: RunOptions { RunOptions(today: (2026, 1, 1)) }
  private static let note = ChangeNote(time: "2026-01-01T00:00:00Z", author: nil, reason: nil)

  @Test(
    "case, accents, width and script make no difference",
    arguments: [
      ("Тошкент", "toshkent"), ("Tōkyō", "tokyo"), ("Oʻzbekiston", "ozbekiston"), ("Ўзбекистон", "ozbekiston"),
      ("O'zbekiston", "ozbekiston"), ("univ_tokyo", "univ tokyo"), ("ＫＥＩＯ", "keio"), ("İstanbul", "istanbul"),
      ("унив", "univ"), ("東京大学", "東京大学"), ("  a -- b ", "a b "), ("e\u{301}", "e"), ("й", "y"),
    ]
  )
  func folds(_ text: String, _ expected: String) {
    #expect(String(decoding: folded(text), as: UTF8.self) == expected)
  }

  @Test(
    "an organisation is found by what it is called",
    arguments: [
      ("kei", ["keio"]), ("KEIO", ["keio"]), ("university", ["univ_tokyo", "keio"]), ("univ", ["univ_tokyo", "keio"]),
      ("унив", ["univ_tokyo", "keio"]), ("tokyo", ["univ_tokyo"]), ("Tōkyō", ["univ_tokyo"]), ("xyz", []),
    ]
  )
  func findsOrganisations(_ typed: String, _ expected: [String]) throws {
    let vocabulary = Vocabulary(of: try .open(.shipped), options: VocabularyTests.options)
    let found = vocabulary.values(of: "org", column: 0, matching: typed, limit: 100)
    #expect(found.values.map(\.text) == expected)
    #expect(found.totalCount == expected.count)
  }

  @Test("a column gets the entities of its facts' kind, a derived one those that its rules lead to")
  func fitsColumns() throws {
    let vocabulary = Vocabulary(of: try .open(.shipped), options: VocabularyTests.options)
    func texts(_ predicate: String, _ column: Int, _ typed: String) -> Set<String> {
      Set(vocabulary.values(of: predicate, column: column, matching: typed, limit: 1000).values.map(\.text))
    }
    // No fact says that the university is a part of anything.
    #expect(texts("part_of", 0, "keio") == ["keio"])
    #expect(texts("met", 1, "keio") == ["keio"])
    #expect(texts("role_in", 2, "").isSuperset(of: ["supporter", "organiser", "host"]))
    #expect(texts("org", 1, "uni") == ["university"])
    #expect(texts("starts", 1, "2018").isSuperset(of: []))
    #expect(texts("about", 1, "keio") == [])
    let keio = vocabulary.values(of: "org", column: 0, matching: "keio", limit: 1).values[0]
    #expect(keio.kind == "university" && keio.name == "Keio University")
  }

  @Test("what is stated or taken back in a sitting is known at once")
  func followsSitting() throws {
    let knowledgeBase = try KnowledgeBase.open(.shipped)
    let vocabulary = Vocabulary(of: knowledgeBase, options: VocabularyTests.options)
    #expect(vocabulary.entities(matching: "zagreb", limit: 9).values.isEmpty)
    try enter("org(unizg, university, \"Sveučilište u Zagrebu\").", knowledgeBase)
    #expect(vocabulary.entities(matching: "zagreb", limit: 9).values.map(\.text) == ["unizg"])
    #expect(vocabulary.values(of: "org", column: 0, matching: "sveuciliste", limit: 9).values.map(\.text) == ["unizg"])
    try enter("org(unizg, _, _)~", knowledgeBase)
    #expect(vocabulary.entities(matching: "zagreb", limit: 9).values.isEmpty)
    try enter("ruler(X) :- part_of(_, X).", knowledgeBase)
    #expect(vocabulary.predicates().contains { $0.name == "ruler" && $0.isDerived })
  }

  @Test("a file's values are known, also after somebody has added to it")
  func followsFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("a.dl")
    let path = folder.appendingPathComponent("kb.visitlog").path
    try """
      .decl org(id: symbol, kind: symbol, name: symbol) key(id)
      .decl part_of(part: symbol, whole: symbol)
      org(mitc, ministry, "Вазирлик").
      org(toshkent_sh, city, "Тошкент шаҳри").
      """.write(to: source, atomically: true, encoding: .utf8)
    _ = try KnowledgeBase.load(
      [source.path],
      into: path,
      note: VocabularyTests.note,
      allowsViolations: false,
      options: VocabularyTests.options,
      warn: { _ in }
    )
    let knowledgeBase = try KnowledgeBase.open(.file(path))
    let vocabulary = Vocabulary(of: knowledgeBase, options: VocabularyTests.options)
    #expect(settled { vocabulary.values(of: "org", column: 0, matching: "vazir", limit: 9) } == ["mitc"])
    #expect(settled { vocabulary.values(of: "org", column: 0, matching: "toshkent", limit: 9) } == ["toshkent_sh"])
    try enter("org(keio, university, \"Keio\").", knowledgeBase)
    #expect(settled { vocabulary.values(of: "org", column: 0, matching: "keio", limit: 9) } == ["keio"])
    #expect(settled { vocabulary.entities(matching: "ke", limit: 9) } == ["keio"])
  }

  /// What is found once all has been read.
  private func settled(_ find: () -> FoundValues) -> [String] {
    for _ in 0..<500 {
      let found = find()
      if !found.isPartial { return found.values.map(\.text) }
      usleep(10_000)
    }
    return ["never read"]
  }

  private func enter(_ entry: String, _ knowledgeBase: KnowledgeBase) throws {
    _ = try knowledgeBase.enter(
      Array(entry.utf8),
      note: VocabularyTests.note,
      options: VocabularyTests.options,
      for: Correspondent(warn: { _ in }, emit: { _ in })
    )
  }
}

import StudyVisits
import Testing

/// What is told of one entity.
struct DescriptionTests {
  private let knowledgeBase: KnowledgeBase

  init() throws {
    knowledgeBase = try KnowledgeBase.open(.nothing)
    let program = """
      .decl org(id: symbol, name: symbol) key(id)
      .decl alias(entity: symbol, name: symbol)
      .decl part_of(part: symbol, whole: symbol)
      org(osce, "OSCE"). org(twin, osce). org(a, "Same"). org(b, "Same"). alias(a, "ОБСЕ"). part_of(a, osce) @ letter:3.
      """
    _ = try knowledgeBase.enter(
      Array(program.utf8),
      note: ChangeNote(time: "2026-11-28T00:00:00Z", author: nil, reason: nil),
      options: DescriptionTests.options,
      for: Correspondent(warn: { _ in }, emit: { _ in })
    )
  }

  private static var options: RunOptions { RunOptions(today: (year: 2026, month: 11, day: 28)) }

  private func identifiers(_ text: String) throws -> [String] {
    try knowledgeBase.descriptions(of: text, options: DescriptionTests.options).map(\.identifier)
  }

  @Test(arguments: [("osce", ["osce", "twin"]), ("Same", ["a", "b"]), ("ОБСЕ", ["a"]), ("letter", [])])
  func `an identifier comes first, then whoever bears the name`(text: String, expected: [String]) throws {
    if expected.isEmpty {
      #expect(throws: KnowledgeBaseError.self) { try identifiers(text) }
    } else {
      #expect(try identifiers(text) == expected)
    }
  }

  @Test func `each fact is told once, with the column, the other values and its sources`() throws {
    let description = try #require(try knowledgeBase.descriptions(of: "a", options: DescriptionTests.options).first)
    #expect(
      description.text == """
        a  Same
          org      id      name: Same
          alias    entity  name: ОБСЕ
          part_of  part    whole: osce (OSCE)  [letter:3]

        """
    )
  }

  @Test(arguments: ["обсе", "OBSE", "Obse a", "a  same"])
  func `a text that only one entity fits is enough`(text: String) throws {
    #expect(try identifiers(text) == ["a"])
  }

  @Test func `of several that fit the identifiers are told`() throws {
    do {
      _ = try identifiers("sam")
      Issue.record("two are called so")
    } catch let error as KnowledgeBaseError {
      #expect(error.summary.contains("did you mean `a` or `b`?"))
    }
  }

  @Test func `an unknown name gets its nearest`() throws {
    do {
      _ = try identifiers("ocse")
      Issue.record("nothing is called `ocse`")
    } catch let error as KnowledgeBaseError {
      #expect(error.summary.contains("did you mean `osce` or `OSCE`?"))
    }
  }
}

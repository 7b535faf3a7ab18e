import Shell
import StudyVisits
import Testing

/// What Tab offers, by the place of the cursor, which `|` marks.
struct EntryCompleterTests {
  private static let program = """
    .decl org(id: symbol, kind: symbol, name: symbol) key(id)
    .decl alias(entity: symbol, name: symbol, lang: symbol, kind: symbol)
    .decl place(id: symbol, kind: symbol, name: symbol) key(id)
    .decl met(who: symbol, whom: symbol)
    org(univ_tokyo, university, "University of Tokyo").
    org(univ_tohoku, university, "Tōhoku University").
    org(mitc_uz, ministry, "Ministry of Digital Technologies").
    org("Ўзбекистон", ministry, "O‘zbekiston").
    place(tashkent, city, "Tashkent").
    alias(tashkent, "Тошкент", uz, name).
    alias(univ_tokyo, "東京大学", ja, name).
    met(mitc_uz, univ_tokyo).
    partner(X) :- met(_, X).
    """

  private let knowledgeBase: KnowledgeBase
  private let vocabulary: Vocabulary
  private let options = RunOptions(today: (2026, 11, 28))

  init() throws {
    knowledgeBase = try KnowledgeBase.open(.nothing)
    vocabulary = Vocabulary(of: knowledgeBase, options: options)
    try enter(EntryCompleterTests.program)
  }

  private func enter(_ text: String) throws {
    let correspondent = Correspondent(warn: { _ in }, emit: { _ in }, agrees: { _ in true })
    _ = try knowledgeBase.enter(
      Array(text.utf8),
      note: ChangeNote(time: "2026-11-28T12:00:00Z", author: nil, reason: nil),
      options: options,
      for: correspondent
    )
  }

  /// The completion of a text with a mark, and the text with the common beginning or the only candidate in place.
  private func complete(_ marked: String) -> (candidates: [String], result: String) {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map { Array($0.utf8) }
    let text = parts[0] + parts[1]
    let completer = EntryCompleter(vocabulary: vocabulary, home: nil)
    let completion = completer.completion(of: text, cursor: parts[0].count)
    let put =
      completion.candidates.count == 1
      ? completion.candidates[0].text + completion.candidates[0].ending : completion.common
    var result = text
    if let put { result.replaceSubrange(completion.replaced, with: Array(put.utf8)) }
    return (completion.candidates.map(\.text), String(decoding: result, as: UTF8.self))
  }

  @Test(arguments: [
    (".desc|", ".describe "), (".describe tok|", ".describe univ_tokyo"), (".describe Тош|", ".describe tashkent"),
    (".lines cl|", ".lines clear"), (".facts par|", ".facts partner"),
    ("par|", "partner("), ("org(univ_tok|", "org(univ_tokyo"), ("org(uni|", "org(univ_to"),
    ("org(tohoku|", "org(univ_tohoku"), ("org(X, uni|", "org(X, university"),
    ("org(X, kind: min|", "org(X, kind: ministry"), ("org(X, ki|", "org(X, kind: "),
    ("met(mitc_uz, uni|", "met(mitc_uz, univ_to"), ("partner(tok|", "partner(univ_tokyo"),
    ("partner(東京|", "partner(univ_tokyo"), ("partner(ＴＯＫ|", "partner(univ_tokyo"),
    ("org(O, university, N), met(O, W), W != tok|", "org(O, university, N), met(O, W), W != univ_tokyo"),
    ("org(Organisation, K, N), met(Org|", "org(Organisation, K, N), met(Organisation"),
    ("org(ozb|", "org(\"Ўзбекистон\""), ("org(\"toho|", "org(univ_tohoku"),
    (".retract met(mitc|", ".retract met(mitc_uz"),
  ])
  func `one candidate or what all begin with is put in`(marked: String, result: String) {
    #expect(complete(marked).result == result)
  }

  @Test func `a column of organisations takes organisations`() {
    let offered = complete("met(|").candidates
    #expect(offered.contains("univ_tohoku"))
    #expect(!offered.contains("tashkent"))
    #expect(!offered.contains("university"))
  }

  @Test(arguments: ["% tok|", "/* par|", "org(univ_tokyo tok|", "12|", ".author x|"])
  func `nothing is offered where nothing can stand`(marked: String) {
    #expect(complete(marked).candidates.isEmpty)
  }

  @Test func `what is added is offered at once, and what is taken back no more`() throws {
    #expect(complete("org(keio|").candidates.isEmpty)
    try enter("org(keio_university, university, \"Keio University\").")
    #expect(complete("org(keio|").candidates == ["keio_university"])
    try enter("org(keio_university, _, _)~")
    #expect(complete("org(keio|").candidates.isEmpty)
  }
}

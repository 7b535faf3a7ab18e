import Datalog
import Testing

@Suite struct DisplayWidthTests {
  @Test(
    arguments: [
      ("", 0), ("Tokyo", 5), ("Tōhoku", 6), ("To\u{304}hoku", 6), ("日本", 4), ("Ўзбекистон", 10), ("한국", 4),
      ("\u{1112}\u{1161}\u{11AB}", 2), ("👩‍👩‍👧", 2), ("🇯🇵", 2), ("a\u{200B}b", 2),
      ("ｱ", 1), ("Ａ", 2), ("❤️", 2), ("❤\u{FE0E}", 1), ("❤", 1), ("—", 1), ("日\u{FE00}", 2), ("5\u{FE0F}\u{20E3}", 2),
      ("\u{1112}\u{D7B0}\u{D7CB}", 2), ("\u{1160}", 0), ("葛\u{E0100}", 2), ("の\u{3099}", 2), ("🌡", 1), ("🌡️", 2),
      ("🧑🏽‍🚀", 2), ("🏴\u{E0067}\u{E0062}\u{E007F}", 2), ("🏳️‍🌈", 2), ("co\u{AD}op", 5), ("\u{600}١", 2),
      ("\u{FEFF}a\u{2060}", 1), ("हिन्दी", 5), ("שָׁלוֹם", 4), ("☰", 2), ("𝌆", 2),
    ]
  )
  func `text takes as many columns as a terminal gives it`(text: String, width: Int) {
    #expect(displayWidth(of: text) == width)
  }
}

@Suite struct SourceMapTests {
  @Test func `lines end with LF, CRLF or CR, and columns count characters`() {
    let map = SourceMap(SourceText(name: "x", text: "ab\r\ncd\re\u{301}f\n"))
    let places = [0, 2, 4, 6, 7, 10, 11, 12].map { map.position(at: $0) }
    #expect(places.map(\.line) == [1, 1, 2, 2, 3, 3, 3, 4])
    #expect(places.map(\.column) == [1, 3, 1, 3, 1, 2, 3, 1])
  }
}

@Suite struct DiagnosticRendererTests {
  private let sources = [
    SourceText(name: "a.dl", text: "p(a).\nq(b).\n"), SourceText(name: "b.dl", text: "x\ny\nz(1).\n"),
  ]

  @Test func `notes are shown at their own places`() {
    let diagnostic = Diagnostic(
      .declaredTwice,
      at: Span(source: SourceID(0), start: 6, end: 7),
      "`q` is declared twice",
      notes: [
        Diagnostic.Note("the first is here", at: Span(source: SourceID(1), start: 4, end: 5)),
        Diagnostic.Note("a predicate has one declaration"),
      ],
      help: "leave one out"
    )
    var renderer = DiagnosticRenderer(sources)
    #expect(
      renderer.render(diagnostic) == """
        error[N306]: `q` is declared twice
         --> a.dl:2:1
          |
        2 | q(b).
          | ^
        note: the first is here
         --> b.dl:3:1
          |
        3 | z(1).
          | ^
          = note: a predicate has one declaration
          = help: leave one out

        """
    )
  }

  @Test func `colour is added on request only`() {
    let diagnostic = Diagnostic(.singletonVariable, at: nil, "`X` occurs once")
    var plain = DiagnosticRenderer(sources)
    var coloured = DiagnosticRenderer(sources, style: .coloured)
    #expect(plain.render(diagnostic) == "warning[W701]: `X` occurs once\n")
    #expect(coloured.render(diagnostic) == "\u{1B}[1;33mwarning[W701]\u{1B}[0m\u{1B}[1m: `X` occurs once\u{1B}[0m\n")
  }
}

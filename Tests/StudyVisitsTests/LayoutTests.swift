import Datalog
import Engine
import StudyVisits
import Testing

/// The layouts for people: borders, widths, names, and what is shown of hostile text.
@Suite struct LayoutTests {
  typealias Value = RenderingTests.Value

  private static let columns = [
    Answer.Column(name: "Host", type: .symbol), Answer.Column(name: "N", type: .number),
    Answer.Column(name: "On", type: .date),
  ]
  private static let rows: [[Value]] = [
    [.symbol("keio"), .number(3), .date(2018_06_29)], [.symbol("日本"), .number(-12), .date(2018_06_00)],
  ]

  static let hostile = [
    "", " ", "plain", "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{7}", "\u{9B}2J", "\u{202E}drow", "\u{2066}a\u{2069}",
    "two\nlines\r\nthree\ttabs", "nul\u{0}", "日本語の長い名前です、とても長い", "e\u{301}\u{302}\u{303}", "\u{301}first",
    "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", "🇯🇵🇺🇿", "한국어 \u{1112}\u{1161}\u{11AB}", "مرحبا بالعالم", "שָׁלוֹם",
    String(repeating: "long ", count: 2048), String(repeating: "x", count: 10_240),
    String(repeating: "\u{202E}", count: 100), String(repeating: "日", count: 3000),
    "a" + String(repeating: " ", count: 300),
  ]

  private static func text(
    _ columns: [Answer.Column],
    _ rows: [[Value]],
    as format: OutputFormat,
    _ change: (inout RenderingOptions) -> Void = { _ in }
  ) throws -> String {
    var options = RenderingOptions()
    change(&options)
    let sink = MemorySink()
    try RenderingTests.answer(columns, rows).write(as: format, to: sink, options: options)
    return sink.text
  }

  @Test func `a box has borders, numbers at the right, and a last line`() throws {
    let text = try LayoutTests.text(LayoutTests.columns, LayoutTests.rows, as: .box)
    #expect(
      text == """
        ┌──────┬─────┬────────────┐
        │ Host │   N │ On         │
        ├──────┼─────┼────────────┤
        │ keio │   3 │ 2018-06-29 │
        │ 日本 │ -12 │ 2018-06    │
        └──────┴─────┴────────────┘
        2 rows

        """
    )
  }

  @Test func `a locale that is not UTF-8 gets borders and cuts in ASCII`() throws {
    let rows: [[Value]] = [[.symbol("ministry_of_all"), .number(3), .date(2018_00_00)]]
    let text = try LayoutTests.text(LayoutTests.columns, rows, as: .box) {
      $0.borders = .ascii
      $0.lineWidth = 24
    }
    #expect(
      text == """
        +-----------+---+------+
        | Host      | N | On   |
        +-----------+---+------+
        | ministry~ | 3 | 2018 |
        +-----------+---+------+
        1 row

        """
    )
  }

  @Test func `a list and lines hold whole values`() throws {
    #expect(
      try LayoutTests.text(LayoutTests.columns, LayoutTests.rows, as: .list) == """
        Host | N | On
        keio | 3 | 2018-06-29
        日本 | -12 | 2018-06

        """
    )
    #expect(
      try LayoutTests.text(LayoutTests.columns, LayoutTests.rows, as: .line) == """
        Host = keio
        N    = 3
        On   = 2018-06-29

        Host = 日本
        N    = -12
        On   = 2018-06

        """
    )
  }

  @Test(arguments: [OutputFormat.table, .box, .list, .line])
  func `answers without rows or columns are told in words`(_ format: OutputFormat) throws {
    #expect(try LayoutTests.text([], [[]], as: format) == "yes\n")
    #expect(try LayoutTests.text([], [], as: format) == "no\n")
    let empty = try LayoutTests.text(LayoutTests.columns, [], as: format)
    switch format {
    case .table: #expect(empty == "Host  N  On\n----  -  --\n0 rows\n")
    case .box: #expect(empty == "┌──────┬───┬────┐\n│ Host │ N │ On │\n└──────┴───┴────┘\n0 rows\n")
    case .list: #expect(empty == "Host | N | On\n")
    case .line: #expect(empty == "")
    case .csv, .tsv, .json, .jsonl, .markdown, .xlsx, .graph: break
    }
  }

  @Test func `time and count are dim where there are colours`() throws {
    let text = try LayoutTests.text(LayoutTests.columns, LayoutTests.rows, as: .box) {
      $0.isColoured = true
      $0.elapsed = .milliseconds(12)
    }
    #expect(text.hasSuffix("┘\n\u{1B}[2m2 rows  12 ms\u{1B}[0m\n"))
    let plain = try LayoutTests.text([], [[]], as: .table) { $0.elapsed = .microseconds(340) }
    #expect(plain == "yes\n0.3 ms\n")
  }

  // MARK: Widths

  @Test(arguments: [OutputFormat.table, .box, .line], RenderingOptions.Overflow.allCases)
  func `no line is wider than the terminal, whatever is in it`(
    _ format: OutputFormat,
    _ overflow: RenderingOptions.Overflow
  ) throws {
    let rows = LayoutTests.hostile.enumerated().map { place, text -> [Value] in
      [.symbol(text), .number(Int64(place) * 1_000_003), .symbol("short"), .date(2018_06_29)]
    }
    let columns = [
      Answer.Column(name: "A name that says much", type: .symbol), Answer.Column(name: "Number", type: .number),
      Answer.Column(name: "B", type: .symbol), Answer.Column(name: "日付", type: .date),
    ]
    let answer = RenderingTests.answer(columns, rows)
    for width in [Int](20...60) + [79, 80, 81, 120, 199, 200] {
      for isColoured in [false, true] {
        var options = RenderingOptions(lineWidth: width)
        options.overflow = overflow
        options.isColoured = isColoured
        options.isAtTerminal = true
        let first = answer.words[0]
        options.name = { word, _ in word == first ? "The name of what has no identifier 日本" : nil }
        let sink = MemorySink()
        try answer.write(as: format, to: sink, options: options)
        let lines = sink.text.replacing("\u{1B}[2m", with: "").replacing("\u{1B}[0m", with: "")
          .split(separator: "\n", omittingEmptySubsequences: false)
        let widest = lines.map { displayWidth(of: $0) }.max() ?? 0
        #expect(widest <= width, "\(format) at \(width), \(overflow)")
        #expect(!lines.contains { LayoutTests.leadsAstray($0) })
      }
    }
  }

  private static func leadsAstray(_ line: Substring) -> Bool {
    line.unicodeScalars.contains { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
    }
  }

  @Test func `the lines of a box end in one column`() throws {
    let rows = LayoutTests.hostile.map { [Value.symbol($0), .symbol("b")] }
    let columns = [Answer.Column(name: "A", type: .symbol), Answer.Column(name: "B", type: .symbol)]
    for overflow in RenderingOptions.Overflow.allCases {
      let text = try LayoutTests.text(columns, rows, as: .box) {
        $0.lineWidth = 40
        $0.overflow = overflow
      }
      let widths = Set(text.split(separator: "\n").dropLast().map { displayWidth(of: $0) })
      #expect(widths == [40])
    }
  }

  @Test func `numbers and dates are never cut: a table that has no room becomes lines`() throws {
    let columns = [
      Answer.Column(name: "A", type: .symbol), Answer.Column(name: "N", type: .number),
      Answer.Column(name: "On", type: .date),
    ]
    let rows: [[Value]] = [[.symbol("ministry of all"), .number(.min), .date(2018_06_29)]]
    let wide = try LayoutTests.text(columns, rows, as: .box) { $0.lineWidth = 48 }
    #expect(wide.contains("│ ministr… │ -9223372036854775808 │ 2018-06-29 │"), "\(wide)")
    let narrow = try LayoutTests.text(columns, rows, as: .box) { $0.lineWidth = 47 }
    #expect(narrow == "A  = ministry of all\nN  = -9223372036854775808\nOn = 2018-06-29\n\n1 row\n")
  }

  @Test func `columns that need little leave the rest to the others, in equal shares`() throws {
    let columns = ["A", "B", "C"].map { Answer.Column(name: $0, type: .symbol) }
    let long = String(repeating: "x", count: 100)
    let text = try LayoutTests.text(columns, [[.symbol("ab"), .symbol(long), .symbol(long)]], as: .box) {
      $0.lineWidth = 41
    }
    #expect(text.hasPrefix("┌────┬─────────────────┬────────────────┐\n"), "\(text)")
  }

  @Test func `text that is wrapped is parted at blanks and behind wide characters`() throws {
    let columns = [Answer.Column(name: "A", type: .symbol), Answer.Column(name: "N", type: .number)]
    let rows: [[Value]] = [
      [.symbol("one two three four"), .number(1)], [.symbol("日本語の長い名前"), .number(2)],
      [.symbol("word abcdefghijklmnopq"), .number(3)],
    ]
    let text = try LayoutTests.text(columns, rows, as: .box) {
      $0.lineWidth = 17
      $0.overflow = .wrap
    }
    #expect(
      text == """
        ┌───────────┬───┐
        │ A         │ N │
        ├───────────┼───┤
        │ one two   │ 1 │
        │ three     │   │
        │ four      │   │
        │ 日本語の  │ 2 │
        │ 長い名前  │   │
        │ word      │ 3 │
        │ abcdefghi │   │
        │ jklmnopq  │   │
        └───────────┴───┘
        3 rows

        """
    )
  }

  // MARK: Names

  private static let named: @Sendable (Word, WordType) -> String? = { word, type in
    type == .symbol ? ["University of Tokyo", nil, "Keio University"][Int(word)] : nil
  }

  private static let entities: [[Value]] = [
    [.symbol("univ_tokyo"), .number(1)], [.symbol("unnamed"), .number(2)], [.symbol("keio"), .number(0)],
  ]

  @Test func `an entity is its name with the identifier dim behind it`() throws {
    let columns = [Answer.Column(name: "O", type: .symbol), Answer.Column(name: "N", type: .number)]
    let text = try LayoutTests.text(columns, LayoutTests.entities, as: .box) {
      $0.name = LayoutTests.named
      $0.isColoured = true
    }
    #expect(
      text == """
        ┌─────────────────────────────────┬───┐
        │ O                               │ N │
        ├─────────────────────────────────┼───┤
        │ University of Tokyo  \u{1B}[2muniv_tokyo\u{1B}[0m │ 1 │
        │ unnamed                         │ 2 │
        │ Keio University  \u{1B}[2mkeio\u{1B}[0m           │ 0 │
        └─────────────────────────────────┴───┘
        \u{1B}[2m3 rows\u{1B}[0m

        """
    )
  }

  @Test func `a name is cut before its identifier, and wrapped text keeps both`() throws {
    let columns = [Answer.Column(name: "O", type: .symbol), Answer.Column(name: "N", type: .number)]
    let cut = try LayoutTests.text(columns, LayoutTests.entities, as: .table) {
      $0.name = LayoutTests.named
      $0.lineWidth = 25
    }
    #expect(cut.contains("Universit…  univ_tokyo  1\n"), "\(cut)")
    let wrapped = try LayoutTests.text(columns, LayoutTests.entities, as: .box) {
      $0.name = LayoutTests.named
      $0.lineWidth = 20
      $0.overflow = .wrap
    }
    #expect(wrapped.contains("│ University   │ 1 │\n│ of Tokyo     │   │\n│ univ_tokyo   │   │\n"), "\(wrapped)")
  }

  private static let namedJSON = """
    [
    {"O":"univ_tokyo","O name":"University of Tokyo","N":1},
    {"O":"unnamed","O name":"","N":2},
    {"O":"keio","O name":"Keio University","N":0}
    ]

    """

  @Test(
    arguments: [
      (OutputFormat.csv, "O,O name,N\nuniv_tokyo,University of Tokyo,1\nunnamed,,2\nkeio,Keio University,0\n"),
      (.tsv, "univ_tokyo\tUniversity of Tokyo\t1\nunnamed\t\t2\nkeio\tKeio University\t0\n"),
      (.json, LayoutTests.namedJSON),
    ]
  )
  func `formats for programs keep the identifier and get a column of names behind it`(
    _ format: OutputFormat,
    _ expected: String
  ) throws {
    let columns = [Answer.Column(name: "O", type: .symbol), Answer.Column(name: "N", type: .number)]
    let text = try LayoutTests.text(columns, LayoutTests.entities, as: format) { $0.name = LayoutTests.named }
    #expect(text == expected)
    let unnamed = try LayoutTests.text(columns, LayoutTests.entities, as: format) { $0.name = { _, _ in nil } }
    #expect(try unnamed == LayoutTests.text(columns, LayoutTests.entities, as: format))
  }

  // MARK: Programs' formats at a terminal

  @Test(arguments: [OutputFormat.csv, .tsv, .json, .jsonl, .markdown, .list])
  func `at a terminal nothing that could lead it astray is shown as it is`(_ format: OutputFormat) throws {
    let columns = [Answer.Column(name: "A", type: .symbol)]
    let text = try LayoutTests.text(columns, LayoutTests.hostile.map { [.symbol($0)] }, as: format) {
      $0.isAtTerminal = true
    }
    let rest = text.replacing("\n", with: "").replacing("\t", with: "")
    #expect(!LayoutTests.leadsAstray(rest[...]))
  }
}

import Datalog
import Engine
import Foundation
import StudyVisits
import Testing

@Suite struct RenderingTests {
  enum Value: Sendable {
    case symbol(String)
    case number(Int64)
    case float(Double)
    case date(Int32)
  }

  struct Rendering: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let columns: [Answer.Column]
    let rows: [[Value]]
    let texts: [OutputFormat: String]
  }

  static let renderings: [Rendering] = [
    Rendering(
      testDescription: "each type",
      columns: [
        Answer.Column(name: "Host", type: .symbol), Answer.Column(name: "N", type: .number),
        Answer.Column(name: "Share", type: .float), Answer.Column(name: "On", type: .date),
      ],
      rows: [
        [.symbol("keio"), .number(3), .float(0.5), .date(2018_06_29)],
        [.symbol("日本"), .number(-9_007_199_254_740_993), .float(3), .date(2018_06_00)],
        [.symbol("e\u{301}a"), .number(.min), .float(1e300), .date(2018_00_00)],
      ],
      texts: [
        .table: """
        Host                     N   Share  On
        ----  --------------------  ------  ----------
        keio                     3     0.5  2018-06-29
        日本     -9007199254740993     3.0  2018-06
        e\u{301}a    -9223372036854775808  1e+300  2018
        3 rows

        """,
        .csv: """
        Host,N,Share,On
        keio,3,0.5,2018-06-29
        日本,-9007199254740993,3.0,2018-06
        e\u{301}a,-9223372036854775808,1e+300,2018

        """,
        .tsv: """
        keio\t3\t0.5\t2018-06-29
        日本\t-9007199254740993\t3.0\t2018-06
        e\u{301}a\t-9223372036854775808\t1e+300\t2018

        """,
        .json: """
        [
        {"Host":"keio","N":3,"Share":0.5,"On":"2018-06-29"},
        {"Host":"日本","N":-9007199254740993,"Share":3.0,"On":"2018-06"},
        {"Host":"e\u{301}a","N":-9223372036854775808,"Share":1e+300,"On":"2018"}
        ]

        """,
        .jsonl: """
        {"Host":"keio","N":3,"Share":0.5,"On":"2018-06-29"}
        {"Host":"日本","N":-9007199254740993,"Share":3.0,"On":"2018-06"}
        {"Host":"e\u{301}a","N":-9223372036854775808,"Share":1e+300,"On":"2018"}

        """,
        .markdown: """
        | Host | N | Share | On |
        | --- | ---: | ---: | --- |
        | keio | 3 | 0.5 | 2018-06-29 |
        | 日本 | -9007199254740993 | 3.0 | 2018-06 |
        | e\u{301}a | -9223372036854775808 | 1e+300 | 2018 |

        """,
        .graph: """
        digraph {
          graph [label="", tooltip="", labelloc=t, fontname="Helvetica", fontsize=14, charset="UTF-8", nodesep=0.3, ranksep=0.7, rankdir=LR];
          node [fontname="Helvetica", fontsize=11, style=filled, fillcolor="#ffffff", color="#404040"];
          edge [fontname="Helvetica", fontsize=9, color="#505050"];
          "e_Ze6Z97Za5Ze6Z9cZac" [label="日本", shape=box, style="filled,rounded", tooltip="日本"];
          "e_eZccZ81a" [label="e\u{301}a", shape=box, style="filled,rounded", tooltip="e\u{301}a"];
          "e_keio" [label="keio", shape=box, style="filled,rounded", tooltip="keio"];
          "n_3" [label="3", shape=box, style="filled,rounded", tooltip="3"];
          "n_Z2d9007199254740993" [label="-9007199254740993", shape=box, style="filled,rounded", tooltip="-9007199254740993"];
          "n_Z2d9223372036854775808" [label="-9223372036854775808", shape=box, style="filled,rounded", tooltip="-9223372036854775808"];
          "e_Ze6Z97Za5Ze6Z9cZac" -> "n_Z2d9007199254740993" [label="3.0 (2018-06)"];
          "e_eZccZ81a" -> "n_Z2d9223372036854775808" [label="1e+300 (2018)"];
          "e_keio" -> "n_3" [label="0.5 (2018-06-29)"];
        }

        """,
      ]
    ),
    Rendering(
      testDescription: "symbols that mean something to a format",
      columns: [Answer.Column(name: "A", type: .symbol), Answer.Column(name: "B", type: .symbol)],
      rows: [
        [.symbol("a,b"), .symbol("say \"x\"")],
        [.symbol("one\ntwo\r\nthree"), .symbol("tab\there")],
        [.symbol(#"back\slash"#), .symbol("pipe|`*_x_ a_b [l](u) <b>&")],
        [.symbol(""), .symbol("\u{1B}[31m\u{202E}x\u{0}\u{7F}")],
      ],
      texts: [
        .table: """
        A                  B
        -----------------  ------------------------------
        a,b                say "x"
        one\\ntwo\\r\\nthree  tab\\there
        back\\slash         pipe|`*_x_ a_b [l](u) <b>&
                           \\u{1b}[31m\\u{202e}x\\u{0}\\u{7f}
        4 rows

        """,
        .csv:
          "A,B\n\"a,b\",\"say \"\"x\"\"\"\n\"one\ntwo\r\nthree\",tab\there\nback\\slash,pipe|`*_x_ a_b [l](u) <b>&\n"
          + ",\u{1B}[31m\u{202E}x\u{0}\u{7F}\n",
        .tsv: "a,b\tsay \"x\"\none\\ntwo\\r\\nthree\ttab\\there\nback\\\\slash\tpipe|`*_x_ a_b [l](u) <b>&\n"
          + "\t\u{1B}[31m\u{202E}x\u{0}\u{7F}\n",
        .jsonl: #"""
        {"A":"a,b","B":"say \"x\""}
        {"A":"one\ntwo\r\nthree","B":"tab\there"}
        {"A":"back\\slash","B":"pipe|`*_x_ a_b [l](u) <b>&"}
        {"A":"","B":"\u001b[31m
        """# + "\u{202E}x\\u0000\u{7F}\"}\n",
        .markdown: "| A | B |\n| --- | --- |\n| a,b | say \"x\" |\n| one<br>two<br>three | tab\there |\n"
          + "| back\\\\slash | pipe\\|\\`\\*\\_x\\_ a_b \\[l\\](u) &lt;b>&amp; |\n"
          + "|  | \u{1B}\\[31m\u{202E}x\u{0}\u{7F} |\n",
      ]
    ),
    Rendering(
      testDescription: "no rows",
      columns: [Answer.Column(name: "A", type: .symbol), Answer.Column(name: "N", type: .number)],
      rows: [],
      texts: [
        .table: "A  N\n-  -\n0 rows\n", .csv: "A,N\n", .tsv: "", .json: "[]\n", .jsonl: "",
        .markdown: "| A | N |\n| --- | ---: |\n",
      ]
    ),
    Rendering(
      testDescription: "one empty symbol",
      columns: [Answer.Column(name: "A", type: .symbol)],
      rows: [[.symbol("")]],
      texts: [
        .table: "A\n-\n\n1 row\n", .csv: "A\n\"\"\n", .tsv: "\n", .json: "[\n{\"A\":\"\"}\n]\n",
        .jsonl: "{\"A\":\"\"}\n", .markdown: "| A |\n| --- |\n|  |\n",
      ]
    ),
    Rendering(
      testDescription: "yes",
      columns: [],
      rows: [[]],
      texts: [
        .table: "yes\n", .csv: "answer\nyes\n", .tsv: "()\n", .json: "true\n", .jsonl: "true\n", .markdown: "yes\n",
      ]
    ),
    Rendering(
      testDescription: "no",
      columns: [],
      rows: [],
      texts: [
        .table: "no\n", .csv: "answer\nno\n", .tsv: "", .json: "false\n", .jsonl: "false\n", .markdown: "no\n",
      ]
    ),
  ]

  @Test("an answer is written as each format asks", arguments: renderings)
  func writes(_ rendering: Rendering) throws {
    let answer = RenderingTests.answer(rendering.columns, rendering.rows)
    for (format, expected) in rendering.texts {
      let sink = MemorySink()
      try answer.write(as: format, to: sink)
      #expect(sink.text == expected, "\(format)")
    }
  }

  @Test("a table is cut to a line's width, symbols only, wide characters whole")
  func cutsTable() throws {
    let columns = [
      Answer.Column(name: "Name", type: .symbol), Answer.Column(name: "Number", type: .number),
      Answer.Column(name: "Town", type: .symbol),
    ]
    let answer = RenderingTests.answer(
      columns,
      [
        [.symbol("慶應義塾大学湘南藤沢キャンパス"), .number(1_234_567_890), .symbol("藤沢")],
        [.symbol("Ministry of Internal Affairs"), .number(1), .symbol("Tōkyō")],
      ]
    )
    let sink = MemorySink()
    try answer.write(as: .table, to: sink, options: RenderingOptions(lineWidth: 30))
    #expect(
      sink.text == """
        Name             Number  Town
        -----------  ----------  -----
        慶應義塾大…  1234567890  藤沢
        Ministry o…           1  Tōkyō
        2 rows

        """
    )
  }

  @Test(
    "what is written in TSV or CSV is read back",
    arguments: [(OutputFormat.tsv, DelimitedReader.Format.tsv), (.csv, .csv)]
  )
  func roundTrips(_ format: OutputFormat, _ reading: DelimitedReader.Format) throws {
    let texts = [
      "", " ", "a\tb", "c\\d", "e\nf", "g\r\nh", "\r", "\"", "\"\"", ",", "日本", "e\u{301}", "é", "\\n", "()",
    ]
    let columns = [Answer.Column(name: "A", type: .symbol), Answer.Column(name: "B", type: .symbol)]
    let answer = RenderingTests.answer(columns, texts.flatMap { a in texts.map { [.symbol(a), .symbol($0)] } })
    let sink = MemorySink()
    try answer.write(as: format, to: sink)
    let values = Values()
    let table = FactTable(columnCount: 2)
    try withFile(sink.bytes) { path in
      try DelimitedReader(
        reading,
        columns: [.init(name: "A", type: .symbol), .init(name: "B", type: .symbol)],
        values: values
      ).read(path, into: table)
    }
    let read = (0..<table.rowCount).map { row in
      (0..<2).map { Array(values.symbols[Word(table[row: row, column: $0])].utf8) }
    }
    #expect(read == texts.flatMap { a in texts.map { [Array(a.utf8), Array($0.utf8)] } })
  }

  @Test("an answer of many blocks comes whole")
  func writesManyBlocks() throws {
    let columns = [Answer.Column(name: "N", type: .number)]
    let answer = RenderingTests.answer(columns, (0..<50_000).map { [.number($0)] })
    let sink = MemorySink()
    try answer.write(as: .tsv, to: sink)
    #expect(sink.text == (0..<50_000).map { "\($0)\n" }.joined())
  }

  @Test("a graph of one column is refused")
  func refusesThinGraph() {
    for columns in [[], [Answer.Column(name: "A", type: .symbol)]] {
      let answer = RenderingTests.answer(columns, [])
      #expect(throws: RenderingError.graphNeedsTwoColumns(found: columns.count)) {
        try answer.write(as: .graph, to: MemorySink())
      }
    }
  }

  @Test("a pipe that nobody reads any more is told apart from other failures")
  func reportsClosedPipe() throws {
    signal(SIGPIPE, SIG_IGN)
    let answer = RenderingTests.answer([Answer.Column(name: "N", type: .number)], [[.number(1)]])
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    #expect(throws: RenderingError.sink(.closedPipe)) {
      try answer.write(as: .csv, to: FileDescriptorSink(pipe.fileHandleForWriting.fileDescriptor))
    }
    #expect(throws: RenderingError.sink(.system(EBADF))) {
      try answer.write(as: .csv, to: FileDescriptorSink(-1))
    }
  }

  static func answer(_ columns: [Answer.Column], _ rows: [[Value]]) -> Answer {
    let values = Values()
    let words = rows.joined().map { value in
      switch value {
      case .symbol(let text): values.symbols.intern(text)
      case .number(let number): values.numbers.intern(number)
      case .float(let float): values.floats.intern(float)
      case .date(let key): values.dates.intern(key)
      }
    }
    return Answer(columns: columns, rowCount: rows.count, words: words, values: values)
  }
}

import Datalog
import Engine
import Foundation
import StudyVisits
import Testing

@Suite struct InputTests {
  struct Reading: CustomTestStringConvertible, Sendable {
    let format: DelimitedReader.Format
    let types: [ValueType]
    let text: [UInt8]
    let rows: [[String]]
    let testDescription: String

    init(_ name: String, _ format: DelimitedReader.Format, _ types: [ValueType], _ text: String, _ rows: [[String]]) {
      self.format = format
      self.types = types
      self.text = Array(text.utf8)
      self.rows = rows
      testDescription = name
    }
  }

  static let readings: [Reading] = [
    Reading("an empty file has no tuples", .tsv, [.symbol], "", []),
    Reading("a last line needs no newline", .tsv, [.symbol, .number], "a\t1\nb\t2", [["a", "1"], ["b", "2"]]),
    Reading("CRLF ends a line", .tsv, [.symbol, .number], "a\t1\r\nb\t2\r\n", [["a", "1"], ["b", "2"]]),
    Reading("a byte order mark is passed over", .tsv, [.symbol], "\u{FEFF}a\n", [["a"]]),
    Reading("escapes stand for what cannot stand bare", .tsv, [.symbol], #"a\tb\nc\rd\\e"#, [["a\tb\nc\rd\\e"]]),
    Reading("quotes and commas mean nothing in TSV", .tsv, [.symbol], "\"a\",b\n", [["\"a\",b"]]),
    Reading("an empty line is the empty symbol", .tsv, [.symbol], "a\n\nb\n", [["a"], [""], ["b"]]),
    Reading("fields may be empty", .tsv, [.symbol, .symbol], "\ta\nb\t\n\t\n", [["", "a"], ["b", ""], ["", ""]]),
    Reading("an empty line is the tuple without columns", .tsv, [], "\n()\n\r\n", [[], [], []]),
    Reading(
      "texts of any script keep their scalars",
      .tsv,
      [.symbol, .symbol],
      "Ўзбекистон\t日本\ne\u{301}\tоʻзбек\n",
      [["Ўзбекистон", "日本"], ["e\u{301}", "оʻзбек"]]
    ),
    Reading(
      "numbers have all the forms of literals",
      .tsv,
      [.number],
      "42\n-42\n+7\n042\n0x2a\n0b101\n1_000\n2.7\n-2.7\n1e3\n-0\n9223372036854775807\n-9223372036854775808\n-0x10\n",
      [
        "42", "-42", "7", "42", "42", "5", "1000", "2", "-2", "1000", "0", "9223372036854775807",
        "-9223372036854775808", "-16",
      ]
      .map { [$0] }
    ),
    Reading(
      "floats are the nearest",
      .tsv,
      [.float],
      "2.5\n-1e-3\n3\n-0.0\n0.1\n123456789012345678901234567890.5\n5e-324\n1_000.25\n0x10\n1e-400\n",
      ["2.5", "-0.001", "3.0", "0.0", "0.1", "1.2345678901234568e+29", "5e-324", "1000.25", "16.0", "0.0"].map { [$0] }
    ),
    Reading(
      "dates may be partial",
      .tsv,
      [.date],
      "2018-06-29\n2018-06\n2018\n2000-02-29\n",
      ["2018-06-29", "2018-06", "2018", "2000-02-29"].map { [$0] }
    ),
    Reading(
      "CSV columns stand in any order",
      .csv,
      [.symbol, .number],
      "c2,c1\n1,a\n2,b\n",
      [["a", "1"], ["b", "2"]]
    ),
    Reading("a header alone is an empty file", .csv, [.symbol], "c1\n", []),
    Reading(
      "quoted fields hold commas, quotes and lines",
      .csv,
      [.symbol, .symbol],
      "\"c1\",c2\r\n\"a,\"\"b\"\"\r\nc\",\"\"\r\n\"\"\"\",x\r\n",
      [["a,\"b\"\r\nc", ""], ["\"", "x"]]
    ),
    Reading("a quoted number is a number", .csv, [.number], "c1\n\"5\"\n", [["5"]]),
    Reading("backslashes mean nothing in CSV", .csv, [.symbol], "c1\na\\t\n", [["a\\t"]]),
    Reading("an empty line of CSV is the empty symbol", .csv, [.symbol], "c1\n\n\"\"\n", [[""], [""]]),
  ]

  @Test("files are read as the language says", arguments: readings)
  func reads(_ reading: Reading) throws {
    let values = Values()
    let table = FactTable(columnCount: reading.types.count)
    try withFile(reading.text) { path throws(InputFaults) in
      try reader(reading.format, reading.types, values).read(path, into: table, sources: 7)
    }
    #expect(rows(of: table, reading.types, values) == reading.rows)
    #expect(table.withSourceSets { Array($0) } == Array(repeating: 7, count: reading.rows.count))
  }

  struct Complaint: CustomTestStringConvertible, Sendable {
    let format: DelimitedReader.Format
    let types: [ValueType]
    let text: [UInt8]
    let faults: [String]

    init(_ format: DelimitedReader.Format, _ types: [ValueType], _ text: [UInt8], _ faults: [String]) {
      self.format = format
      self.types = types
      self.text = text
      self.faults = faults
    }

    init(_ format: DelimitedReader.Format, _ types: [ValueType], _ text: String, _ faults: [String]) {
      self.init(format, types, Array(text.utf8), faults)
    }

    var testDescription: String { faults.first ?? "" }
  }

  static let complaints: [Complaint] = [
    Complaint(
      .tsv,
      [.symbol, .number],
      "a\t1\nb\nc\t1\t2\nd\tx\n",
      [
        "2:1: the line has 1 value, but the predicate has 2 columns",
        "3:1: the line has 3 values, but the predicate has 2 columns",
        "4:3: `c2` needs a number, not `x`",
      ]
    ),
    Complaint(.tsv, [.symbol, .symbol], "a\tb\n\n", ["2:1: the line is empty, but a tuple is expected"]),
    Complaint(.tsv, [.number], "\n", ["1:1: the line is empty, but a tuple is expected"]),
    Complaint(.tsv, [], "a\n", ["1:1: the line has 1 value, but the predicate has 0 columns"]),
    Complaint(.tsv, [.symbol], #"日本a\q"#, [#"1:4: `\q` stands for nothing; only `\t`, `\n`, `\r` and `\\` do"#]),
    Complaint(.tsv, [.symbol], "a\\\n", [#"1:2: `\` stands for nothing; only `\t`, `\n`, `\r` and `\\` do"#]),
    Complaint(.tsv, [.symbol], [0x61, 0xFF, 0x62, 0x0A], ["1:2: the text is not UTF-8"]),
    Complaint(.tsv, [.symbol], [0xED, 0xA0, 0x80, 0x0A], ["1:1: the text is not UTF-8"]),
    Complaint(.tsv, [.number], [0x31, 0xC0, 0x0A], ["1:2: the text is not UTF-8"]),
    Complaint(.tsv, [.symbol, .number], "a\0b\t1\n", ["1:2: the text holds a NUL character"]),
    Complaint(.tsv, [.symbol], "a\rb\n", ["1:2: a carriage return stands inside the line without ending it"]),
    Complaint(
      .tsv,
      [.number],
      "9223372036854775808\n-9223372036854775809\n1e19\n 1\n1__0\n0x\n-\n_1\n1_\n\u{661}\n",
      [
        "1:1: `9223372036854775808` does not fit a number", "2:1: `-9223372036854775809` does not fit a number",
        "3:1: `1e19` does not fit a number", "4:1: `c1` needs a number, not ` 1`",
        "5:1: `c1` needs a number, not `1__0`", "6:1: `c1` needs a number, not `0x`",
        "7:1: `c1` needs a number, not `-`", "8:1: `c1` needs a number, not `_1`",
        "9:1: `c1` needs a number, not `1_`", "10:1: `c1` needs a number, not `\u{661}`",
      ]
    ),
    Complaint(
      .tsv,
      [.float],
      "nan\ninf\n1e999\n.5\n5.\n1e\n",
      [
        "1:1: `c1` needs a float, not `nan`", "2:1: `c1` needs a float, not `inf`",
        "3:1: `1e999` does not fit a float", "4:1: `c1` needs a float, not `.5`",
        "5:1: `c1` needs a float, not `5.`", "6:1: `c1` needs a float, not `1e`",
      ]
    ),
    Complaint(
      .tsv,
      [.date],
      "2018-02-30\n2018-6\n0000\n2018-06-29T10\n",
      [
        "1:1: there is no such date as `2018-02-30`", "2:1: `c1` needs a date, not `2018-6`",
        "3:1: there is no such date as `0000`", "4:1: `c1` needs a date, not `2018-06-29T10`",
      ]
    ),
    Complaint(.csv, [.symbol], "", [": the file has no first line with the names of its columns"]),
    Complaint(.csv, [], "a\n", [": a predicate without columns is read from TSV, not from CSV"]),
    Complaint(
      .csv,
      [.symbol, .symbol],
      "c1,c1,other\n",
      [
        "1:4: two columns are headed `c1`", "1:7: the predicate has no column `other`", "1: no column is headed `c2`",
      ]
    ),
    Complaint(
      .csv,
      [.symbol, .symbol],
      "c1\n\"a\nb\n",
      ["1: no column is headed `c2`"]
    ),
    Complaint(
      .csv,
      [.symbol, .number],
      "c1,c2\na\n\"x\ny\",z\nb\"b,1\n\"c\"c,1\n\nd,1\re\n\"open,1\nrest\n",
      [
        "2:1: the line has 1 value, but the predicate has 2 columns",
        "4:4: `c2` needs a number, not `z`",
        "5:2: a quotation mark inside a value needs quotation marks around the value, and is doubled",
        "6:4: after the closing quotation mark only a comma or the end of the line may follow",
        "7:1: the line is empty, but a tuple is expected",
        "8:4: a carriage return stands inside the line without ending it",
        "9:1: the quotation mark is never closed",
      ]
    ),
  ]

  @Test("every fault is told with its place, and nothing is kept", arguments: complaints)
  func complains(_ complaint: Complaint) throws {
    let values = Values()
    let table = FactTable(columnCount: complaint.types.count)
    try withFile(complaint.text) { path in
      let faults = #expect(throws: InputFaults.self) {
        try reader(complaint.format, complaint.types, values).read(path, into: table)
      }
      let shown = faults?.faults.map { fault in
        let text = fault.description.dropFirst(path.utf8.count)
        return fault.line == nil ? String(text) : String(text.dropFirst())
      }
      #expect(shown == complaint.faults)
    }
    #expect(table.rowCount == 0)
  }

  @Test("the nearest column is named") func namesNearestColumn() throws {
    let columns = [Column(name: "country", type: .symbol), Column(name: "since", type: .date)]
    let values = Values()
    try withFile(Array("contry,since\n".utf8)) { path in
      let faults = #expect(throws: InputFaults.self) {
        try DelimitedReader(.csv, columns: columns, values: values).read(path, into: FactTable(columnCount: 2))
      }
      #expect(
        faults?.faults.map(\.reason) == [
          .unknownColumn("contry", nearest: ["country"]), .missingColumn("country", nearest: ["contry"]),
        ]
      )
    }
  }

  @Test("a file with many faults tells a hundred of them") func stopsAtLimit() throws {
    try withFile(Array(String(repeating: "x\n", count: 1000).utf8)) { path in
      let faults = #expect(throws: InputFaults.self) {
        try reader(.tsv, [.number], Values()).read(path, into: FactTable(columnCount: 1))
      }
      #expect(faults?.faults.count == 100)
      #expect(faults?.faults.last?.line == 100)
      #expect(faults?.mayHaveMore == true)
    }
  }

  @Test("rows that were there stay when a file is refused") func keepsEarlierRows() throws {
    let values = Values()
    let table = FactTable(columnCount: 1)
    try withFile(Array("1\n2\n".utf8)) { try reader(.tsv, [.number], values).read($0, into: table) }
    try withFile(Array("3\nx\n".utf8)) { path in
      _ = #expect(throws: InputFaults.self) { try reader(.tsv, [.number], values).read(path, into: table) }
    }
    #expect(rows(of: table, [.number], values) == [["1"], ["2"]])
  }

  @Test(
    "what is not a readable file is told",
    arguments: [("missing.tsv", InputFault.Reason.missing), (".", .isDirectory), ("a/b\0c", .missing)]
  )
  func refusesWhatIsNoFile(_ name: String, _ reason: InputFault.Reason) throws {
    let folder = FileManager.default.temporaryDirectory.path
    for format in DelimitedReader.Format.allCases {
      let faults = #expect(throws: InputFaults.self) {
        try reader(format, [.symbol], Values()).read(folder + "/" + name, into: FactTable(columnCount: 1))
      }
      #expect(faults?.faults.map(\.reason) == [reason])
    }
  }

  @Test("values survive wherever the blocks of a file end", arguments: DelimitedReader.Format.allCases)
  func readsAcrossBlocks(_ format: DelimitedReader.Format) throws {
    // Longer than several blocks, with a line that is longer than one, and no newline at the end.
    var expected: [[String]] = []
    var text = format == .csv ? "c1,c2\n" : ""
    for index in 0..<60_000 {
      let name = index == 777 ? String(repeating: "日x", count: 500_000) : "name \(index % 1009) – \(index)"
      expected.append([name, String(index)])
      text += format == .csv ? "\"\(name)\",\(index)\n" : "\(name)\t\(index)\n"
    }
    text.removeLast()
    let values = Values()
    let table = FactTable(columnCount: 2)
    try withFile(Array(text.utf8)) { try reader(format, [.symbol, .number], values).read($0, into: table) }
    #expect(rows(of: table, [.symbol, .number], values) == expected)
  }

  @Test("no bytes crash a reader", arguments: DelimitedReader.Format.allCases)
  func survivesAnyBytes(_ format: DelimitedReader.Format) throws {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    let alphabet = Array("a1-.e_\\tn\",\t\n\r\0".utf8) + [0xC3, 0xA9, 0xFF]
    let types: [ValueType] = [.symbol, .number, .float, .date]
    let values = Values()
    for _ in 0..<150 {
      let count = next() % 40
      let header = format == .csv ? "c1,c2\n" : ""
      let bytes = Array(header.utf8) + (0..<count).map { _ in alphabet[next() % alphabet.count] }
      let table = FactTable(columnCount: 2)
      try withFile(bytes) { (path) throws in
        do {
          try reader(format, [types[next() % 4], types[next() % 4]], values).read(path, into: table)
        } catch let error as InputFaults {
          #expect(!error.faults.isEmpty && table.rowCount == 0)
        }
      }
    }
  }

  private func reader(
    _ format: DelimitedReader.Format,
    _ types: [ValueType],
    _ values: Values
  ) -> DelimitedReader {
    let columns = types.enumerated().map { Column(name: "c\($0.offset + 1)", type: $0.element) }
    return DelimitedReader(format, columns: columns, values: values)
  }

  private func rows(of table: FactTable, _ types: [ValueType], _ values: Values) -> [[String]] {
    (0..<table.rowCount).map { row in
      types.indices.map { column in
        let bits = table[row: row, column: column]
        return switch types[column] {
        case .symbol: values.symbols[Word(bits)]
        case .number: String(Int64(bitPattern: bits))
        case .float: Double(bitPattern: bits).description
        case .date: PartialDate(key: Int32(bits))?.description ?? "no date"
        }
      }
    }
  }
}

/// Lends the path of a file that holds `bytes` while `body` runs.
func withFile<Failure: Error>(_ bytes: [UInt8], _ body: (String) throws(Failure) -> Void) throws {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  try body(url.path)
}

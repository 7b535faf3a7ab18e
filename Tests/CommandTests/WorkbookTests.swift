import Foundation
import Spreadsheets
import Testing

/// Whether Debian's Python has openpyxl.
private let hasOpenpyxl: Bool = {
  let python = URL(fileURLWithPath: "/usr/bin/python3")
  guard let process = try? Process.run(python, arguments: ["-c", "import openpyxl"]) else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}()

/// Workbooks that `visitlog` writes, as another program reads them.
@Suite(.serialized, .enabled(if: hasOpenpyxl, "openpyxl is not installed"))
struct WorkbookTests {
  private struct Sheet: Decodable, Equatable {
    let name: String
    let frozen: String?
    let filter: String?
    let areHeadingsBold: Bool
    let widths: [Double]
    /// For each cell its type and text.
    let rows: [[[String]]]
  }

  /// As a literal of the language.
  private static func literal(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { "\\u{\(String($0.value, radix: 16))}" }.joined() + "\""
  }

  private func read(_ file: String, in folder: TemporaryFolder) throws -> [Sheet] {
    let reader = CommandLineRun.package.appendingPathComponent("Tests/CommandTests/Readers/read_workbook.py").path
    let run = try CommandLineRun(folder: folder.url).run([
      "PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 '\(reader)' \(file)"
    ])
    #expect(run.errors.isEmpty && run.statuses == [0], "\(run.errors)")
    return try JSONDecoder().decode([Sheet].self, from: Data(run.output.utf8))
  }

  static let texts =
    HostileNames.all.filter { $0.utf16.count <= 32_767 }
    + [
      "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.org", "1", "TRUE", "#REF!", "2018-06-29", " leading",
      "trailing ", "a\nb\r\nc", "_x0041_", "\u{1}\u{1F}", "👩‍👩‍👧", "\u{202E}שלום", "\u{FFFF}",
      String(repeating: "x", count: 32_767),
    ]

  @Test func `hostile texts are the same texts`() throws {
    let folder = try TemporaryFolder()
    let facts = WorkbookTests.texts.enumerated().map { "said(\($0), \(WorkbookTests.literal($1))).\n" }.joined()
    try facts.write(to: folder.url.appending(path: "facts.dl"), atomically: true, encoding: .utf8)
    let run = try CommandLineRun(folder: folder.url).run([
      "visitlog load facts.dl --db kb.visitlog 2> said.txt",
      "visitlog export 'said(N, Text)' --output said.xlsx --db kb.visitlog",
    ])
    #expect(run.errors.isEmpty && run.statuses == [0, 0], "\(run.errors)")
    let sheets = try read("said.xlsx", in: folder)
    #expect(sheets.map(\.name) == ["Answer"])
    let rows = try #require(sheets.first?.rows)
    #expect(rows.count == WorkbookTests.texts.count + 1)
    for (place, text) in WorkbookTests.texts.enumerated() {
      let found = rows[place + 1]
      #expect(found[0] == ["number", "\(Double(place))"])
      // An empty text is an empty cell.
      let expected = text.isEmpty ? "empty" : "text"
      #expect(found[1][0] == expected && Array(found[1][1].utf8) == Array(text.utf8), "text \(place)")
    }
  }

  @Test func `cells have the types of their columns, and sheets a head`() throws {
    let folder = try TemporaryFolder()
    let facts = """
      .decl m(a: symbol, n: number, f: float, d: date)
      m("=1+1", 9007199254740991, -0.25, 2018-06) @ "my doc":1, other.
      m(b, 9007199254740993, 3.0, 1899-12-31).
      m(c, -5, 1.5e300, 2018-06-29) @ doc:4.
      m("a much longer text than others have", 0, 0.1, 1900-02-28).
      """
    try facts.write(to: folder.url.appending(path: "facts.dl"), atomically: true, encoding: .utf8)
    let run = try CommandLineRun(folder: folder.url).run([
      "visitlog load facts.dl --db kb.visitlog 2> said.txt",
      "visitlog export 'm(A, N, F, D) order by N' --evidence --output m.xlsx --db kb.visitlog",
    ])
    #expect(run.errors.isEmpty && run.statuses == [0, 0], "\(run.errors)")
    let sheets = try read("m.xlsx", in: folder)
    #expect(sheets.map(\.name) == ["Answer", "Sources"])
    let expected = [
      [["text", "A"], ["text", "N"], ["text", "F"], ["text", "D"], ["text", "sources"]],
      [["text", "c"], ["number", "-5.0"], ["number", "1.5e+300"], ["day", "2018-06-29"], ["text", "doc:4"]],
      [
        ["text", "a much longer text than others have"], ["number", "0.0"], ["number", "0.1"], ["day", "1900-02-28"],
        ["empty", ""],
      ],
      [
        ["text", "=1+1"], ["number", "9007199254740991.0"], ["number", "-0.25"], ["text", "2018-06"],
        ["text", "my doc:1 other"],
      ],
      [["text", "b"], ["text", "9007199254740993"], ["number", "3.0"], ["text", "1899-12-31"], ["empty", ""]],
    ]
    #expect(sheets[0].rows == expected)
    #expect(
      sheets[1].rows.map { $0.prefix(3) } == [
        [["text", "row"], ["text", "document"], ["text", "passage"]],
        [["number", "2.0"], ["text", "doc"], ["number", "4.0"]],
        [["number", "4.0"], ["text", "my doc"], ["number", "1.0"]],
        [["number", "4.0"], ["text", "other"], ["empty", ""]],
      ]
    )
    for sheet in sheets {
      #expect(sheet.frozen == "A2" && sheet.areHeadingsBold)
      #expect(sheet.widths.allSatisfy { (8...60).contains($0) })
    }
    #expect(sheets[0].filter == "A1:E5" && sheets[0].widths[0] > 34)
  }
}

/// Lists that people fill in.
@Suite(.serialized) struct TemplateTests {
  private static let rows: [String: [[String]]] = [
    "delegation": [
      ["Aziz Karimov", "head of department", "Ministry of Justice", "Uzbekistan", "=a@b", "+998 1", "d1", "Visit one"],
      ["Nodira \"N.\" Юсупова", "adviser", "Ministry, of Justice", "Uzbekistan", "", "", "d1", "Visit one"],
    ],
    "meetings": [
      ["m1", "2018-06-29", "Keio University", "Aziz Karimov; Nodira Yusupova", "open data", "Visit one"],
      ["m2", "2018-07", "Keio University", "Aziz Karimov", "", "Visit one"],
    ],
    "commitments": [
      ["c1", "publish the timetable", "Ministry of Justice", "2018-12-31", "", "Visit one"],
      ["c2", "answer", "Ministry of Justice", "2018-12", "2018-11-30", "Visit one"],
    ],
  ]

  @Test(arguments: ["delegation", "meetings", "commitments"])
  func `a workbook that was filled in says what the same CSV does`(_ list: String) throws {
    let folder = try TemporaryFolder()
    let run = CommandLineRun(folder: folder.url)
    #expect(try run.run(["visitlog template \(list) --output list.xlsx"]).statuses == [0])
    let file = folder.url.appending(path: "list.xlsx")
    let template = try Workbook([UInt8](Data(contentsOf: file)))
    let headings = try #require(template.sheets.first?.rows.first).cells.map { cell in
      if case .text(let text) = cell { text } else { "" }
    }
    let rows = try #require(TemplateTests.rows[list])
    let writer = try WorkbookWriter()
    let sheet = try writer.addSheet(list, headings: headings)
    for row in rows { try sheet.append(row.map { $0.wholeMatch(of: /\d+-\d+-\d+/) == nil ? .text($0) : .day($0) }) }
    try Data(try writer.finish()).write(to: file)
    let fields = ([headings] + rows).map { row in
      row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
    }
    try fields.joined().write(to: folder.url.appending(path: "list.csv"), atomically: true, encoding: .utf8)
    let facts = "grep -v '^.stated\\|^%' | sed 's/list.csv/list/g; s/list.xlsx/list/g'"
    let result = try run.run([
      "visitlog import list.xlsx --db a.visitlog --yes > a.report",
      "visitlog import list.csv --db b.visitlog --yes > b.report",
      "visitlog export --format dl --db a.visitlog | \(facts) > a.dl",
      "visitlog export --format dl --db b.visitlog | \(facts) > b.dl", "diff a.dl b.dl", "grep -c . a.dl",
    ])
    #expect(result.statuses.allSatisfy { $0 == 0 }, "\(result)")
  }
}

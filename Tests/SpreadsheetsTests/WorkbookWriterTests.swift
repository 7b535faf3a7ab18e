import Spreadsheets
import Testing

/// Workbooks that are written and read again.
@Suite struct WorkbookWriterTests {
  private func read(_ rows: [[Workbook.Cell]], headings: [String]) throws -> Workbook {
    let writer = try WorkbookWriter()
    let sheet = try writer.addSheet("Answer", headings: headings)
    for row in rows { try sheet.append(row) }
    return try Workbook(try writer.finish())
  }

  static let texts = [
    "=1+1", "+1", "-1", "@SUM(A1)", "'=1", "\t=1", "\r\n", "＝1+1", "http://example.org", "mailto:a@example.org", "1",
    "TRUE", "#REF!", "2018-06-29", " leading", "trailing ", "  ", "two  blanks", "a\nb", "a\tb", "\"quoted\"", "'",
    "<b>&amp;</b>", "]]>", "_x0041_", "_x005F_", "_X0041_", "_x00g1_", "__x0041__", "\u{1}\u{1F}\u{7F}\u{85}",
    "\u{FFFE}\u{FFFF}", "👩‍👩‍👧 🇺🇿", "e\u{301}", "\u{202E}שלום עולם", "مرحبا", "日本語", "\u{10FFFF}", "\u{FEFF}x",
  ]

  @Test(arguments: texts) func `a text comes back as it was`(_ text: String) throws {
    let cell = try #require(try read([[.text(text)]], headings: ["T"]).sheets.first?.rows.last?.cells.first)
    guard case .text(let found) = cell else {
      Issue.record("\(cell) is no text")
      return
    }
    #expect(Array(found.utf8) == Array(text.utf8))
  }

  @Test func `the longest texts come back as they were`() throws {
    for text in [String(repeating: "x", count: 32_767), String(repeating: "😀", count: 16_383)] {
      let rows = try read([[.text(text)]], headings: ["T"]).sheets.first?.rows
      #expect(rows?.last?.cells == [.text(text)], "\(text.utf16.count) units")
    }
  }

  static let numbers: [Double] = [
    0, 1, -1, 42, 0.5, -2.25, 1e300, .leastNonzeroMagnitude, 9_007_199_254_740_991, -9_007_199_254_740_991,
    998_000_000_000, 3.125,
  ]

  @Test(arguments: numbers) func `a number comes back as it was`(_ number: Double) throws {
    let found = try read([[.number(number)]], headings: ["N"]).sheets.first?.rows.last?.cells.first
    #expect(found == .number(number))
  }

  @Test func `a float has sixteen digits`() throws {
    let found = try read([[.number(0.1 + 0.2)]], headings: ["N"]).sheets.first?.rows.last?.cells.first
    #expect(found == .number(0.3))
  }

  @Test(arguments: ["1900-01-01", "1900-02-28", "1900-03-01", "1999-12-31", "2000-02-29", "2018-06-29", "9999-12-31"])
  func `a day comes back as a day`(_ day: String) throws {
    #expect(try read([[.day(day)]], headings: ["D"]).sheets.first?.rows.last?.cells.first == .day(day))
  }

  @Test(arguments: ["2018", "2018-06", "1899-12-31", "0001-01-01"])
  func `a day that workbooks do not count is a text`(_ day: String) throws {
    #expect(try read([[.day(day)]], headings: ["D"]).sheets.first?.rows.last?.cells.first == .text(day))
  }

  @Test func `sheets have their names, headings and rows`() throws {
    let writer = try WorkbookWriter()
    let first = try writer.addSheet("Ответы", headings: ["A", "B"])
    let second = try writer.addSheet("Sources", headings: ["row"])
    try second.append([.number(2)])
    try first.append([.text("x"), .boolean(true)])
    try first.append([.empty, .error("#N/A")])
    let book = try Workbook(try writer.finish())
    #expect(book.sheets.map(\.name) == ["Ответы", "Sources"])
    #expect(
      book.sheets[0].rows.map(\.cells)
        == [[.text("A"), .text("B")], [.text("x"), .boolean(true)], [.empty, .text("#N/A")]]
    )
    #expect(book.sheets[1].rows.map(\.cells) == [[.text("row")], [.number(2)]])
  }

  @Test func `the same cells give the same bytes`() throws {
    func bytes() throws -> [UInt8] {
      let writer = try WorkbookWriter()
      let sheet = try writer.addSheet("S", headings: ["A"])
      try sheet.append([.day("2018-06-29")])
      return try writer.finish()
    }
    #expect(try bytes() == bytes())
  }

  // MARK: Limits

  @Test func `a text that is too long for a cell is an error with its place`() throws {
    let sheet = try WorkbookWriter().addSheet("S", headings: ["A", "B"])
    #expect(throws: WorkbookError.textTooLong(sheet: "S", cell: "B2", count: 32_768)) {
      try sheet.append([.empty, .text(String(repeating: "x", count: 32_768))])
    }
    #expect(throws: WorkbookError.textTooLong(sheet: "S", cell: "A2", count: 32_768)) {
      try sheet.append([.text(String(repeating: "😀", count: 16_384))])
    }
  }

  @Test func `more columns or rows than a sheet has are errors`() throws {
    let writer = try WorkbookWriter()
    #expect(throws: WorkbookError.tooManyColumns(sheet: "S", count: 16_385)) {
      try writer.addSheet("S", headings: (0...16_384).map(String.init))
    }
    let widest = try writer.addSheet("W", headings: (0..<16_384).map(String.init))
    try widest.append([])
    let sheet = try writer.addSheet("S", headings: ["A"])
    for _ in 1..<1_048_576 { try sheet.append([]) }
    #expect(throws: WorkbookError.tooManyRows(sheet: "S")) { try sheet.append([]) }
  }

  @Test(arguments: ["", "a/b", "a:b", "[a]", "'a", "a'", "a*", "a?", "12345678901234567890123456789012"])
  func `a name that no sheet may have is an error`(_ name: String) throws {
    #expect(throws: WorkbookError.badSheetName(name)) { try WorkbookWriter().addSheet(name, headings: ["A"]) }
  }

  @Test func `two sheets have two names`() throws {
    let writer = try WorkbookWriter()
    _ = try writer.addSheet("S", headings: ["A"])
    #expect(throws: WorkbookError.badSheetName("s")) { try writer.addSheet("s", headings: ["A"]) }
  }
}

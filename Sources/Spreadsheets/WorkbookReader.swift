extension Workbook {
  /// Reads a workbook in the form of ISO/IEC 29500 (`.xlsx`).
  ///
  /// - Parameter isCancelled: asked once a block.
  public init(_ bytes: [UInt8], isCancelled: @escaping () -> Bool = { false }) throws(WorkbookError) {
    let archive = try ZipArchive(bytes, isCancelled: isCancelled)
    var book = Outline()
    let isThere = try XMLPart.read("xl/workbook.xml", of: archive) { name, values throws(WorkbookError) in
      if name == "sheet" {
        let isHidden = values["state"].map { $0 != "visible" } ?? false
        book.sheets.append((values["name"] ?? "", values["id"] ?? "", isHidden))
      }
      if name == "workbookPr" { book.countsFrom1904 = ["1", "true"].contains(values["date1904"] ?? "") }
    }
    guard isThere else { throw .notAWorkbook }
    var targets: [String: String] = [:]
    _ = try XMLPart.read("xl/_rels/workbook.xml.rels", of: archive) { name, values throws(WorkbookError) in
      if name == "Relationship", let id = values["Id"], let target = values["Target"] { targets[id] = target }
    }
    let texts = try Workbook.sharedTexts(of: archive)
    let dayStyles = try Workbook.dayStyles(of: archive)
    var sheets: [Sheet] = []
    var parts: Set<String> = []
    var budget = CellBudget()
    for (name, id, isHidden) in book.sheets {
      guard let target = targets[id] else { throw .missingPart("the sheet `\(name)`") }
      let part = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
      guard parts.insert(part).inserted else { throw .damaged(part: part, line: 1, "it stands for several sheets") }
      let reader = SheetReader(name, texts: texts, dayStyles: dayStyles, countsFrom1904: book.countsFrom1904, budget)
      try reader.read(part, of: archive)
      sheets.append(
        Sheet(name: name, isHidden: isHidden, rows: try reader.finishedRows(), uncalculated: reader.uncalculated)
      )
      budget = reader.budget
    }
    self.init(sheets: sheets)
  }

  private struct Outline {
    var sheets: [(name: String, id: String, isHidden: Bool)] = []
    var countsFrom1904 = false
  }

  private static func sharedTexts(of archive: ZipArchive) throws(WorkbookError) -> [String] {
    var texts: [String] = []
    var text = ""
    var (isText, isPhonetic) = (false, false)
    _ = try XMLPart.read(
      "xl/sharedStrings.xml",
      of: archive,
      onStart: { name, _ throws(WorkbookError) in
        switch name {
        case "si": text = ""
        case "rPh": isPhonetic = true
        case "t": isText = !isPhonetic
        default: break
        }
      },
      onText: { if isText { text += $0 } },
      onEnd: { name throws(WorkbookError) in
        switch name {
        case "si": texts.append(CellText.unescaped(text))
        case "rPh": isPhonetic = false
        case "t": isText = false
        default: break
        }
      }
    )
    return texts
  }

  /// For each style of cells whether it shows numbers as days.
  private static func dayStyles(of archive: ZipArchive) throws(WorkbookError) -> [Bool] {
    var formats: [Int: String] = [:]
    var styles: [Bool] = []
    var isStyle = false
    _ = try XMLPart.read(
      "xl/styles.xml",
      of: archive,
      onStart: { name, values throws(WorkbookError) in
        switch name {
        case "numFmt":
          if let id = values["numFmtId"].flatMap({ Int($0) }) { formats[id] = values["formatCode"] }
        case "cellXfs": isStyle = true
        case "xf" where isStyle:
          let id = values["numFmtId"].flatMap { Int($0) } ?? 0
          styles.append(formats[id].map { CellText.isDayFormat($0) } ?? CellText.builtInDayFormats.contains(id))
        default: break
        }
      },
      onEnd: { name throws(WorkbookError) in if name == "cellXfs" { isStyle = false } }
    )
    return styles
  }
}

/// What the cells of a workbook may take, however little of it they are packed to.
private struct CellBudget {
  /// Chosen: a hundred thousand rows of forty columns.
  private var cells = 4_000_000
  /// Chosen: cells may share one long text.
  private var bytes = 256 << 20

  /// - Parameter sheet: for the message.
  mutating func take(_ cell: Workbook.Cell, andBlanks count: Int = 0, of sheet: String) throws(WorkbookError) {
    cells -= count + 1
    switch cell {
    case .text(let text), .day(let text), .error(let text): bytes -= text.utf8.count
    case .empty, .number, .boolean: break
    }
    guard cells >= 0, bytes >= 0 else { throw .tooLarge(part: sheet) }
  }
}

/// Reads the cells of one sheet.
private final class SheetReader {
  private let name: String
  private let texts: [String]
  private let dayStyles: [Bool]
  private let countsFrom1904: Bool
  private var rows: [Workbook.Row] = []
  private(set) var uncalculated: [String] = []
  private(set) var budget: CellBudget
  private var merged: [(first: (column: Int, row: Int), last: (column: Int, row: Int))] = []
  private var row = 0
  private var column = 0
  private var place = ""
  private var type = "n"
  private var style = 0
  private var text = ""
  private var isValue = false
  private var isPhonetic = false
  private var isFormula = false

  init(_ name: String, texts: [String], dayStyles: [Bool], countsFrom1904: Bool, _ budget: CellBudget) {
    self.name = name
    self.budget = budget
    self.texts = texts
    self.dayStyles = dayStyles
    self.countsFrom1904 = countsFrom1904
  }

  func read(_ part: String, of archive: ZipArchive) throws(WorkbookError) {
    let isThere = try XMLPart.read(
      part,
      of: archive,
      onStart: { name, values throws(WorkbookError) in try self.start(name, values) },
      onText: { if self.isValue { self.text += $0 } },
      onEnd: { name throws(WorkbookError) in try self.end(name) }
    )
    guard isThere else { throw .missingPart(part) }
  }

  private func start(_ element: String, _ values: [String: String]) throws(WorkbookError) {
    switch element {
    case "row":
      row = values["r"].flatMap { Int($0) } ?? row + 1
      column = 0
      guard (1...Workbook.rowLimit).contains(row), row > rows.last?.number ?? 0 else {
        throw .badCell(sheet: name, cell: "A\(row)", "no row may have this number here")
      }
      rows.append(Workbook.Row(number: row, cells: []))
    case "c":
      column += 1
      if let reference = values["r"] {
        guard let (found, itsRow) = CellText.place(reference), itsRow == row, found >= column,
          found <= Workbook.columnLimit
        else { throw .badCell(sheet: name, cell: reference, "no cell may stand here") }
        column = found
      }
      guard !rows.isEmpty else { throw .badCell(sheet: name, cell: values["r"] ?? "A1", "the cell is in no row") }
      place = values["r"] ?? "\(column) of row \(row)"
      type = values["t"] ?? "n"
      style = values["s"].flatMap { Int($0) } ?? 0
      text = ""
      isFormula = false
    case "f": isFormula = true
    case "rPh": isPhonetic = true
    case "v": isValue = true
    case "t": isValue = !isPhonetic
    case "mergeCell":
      let ends = (values["ref"] ?? "").split(separator: ":").compactMap { CellText.place(String($0)) }
      if ends.count == 2 { merged.append((ends[0], ends[1])) }
    default: break
    }
  }

  private func end(_ element: String) throws(WorkbookError) {
    switch element {
    case "v", "t": isValue = false
    case "rPh": isPhonetic = false
    case "c":
      // A text may be empty; anything else is what has been calculated.
      if isFormula, text.isEmpty, type != "str" { uncalculated.append(place) }
      try append(try value())
    default: break
    }
  }

  private func append(_ cell: Workbook.Cell) throws(WorkbookError) {
    guard cell != .empty else { return }
    let last = rows.count - 1
    let missing = max(column - 1 - rows[last].cells.count, 0)
    try budget.take(cell, andBlanks: missing, of: name)
    rows[last].cells += repeatElement(.empty, count: missing)
    rows[last].cells.append(cell)
  }

  private func value() throws(WorkbookError) -> Workbook.Cell {
    switch type {
    case "s":
      guard let index = Int(text), texts.indices.contains(index) else {
        if text.isEmpty { return .empty }
        throw .badCell(sheet: name, cell: place, "there is no shared text `\(text)`")
      }
      return texts[index].isEmpty ? .empty : .text(texts[index])
    case "str", "inlineStr": return text.isEmpty ? .empty : .text(CellText.unescaped(text))
    case "b": return .boolean(text == "1")
    case "e": return .error(text)
    case "d": return .day(String(text.prefix(10)))
    default:
      if text.isEmpty { return .empty }
      guard let number = Double(text), number.isFinite else { return .error("`\(text.prefix(40))` as a number") }
      guard dayStyles.indices.contains(style), dayStyles[style] else { return .number(number) }
      guard let day = CellText.day(number, countsFrom1904: countsFrom1904) else {
        return .error("\(text.prefix(20)) as a date")
      }
      return .day(day)
    }
  }

  /// The rows that hold anything; what stands in the first of merged cells stands in all rows that they cover.
  func finishedRows() throws(WorkbookError) -> [Workbook.Row] {
    let places = Dictionary(rows.indices.map { (rows[$0].number, $0) }, uniquingKeysWith: { first, _ in first })
    for (first, last) in merged where last.row > first.row {
      guard let top = places[first.row], first.column <= rows[top].cells.count else { continue }
      let cell = rows[top].cells[first.column - 1]
      for place in (top + 1)..<rows.count {
        if rows[place].number > last.row { break }
        let missing = max(first.column - rows[place].cells.count, 0)
        try budget.take(cell, andBlanks: missing, of: name)
        rows[place].cells += repeatElement(.empty, count: missing)
        if rows[place].cells[first.column - 1] == .empty { rows[place].cells[first.column - 1] = cell }
      }
    }
    return rows.filter { !$0.cells.isEmpty }
  }
}

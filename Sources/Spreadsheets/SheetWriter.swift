internal import CXLSXWriter

/// Writes one sheet of a workbook, row after row.
public final class SheetWriter {
  /// In cells of a screen: what a column takes at least and at most.
  private static let widths = 8...60
  /// Beside a text, for margins; beside a heading for the button of the filter too.
  private static let margin = 1
  private static let buttonWidth = 3
  /// From here on a cell without a format shows powers of ten.
  private static let firstLongNumber = 1e11

  private let name: String
  private let sheet: UnsafeMutablePointer<lxw_worksheet>
  private let target: WorkbookTarget
  private let dayColumns: Set<Int>
  private var rowCount = 0
  private var columnWidths: [Int] = []

  init(_ name: String, _ sheet: UnsafeMutablePointer<lxw_worksheet>, of target: WorkbookTarget, dayColumns: Set<Int>) {
    self.name = name
    self.sheet = sheet
    self.target = target
    self.dayColumns = dayColumns
  }

  func writeHeadings(_ headings: [String]) throws(WorkbookError) {
    columnWidths = headings.map { SheetWriter.width(of: $0) + SheetWriter.buttonWidth }
    for (column, heading) in headings.enumerated() { try write(heading, in: column, target.bold) }
    rowCount = 1
  }

  /// Writes the next row; it has a cell for each heading, or fewer.
  public func append(_ cells: [Workbook.Cell]) throws(WorkbookError) {
    precondition(cells.count <= columnWidths.count, "a cell without a heading")
    guard rowCount < Workbook.rowLimit else { throw .tooManyRows(sheet: name) }
    for (column, cell) in cells.enumerated() {
      switch cell {
      case .empty: break
      case .text(let text), .error(let text):
        // As text it is shown as it is; with this format it stays text when it is edited.
        try write(text, in: column, SheetWriter.beginsFormula(text) ? target.text : nil)
      case .number(let number): write(number, in: column)
      case .day(let day):
        guard let number = CellText.number(ofDay: day) else {
          try write(day, in: column, nil)
          continue
        }
        check(visitlog_xlsx_number(target.library, sheet, row, UInt16(column), number, target.day))
        widen(column, to: day.utf8.count)
      case .boolean(let isTrue):
        check(visitlog_xlsx_boolean(target.library, sheet, row, UInt16(column), isTrue ? 1 : 0))
      }
    }
    rowCount += 1
  }

  /// Sets what depends on all rows.
  func finish() {
    for (column, width) in columnWidths.enumerated() {
      let format = dayColumns.contains(column) ? target.day : nil
      let bounded = min(max(width + SheetWriter.margin, SheetWriter.widths.lowerBound), SheetWriter.widths.upperBound)
      visitlog_xlsx_column(target.library, sheet, UInt16(column), Double(bounded), format)
    }
    guard !columnWidths.isEmpty else { return }
    visitlog_xlsx_head(target.library, sheet, UInt32(rowCount - 1), UInt16(columnWidths.count - 1))
  }

  private var row: UInt32 { UInt32(rowCount) }

  private func write(
    _ text: String,
    in column: Int,
    _ format: UnsafeMutablePointer<lxw_format>?
  ) throws(WorkbookError) {
    guard text.utf8.count <= Workbook.textLimit || text.utf16.count <= Workbook.textLimit else {
      let cell = CellText.reference(column: column, row: rowCount)
      throw .textTooLong(sheet: name, cell: cell, count: text.utf16.count)
    }
    check(visitlog_xlsx_text(target.library, sheet, row, UInt16(column), CellText.escaped(text), format))
    widen(column, to: SheetWriter.width(of: text))
  }

  private func write(_ number: Double, in column: Int) {
    let isLong =
      number.magnitude >= SheetWriter.firstLongNumber && number == number.rounded() && number.magnitude < 1e16
    let format = isLong ? target.whole : nil
    check(visitlog_xlsx_number(target.library, sheet, row, UInt16(column), number, format))
    widen(column, to: isLong ? Int64(number).description.utf8.count : 0)
  }

  private func widen(_ column: Int, to width: Int) { columnWidths[column] = max(columnWidths[column], width) }

  private func check(_ error: Int32) { precondition(error == 0, "cells are within the bounds of a sheet") }

  /// The cells of a screen that the widest line takes; the scripts from Hangul on take two for a character.
  private static func width(of text: String) -> Int {
    var (widest, width) = (0, 0)
    for scalar in text.unicodeScalars {
      width = scalar == "\n" ? 0 : width + (scalar.value < 0x1100 ? 1 : 2)
      widest = max(widest, width)
      if widest >= widths.upperBound { break }
    }
    return widest
  }

  private static func beginsFormula(_ text: String) -> Bool {
    switch text.utf8.first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): true
    default: false
    }
  }
}

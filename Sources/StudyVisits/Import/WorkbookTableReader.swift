internal import Spreadsheets

/// Reads the first sheet of a workbook that holds anything.
struct WorkbookTableReader: ImportReader {
  let map: ColumnMap?
  let dateOrder: DateOrder?

  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError) {
    let bytes = try data.contents()
    let workbook: Workbook
    do throws(WorkbookError) {
      workbook = try Workbook(bytes)
    } catch {
      throw .importing(ImportFault(data.file, error.description))
    }
    guard let first = workbook.sheets.firstIndex(where: { !$0.rows.isEmpty }) else {
      throw .importing(ImportFault(data.file, "no sheet of the workbook holds anything"))
    }
    let found = workbook.sheets[first]
    data.recognised.append("sheet `\(found.name)`")
    for other in workbook.sheets[(first + 1)...] where !other.rows.isEmpty {
      data.problems.append(ImportProblem("sheet `\(other.name)`", "only the first sheet of a workbook is imported"))
    }
    var sheet = Sheet(name: found.name)
    sheet.rows = found.rows.map { row in
      Sheet.Row(number: row.number, cells: row.cells.map { WorkbookTableReader.cell($0) })
    }
    let table = TableReader(schema: schema, map: map, dateOrder: dateOrder, hasFixedWidth: false)
    table.read(sheet, into: &data)
  }

  private static func cell(_ cell: Workbook.Cell) -> Sheet.Cell {
    switch cell {
    case .empty: .text("")
    case .text(let text): .text(text)
    // What shows no fraction is a whole number: a telephone number, a year.
    case .number(let number): .value(Int64(exactly: number).map { String($0) } ?? number.description)
    case .day(let day): .value(day)
    case .boolean(let isTrue): .value(isTrue ? "true" : "false")
    case .error(let text): .fault(text)
    }
  }
}

internal import Spreadsheets

/// Reads the first sheet of a workbook that holds anything: of those that are shown, else of the hidden ones.
struct WorkbookTableReader: ImportReader {
  let map: ColumnMap?
  let dateOrder: DateOrder?
  let watch: RowWatch

  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError) {
    let bytes = try data.contents()
    let workbook: Workbook
    do throws(WorkbookError) {
      workbook = try Workbook(bytes, isCancelled: { watch.isOver() })
    } catch {
      if error == .cancelled { throw .stopped(Findings([], in: []), isInterruption: true) }
      throw .importing(ImportFault(data.file, error.description))
    }
    let filled = workbook.sheets.filter { !$0.rows.isEmpty || !$0.uncalculated.isEmpty }
    guard let found = filled.first(where: { !$0.isHidden }) ?? filled.first else {
      throw .importing(ImportFault(data.file, "no sheet of the workbook holds anything"))
    }
    data.recognised.append("sheet `\(found.name)`" + (found.isHidden ? ", which is hidden" : ""))
    for other in filled where other.name != found.name {
      data.problems.append(
        ImportProblem("sheet `\(other.name)`", "only one sheet of a workbook is imported, the first that is shown")
      )
    }
    if let cell = found.uncalculated.first {
      let formulas = counted(found.uncalculated.count, "formula")
      let message = "\(formulas) without a result: open the workbook in a spreadsheet program and save it"
      data.problems.append(ImportProblem("sheet `\(found.name)`, from cell \(cell) on", message))
    }
    var sheet = Sheet(name: found.name)
    sheet.rows = found.rows.map { row in
      Sheet.Row(number: row.number, cells: row.cells.map { WorkbookTableReader.cell($0) })
    }
    let table = TableReader(
      schema: schema,
      map: map,
      dateOrder: dateOrder,
      hasFixedWidth: false,
      watch: watch
    )
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

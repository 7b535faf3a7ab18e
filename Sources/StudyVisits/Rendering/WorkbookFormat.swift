import Engine
internal import Spreadsheets

extension Answer {
  /// Writes a workbook with a sheet of the rows and, where that was asked for, one of the passages that each rests on.
  ///
  /// Yes or no is a column `answer`. Sheets count by floating point: whole numbers that it does not hold are texts, and so
  /// are days that are not stated in full or that lie before 1900.
  func writeWorkbook(to sink: any ByteSink, _ options: RenderingOptions) throws(RenderingError) {
    do {
      let workbook = try WorkbookWriter()
      try withSources(numbered: false).withNames(options).writeRows(to: workbook, for: sink)
      try writeSources(to: workbook, for: sink)
      let bytes = try workbook.finish()
      try bytes.withUnsafeBufferPointer { bytes throws(ByteSinkError) in try sink.write(bytes) }
    } catch let error as WorkbookError {
      throw .workbook(error)
    } catch let error as ByteSinkError {
      throw .sink(error)
    } catch {
      preconditionFailure("nothing else fails: \(error)")
    }
  }

  /// Chosen: so many take a few milliseconds.
  private static let rowsBetweenPolls = 1024

  private func writeRows(to workbook: WorkbookWriter, for sink: any ByteSink) throws {
    let sheet = try workbook.addSheet("Answer", headings: isYesOrNo ? ["answer"] : columns.map(\.name))
    if isYesOrNo { return try sheet.append([.text(rowCount > 0 ? "yes" : "no")]) }
    for row in 0..<rowCount {
      if row % Answer.rowsBetweenPolls == 0 { try sink.throwIfCancelled() }
      try sheet.append(columns.indices.map { cell(row, $0) })
    }
  }

  private func cell(_ row: Int, _ column: Int) -> Workbook.Cell {
    let (word, type) = (word(row, column), columns[column].type)
    switch type {
    case .symbol: return .text(values.text(of: word, type))
    case .number: return Double(exactly: values.numbers[word]).map { .number($0) } ?? .text(values.text(of: word, type))
    case .float: return .number(values.floats[word])
    case .date: return .day(values.text(of: word, type))
    }
  }

  /// A row for each passage that a row rests on; rows have the numbers that the first sheet shows.
  private func writeSources(to workbook: WorkbookWriter, for sink: any ByteSink) throws {
    guard let sources else { return }
    let sheet = try workbook.addSheet(
      "Sources",
      headings: ["row", "document", "passage", "text", "title", "published"]
    )
    for (row, passages) in sources.ofRow.enumerated() {
      if row % Answer.rowsBetweenPolls == 0 { try sink.throwIfCancelled() }
      for passage in passages.map({ sources.passages[$0] }) {
        try sheet.append([
          .number(Double(row + 2)), .text(passage.document), passage.number.map { .number(Double($0)) } ?? .empty,
          .text(passage.words ?? ""), .text(passage.title ?? ""), .day(passage.published ?? ""),
        ])
      }
    }
  }
}

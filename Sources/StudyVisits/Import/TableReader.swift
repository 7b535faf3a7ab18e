internal import Datalog

/// Makes records of the rows of a table, by its headings.
struct TableReader {
  let schema: CompletionSchema
  /// What the columns stand for; `nil` goes by the headings alone.
  let map: ColumnMap?
  /// What whoever imports says of dates; `nil` goes by the dates themselves.
  let dateOrder: DateOrder?
  /// Whether each row has to have as many cells as there are headings.
  let hasFixedWidth: Bool
  let watch: RowWatch

  func read(_ sheet: Sheet, into data: inout ImportedData) {
    guard let filled = sheet.rows.firstIndex(where: { !$0.isEmpty }) else {
      data.problems.append(ImportProblem("", "the table is empty"))
      return
    }
    let first = headingRow(of: sheet, from: filled, into: &data)
    let header = sheet.rows[first]
    let headings = header.cells.map(\.text)
    if let map, map.lines.allSatisfy({ $0.headings.allSatisfy { Int($0) != nil } }) {
      let numbers = headings.indices.map { "\($0 + 1)" }
      return read(sheet.rows[first...], of: sheet, numbers, uses(of: numbers, map), into: &data)
    }
    let known = Dictionary(grouping: headings.indices.filter { !headings[$0].isEmpty }) { folded(headings[$0]) }
    if let repeated = known.values.filter({ $0.count > 1 }).min(by: { $0[0] < $1[0] }), map != nil || isKnown(headings)
    {
      let text = "two columns are headed `\(headings[repeated[1]].shortened)`: rename one of them, or take it out"
      data.problems.append(ImportProblem(place(header, sheet), text))
      return
    }
    if map == nil, let predicate = predicate(with: headings, named: baseName(of: data.file)) {
      data.recognised.append("columns of `\(predicate.name)`")
      return read(sheet.rows[(first + 1)...], of: sheet, headings, uses(of: headings, predicate), into: &data)
    }
    let uses = uses(of: headings, map ?? .standard)
    guard !uses.isEmpty else {
      if map != nil {
        let list = headings.prefix(12).map { "`\($0.shortened)`" }.joined(separator: ", ")
        data.problems.append(ImportProblem(place(header, sheet), "the map names none of the headings \(list)"))
      } else {
        readUnheaded(sheet, from: first, width: headings.count, into: &data)
      }
      return
    }
    let used = Set(uses.map(\.column))
    for (column, heading) in headings.enumerated() where !used.contains(column) && !heading.isEmpty {
      let text = "no fact is made of this column; a map (`--map FILE`) says which"
      data.problems.append(ImportProblem(place(header, sheet), column: heading.shortened, text))
    }
    read(sheet.rows[(first + 1)...], of: sheet, headings, uses, into: &data)
  }

  private func isKnown(_ headings: [String]) -> Bool { knownCount(headings) > 0 }

  private func knownCount(_ headings: [String]) -> Int {
    headings.enumerated().count { !ColumnMap.standard.lines(of: $1, number: $0 + 1).isEmpty }
  }

  /// Where the headings are: in the first row that is filled, unless that is a title, with headings below it.
  private func headingRow(of sheet: Sheet, from filled: Int, into data: inout ImportedData) -> Int {
    let titles = sheet.rows[filled...].prefix(TableReader.titleLimit)
    let texts = sheet.rows[filled].cells.map(\.text)
    guard map == nil, !isKnown(texts), predicate(with: texts, named: baseName(of: data.file)) == nil,
      let found = titles.firstIndex(where: { knownCount($0.cells.map(\.text)) > 1 })
    else { return filled }
    data.recognised.append("headings in \(sheet.rowWord) \(sheet.rows[found].number)")
    for row in sheet.rows[filled..<found] where !row.isEmpty {
      data.problems.append(ImportProblem(place(row, sheet), "no fact is made of what stands above the headings"))
    }
    return found
  }

  /// Chosen: headings stand among the first so many rows.
  private static let titleLimit = 10

  private func place(_ row: Sheet.Row, _ sheet: Sheet) -> String {
    if row.number == 0 { return "" }
    return (sheet.name.map { "sheet `\($0)`, " } ?? "") + "\(sheet.rowWord) \(row.number)"
  }

  private func baseName(of file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  /// The predicate whose columns the headings are: the one that the file is named after, or the only one.
  private func predicate(with headings: [String], named name: String) -> KnownPredicate? {
    let fitting = schema.predicates.filter { predicate in
      !predicate.isDerived && predicate.columns.count == headings.count
        && Set(predicate.columns.map(\.name)) == Set(headings)
    }
    return fitting.first { $0.name == name } ?? (fitting.count == 1 ? fitting[0] : nil)
  }

  private func uses(of headings: [String], _ map: ColumnMap) -> [ColumnUse] {
    let uses = headings.enumerated().flatMap { column, heading in
      map.lines(of: heading, number: column + 1).map { ($0, column, heading) }
    }
    return ColumnUse.all(of: uses, schema)
  }

  private func uses(of headings: [String], _ predicate: KnownPredicate) -> [ColumnUse] {
    let uses = headings.enumerated().map { column, heading in
      let line = ColumnMap.Line(
        number: 0,
        text: "",
        headings: [heading],
        predicate: predicate.name,
        column: heading,
        constants: [],
        isList: false
      )
      return (line, column, heading)
    }
    return ColumnUse.all(of: uses, schema)
  }

  /// A table whose first row says nothing: the relation that the file is named after.
  private func readUnheaded(_ sheet: Sheet, from first: Int, width: Int, into data: inout ImportedData) {
    let name = Identifier.coined(for: baseName(of: data.file), isTaken: { !Symbol($0).isName })
    let columns: [String]
    if let predicate = schema[name] {
      guard !predicate.isDerived, predicate.columns.count == width else {
        let text =
          "no heading is known, and `\(name)` has \(counted(predicate.columns.count, "column")), the table \(width)"
        data.problems.append(ImportProblem("", text + "; a map (`--map FILE`) says what the columns stand for"))
        return
      }
      columns = predicate.columns.map(\.name)
    } else {
      columns = (1...width).map { "column\($0)" }
      let list = columns.map { "\($0): symbol" }.joined(separator: ", ")
      data.declarations.append((name, ".decl \(name)(\(list))"))
    }
    data.recognised.append("no headings that are known, so every row is a fact of `\(name)`")
    watch.begin(.reading, of: sheet.rows.count)
    for (index, row) in zip(sheet.rows.indices, sheet.rows).dropFirst(first) where !row.isEmpty {
      if watch.isOver(after: index) { return }
      guard let record = record(row, of: sheet, columns, width: width, into: &data) else { continue }
      if let (column, text) = row.firstFault {
        let message = "the cell shows `\(text.shortened)`, which is no value"
        data.problems.append(ImportProblem(record.place, column: columns[column], message))
        continue
      }
      var result = record
      let values = columns.enumerated().map { column, name in
        (name, ImportedValue.text(column < row.cells.count ? row.cells[column].text : ""))
      }
      result.facts.append(ImportedFact(name, Dictionary(values, uniquingKeysWith: { first, _ in first })))
      data.records.append(result)
    }
  }

  private func record(
    _ row: Sheet.Row,
    of sheet: Sheet,
    _ headings: [String],
    width: Int,
    into data: inout ImportedData
  ) -> ImportedRecord? {
    let place = "\(sheet.rowWord) \(row.number)"
    let filled = (row.cells.lastIndex { !$0.text.isEmpty } ?? -1) + 1
    if filled > width || hasFixedWidth && row.cells.count != width {
      let text =
        "the row has \(counted(row.cells.count, "cell")), the headings are \(width); is a quotation mark missing?"
      data.problems.append(ImportProblem(place, text))
      return nil
    }
    for (column, cell) in row.cells.enumerated() {
      if cell.text.utf8.count > TableReader.cellLimit {
        let text = "the cell holds more than \(TableReader.cellLimit / 1024) kB"
        data.problems.append(ImportProblem(place, column: headings[column].shortened, text))
        return nil
      }
      if cell.text.utf8.contains(0) {
        data.problems.append(ImportProblem(place, column: headings[column].shortened, "the cell holds a NUL character"))
        return nil
      }
    }
    let parts = row.cells.enumerated().filter { !$1.text.isEmpty }.map { "\(headings[$0]): \($1.text)" }
    return ImportedRecord(number: row.number, place: place, text: parts.joined(separator: "; "))
  }

  /// Chosen: longer than any name or note.
  private static let cellLimit = 64 << 10

  // MARK: Rows

  private func read(
    _ rows: ArraySlice<Sheet.Row>,
    of sheet: Sheet,
    _ headings: [String],
    _ uses: [ColumnUse],
    into data: inout ImportedData
  ) {
    let order = order(of: rows, in: sheet, uses, into: &data)
    let coinable = (map ?? .standard).linesOfCoined(among: uses, schema)
    watch.begin(.reading, of: sheet.rows.count)
    for (index, row) in zip(rows.indices, rows) where !row.isEmpty {
      if watch.isOver(after: index) { return }
      guard var record = record(row, of: sheet, headings, width: headings.count, into: &data) else { continue }
      var filler = RecordFiller(order: order, coinable: coinable, record: record)
      let filled = uses.filter { $0.column < row.cells.count && !row.cells[$0.column].text.isEmpty }
      // What a list names may stand in a cell of its own.
      for use in filled where !use.line.isList { filler.addEntity(use, row.cells[use.column]) }
      for use in filled where use.line.isList { filler.addEntity(use, row.cells[use.column]) }
      for use in filled { filler.addFact(use, row.cells[use.column]) }
      filler.finish()
      record = filler.record
      data.problems += filler.problems
      // What no column is used of is nothing to cite.
      if !record.entities.isEmpty || !record.facts.isEmpty { data.records.append(record) }
    }
  }

  /// The order of the dates that can be read in two ways: as said, else as those that can only be read in one.
  private func order(
    of rows: ArraySlice<Sheet.Row>,
    in sheet: Sheet,
    _ uses: [ColumnUse],
    into data: inout ImportedData
  ) -> DateOrder? {
    if let dateOrder {
      data.recognised.append("dates \(dateOrder.text), as said")
      return dateOrder
    }
    let columns = Set(uses.filter { $0.type == "date" }.map(\.column))
    var found: [DateOrder: Int] = [:]
    for row in rows {
      for column in columns where column < row.cells.count {
        if case .text = row.cells[column], let order = DayText(row.cells[column].text)?.order {
          found[order] = found[order] ?? row.number
        }
      }
    }
    guard let (order, row) = found.first, found.count == 1 else { return nil }
    data.recognised.append("dates \(order.text) (\(sheet.rowWord) \(row))")
    return order
  }
}

/// Reads a table whose cells a comma, a semicolon, a tab or a bar parts, in any encoding that lists come in.
struct DelimitedTableReader: ImportReader {
  let map: ColumnMap?
  let dateOrder: DateOrder?
  /// `nil` goes by the bytes.
  let encoding: TextEncoding?
  /// Whether only a tab parts cells.
  let isTabbed: Bool
  let watch: RowWatch

  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError) {
    let text = try text(of: data.contents(), into: &data)
    let said = isTabbed ? nil : DelimitedTableReader.saidDelimiter(text)
    let delimiter = isTabbed ? UInt8(ascii: "\t") : said ?? DelimitedTableReader.delimiter(of: text)
    let name = delimiter == UInt8(ascii: "\t") ? "tabs" : "delimiter `\(Character(Unicode.Scalar(delimiter)))`"
    data.recognised.append(said == nil ? name : "\(name), as `sep=` says")
    var sheet = try rows(text, delimiter, into: &data)
    if said != nil, !sheet.rows.isEmpty { sheet.rows.removeFirst() }
    let table = TableReader(
      schema: schema,
      map: map,
      dateOrder: dateOrder,
      hasFixedWidth: true,
      watch: watch
    )
    table.read(sheet, into: &data)
  }

  private func text(of bytes: [UInt8], into data: inout ImportedData) throws(KnowledgeBaseError) -> [UInt8] {
    let (found, told, isGuess) =
      encoding.map { ($0, "\($0.title), as said", false) } ?? TextEncoding.recognised(in: bytes)
    data.recognised.append(told)
    do throws(TextEncoding.Fault) {
      let text = try found.decoded(bytes)
      if isGuess {
        let line = text.split(separator: UInt8(ascii: "\n")).first { $0.contains { $0 >= 0x80 } } ?? []
        data.guess = (found, String(decoding: line, as: UTF8.self).trimmingBlanks)
      }
      return text
    } catch {
      let message = "this is no text in \(found.title): save it as UTF-8, or `--encoding` names another encoding"
      throw .importing(ImportFault(data.file, place: error.line.map { "row \($0)" }, message))
    }
  }

  // MARK: Delimiters

  /// What Excel's first line `sep=;` says.
  private static func saidDelimiter(_ text: [UInt8]) -> UInt8? {
    let line = text.prefix(7).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard line.count == 5, String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep=" else { return nil }
    let isSign = line[4] == UInt8(ascii: "\t") || (0x21...0x7E).contains(line[4]) && line[4] != UInt8(ascii: "\"")
    return isSign ? line[4] : nil
  }

  /// Which of the delimiters stands in the first line most often, outside quotation marks.
  private static func delimiter(of text: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in text {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted, !counts.isEmpty { break }
      if !isQuoted { counts[byte, default: 0] += 1 }
    }
    let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
    return candidates.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? UInt8(ascii: ",")
  }

  // MARK: Rows

  /// A quotation mark that is never closed leaves open where any row behind it ends, so that nothing is read.
  private func rows(
    _ text: [UInt8],
    _ delimiter: UInt8,
    into data: inout ImportedData
  ) throws(KnowledgeBaseError) -> Sheet {
    let ended = text.last == UInt8(ascii: "\n") ? text : text + [UInt8(ascii: "\n")]
    var sheet = Sheet()
    var record = CSVRecord(delimiter: delimiter)
    try ended.withUnsafeBufferPointer { bytes throws(KnowledgeBaseError) in
      var start = 0
      while start < bytes.count, !watch.isOver(after: sheet.rows.count) {
        let rest = UnsafeBufferPointer(rebasing: bytes[start...])
        let outcome = record.scan(rest, isAtEnd: true)
        switch outcome {
        case .unfinished:
          return
        case .fault(.unclosedQuote, let place):
          let message = "the quotation mark is never closed, so that no row behind it can be told; nothing was read"
          throw .importing(ImportFault(data.file, place: "row \(place.line)", message))
        case .fault(let reason, let place):
          let fault = InputFault(file: data.file, line: nil, column: nil, columnName: nil, reason: reason)
          let first = record.firstLine
          let rows = first < place.line ? "rows \(first) to \(place.line)" : "row \(first)"
          data.problems.append(ImportProblem(rows, fault.message))
        case .record:
          let cells = record.fields.map { field in
            Sheet.Cell.text(record.withText(of: field, rest) { String(decoding: $0, as: UTF8.self) })
          }
          sheet.rows.append(Sheet.Row(number: record.firstLine, cells: cells))
        }
        start += record.byteCount
      }
    }
    return sheet
  }
}

internal import Foundation

/// Reads a table whose cells a comma, a semicolon, a tab or a bar parts, in any encoding that lists come in.
struct DelimitedTableReader: ImportReader {
  let map: ColumnMap?
  let dateOrder: DateOrder?
  /// Whether only a tab parts cells.
  let isTabbed: Bool

  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError) {
    guard let (text, encoding) = DelimitedTableReader.decoded(try data.contents()) else {
      let place = try data.contents().firstLineOutsideUTF8.map { "row \($0)" }
      throw .importing(
        ImportFault(data.file, place: place, "the text is in no encoding that is known: save it as UTF-8")
      )
    }
    data.recognised.append(encoding)
    let delimiter = isTabbed ? UInt8(ascii: "\t") : DelimitedTableReader.delimiter(of: text)
    data.recognised.append(
      delimiter == UInt8(ascii: "\t") ? "tabs" : "delimiter `\(Character(Unicode.Scalar(delimiter)))`"
    )
    let sheet = rows(text, delimiter, into: &data)
    TableReader(schema: schema, map: map, dateOrder: dateOrder, hasFixedWidth: true).read(sheet, into: &data)
  }

  // MARK: Encoding

  private static func decoded(_ bytes: [UInt8]) -> (text: [UInt8], encoding: String)? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      return String(validating: bytes.dropFirst(3), as: UTF8.self).map { (Array($0.utf8), "UTF-8 with BOM") }
    }
    if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes, .utf16LittleEndian) }
    if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes, .utf16BigEndian) }
    if String(validating: bytes, as: UTF8.self) != nil { return (bytes, "UTF-8") }
    // NUL stands in UTF-16 without a mark, and in no list in an encoding of single bytes.
    guard !bytes.contains(0) else { return nil }
    let isCyrillic = looksCyrillic(bytes)
    let encoding = isCyrillic ? String.Encoding.windowsCP1251 : .windowsCP1252
    guard let text = String(data: Data(bytes), encoding: encoding) else { return nil }
    return (Array(text.utf8), isCyrillic ? "Windows-1251" : "Windows-1252")
  }

  private static func utf16(_ bytes: [UInt8], _ encoding: String.Encoding) -> (text: [UInt8], encoding: String)? {
    guard bytes.count % 2 == 0, let text = String(data: Data(bytes.dropFirst(2)), encoding: encoding) else {
      return nil
    }
    return (Array(text.utf8), "UTF-16")
  }

  /// In Cyrillic words letters beyond ASCII stand beside each other, in those of western Europe mostly alone.
  private static func looksCyrillic(_ bytes: [UInt8]) -> Bool {
    var (alone, together) = (0, 0)
    for place in bytes.indices where bytes[place] >= 0xC0 {
      let isBeside = place > 0 && bytes[place - 1] >= 0xC0 || place + 1 < bytes.count && bytes[place + 1] >= 0xC0
      if isBeside { together += 1 } else { alone += 1 }
    }
    return together > alone
  }

  // MARK: Rows

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

  private func rows(_ text: [UInt8], _ delimiter: UInt8, into data: inout ImportedData) -> Sheet {
    let ended = text.last == UInt8(ascii: "\n") ? text : text + [UInt8(ascii: "\n")]
    var sheet = Sheet()
    var record = CSVRecord(delimiter: delimiter)
    ended.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < bytes.count {
        let rest = UnsafeBufferPointer(rebasing: bytes[start...])
        let outcome = record.scan(rest, isAtEnd: true)
        switch outcome {
        case .unfinished:
          return
        case .fault(let reason, let place):
          let fault = InputFault(file: data.file, line: nil, column: nil, columnName: nil, reason: reason)
          data.problems.append(ImportProblem("row \(place.line)", fault.message))
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

extension [UInt8] {
  /// The first line that is not UTF-8 or holds a NUL, from 1.
  var firstLineOutsideUTF8: Int? {
    split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).firstIndex { line in
      line.contains(0) || String(validating: line, as: UTF8.self) == nil
    }.map { $0 + 1 }
  }
}

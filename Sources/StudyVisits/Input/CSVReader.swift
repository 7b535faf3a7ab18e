import Datalog
import Engine

/// Reads comma-separated values as RFC 4180 has them: a header line, quoted fields with `""` for a quotation mark.
///
/// Lines end in LF or CRLF. The header's names may stand in any order; each column of the predicate is named once. When
/// the pending bytes end within a record, more of the file is read and the record is scanned anew.
struct CSVReader {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  let columns: [Column]
  let table: FactTable
  let sources: UInt32
  var faults: FaultLog
  private let reader: FieldReader
  private let symbols: SymbolBatch
  /// For each field of a record its column, once the header is read.
  private var places: [Int]?
  private var record = CSVRecord()

  init(columns: [Column], values: Values, table: FactTable, sources: UInt32, file: String) {
    self.columns = columns
    self.table = table
    self.sources = sources
    reader = FieldReader(values: values)
    symbols = SymbolBatch(values: values, table: table)
    faults = FaultLog(file: file)
  }

  /// Reads `file` to its end or to the limit of faults.
  mutating func read(_ file: inout FileBlocks) throws(InputFault) {
    guard !columns.isEmpty else { return faults.note(.needsColumns) }
    try file.readMore()
    if file.pending.starts(with: [0xEF, 0xBB, 0xBF]) { file.take(3) }
    while !faults.isFull {
      let bytes = file.pending
      let outcome = record.scan(bytes, isAtEnd: file.isAtEnd)
      if outcome == .unfinished {
        symbols.flush()
        if file.isAtEnd { break }
        try file.readMore()
        continue
      }
      if case .fault(let reason, let place) = outcome {
        note(reason, at: place, bytes)
      } else if places != nil {
        readRecord(bytes)
      } else {
        readHeader(bytes)
      }
      // Without the header's columns the records mean nothing.
      if places == nil { return }
      file.take(record.byteCount)
    }
    if places == nil { faults.note(.missingHeader) }
  }

  private mutating func readHeader(_ bytes: Bytes) {
    let heads = record.fields.map { field in
      record.withText(of: field, bytes) { String(decoding: $0, as: UTF8.self) }
    }
    let names = columns.map(\.name)
    var found: [Int] = []
    for (index, head) in heads.enumerated() {
      let place = record.fields[index].place
      guard let column = names.firstIndex(where: { $0.utf8.elementsEqual(head.utf8) }) else {
        let free = names.filter { !heads.contains($0) }
        note(.unknownColumn(head, nearest: Datalog.nearest(to: head, among: free)), at: place, bytes)
        continue
      }
      if found.contains(column) { note(.repeatedColumn(head), at: place, bytes) }
      found.append(column)
    }
    for (column, name) in names.enumerated() where !found.contains(column) {
      let free = heads.filter { !names.contains($0) }
      faults.note(.missingColumn(name, nearest: Datalog.nearest(to: name, among: free)), line: record.firstLine)
    }
    if faults.faults.isEmpty { places = found }
  }

  private mutating func readRecord(_ bytes: Bytes) {
    guard let places else { return }
    let fields = record.fields
    if record.isEmptyLine, columns.count != 1 || columns[0].type != .symbol {
      return faults.note(.emptyLine, line: record.firstLine, column: 1)
    }
    guard fields.count == places.count else {
      let reason = InputFault.Reason.fieldCount(expected: places.count, found: fields.count)
      return faults.note(reason, line: record.firstLine, column: 1)
    }
    table.openRow()
    var isWhole = true
    for (field, column) in zip(fields, places) {
      isWhole = readField(field, column, bytes) && isWhole
    }
    if isWhole { table.closeRow(sources: sources) }
  }

  /// Sets the value of `column` in the open row; `false` after a fault.
  private mutating func readField(_ field: CSVRecord.Field, _ column: Int, _ bytes: Bytes) -> Bool {
    let type = columns[column].type
    if type == .symbol, !field.isUndoubled {
      // A batch may keep the text, for it stays where it is until more of the file is read.
      let text = Bytes(rebasing: bytes[field.range])
      if textFault(text) == nil {
        symbols.add(text, column: column)
        return true
      }
    }
    switch record.withText(of: field, bytes, { reader.bits(of: $0, as: type) }) {
    case .success(let bits):
      table.setOpenValue(bits, column: column)
      return true
    case .failure(let fault):
      note(fault.reason, at: field.place, bytes, name: columns[column].name)
      return false
    }
  }

  private mutating func note(
    _ reason: InputFault.Reason,
    at place: CSVRecord.Place,
    _ bytes: Bytes,
    name: String? = nil
  ) {
    guard let base = bytes.baseAddress else { return }
    faults.note(reason, line: place.line, from: base + place.lineStart, to: base + place.offset, name: name)
  }
}

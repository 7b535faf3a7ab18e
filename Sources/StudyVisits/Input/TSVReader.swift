import Datalog
import Engine

/// Reads tab-separated values: no header, no quoting, `\t \n \r \\` in symbols.
///
/// Works on whole lines. A field is scanned where it lies: digits by the byte, text by eight bytes at a time up to the
/// next byte that could mean something. Only what that pass cannot settle (a sign, a float, an escape, text beyond
/// ASCII, a fault) takes a second one.
///
/// Every line handed over ends in a newline, at which each scan stops, so none runs past it.
struct TSVReader {
  typealias Cursor = UnsafePointer<UInt8>

  let columns: [Column]
  let table: FactTable
  let sources: UInt32
  var faults: FaultLog
  private let types: [ValueType]
  private let fields: FieldReader
  private let symbols: SymbolBatch
  private var line = 0
  private var lineStart: Cursor
  private var unescaped: [UInt8] = []

  init(columns: [Column], values: Values, table: FactTable, sources: UInt32, file: String) {
    self.columns = columns
    self.table = table
    self.sources = sources
    types = columns.map(\.type)
    fields = FieldReader(values: values)
    symbols = SymbolBatch(values: values, table: table)
    faults = FaultLog(file: file)
    lineStart = Cursor(bitPattern: 8).unsafelyUnwrapped
  }

  /// Reads `file` to its end or to the limit of faults.
  mutating func read(_ file: inout FileBlocks) throws(InputFault) {
    try file.readMore()
    if file.pending.starts(with: [0xEF, 0xBB, 0xBF]) { file.take(3) }
    while !faults.isFull {
      let pending = file.pending
      guard let newline = pending.lastIndex(of: UInt8(ascii: "\n")), let start = pending.baseAddress else {
        if file.isAtEnd { return }
        try file.readMore()
        continue
      }
      readLines(from: start, to: start + newline + 1)
      file.take(newline + 1)
    }
  }

  /// `end` is just behind a newline.
  private mutating func readLines(from start: Cursor, to end: Cursor) {
    var cursor = start
    while cursor < end, !faults.isFull {
      line += 1
      lineStart = cursor
      cursor = readLine(cursor)
    }
    symbols.flush()
  }

  /// Reads the line that begins at `start`; its answer is the beginning of the next.
  @inline(__always)
  private mutating func readLine(_ start: Cursor) -> Cursor {
    if let next = lineEnd(start), columns.count != 1 || types[0] != .symbol { return readEmptyLine(next) }
    guard !columns.isEmpty else { return readUnitLine(start) }
    var cursor = start
    var isWhole = true
    table.openRow()
    let last = columns.count - 1
    for column in 0...last {
      isWhole = readField(&cursor, column) && isWhole
      if column == last {
        if let next = lineEnd(cursor) {
          if isWhole { table.closeRow(sources: sources) }
          return next
        }
      } else if cursor.pointee == UInt8(ascii: "\t") {
        cursor += 1
      } else {
        break
      }
    }
    return noteFieldCount(start)
  }

  /// The beginning of the next line when this one ends at `cursor`.
  @inline(__always)
  private func lineEnd(_ cursor: Cursor) -> Cursor? {
    if cursor.pointee == UInt8(ascii: "\n") { return cursor + 1 }
    // SAFETY: a carriage return is not the last byte, for that is a newline.
    if cursor.pointee == UInt8(ascii: "\r"), cursor[1] == UInt8(ascii: "\n") { return cursor + 2 }
    return nil
  }

  /// Sets the value of `column` from the field at `cursor` and moves to the field's end; `false` after a fault.
  @inline(__always)
  private mutating func readField(_ cursor: inout Cursor, _ column: Int) -> Bool {
    let start = cursor
    switch types[column] {
    case .symbol:
      var seen: UInt64 = 0
      cursor = LineScan.special(from: cursor, seen: &seen)
      if isFieldEnd(cursor), LineScan.isAllASCII(seen) || isUTF8(start, cursor) {
        symbols.add(UnsafeBufferPointer(start: start, count: cursor - start), column: column)
        return true
      }
    case .number:
      var magnitude: UInt64 = 0
      let isNegative = cursor.pointee == UInt8(ascii: "-")
      if isNegative { cursor += 1 }
      let digits = cursor
      while case let digit = cursor.pointee &- UInt8(ascii: "0"), digit < 10 {
        magnitude = magnitude &* 10 &+ UInt64(digit)
        cursor += 1
      }
      // Eighteen digits fit 64 bits whatever they are.
      if cursor - digits <= 18, cursor > digits, isFieldEnd(cursor) {
        table.setOpenValue(isNegative ? 0 &- magnitude : magnitude, column: column)
        return true
      }
    case .float, .date:
      break
    }
    return readHardField(start, &cursor, column)
  }

  @inline(__always)
  private func isFieldEnd(_ cursor: Cursor) -> Bool {
    cursor.pointee == UInt8(ascii: "\t") || lineEnd(cursor) != nil
  }

  @inline(never)
  private func isUTF8(_ start: Cursor, _ end: Cursor) -> Bool {
    textFault(UnsafeBufferPointer(start: start, count: end - start)) == nil
  }

  /// Reads the field at `start` whatever it holds.
  @inline(never)
  private mutating func readHardField(_ start: Cursor, _ cursor: inout Cursor, _ column: Int) -> Bool {
    cursor = start
    var hasEscapes = false
    var stray: Cursor?
    var seen: UInt64 = 0
    while true {
      cursor = LineScan.special(from: cursor, seen: &seen)
      if isFieldEnd(cursor) { break }
      if cursor.pointee == UInt8(ascii: "\\") { hasEscapes = true }
      if cursor.pointee == UInt8(ascii: "\r") { stray = stray ?? cursor }
      cursor += 1
    }
    if let stray { return note(.strayCarriageReturn, at: stray, column) }
    let raw = UnsafeBufferPointer(start: start, count: cursor - start)
    guard hasEscapes, types[column] == .symbol else {
      return set(column, fields.bits(of: raw, as: types[column]), start)
    }
    if let (reason, offset) = textFault(raw) { return note(reason, at: start + offset, column) }
    guard unescape(raw, column) else { return false }
    return set(column, unescaped.withUnsafeBufferPointer { fields.bits(of: $0, as: .symbol) }, start)
  }

  private mutating func set(_ column: Int, _ bits: Result<UInt64, FieldFault>, _ start: Cursor) -> Bool {
    switch bits {
    case .success(let bits):
      table.setOpenValue(bits, column: column)
      return true
    case .failure(let fault):
      return note(fault.reason, at: start + fault.offset, column)
    }
  }

  /// Writes the text that `raw` stands for to `unescaped`.
  private mutating func unescape(_ raw: UnsafeBufferPointer<UInt8>, _ column: Int) -> Bool {
    unescaped.removeAll(keepingCapacity: true)
    var place = 0
    while place < raw.count {
      guard raw[place] == UInt8(ascii: "\\") else {
        unescaped.append(raw[place])
        place += 1
        continue
      }
      switch place + 1 < raw.count ? raw[place + 1] : 0 {
      case UInt8(ascii: "t"): unescaped.append(UInt8(ascii: "\t"))
      case UInt8(ascii: "n"): unescaped.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "r"): unescaped.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "\\"): unescaped.append(UInt8(ascii: "\\"))
      default:
        let rest = String(decoding: raw[(place + 1)...].prefix(4), as: UTF8.self)
        let shown = rest.unicodeScalars.first.map { String($0) } ?? ""
        guard let base = raw.baseAddress else { return false }
        return note(.unknownEscape(shown), at: base + place, column)
      }
      place += 2
    }
    return true
  }

  private mutating func note(_ reason: InputFault.Reason, at place: Cursor, _ column: Int) -> Bool {
    faults.note(reason, line: line, from: lineStart, to: place, name: columns[column].name)
    return false
  }
}

extension TSVReader {
  /// An empty line is the tuple without columns, and else nothing that has more than one column or no symbol.
  private mutating func readEmptyLine(_ next: Cursor) -> Cursor {
    if columns.isEmpty {
      table.openRow()
      table.closeRow(sources: sources)
    } else {
      faults.note(.emptyLine, line: line, column: 1)
    }
    return next
  }

  /// A line with text, for a predicate without columns.
  private mutating func readUnitLine(_ start: Cursor) -> Cursor {
    if start[0] == UInt8(ascii: "("), start[1] == UInt8(ascii: ")"), let next = lineEnd(start + 2) {
      return readEmptyLine(next)
    }
    return noteFieldCount(start)
  }

  @inline(never)
  private mutating func noteFieldCount(_ start: Cursor) -> Cursor {
    var found = 1
    var cursor = start
    while cursor.pointee != UInt8(ascii: "\n") {
      if cursor.pointee == UInt8(ascii: "\t") { found += 1 }
      cursor += 1
    }
    faults.note(.fieldCount(expected: columns.count, found: found), line: line, column: 1)
    return cursor + 1
  }
}

/// Eight bytes at a time over the bytes of a line.
enum LineScan {
  /// The first byte from `start` on that is below 14 (NUL, tab, newline, carriage return) or a backslash.
  ///
  /// There is one: the line's newline. `seen` gathers the bits of all bytes before it.
  @inline(__always)
  static func special(from start: UnsafePointer<UInt8>, seen: inout UInt64) -> UnsafePointer<UInt8> {
    var cursor = start
    while true {
      // SAFETY: a line ends in a newline, and the block has eight bytes more than its text.
      let bytes = UInt64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
      // The borrow of a byte reaches only the bytes above it, so the lowest mark is true.
      let low = (bytes &- 0x0E0E_0E0E_0E0E_0E0E) & ~bytes
      let difference = bytes ^ 0x5C5C_5C5C_5C5C_5C5C
      let backslash = (difference &- 0x0101_0101_0101_0101) & ~difference
      let marks = (low | backslash) & highBits
      if marks != 0 {
        let bitCount = marks.trailingZeroBitCount & ~7
        seen |= bytes & ((1 << UInt64(bitCount)) &- 1)
        return cursor + bitCount / 8
      }
      seen |= bytes
      cursor += 8
    }
  }

  /// Whether bytes that were gathered into `seen` are all ASCII.
  @inline(__always)
  static func isAllASCII(_ seen: UInt64) -> Bool { seen & highBits == 0 }

  private static let highBits: UInt64 = 0x8080_8080_8080_8080
}

import Datalog

/// The faults found in one file so far, with the reckoning of their places.
struct FaultLog {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  let file: String
  private(set) var faults: [InputFault] = []

  init(file: String) {
    self.file = file
  }

  var isFull: Bool { faults.count >= InputFaults.limit }

  /// Notes a fault of the file as a whole or of one of its lines.
  mutating func note(_ reason: InputFault.Reason, line: Int? = nil, column: Int? = nil, name: String? = nil) {
    guard !isFull else { return }
    faults.append(InputFault(file: file, line: line, column: column, columnName: name, reason: reason))
  }

  /// Notes a fault `byteOffset` bytes into a line that begins at `lineStart`.
  mutating func note(
    _ reason: InputFault.Reason,
    line: Int,
    from lineStart: UnsafePointer<UInt8>,
    to place: UnsafePointer<UInt8>,
    name: String? = nil
  ) {
    guard !isFull else { return }
    // A column counts scalars: every byte but the continuation bytes begins one.
    var column = 1
    for byte in Bytes(start: lineStart, count: place - lineStart) where byte & 0xC0 != 0x80 { column += 1 }
    note(reason, line: line, column: column, name: name)
  }

  mutating func note(_ fault: InputFault) {
    guard !isFull else { return }
    faults.append(fault)
  }
}

/// The text of a field as a message shows it: cut short, on one line.
func excerpt(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  let limit = 40
  var shown = String.UnicodeScalarView()
  for scalar in String(decoding: bytes.prefix(limit * 4), as: UTF8.self).unicodeScalars {
    if shown.count == limit {
      shown.append("…")
      break
    }
    if scalar.value < 0x20 {
      shown.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
    } else {
      shown.append(scalar)
    }
  }
  return String(shown)
}

/// What speaks against taking `bytes` for text: bytes that are not UTF-8, or a NUL.
func textFault(_ bytes: UnsafeBufferPointer<UInt8>) -> (reason: InputFault.Reason, offset: Int)? {
  // Most texts are short and ASCII without a NUL, which a loop over the bytes settles sooner than a call.
  if bytes.allSatisfy({ $0 &- 1 < 0x7F }) { return nil }
  do {
    _ = try UTF8Span(validating: bytes.span)
  } catch {
    return (.notUTF8, error.byteOffsets.lowerBound)
  }
  return bytes.firstIndex(of: 0).map { (.nulCharacter, $0) }
}

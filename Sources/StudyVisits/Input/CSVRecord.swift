/// One record of a CSV file: its fields without their quotation marks.
struct CSVRecord {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// Where something stands in the bytes that were scanned.
  struct Place: Hashable {
    let line: Int
    let lineStart: Int
    let offset: Int
  }

  struct Field {
    /// Of the bytes that were scanned or, when quotation marks were doubled, of `text`.
    fileprivate(set) var range: Range<Int>
    fileprivate(set) var isUndoubled = false
    let place: Place
  }

  enum Outcome: Hashable {
    case record
    /// The bytes end within the record.
    case unfinished
    /// The record is left out, up to the end of the line of the fault.
    case fault(InputFault.Reason, Place)
  }

  private enum Step {
    case field, lastField, unfinished
    case fault(InputFault.Reason, Place)
  }

  private let delimiter: UInt8

  init(delimiter: UInt8 = UInt8(ascii: ",")) {
    self.delimiter = delimiter
  }

  /// The texts of the fields in which quotation marks were doubled, one behind the other.
  private(set) var text: [UInt8] = []
  private(set) var fields: [Field] = []
  /// How many bytes the record has, its line's end included.
  private(set) var byteCount = 0
  private(set) var firstLine = 1
  private(set) var isEmptyLine = false
  private var nextLine = 1
  private var line = 1
  private var lineStart = 0
  private var offset = 0

  private var place: Place { Place(line: line, lineStart: lineStart, offset: offset) }

  /// Takes the record at the beginning of `bytes`; at the end of the file these end in a newline.
  mutating func scan(_ bytes: Bytes, isAtEnd: Bool) -> Outcome {
    (line, lineStart, offset) = (nextLine, 0, 0)
    text.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    while offset < bytes.count {
      let isQuoted = bytes[offset] == UInt8(ascii: "\"")
      fields.append(Field(range: 0..<0, place: place))
      switch isQuoted ? quotedField(bytes, isAtEnd: isAtEnd) : plainField(bytes) {
      case .field:
        break
      case .lastField:
        isEmptyLine = fields.count == 1 && fields[0].range.isEmpty && !isQuoted
        finish()
        return .record
      case .unfinished:
        return .unfinished
      case .fault(let reason, let place):
        return skipLine(bytes, isAtEnd: isAtEnd) ? .fault(reason, place) : .unfinished
      }
    }
    return .unfinished
  }

  private mutating func finish() {
    byteCount = offset
    firstLine = nextLine
    nextLine = line + 1
  }

  /// Leaves out the rest of the line; `false` when its end is not there yet.
  private mutating func skipLine(_ bytes: Bytes, isAtEnd: Bool) -> Bool {
    while offset < bytes.count {
      offset += 1
      if bytes[offset - 1] == UInt8(ascii: "\n") {
        finish()
        return true
      }
    }
    finish()
    return isAtEnd
  }

  private mutating func plainField(_ bytes: Bytes) -> Step {
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case delimiter, UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        fields[fields.count - 1].range = start..<offset
        return fieldEnd(bytes, otherwise: .strayCarriageReturn)
      case UInt8(ascii: "\""):
        return .fault(.quoteInPlainField, place)
      default:
        offset += 1
      }
    }
    return .unfinished
  }

  private mutating func quotedField(_ bytes: Bytes, isAtEnd: Bool) -> Step {
    let opening = place
    offset += 1
    var start = offset
    let textStart = text.count
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        lineStart = offset
      }
      guard byte == UInt8(ascii: "\"") else { continue }
      guard offset < bytes.count else { return .unfinished }
      if bytes[offset] == UInt8(ascii: "\"") {
        text.append(contentsOf: bytes[start..<offset])
        offset += 1
        start = offset
      } else {
        endQuotedField(bytes, start..<(offset - 1), textStart)
        return fieldEnd(bytes, otherwise: .textAfterQuote)
      }
    }
    return isAtEnd ? .fault(.unclosedQuote, opening) : .unfinished
  }

  /// Settles where the text of a quoted field lies; `rest` is what follows its last doubled quotation mark.
  private mutating func endQuotedField(_ bytes: Bytes, _ rest: Range<Int>, _ textStart: Int) {
    let index = fields.count - 1
    guard text.count > textStart else {
      fields[index].range = rest
      return
    }
    text.append(contentsOf: bytes[rest])
    fields[index].range = textStart..<text.count
    fields[index].isUndoubled = true
  }

  /// Lends the text of a field of the record scanned from `bytes`.
  func withText<Result>(of field: Field, _ bytes: Bytes, _ body: (Bytes) -> Result) -> Result {
    guard field.isUndoubled else { return body(Bytes(rebasing: bytes[field.range])) }
    return text.withUnsafeBufferPointer { body(Bytes(rebasing: $0[field.range])) }
  }

  /// Moves past the delimiter or the line's end that stands at `offset`.
  private mutating func fieldEnd(_ bytes: Bytes, otherwise reason: InputFault.Reason) -> Step {
    switch bytes[offset] {
    case delimiter:
      offset += 1
      return .field
    case UInt8(ascii: "\n"):
      offset += 1
      return .lastField
    case UInt8(ascii: "\r"):
      guard offset + 1 < bytes.count else { return .unfinished }
      guard bytes[offset + 1] == UInt8(ascii: "\n") else { return .fault(reason, place) }
      offset += 2
      return .lastField
    default:
      return .fault(reason, place)
    }
  }
}

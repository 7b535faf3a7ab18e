/// Strings of JSON.
enum JSONText {
  /// Appends a string in quotation marks.
  static func append(_ string: String, to text: inout [UInt8]) {
    append(to: &text) { $0.append(contentsOf: string.utf8) }
  }

  /// Appends what `write` appends, as a string in quotation marks.
  @inline(__always)
  static func append(to text: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
    text.append(UInt8(ascii: "\""))
    text.appendEscaped(
      where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") },
      escape,
      write
    )
    text.append(UInt8(ascii: "\""))
  }

  private static func escape(_ byte: UInt8, _ text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""): text.append("\\\"")
    case UInt8(ascii: "\\"): text.append("\\\\")
    case UInt8(ascii: "\n"): text.append("\\n")
    case UInt8(ascii: "\r"): text.append("\\r")
    case UInt8(ascii: "\t"): text.append("\\t")
    default:
      text.append("\\u00")
      let digits = Array("0123456789abcdef".utf8)
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }
}

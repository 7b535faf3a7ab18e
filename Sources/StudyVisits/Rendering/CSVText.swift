/// Fields of comma-separated values (RFC 4180).
enum CSVText {
  /// Appends what `write` appends, in quotation marks if it needs them.
  static func append(to text: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
    let start = text.count
    write(&text)
    let needsQuotes = text[start...].contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return }
    let plain = Array(text[start...])
    text.removeSubrange(start...)
    text.append(UInt8(ascii: "\""))
    for byte in plain {
      if byte == UInt8(ascii: "\"") { text.append(byte) }
      text.append(byte)
    }
    text.append(UInt8(ascii: "\""))
  }
}

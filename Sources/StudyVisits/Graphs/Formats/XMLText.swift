/// Text inside elements and attributes of XML (https://www.w3.org/TR/xml/#charsets).
enum XMLText {
  /// Appends text that a reader sees as it is; characters that XML cannot hold as `\u{1}`.
  static func append(_ shown: String, to text: inout [UInt8]) {
    var shown = shown
    shown.withUTF8 { bytes in
      for (place, byte) in bytes.enumerated() {
        switch byte {
        case UInt8(ascii: "&"): text.append("&amp;")
        case UInt8(ascii: "<"): text.append("&lt;")
        case UInt8(ascii: ">"): text.append("&gt;")
        case UInt8(ascii: "\""): text.append("&quot;")
        case UInt8(ascii: "'"): text.append("&#39;")
        // In attributes a reader would take them for blanks.
        case UInt8(ascii: "\t"): text.append("&#9;")
        case UInt8(ascii: "\n"): text.append("&#10;")
        case UInt8(ascii: "\r"): text.append("&#13;")
        case 0..<0x20: text.append(contentsOf: "\\u{\(String(byte, radix: 16))}".utf8)
        // U+FFFE and U+FFFF: EF BF BE and EF BF BF.
        case 0xBE...0xBF where place >= 2 && bytes[place - 1] == 0xBF && bytes[place - 2] == 0xEF:
          text.removeLast(2)
          text.append(contentsOf: "\\u{ff\(byte == 0xBE ? "fe" : "ff")}".utf8)
        default: text.append(byte)
        }
      }
    }
  }

  /// Appends ` name="…"`.
  static func append(_ name: StaticString, _ shown: String, to text: inout [UInt8]) {
    text.append(" ")
    text.append(name)
    text.append("=\"")
    append(shown, to: &text)
    text.append("\"")
  }
}

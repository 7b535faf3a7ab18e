/// The inside of quoted strings of DOT (https://graphviz.org/doc/info/lang.html).
///
/// In labels, tooltips and URLs a backslash begins an escape (`\N` is the node's own name) and `&` an entity of HTML.
enum DOTText {
  /// Graphviz reads quoted strings of at most 16,384 bytes (lib/cgraph/scan.l), but joins what `+` stands between.
  private static let pieceSize = 8192

  /// Appends text that a reader sees as it is; what XML cannot hold, which Graphviz writes, as `\u{1}`.
  static func append(_ shown: String, to text: inout [UInt8]) {
    var shown = shown
    var start = text.count
    shown.withUTF8 { bytes in
      for (place, byte) in bytes.enumerated() {
        if text.count - start > pieceSize, byte & 0xC0 != 0x80 {
          text.append("\" + \"")
          start = text.count
        }
        switch byte {
        case UInt8(ascii: "&"): text.append("&amp;")
        case UInt8(ascii: "\n"): text.append("\\n")
        case UInt8(ascii: "\""): text.append("\\\"")
        case UInt8(ascii: "\\"): text.append("\\\\")
        case 0..<0x20, 0x7F: text.append(contentsOf: "\\\\u{\(String(byte, radix: 16))}".utf8)
        // U+FFFE and U+FFFF: EF BF BE and EF BF BF.
        case 0xBE...0xBF where place >= 2 && bytes[place - 1] == 0xBF && bytes[place - 2] == 0xEF:
          text.removeLast(2)
          text.append(contentsOf: "\\\\u{ff\(byte == 0xBE ? "fe" : "ff")}".utf8)
        default: text.append(byte)
        }
      }
    }
  }

  /// Appends `name="…"` behind a comma and a blank.
  static func append(_ name: StaticString, _ shown: String, to text: inout [UInt8]) {
    text.append(", ")
    text.append(name)
    text.append("=\"")
    append(shown, to: &text)
    text.append("\"")
  }
}

/// Fields of comma-separated values (RFC 4180).
enum CSVText {
  /// Appends what `write` appends, in quotation marks if it needs them.
  ///
  /// - Parameter isForSpreadsheets: has an apostrophe stand before what a spreadsheet program would take for a formula
  ///   (https://owasp.org/www-community/attacks/CSV_Injection).
  static func append(
    to text: inout [UInt8],
    isForSpreadsheets: Bool = false,
    _ write: (inout [UInt8]) -> Void
  ) {
    let start = text.count
    write(&text)
    if isForSpreadsheets, beginsFormula(text[start...]) { text.insert(UInt8(ascii: "'"), at: start) }
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

  /// Whether it begins with a sign of formulas, full-width too, perhaps behind blanks, or with a tab or a line break.
  private static func beginsFormula(_ text: ArraySlice<UInt8>) -> Bool {
    let head = text.drop { $0 == UInt8(ascii: " ") }.prefix(3)
    return switch head.first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: "\t"),
      UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      true
    case 0xEF: fullWidthSigns.contains { head.elementsEqual($0.utf8) }
    default: false
    }
  }

  private static let fullWidthSigns = ["＝", "＋", "－", "＠"]
}

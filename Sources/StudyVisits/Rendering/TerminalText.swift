import Datalog

/// Text as a terminal can show it in one line without being led astray: control characters, line breaks and the
/// characters that turn the direction of writing stand as escapes.
enum TerminalText {
  typealias Bytes = ArraySlice<UInt8>

  /// The terminal's cells that `bytes` take.
  static func width(of bytes: Bytes) -> Int {
    if isPlain(bytes) { return bytes.count }
    return pieces(of: bytes).reduce(0) { $0 + displayWidth(of: $1) }
  }

  /// Appends `bytes` to `text`, cut with `ellipsis` to at most `limit` cells; its answer is the cells taken.
  static func append(
    _ bytes: Bytes,
    limit: Int = .max,
    ellipsis: StaticString = "…",
    to text: inout [UInt8]
  ) -> Int {
    if bytes.count <= limit, isPlain(bytes) {
      text.append(contentsOf: bytes)
      return bytes.count
    }
    let start = text.count
    var width = 0
    // What stands when the text has to be cut: the cells and bytes up to the last place that leaves one for the mark.
    var cut = (width: 0, count: start)
    for piece in pieces(of: bytes) {
      let pieceWidth = displayWidth(of: piece)
      guard width + pieceWidth <= limit else {
        text.removeSubrange(cut.count...)
        guard limit > 0 else { return 0 }
        text.append(ellipsis)
        return cut.width + 1
      }
      text.append(contentsOf: piece.utf8)
      width += pieceWidth
      if width < limit { cut = (width, text.count) }
    }
    return width
  }

  /// Plain ASCII takes a cell a byte; most cells are of it.
  @inline(__always)
  private static func isPlain(_ bytes: Bytes) -> Bool { bytes.allSatisfy { $0 &- 0x20 < 0x5F } }

  /// The characters as they are shown, none to be parted.
  static func pieces(of bytes: Bytes) -> some Sequence<String> {
    String(decoding: bytes, as: UTF8.self).lazy.flatMap { character -> [String] in
      guard character.unicodeScalars.contains(where: isMisleading) else { return [String(character)] }
      return character.unicodeScalars.map { isMisleading($0) ? escape($0) : String($0) }
    }
  }

  /// Whether a terminal would do something else than to show the scalar in its place.
  static func isMisleading(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // Marks, embeddings, overrides and isolates of direction, and what was once meant to switch its mirroring.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F: true
    // Line and paragraph separator.
    case 0x2028, 0x2029: true
    default: false
    }
  }

  static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}

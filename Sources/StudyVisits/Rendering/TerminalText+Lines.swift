import Datalog

extension TerminalText {
  /// A part of a text that takes a line.
  struct Line {
    var bytes: [UInt8] = []
    /// In the terminal's cells.
    var width = 0
  }

  /// The lines of at most `limit` cells that a text takes, at least one.
  ///
  /// They are parted at blanks, which then are left out, and behind wide characters; a word that is longer than a line is
  /// parted anywhere between two characters. What does not fit even alone stands as `ellipsis`.
  static func lines(of bytes: Bytes, limit: Int, ellipsis: StaticString = "…") -> [Line] {
    var breaker = LineBreaker(limit: limit)
    for piece in pieces(of: bytes) {
      let width = displayWidth(of: piece)
      if width <= limit { breaker.append(piece, width) } else { breaker.append("\(ellipsis)", 1) }
    }
    return breaker.finished
  }
}

extension String {
  /// As a terminal of so many cells a row shows it: lines that are too long cut, or continued below their indentation.
  public func fitted(toCells columns: Int, _ overflow: RenderingOptions.Overflow) -> String {
    var fitted: [UInt8] = []
    for line in utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if !fitted.isEmpty || line.startIndex > utf8.startIndex { fitted.append(UInt8(ascii: "\n")) }
      let text = Array(String(Substring(line)).replacing("\t", with: "    ").utf8)
      if overflow == .cut || TerminalText.width(of: text[...]) <= columns {
        _ = TerminalText.append(text[...], limit: columns, to: &fitted)
      } else {
        let blanks = min(text.prefix { $0 == UInt8(ascii: " ") }.count, columns / 2)
        let indent = text.prefix(blanks)
        for (place, part) in TerminalText.lines(of: text.dropFirst(blanks), limit: columns - blanks).enumerated() {
          fitted += (place > 0 ? [UInt8(ascii: "\n")] : []) + indent + part.bytes
        }
      }
    }
    return String(decoding: fitted, as: UTF8.self)
  }
}

/// Parts text into lines, a character at a time.
private struct LineBreaker {
  private let limit: Int
  private var lines: [TerminalText.Line] = []
  private var line = TerminalText.Line()
  /// What of `line` stays when it is parted at the last place where it may be, and where the next line begins in it.
  private var place: (kept: TerminalText.Line, nextByte: Int, nextWidth: Int)?

  init(limit: Int) {
    self.limit = limit
  }

  var finished: [TerminalText.Line] { lines + [line] }

  mutating func append(_ piece: String, _ width: Int) {
    let isBlank = piece == " "
    let isAfterBlank = line.bytes.last == UInt8(ascii: " ")
    if isBlank, line.width + width > limit {
      // The end of the line stands for it.
      let kept = isAfterBlank ? place?.kept : nil
      place = (kept ?? line, line.bytes.count, line.width)
      part()
      return
    }
    while line.width + width > limit { part() }
    // Blanks in a row are parted before the first; those that a line begins with stay.
    if isBlank, !isAfterBlank, !line.bytes.isEmpty { place = (line, 0, 0) }
    line.bytes.append(contentsOf: piece.utf8)
    line.width += width
    if isBlank, let kept = place?.kept {
      place = (kept, line.bytes.count, line.width)
    } else if width == 2 {
      place = (line, line.bytes.count, line.width)
    }
  }

  private mutating func part() {
    guard let place else {
      lines.append(line)
      line = TerminalText.Line()
      return
    }
    lines.append(place.kept)
    line.bytes.removeFirst(place.nextByte)
    line.width -= place.nextWidth
    self.place = nil
  }
}

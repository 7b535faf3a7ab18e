/// One line of a source as a diagnostic shows it, and where to underline it.
///
/// Tabs become spaces, and characters that would not be seen or would turn the text around are written out, so what is
/// shown takes as many columns as is counted. A long line is cut around the span.
struct SourceExcerpt {
  let text: String
  /// Columns before the underline.
  let indent: Int
  /// Columns of the underline, at least 1.
  let width: Int

  /// Columns shown before and within the span; a line of a terminal has 80 or more.
  private static let shownBefore = 40
  private static let shownAfter = 60
  /// Bytes looked at on each side; a column seldom takes more than four.
  private static let byteReach = 400

  /// The line in which `start` lies; `end` may lie beyond it.
  init(of map: SourceMap, line: Int, start: Int, end: Int) {
    let range = map.range(ofLine: line)
    let start = min(max(start, range.lowerBound), range.upperBound)
    let end = min(max(end, start), range.upperBound)
    let bytes = map.text.bytes
    let from = SourceExcerpt.boundary(bytes, max(range.lowerBound, start - SourceExcerpt.byteReach), range.lowerBound)
    let until = SourceExcerpt.boundary(bytes, min(range.upperBound, start + SourceExcerpt.byteReach), start)
    let seenEnd = min(end, until)

    var before = SourceExcerpt.shown(bytes[from..<start])
    var isCutBefore = from > range.lowerBound
    var beforeWidth = displayWidth(of: before)
    while beforeWidth > SourceExcerpt.shownBefore, let first = before.first {
      beforeWidth -= displayWidth(of: first)
      before.removeFirst()
      isCutBefore = true
    }
    var within = SourceExcerpt.shown(bytes[start..<seenEnd])
    var after = SourceExcerpt.shown(bytes[seenEnd..<until])
    var isCutAfter = until < range.upperBound
    var room = SourceExcerpt.shownAfter
    isCutAfter = SourceExcerpt.cut(&within, &room) || isCutAfter
    if isCutAfter, displayWidth(of: within) >= SourceExcerpt.shownAfter { after = "" }
    isCutAfter = SourceExcerpt.cut(&after, &room) || isCutAfter

    text = (isCutBefore ? "…" : "") + before + within + after + (isCutAfter ? "…" : "")
    indent = (isCutBefore ? 1 : 0) + displayWidth(of: before)
    width = max(1, displayWidth(of: within))
  }

  /// Cuts text to the room that is left, which it uses up; says whether it was too long.
  private static func cut(_ text: inout String, _ room: inout Int) -> Bool {
    var end = text.startIndex
    while end < text.endIndex {
      let width = displayWidth(of: text[end])
      guard width <= room else {
        text = String(text[..<end])
        room = 0
        return true
      }
      room -= width
      end = text.index(after: end)
    }
    return false
  }

  /// The start of the scalar at an offset, not before `lowest`.
  private static func boundary(_ bytes: [UInt8], _ offset: Int, _ lowest: Int) -> Int {
    var offset = offset
    while offset > lowest, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    visible(String(decoding: bytes, as: UTF8.self))
  }
}

/// Text with tabs as four spaces and with control characters, bidirectional controls and other invisible characters
/// written `\u{…}`.
func visible(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isHidden) else { return text }
  var shown = ""
  for scalar in text.unicodeScalars {
    if scalar == "\t" {
      shown += "    "
    } else if isHidden(scalar) {
      shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}

/// Whether a scalar would not be seen, or would move what stands around it. The joiners of emoji and of Indic and
/// Persian
/// text are seen by what they do.
func isHidden(_ scalar: Unicode.Scalar) -> Bool {
  if (0x20..<0x7F).contains(scalar.value) { return false }
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: return true
  case .format: return scalar != "\u{200C}" && scalar != "\u{200D}"
  default: return false
  }
}

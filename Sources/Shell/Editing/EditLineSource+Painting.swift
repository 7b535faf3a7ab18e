import CEditline
import Datalog

/// What has been entered is drawn once more, in colours.
extension EditLineSource {
  /// Paints the line that has just been entered; the cursor stands at the start of the row below it, and stays there.
  func paintEntered(_ text: [Unicode.Scalar]) {
    guard isStyled, !text.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) else { return }
    var place = ScreenPlace(row: 0, column: entry.promptWidth)
    place.advance(over: text, columns: Int(visitlog_terminal_columns()))
    // Of a row that is just full terminals think differently, and what has left the screen stays as it is.
    guard place.column > 0, place.row + 1 < Int(visitlog_terminal_rows()) else { return }
    let painted = painted(screen.glyphs.decoded(text))
    guard let painted else { return }
    screen.show("\u{1B}[\(place.row + 1)A\r\u{1B}[\(entry.promptWidth)C\(painted)\r\n")
  }

  /// `nil` when nothing in the line has a colour.
  private func painted(_ line: [UInt8]) -> String? {
    let earlier = entry.isPulledIn ? [] : entry.earlier
    let text = earlier + line
    var result: [UInt8] = []
    var end = earlier.count
    for part in TextPart.parts(of: text) where part.range.upperBound > earlier.count {
      let range = max(part.range.lowerBound, earlier.count)..<part.range.upperBound
      result += text[end..<range.lowerBound] + Array(EditLineSource.colour(of: part.kind).utf8)
      result += text[range] + Array("\u{1B}[0m".utf8)
      end = range.upperBound
    }
    guard !result.isEmpty else { return nil }
    result += text[end...]
    return String(decoding: result, as: UTF8.self).replacing("\n", with: "\r\n")
  }

  /// Colours that can be read on light and on dark.
  private static func colour(of kind: TextPart.Kind) -> String {
    switch kind {
    case .predicate: "\u{1B}[1m"
    case .variable: "\u{1B}[36m"
    case .quoted: "\u{1B}[32m"
    case .number: "\u{1B}[35m"
    case .comment: "\u{1B}[2m"
    }
  }
}

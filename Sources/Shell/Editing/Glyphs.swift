import CEditline

/// Stand-ins for what takes one place at a terminal but is several characters.
///
/// libedit moves character by character and gives each a column, marks that are drawn over a letter too. So a character
/// and the marks that follow it are handed to libedit as one stand-in of the same width, and what libedit draws or gives
/// back is translated. Then all of its commands work on what a person sees, and its columns are right.
///
///     e + U+0301, x   is edited as   U+F0000, x   and drawn as   é x
///
/// Stand-ins are private characters of plane 15, one column wide, and rare ideographs of plane 3, two columns wide;
/// where one of these is itself in the text it gets a stand-in too.
final class Glyphs {
  private static let narrow: Range<UInt32> = 0xF0000..<0xFFFFE
  private static let wide: Range<UInt32> = 0x30000..<0x3134B
  /// What is shown under a mark that has no letter.
  private static let dottedCircle = Array("\u{25CC}".utf8)

  private struct Glyph {
    let text: [UInt8]
    let shown: [UInt8]
  }

  private var narrowGlyphs: [Glyph] = []
  private var wideGlyphs: [Glyph] = []
  private var codes: [[UInt8]: UInt32] = [:]

  /// Whether a character is drawn over the one before it.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x300 && visitlog_width(wchar_t(bitPattern: scalar.value)) == 0
  }

  /// Text as libedit is to have it.
  func encoded(_ text: [UInt8]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var glyph: [Unicode.Scalar] = []
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if Glyphs.isMark(scalar) {
        glyph.append(scalar)
      } else {
        append(glyph, to: &result)
        glyph = [scalar]
      }
    }
    append(glyph, to: &result)
    return result
  }

  /// The text that libedit has.
  func decoded(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
    var text: [UInt8] = []
    for scalar in scalars {
      text += glyph(of: scalar)?.text ?? Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    return text
  }

  /// What is to be drawn for one of libedit's characters; `nil` for itself.
  func shown(for scalar: Unicode.Scalar) -> [UInt8]? { glyph(of: scalar)?.shown }

  private func append(_ glyph: [Unicode.Scalar], to result: inout [Unicode.Scalar]) {
    guard let base = glyph.first else { return }
    let isStandIn = Glyphs.narrow.contains(base.value) || Glyphs.wide.contains(base.value)
    guard glyph.count > 1 || isStandIn || Glyphs.isMark(base) else { return result.append(base) }
    if base.value < 0x20 {
      result.append(base)
      return append(Array(glyph.dropFirst()), to: &result)
    }
    if let code = code(of: glyph) { result.append(code) } else { result += glyph }
  }

  /// The stand-in of a glyph; `nil` when there are no more.
  private func code(of glyph: [Unicode.Scalar]) -> Unicode.Scalar? {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: glyph)
    let text = Array(String(view).utf8)
    if let code = codes[text] { return Unicode.Scalar(code) }
    let isWide = visitlog_width(wchar_t(bitPattern: glyph[0].value)) == 2
    let range = isWide ? Glyphs.wide : Glyphs.narrow
    let count = isWide ? wideGlyphs.count : narrowGlyphs.count
    guard count < range.count else { return nil }
    let made = Glyph(text: text, shown: Glyphs.isMark(glyph[0]) ? Glyphs.dottedCircle + text : text)
    if isWide { wideGlyphs.append(made) } else { narrowGlyphs.append(made) }
    let code = range.lowerBound + UInt32(count)
    codes[text] = code
    return Unicode.Scalar(code)
  }

  private func glyph(of scalar: Unicode.Scalar) -> Glyph? {
    if Glyphs.narrow.contains(scalar.value) {
      let place = Int(scalar.value - Glyphs.narrow.lowerBound)
      return place < narrowGlyphs.count ? narrowGlyphs[place] : nil
    }
    guard Glyphs.wide.contains(scalar.value) else { return nil }
    let place = Int(scalar.value - Glyphs.wide.lowerBound)
    return place < wideGlyphs.count ? wideGlyphs[place] : nil
  }
}

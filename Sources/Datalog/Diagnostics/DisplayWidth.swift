// How many terminal columns text takes. The standard library knows general categories and emoji presentation; the
// ranges of East Asian wide characters are those of Unicode 16, EastAsianWidth.txt, classes W and F, joined over
// unassigned gaps. Spacing marks take a column, as in the tables of the C library that terminals go by.

/// The columns that a text of one line takes at a terminal: 2 for wide characters, 0 for marks and what is invisible.
public func displayWidth(of text: some StringProtocol) -> Int {
  var ascii = 0
  for byte in text.utf8 {
    guard (0x20..<0x7F).contains(byte) else { return text.reduce(0) { $0 + displayWidth(of: $1) } }
    ascii += 1
  }
  return ascii
}

/// The columns that one character takes.
public func displayWidth(of character: Character) -> Int {
  let scalars = character.unicodeScalars
  // An emoji with its modifiers, or a flag of two letters, is one picture.
  let isPicture = scalars.contains { $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" }
  if isPicture, scalars.contains(where: \.properties.isEmoji) { return 2 }
  return scalars.reduce(0) { $0 + displayWidth(of: $1) }
}

private func displayWidth(of scalar: Unicode.Scalar) -> Int {
  if (0x20..<0x7F).contains(scalar.value) { return 1 }
  if isShownFormat(scalar.value) { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
  default: break
  }
  // Vowels and final consonants of Hangul join the syllable before them.
  if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value) { return 0 }
  return isWide(scalar.value) ? 2 : 1
}

/// Format characters that are seen: the soft hyphen and the signs that stand over the digits behind them.
private func isShownFormat(_ value: UInt32) -> Bool {
  switch value {
  case 0xAD, 0x0600...0x0605, 0x06DD, 0x070F, 0x0890...0x0891, 0x08E2, 0x110BD, 0x110CD: true
  default: false
  }
}

/// Of emoji only those are here that have no picture of their own; the others are told by their presentation.
private func isWide(_ value: UInt32) -> Bool {
  switch value {
  case ..<0x1100: false
  case 0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E,
    0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D356, 0x1D360...0x1D376,
    0x1F200...0x1F2FF, 0x20000...0x3FFFD:
    true
  default: false
  }
}

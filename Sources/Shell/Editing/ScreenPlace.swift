import CEditline

/// A place on the screen as libedit counts it, from where it began to draw a prompt.
struct ScreenPlace: Hashable {
  var row = 0
  var column = 0

  /// Moves on over characters of a terminal with so many columns.
  mutating func advance(over characters: some Sequence<Unicode.Scalar>, columns: Int) {
    for character in characters { advance(over: character, columns: columns) }
  }

  private mutating func advance(over character: Unicode.Scalar, columns: Int) {
    switch character {
    case "\n":
      row += 1
      column = 0
      return
    case "\t":
      repeat { step(1, columns: columns) } while column % 8 != 0
    default: step(ScreenPlace.width(of: character), columns: columns)
    }
  }

  /// What does not fit at the end of a row goes to the next; a row that is full ends.
  private mutating func step(_ width: Int, columns: Int) {
    if column + width > columns {
      row += 1
      column = 0
    }
    column += width
    if column >= columns {
      row += 1
      column -= columns
    }
  }

  private static func width(of character: Unicode.Scalar) -> Int {
    let width = Int(visitlog_width(wchar_t(bitPattern: character.value)))
    if width >= 0 { return max(1, width) }
    // Drawn as `^A`, or by its number.
    return character.value < 0x80 ? 2 : 7
  }
}

import CEditline

/// What Tab does.
extension EditLineSource {
  /// Inserts what all candidates begin with; where that is no more than what is typed, lists them.
  func completeAtCursor() -> UInt8 {
    let (before, after) = buffer
    if before.isEmpty, after.isEmpty, let correction {
      // Enter ends it as it ends what is typed.
      let line = correction.last == UInt8(ascii: "\n") ? correction.dropLast() : correction
      return insert(screen.glyphs.encoded(line)) ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
    }
    guard let complete else { return UInt8(CC_REFRESH_BEEP) }
    let glyphs = screen.glyphs
    let earlier = entry.isPulledIn ? [] : entry.earlier
    let typed = earlier + glyphs.decoded(before)
    let text = typed + glyphs.decoded(after)
    let completion = complete(text, typed.count)
    guard !completion.candidates.isEmpty, completion.replaced.lowerBound >= earlier.count else {
      return UInt8(CC_REFRESH_BEEP)
    }
    if completion.candidates.count == 1, completion.moreCount == 0 {
      let only = completion.candidates[0]
      let isThere = Array((only.text + only.ending).utf8) == Array(text[completion.replaced])
      if !isThere { return replace(completion.replaced, of: text, cursor: typed.count, with: only.text + only.ending) }
    } else if let common = completion.common, Array(common.utf8) != Array(text[completion.replaced]) {
      return replace(completion.replaced, of: text, cursor: typed.count, with: common)
    }
    list(completion)
    return UInt8(CC_NORM)
  }

  private func replace(_ range: Range<Int>, of text: [UInt8], cursor: Int, with replacement: String) -> UInt8 {
    let glyphs = screen.glyphs
    let behind = range.upperBound > cursor ? glyphs.encoded(Array(text[cursor..<range.upperBound])).count : 0
    let count = glyphs.encoded(Array(text[range])).count
    if behind > 0 { moveCursor(by: behind) }
    if count > 0 { el_deletestr(line, Int32(clamping: count)) }
    return insert(glyphs.encoded(Array(replacement.utf8))) ? UInt8(CC_REFRESH) : UInt8(CC_ERROR)
  }

  private func list(_ completion: Completion) {
    let rows = Int(visitlog_terminal_rows())
    let list = CandidateList(
      columns: Int(visitlog_terminal_columns()),
      rows: max(3, rows - 3),
      isStyled: isStyled
    )
    moveBelow("")
    entry.isInterrupted = true
    screen.show(list.lines(of: completion).map { $0 + "\r\n" }.joined())
    visitlog_redraw(line)
  }
}

import CEditline

/// An entry of which some lines may have been entered, and how they stand on the screen.
struct EntryInProgress {
  /// What one call for a line has drawn.
  private struct Piece {
    let promptWidth: Int
    let text: [Unicode.Scalar]
  }

  /// The earlier lines, each with its line break; empty for the first.
  private(set) var earlier: [UInt8] = []
  /// Whether the earlier lines have been pulled into the line that is edited.
  private(set) var isPulledIn = false
  /// Of the line that is edited.
  private(set) var promptWidth = 0
  private(set) var firstPrompt = ""
  /// Whether something was shown between the earlier lines and this one.
  var isInterrupted = false
  /// Whether something in it was pasted.
  var isPasted = false
  private var drawn: [Piece] = []

  mutating func begin(prompt: String, earlier: [UInt8]) {
    if earlier.isEmpty {
      drawn = []
      firstPrompt = prompt
      isInterrupted = false
      isPasted = false
    }
    self.earlier = earlier
    isPulledIn = false
    promptWidth = EntryInProgress.width(of: prompt)
  }

  /// Notes the line that was entered.
  mutating func noteDrawn(_ text: [Unicode.Scalar]) {
    if isPulledIn { drawn = [] }
    drawn.append(Piece(promptWidth: promptWidth, text: text))
  }

  /// Another prompt stands before the line that is edited.
  mutating func notePrompt(_ prompt: String) { promptWidth = EntryInProgress.width(of: prompt) }

  /// The earlier lines are part of the line from now on.
  mutating func pullIn() {
    isPulledIn = true
    promptWidth = EntryInProgress.width(of: firstPrompt)
  }

  /// The rows that the earlier lines take; 0 when they cannot be wiped.
  func rowCount(columns: Int) -> Int {
    guard !isInterrupted else { return 0 }
    return drawn.reduce(0) { rows, piece in
      var place = ScreenPlace(row: 0, column: piece.promptWidth)
      place.advance(over: piece.text, columns: columns)
      return rows + place.row + 1
    }
  }

  /// The columns of a prompt, whose parts between `\1` take none.
  private static func width(of prompt: String) -> Int {
    var place = ScreenPlace()
    for (index, part) in prompt.split(separator: "\u{1}", omittingEmptySubsequences: false).enumerated()
    where index % 2 == 0 {
      place.advance(over: part.unicodeScalars, columns: .max)
    }
    return place.column
  }
}

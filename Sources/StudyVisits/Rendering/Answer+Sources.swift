import Engine

extension Answer {
  /// The answer with a last column that says what each row rests on, where that was asked for.
  ///
  /// For people the passages' numbers in the footnotes, `[1] [2]`; for programs `document:passage`, with blanks between.
  func withSources(numbered isNumbered: Bool) -> Answer {
    guard let sources, !isYesOrNo else { return self }
    let name = columns.contains { $0.name == "sources" } ? "sources of the row" : "sources"
    var wider: [Word] = []
    wider.reserveCapacity(rowCount * (columns.count + 1))
    for row in 0..<rowCount {
      wider += words[(row * columns.count)..<((row + 1) * columns.count)]
      var texts = sources.ofRow[row].map { isNumbered ? "[\($0 + 1)]" : sources.passages[$0].reference }
      if sources.isPartial[row] { texts.append("…") }
      wider.append(values.symbols.intern(texts.joined(separator: " ")))
    }
    let columns = columns + [Column(name: name, type: .symbol)]
    return Answer(columns: columns, rowCount: rowCount, words: wider, values: values)
  }

  /// The passages that the rows rest on, a line each behind an empty one; nothing without them.
  var footnotes: String {
    guard let sources, !sources.passages.isEmpty else { return "" }
    return "\n" + sources.passages.lines.map { $0 + "\n" }.joined()
  }
}

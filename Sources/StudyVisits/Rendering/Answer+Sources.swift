import Engine

extension Answer {
  /// The answer with a last column that says what each row rests on, where there is a proof.
  ///
  /// For people the passages' numbers in the footnotes, `[1] [2]`; for programs `document:passage`, with blanks between.
  func withSources(numbered isNumbered: Bool) -> Answer {
    guard let proof, !isYesOrNo else { return self }
    let name = columns.contains { $0.name == "sources" } ? "sources of the row" : "sources"
    var wider: [Word] = []
    wider.reserveCapacity(rowCount * (columns.count + 1))
    for row in 0..<rowCount {
      wider += words[(row * columns.count)..<((row + 1) * columns.count)]
      let passages = proof.passages(under: proof.roots[row])
      let texts = passages.map { isNumbered ? "[\($0 + 1)]" : proof.passages[$0].reference }
      wider.append(values.symbols.intern(texts.joined(separator: " ")))
    }
    let columns = columns + [Column(name: name, type: .symbol)]
    return Answer(columns: columns, rowCount: rowCount, words: wider, values: values)
  }

  /// The passages that the rows rest on, a line each behind an empty one; nothing without a proof.
  var footnotes: String {
    guard let proof, !proof.passages.isEmpty else { return "" }
    return "\n" + proof.passageLines(Array(proof.passages.indices)).map { $0 + "\n" }.joined()
  }
}

extension Proof {
  /// The places of the passages that the proof of a conclusion ends at, in order.
  func passages(under root: Int) -> [Int] {
    var found: Set<Int> = []
    for number in conclusions(under: [root]) {
      if case .fact(let record) = conclusions[number].reasons.first { found.formUnion(record.passages) }
    }
    return found.sorted()
  }
}

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
      var texts = passages.map { isNumbered ? "[\($0 + 1)]" : proof.passages[$0].reference }
      if proof.leavesOutSolutions(under: proof.roots[row]) { texts.append("…") }
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

  /// Whether an aggregate in the proof of a conclusion has more solutions than are gone into.
  fileprivate func leavesOutSolutions(under root: Int) -> Bool {
    conclusions(under: [root]).contains { number in
      conclusions[number].reasons.contains { reason in
        if case .step(let step) = reason { step.premises.contains(where: \.leavesOutSolutions) } else { false }
      }
    }
  }
}

extension Proof.Premise {
  fileprivate var leavesOutSolutions: Bool {
    guard case .aggregate(let aggregate) = self else { return false }
    return aggregate.solutions.count < aggregate.solutionCount
      || aggregate.solutions.contains { $0.premises.contains(where: \.leavesOutSolutions) }
  }
}

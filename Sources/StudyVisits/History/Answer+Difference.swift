internal import Engine

extension Answer {
  /// The rows that came, with `+` before them, and those that went, with `-`; those that went come first.
  func difference(from before: Answer) -> Answer {
    // Where a column has another type since, texts are compared.
    guard columns.map(\.type) == before.columns.map(\.type) else {
      return inTexts.difference(from: before.inTexts)
    }
    let former = (0..<before.rowCount).map { row in
      columns.indices.map { values.word(before.word(row, $0), from: before.values, of: columns[$0].type) }
    }
    let current = (0..<rowCount).map { row in columns.indices.map { word(row, $0) } }
    let (known, kept) = (Set(former), Set(current))
    let change = ["-", "+"].map { values.symbols.intern($0) }
    var words: [Word] = []
    for row in former where !kept.contains(row) { words += [change[0]] + row }
    for row in current where !known.contains(row) { words += [change[1]] + row }
    return Answer(
      columns: [Column(name: "change", type: .symbol)] + columns,
      rowCount: words.count / (columns.count + 1),
      words: words,
      values: values
    )
  }

  private var inTexts: Answer {
    let texts = Values()
    let words = self.words.enumerated().map { place, word in
      texts.symbols.intern(values.text(of: word, columns[place % columns.count].type))
    }
    let named = columns.map { Column(name: $0.name, type: .symbol) }
    return Answer(columns: named, rowCount: rowCount, words: words, values: texts)
  }
}

extension Values {
  /// The word here of a word of other dictionaries.
  func word(_ word: Word, from other: Values, of type: WordType) -> Word {
    guard other !== self else { return word }
    switch type {
    case .symbol: return symbols.intern(other.symbols[word])
    case .number: return numbers.intern(other.numbers[word])
    case .float: return floats.intern(other.floats[word])
    case .date: return dates.intern(other.dates[word])
    }
  }
}

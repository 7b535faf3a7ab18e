import Engine

extension Answer {
  /// The answer with a column `X name` behind each column `X` that holds an entity with a name; in rows without one it
  /// is empty.
  func withNames(_ options: RenderingOptions) -> Answer {
    guard let name = options.name else { return self }
    let named = columns.indices.filter { column in
      columns[column].type == .symbol && (0..<rowCount).contains { name(word($0, column), .symbol) != nil }
    }
    guard !named.isEmpty else { return self }
    var wider: [Column] = []
    for (index, column) in columns.enumerated() {
      wider.append(column)
      if named.contains(index) { wider.append(Column(name: column.name + " name", type: .symbol)) }
    }
    var known: [Word: Word] = [:]
    var all: [Word] = []
    all.reserveCapacity(rowCount * wider.count)
    for row in 0..<rowCount {
      for column in columns.indices {
        let word = word(row, column)
        all.append(word)
        guard named.contains(column) else { continue }
        let name = known[word] ?? values.symbols.intern(name(word, .symbol) ?? "")
        known[word] = name
        all.append(name)
      }
    }
    return Answer(columns: wider, rowCount: rowCount, words: all, values: values)
  }
}

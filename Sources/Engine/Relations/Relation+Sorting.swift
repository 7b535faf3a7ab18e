extension Relation {
  /// All tuples, row after row, by value: first by the columns of `order`, then by the others from left to right.
  ///
  /// O(n log n) in tuples. Many are sorted by the ranks of their words, which are made once for each type; a few by
  /// their values, so that a short answer does not rank a large dictionary.
  public func sortedWords(order: [(column: Int, isDescending: Bool)] = [], limit: Int? = nil) -> [Word] {
    let words = words()
    guard arity > 0 else { return words }
    let count = words.count / arity
    var keys: [(column: Int, isDescending: Bool)] = []
    for key in order where !keys.contains(where: { $0.column == key.column }) { keys.append(key) }
    for column in 0..<arity where !keys.contains(where: { $0.column == column }) {
      keys.append((column, false))
    }
    let rows = sortedRows(words, count: count, by: keys)
    let kept = min(count, limit ?? count)
    return [Word](unsafeUninitializedCapacity: kept * arity) { buffer, written in
      for place in 0..<kept {
        let start = Int(rows[place]) * arity
        for column in 0..<arity { buffer[place * arity + column] = words[start + column] }
      }
      written = kept * arity
    }
  }

  /// Chosen: up to here comparing texts costs less than to rank a dictionary of as many.
  private static let fewRows = 1_000

  /// Row numbers in order; by stable passes from the last key to the first, where there are many.
  private func sortedRows(_ words: [Word], count: Int, by keys: [(column: Int, isDescending: Bool)]) -> [UInt32] {
    var rows = [UInt32](unsafeUninitializedCapacity: count) { buffer, written in
      for row in 0..<count { buffer[row] = UInt32(row) }
      written = count
    }
    if count <= Relation.fewRows {
      rows.sort { isBefore(words, Int($0), Int($1), keys) }
      return rows
    }
    for key in keys.reversed() {
      let ranks = context.values.rank(of: types[key.column])
      var pairs = Vector<Pair>(capacity: count, account: context.account)
      for row in rows {
        let rank = ranks[Int(words[Int(row) * arity + key.column])]
        pairs.append(Pair(key.isDescending ? UInt32.max - rank : rank, row))
      }
      PairSort.group(&pairs, account: context.account)
      for place in 0..<count { rows[place] = pairs.base[place].second }
    }
    return rows
  }

  private func isBefore(
    _ words: [Word],
    _ a: Int,
    _ b: Int,
    _ keys: [(column: Int, isDescending: Bool)]
  ) -> Bool {
    for key in keys {
      let order = context.values.compare(
        words[a * arity + key.column],
        words[b * arity + key.column],
        types[key.column]
      )
      if order != 0 { return (order < 0) != key.isDescending }
    }
    return false
  }
}

extension Relation {
  /// All tuples, row after row, by value: first by the columns of `order`, then by the others from left to right.
  ///
  /// O(n log n) in tuples; the ranks of the columns' types are made once for each type.
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

  /// Row numbers in order. Up to two columns sort as one word each row; more by stable passes from the last column.
  private func sortedRows(_ words: [Word], count: Int, by keys: [(column: Int, isDescending: Bool)]) -> [UInt32] {
    var rows = [UInt32](unsafeUninitializedCapacity: count) { buffer, written in
      for row in 0..<count { buffer[row] = UInt32(row) }
      written = count
    }
    for key in keys.reversed() {
      let ranks = context.values.rank(of: types[key.column])
      var pairs = Vector<Pair>(capacity: count, account: context.account)
      for row in rows {
        let rank = ranks[Int(words[Int(row) * arity + key.column])]
        pairs.append(Pair(key.isDescending ? UInt32.max - rank : rank, row))
      }
      PairSort.groupStably(&pairs, account: context.account)
      for place in 0..<count { rows[place] = pairs.base[place].second }
    }
    return rows
  }
}

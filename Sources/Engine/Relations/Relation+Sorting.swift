extension Relation {
  /// All tuples, row after row, by value: first by the columns of `order`, then by the others from left to right.
  ///
  /// O(n log n) in tuples; empty if the evaluation is to end before. Many are sorted by the ranks of their words, which
  /// are made once for each type; a few by their values, so that a short answer does not rank a large dictionary.
  public func sortedWords(order: [(column: Int, isDescending: Bool)] = [], limit: Int? = nil) -> [Word] {
    let words = words()
    guard arity > 0 else { return words }
    let count = words.count / arity
    var keys: [(column: Int, isDescending: Bool)] = []
    for key in order where !keys.contains(where: { $0.column == key.column }) { keys.append(key) }
    for column in 0..<arity where !keys.contains(where: { $0.column == column }) {
      keys.append((column, false))
    }
    let bytes = words.count * MemoryLayout<Word>.stride + count * MemoryLayout<UInt32>.stride
    context.account.grew(by: bytes)
    defer { context.account.shrank(by: bytes) }
    let rows = sortedRows(words, count: count, by: keys, limit: limit ?? count)
    let kept = min(rows.count, limit ?? count)
    return [Word](unsafeUninitializedCapacity: kept * arity) { buffer, written in
      let isDone = context.account.inStretches(of: kept) { stretch in
        for place in stretch {
          let start = Int(rows[place]) * arity
          for column in 0..<arity { buffer[place * arity + column] = words[start + column] }
        }
      }
      written = isDone ? kept * arity : 0
    }
  }

  /// Chosen: up to here comparing texts costs less than to rank a dictionary of as many.
  private static let fewRows = 1_000

  /// Row numbers in order, `limit` or more; by stable passes from the last key to the first, where there are many. None if
  /// the evaluation is to end before.
  private func sortedRows(
    _ words: [Word],
    count: Int,
    by keys: [(column: Int, isDescending: Bool)],
    limit: Int
  ) -> [UInt32] {
    var rows = [UInt32](unsafeUninitializedCapacity: count) { buffer, written in
      for row in 0..<count { buffer[row] = UInt32(row) }
      written = count
    }
    if count <= Relation.fewRows {
      rows.sort { isBefore(words, Int($0), Int($1), keys) }
      return rows
    }
    if limit < count / 2 {
      // What the first key puts behind the last that is wanted need not be sorted by the others.
      guard sort(&rows, of: words, by: keys[0]) else { return [] }
      let word = { [arity] (place: Int) in words[Int(rows[place]) * arity + keys[0].column] }
      var end = max(limit, 1)
      while end < count, word(end) == word(end - 1) { end += 1 }
      rows.removeLast(count - end)
    }
    for key in keys.reversed() where !sort(&rows, of: words, by: key) { return [] }
    return rows
  }

  /// Sorts rows by one key, those that agree in it as they were; false if the evaluation is to end before.
  private func sort(_ rows: inout [UInt32], of words: [Word], by key: (column: Int, isDescending: Bool)) -> Bool {
    let account = context.account
    let ranks = context.values.rank(of: types[key.column], account: context.account)
    var pairs = Vector<Pair>(capacity: rows.count, account: account)
    pairs.count = rows.count
    let base = pairs.base
    let isRanked = account.inStretches(of: rows.count) { stretch in
      for place in stretch {
        let rank = ranks[Int(words[Int(rows[place]) * arity + key.column])]
        base[place] = Pair(key.isDescending ? UInt32.max - rank : rank, rows[place])
      }
    }
    guard isRanked else { return false }
    PairSort.group(&pairs, account: account)
    for place in 0..<rows.count { rows[place] = pairs.base[place].second }
    return !account.shouldStop
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

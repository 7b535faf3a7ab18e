extension Relation {
  /// Whether the tuple is in the relation.
  public func contains(_ tuple: [Word]) -> Bool {
    precondition(tuple.count == arity, "a tuple has a word for each column")
    if let store { return store.find(tuple) != nil }
    // A missing first column has key 0, a missing second one value 0.
    return table().contains(arity == 2 ? tuple[0] : 0, tuple.last ?? 0)
  }

  /// All tuples that agree with another in the given columns, row after row, in no promised order; none if the evaluation
  /// is to end before. O(n).
  public func tuplesSharing(_ columns: [Int]) -> [Word] {
    if arity == 2, columns == [0], table().hasOneWordPerKey { return [] }
    let words = words()
    guard arity > 0 else { return [] }
    let keys = RowStore(arity: max(columns.count, 1), account: context.account)
    var group = [UInt32]()
    var size = [UInt32]()
    var key = [Word](repeating: 0, count: max(columns.count, 1))
    for start in stride(from: 0, to: words.count, by: arity) {
      for (place, column) in columns.enumerated() { key[place] = words[start + column] }
      let (index, isNew) = keys.insert(key)
      if isNew { size.append(0) }
      size[index] += 1
      group.append(UInt32(index))
      if group.count % 4096 == 0, context.shouldStop { return [] }
    }
    var sharing: [Word] = []
    for (row, group) in group.enumerated() where size[Int(group)] > 1 {
      sharing += words[(row * arity)..<(row * arity + arity)]
    }
    return sharing
  }
}

/// The life of a recursive relation from round to round.
extension Relation {
  /// Everything there so far is what the first round starts from.
  func beginRounds() {
    if let store {
      for row in 0..<store.count { nextRows.append(UInt32(row)) }
      return
    }
    beginGrowing()
    table().appendPairs(to: &next)
  }

  /// Makes what was added the delta; false when nothing was.
  func advance(keepsSwapped: Bool) -> Bool {
    if hasStore { return advanceRows() }
    delta.removeAll()
    deltaSwapped.removeAll()
    guard next.count > 0 else { return false }
    PairSort.group(&next, account: context.account)
    swap(&delta, &next)
    let reverse = tables.reverse
    guard keepsSwapped || reverse != nil else { return true }
    deltaSwapped.reserve(delta.count)
    for index in 0..<delta.count { deltaSwapped.base[index] = delta.base[index].swapped }
    deltaSwapped.count = delta.count
    PairSort.group(&deltaSwapped, account: context.account)
    if let reverse {
      let pairs = deltaSwapped.base
      _ = context.account.inStretches(of: deltaSwapped.count) { stretch in
        for index in stretch { _ = reverse.insert(pairs[index].first, pairs[index].second) }
      }
    }
    return true
  }

  /// A row that was improved twice in a round is in the delta once.
  private func advanceRows() -> Bool {
    deltaRows.removeAll()
    guard nextRows.count > 0 else { return false }
    nextRows.sort()
    for index in 0..<nextRows.count where index == 0 || nextRows.base[index] != nextRows.base[index - 1] {
      deltaRows.append(nextRows.base[index])
    }
    nextRows.removeAll()
    for index in indexes.values { index.extend() }
    return true
  }

  func endRounds() {
    let account = context.account
    next = Vector(account: account)
    delta = Vector(account: account)
    deltaSwapped = Vector(account: account)
    deltaRows = Vector(account: account)
    nextRows = Vector(account: account)
  }

  // MARK: Recursive minima and maxima

  /// Makes the relation a store in which `valueColumn` is no part of a tuple's identity; its facts are candidates.
  func beginBest(valueColumn: Int, isMaximum: Bool) {
    let facts = words()
    let store = RowStore(arity: arity, valueColumn: valueColumn, account: context.account)
    loaded = Vector(account: context.account)
    forgetTables()
    indexes = [:]
    self.store = store
    for start in stride(from: 0, to: facts.count, by: arity) {
      var tuple = Array(facts[start..<(start + arity)])
      improve(&tuple, valueColumn: valueColumn, isMaximum: isMaximum)
    }
  }

  /// Whether the tuple is new or better than the one there was; then its row is the next round's.
  @discardableResult
  @inline(__always)
  func improve(_ tuple: UnsafeMutablePointer<Word>, valueColumn: Int, isMaximum: Bool) -> Bool {
    guard let store else { preconditionFailure("the best values are kept in a row store") }
    let (row, isNew) = store.insert(tuple)
    if !isNew {
      let best = store.row(row) + valueColumn
      let order = context.values.compare(tuple[valueColumn], best.pointee, types[valueColumn])
      guard isMaximum ? order > 0 : order < 0 else { return false }
      best.pointee = tuple[valueColumn]
    }
    nextRows.append(UInt32(row))
    return true
  }

  /// Turns the store of a recursive aggregate into the usual form for its width.
  func settleBest() {
    endRounds()
    indexes = [:]
    guard let store else { return }
    if arity > 2 {
      let whole = RowStore(arity: arity, account: context.account)
      for row in 0..<store.count { _ = whole.insert(store.row(row)) }
      self.store = whole
      return
    }
    loaded.reserve(store.count)
    for row in 0..<store.count {
      let tuple = store.row(row)
      loaded.append(arity == 2 ? Pair(tuple[0], tuple[1]) : Pair(0, tuple[0]))
    }
    loadedIsDistinct = false
    self.store = nil
  }

  /// Adds finished tuples beside what there is.
  func append(columns: [[Word]]) {
    let rowCount = columns.first?.count ?? 0
    if let store {
      var tuple = [Word](repeating: 0, count: arity)
      for row in 0..<rowCount {
        for column in 0..<arity { tuple[column] = columns[column][row] }
        _ = store.insert(tuple)
      }
      return
    }
    beginGrowing()
    let table = table()
    for row in 0..<rowCount {
      _ = table.insert(arity == 2 ? columns[0][row] : 0, arity == 0 ? 0 : columns[arity - 1][row])
    }
  }
}

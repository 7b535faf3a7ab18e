/// The life of a recursive relation from round to round.
extension Relation {
  /// Everything there so far is what the first round starts from.
  ///
  /// - Parameter best: given for a relation that keeps a minimum or maximum.
  func beginRounds(best: StratumPlan.Best?) {
    if let best { return beginBest(valueColumn: best.valueColumn, isMaximum: best.isMaximum) }
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

  /// Whether something was added that no round has read yet.
  var hasGrown: Bool { next.count > 0 || nextRows.count > 0 }

  // MARK: Turns

  /// Begins with further tuples, distinct ones, of which the first round reads those behind the first `settledCount`.
  func beginTurn(_ tuples: UnsafePointer<Word>, count: Int, settledCount: Int) {
    guard let store else { return insert(tuples, count: count, settledCount: settledCount) }
    store.insert(tuples, count: count)
    for row in settledCount..<count { nextRows.append(UInt32(truncatingIfNeeded: row)) }
  }

  private func insert(_ tuples: UnsafePointer<Word>, count: Int, settledCount: Int) {
    let (table, reverse) = (table(), tables.reverse)
    next.reserve(count)
    for row in 0..<count {
      let (key, value) = (tuples[row &* 2], tuples[row &* 2 &+ 1])
      _ = table.insert(key, value)
      if row >= settledCount { next.append(Pair(key, value)) } else { _ = reverse?.insert(value, key) }
    }
  }

  /// Forgets all rows before a turn that will end with about so many.
  func clearStore(expecting expected: Int) {
    guard let store else { return }
    store.clear(expecting: expected)
    for columns in indexes.keys {
      indexes[columns] = RowIndex(store: store, columns: columns, account: context.account)
    }
  }

  /// Forgets the pairs that begin with some words, for the next turn that has these.
  func forgetPairs(of words: [Word]) {
    for word in words { table().removeRow(of: word) { _ = tables.reverse?.remove($0, word) } }
  }

  /// Appends all tuples, row after row: to `added` those that the next round was to read, to `settled` the others; less
  /// if the evaluation is to end before. Has none any more then.
  func giveAway(settled: inout Vector<Word>, added: inout Vector<Word>) {
    if let store {
      nextRows.sort()
      giveAway(store, &settled, &added)
      self.store = RowStore(arity: arity, account: context.account)
    } else {
      var pairs = Vector<Pair>(account: context.account)
      table().appendPairs(to: &pairs)
      PairSort.sortDistinct(&pairs, account: context.account)
      PairSort.sortDistinct(&next, account: context.account)
      giveAway(pairs, &settled, &added)
    }
    endRounds()
    forgetTables()
    indexes = [:]
  }

  private func giveAway(_ store: RowStore, _ settled: inout Vector<Word>, _ added: inout Vector<Word>) {
    var place = 0
    _ = context.account.inStretches(of: store.count) { stretch in
      for row in stretch {
        let isAdded = place < nextRows.count && Int(nextRows[place]) == row
        // A recursive minimum that was improved is noted twice.
        while place < nextRows.count, Int(nextRows[place]) == row { place += 1 }
        if isAdded {
          added.append(contentsOf: store.row(row), count: arity)
        } else {
          settled.append(contentsOf: store.row(row), count: arity)
        }
      }
    }
  }

  private func giveAway(_ pairs: borrowing Vector<Pair>, _ settled: inout Vector<Word>, _ added: inout Vector<Word>) {
    let base = pairs.base
    var place = 0
    _ = context.account.inStretches(of: pairs.count) { stretch in
      for index in stretch {
        let pair = base[index]
        if place < next.count, next[place] == pair {
          added.append(pair.first)
          added.append(pair.second)
          place += 1
        } else {
          settled.append(pair.first)
          settled.append(pair.second)
        }
      }
    }
  }

  /// Takes the tuples that turns have ended with.
  func adopt(_ written: [WrittenTuples]) {
    store = RowStore(arity: arity, of: written, account: context.account)
  }

  // MARK: Recursive minima and maxima

  /// Makes the relation a store in which `valueColumn` is no part of a tuple's identity; its facts are candidates.
  private func beginBest(valueColumn: Int, isMaximum: Bool) {
    let facts = words()
    let store = RowStore(arity: arity, valueColumn: valueColumn, account: context.account)
    loaded = Vector(account: context.account)
    forgetTables()
    indexes = [:]
    self.store = store
    facts.withUnsafeBufferPointer { facts in
      guard let base = facts.baseAddress else { return }
      improve(base, count: facts.count / arity, valueColumn: valueColumn, isMaximum: isMaximum)
    }
  }

  /// Takes tuples, row after row; the rows of those that are new or better than what there was are the next round's.
  ///
  /// - Returns: how many of them are.
  @discardableResult
  func improve(_ tuples: UnsafePointer<Word>, count: Int, valueColumn: Int, isMaximum: Bool) -> Int {
    guard let store else { preconditionFailure("the best values are kept in a row store") }
    let values = context.values
    let before = nextRows.count
    var next = store.count
    rowNumbers.reserve(count)
    store.insert(tuples, count: count, numbers: rowNumbers.base)
    nextRows.reserve(count)
    for index in 0..<count {
      let row = Int(rowNumbers.base[index])
      if row == next {
        next &+= 1
      } else {
        let value = tuples[index &* arity &+ valueColumn]
        let best = store.row(row) + valueColumn
        let order = values.compare(value, best.pointee, types[valueColumn])
        guard isMaximum ? order > 0 : order < 0 else { continue }
        best.pointee = value
      }
      nextRows.append(UInt32(truncatingIfNeeded: row))
    }
    return nextRows.count - before
  }

  /// Turns the store of a recursive aggregate into the usual form for its width.
  func settleBest() {
    endRounds()
    indexes = [:]
    guard let store else { return }
    if arity > 2 { return store.includeValues() }
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
    if hasStore || hasOnlyLoadedPairs { return load(rowCount: rowCount, columns: columns) }
    beginGrowing()
    let table = table()
    for row in 0..<rowCount {
      _ = table.insert(arity == 2 ? columns[0][row] : 0, arity == 0 ? 0 : columns[arity - 1][row])
    }
  }
}

/// What complete relations gain and lose when facts change. All that was made to find tuples is kept up to date.
extension Relation {
  /// Adds tuples; those that were there already do no harm.
  public func insert(_ added: Relation) {
    precondition(added.types == types, "tuples go into relations of their types")
    guard added.count > 0 else { return }
    distinctCounts = [:]
    if hasStore {
      insertRows(added.words())
    } else {
      added.forEachPair { key, value in insertPair(key, value) }
    }
  }

  /// Takes tuples out, as far as they are there.
  public func remove(_ removed: Relation) {
    precondition(removed.types == types, "tuples are taken out of relations of their types")
    guard removed.count > 0 else { return }
    distinctCounts = [:]
    if hasStore {
      removeRows(removed.words())
    } else {
      if tables.forward == nil, tables.reverse == nil { _ = table() }
      removed.forEachPair { key, value in
        _ = tables.forward?.remove(key, value)
        _ = tables.reverse?.remove(value, key)
      }
    }
  }

  /// The tuples that another relation does not have. O(tuples).
  public func subtracting(_ other: Relation) -> Relation {
    let difference = Relation(types: types, context: context)
    if let store {
      guard let others = other.store else { preconditionFailure("relations of the same types have the same form") }
      let rest = RowStore(arity: arity, account: context.account)
      for row in 0..<store.count where others.find(store.row(row)) == nil { _ = rest.insert(store.row(row)) }
      difference.store = rest
      return difference
    }
    if tables.forward == nil, let own = tables.reverse, let others = other.tables.reverse {
      difference.loadPairs(of: own, notIn: others, swapped: true)
    } else {
      difference.loadPairs(of: table(), notIn: other.table(), swapped: false)
    }
    return difference
  }

  /// Whether a column of a type has a word of `first` or more. O(tuples), of sorted rows O(rows).
  public func hasWords(_ type: WordType, from first: Word) -> Bool {
    guard types.contains(type) else { return false }
    if let store {
      return types.indices.contains { column in
        types[column] == type && (0..<store.count).contains { store.row($0)[column] >= first }
      }
    }
    let isSwapped = tables.forward == nil && tables.reverse != nil
    let table = table(swapped: isSwapped)
    let (keyType, valueType) = arity == 2 ? (types[isSwapped ? 1 : 0], types[isSwapped ? 0 : 1]) : (nil, types[0])
    return (keyType == type && table.hasKeys(from: first)) || (valueType == type && table.hasValues(from: first))
  }

  // MARK: Pairs

  private func insertPair(_ key: Word, _ value: Word) {
    if tables.forward == nil, tables.reverse == nil { beginGrowing() }
    _ = tables.forward?.insert(key, value)
    _ = tables.reverse?.insert(value, key)
  }

  private func forEachPair(_ body: (Word, Word) -> Void) {
    let isSwapped = tables.forward == nil && tables.reverse != nil
    let table = table(swapped: isSwapped)
    for index in 0..<table.keys.count {
      let key = table.keys.base[index]
      table.forEach(table.row(of: key)) { value in
        if isSwapped { body(value, key) } else { body(key, value) }
      }
    }
  }

  private func loadPairs(of own: RowTable, notIn other: RowTable, swapped: Bool) {
    for index in 0..<own.keys.count {
      let key = own.keys.base[index]
      let row = own.row(of: key)
      let others = other.row(of: key)
      if own.isSameSlice(row, others) { continue }
      loaded.reserve(Int(row.pointee.count))
      own.forEach(row) { value in
        if others.pointee.count > 0, other.contains(others, value) { return }
        loaded.append(swapped ? Pair(value, key) : Pair(key, value))
      }
    }
    loadedIsDistinct = false
  }

  // MARK: Rows

  private func insertRows(_ words: [Word]) {
    guard let store else { return }
    let before = store.count
    words.withUnsafeBufferPointer { words in
      if let base = words.baseAddress { store.insert(base, count: words.count / arity) }
    }
    for index in indexes.values { index.extend() }
    for (columns, projection) in projections {
      projection.insert(projected(columns, of: before..<store.count, in: store))
    }
  }

  private func projected(_ columns: [Int], of rows: Range<Int>, in store: RowStore) -> Relation {
    let projection = Relation(types: columns.map { types[$0] }, context: context)
    projection.load(rowCount: rows.count, columns: columns.map { column in rows.map { store.row($0)[column] } })
    return projection
  }

  private func removeRows(_ words: [Word]) {
    guard let store else { return }
    // Rows change their numbers, which the indexes hold.
    indexes = [:]
    let gone = RowStore(arity: arity, account: context.account)
    words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      for start in stride(from: 0, to: words.count, by: arity) where store.remove(base + start) {
        _ = gone.insert(base + start)
      }
    }
    guard gone.count > 0 else { return }
    for (columns, projection) in projections {
      let candidates = projected(columns, of: 0..<gone.count, in: gone)
      candidates.removePairs(in: store, columns)
      projection.remove(candidates)
    }
  }

  /// Takes out what a projection of a store has.
  private func removePairs(in store: RowStore, _ columns: [Int]) {
    let table = table()
    for row in 0..<store.count where table.count > 0 {
      let tuple = store.row(row)
      let key = columns.count == 2 ? tuple[columns[0]] : 0
      _ = table.remove(key, columns.isEmpty ? 0 : tuple[columns[columns.count - 1]])
    }
  }
}

extension RowTable {
  fileprivate func hasKeys(from first: Word) -> Bool {
    (0..<keys.count).contains { keys.base[$0] >= first && row(of: keys.base[$0]).pointee.count > 0 }
  }

  fileprivate func hasValues(from first: Word) -> Bool {
    (0..<keys.count).contains { place in
      let row = row(of: keys.base[place])
      let header = row.pointee
      if header.kind == .slice { return header.count > 0 && header.words[Int(header.count) - 1] >= first }
      var isFound = false
      forEach(row) { isFound = isFound || $0 >= first }
      return isFound
    }
  }

  /// Whether two rows are the same words by the look of them: sorted runs of the same bytes.
  fileprivate func isSameSlice(_ row: UnsafeMutablePointer<Row>, _ other: UnsafeMutablePointer<Row>) -> Bool {
    let (own, theirs) = (row.pointee, other.pointee)
    guard own.kind == .slice, theirs.kind == .slice, own.count == theirs.count else { return false }
    for index in 0..<Int(own.count) where own.words[index] != theirs.words[index] { return false }
    return true
  }
}

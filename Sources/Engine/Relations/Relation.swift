/// A set of tuples of words, stored by its width: up to two columns as row tables by either column, built when first
/// needed; more columns as a row store with an index for each set of columns that is looked up.
///
/// A tuple's life in a recursion: inserted into the relation at once and appended to `next`; at the end of the round `next`
/// becomes `delta`, which the next round joins with the whole relation.
public final class Relation {
  public let types: [WordType]
  public var arity: Int { types.count }
  let context: EvaluationContext
  /// For further relations on the same dictionaries and account.
  public var sharedContext: EvaluationContext { context }

  // Two columns or fewer. A missing first column has key 0, a missing second one value 0.
  @exclusivity(unchecked) var loaded: Vector<Pair>
  var loadedIsDistinct = false
  @exclusivity(unchecked) private(set) var tables: (forward: RowTable?, reverse: RowTable?) = (nil, nil)
  @exclusivity(unchecked) var next: Vector<Pair>
  @exclusivity(unchecked) var delta: Vector<Pair>
  @exclusivity(unchecked) var deltaSwapped: Vector<Pair>

  // Three columns or more, or a recursive aggregate.
  @exclusivity(unchecked) private(set) var rows: RowStore?
  var indexes: [[Int]: RowIndex] = [:]
  @exclusivity(unchecked) var deltaRows: Vector<UInt32>
  @exclusivity(unchecked) var nextRows: Vector<UInt32>
  /// Of the tuples that were taken last.
  @exclusivity(unchecked) var rowNumbers: Vector<UInt32>
  var projections: [[Int]: Relation] = [:]
  var distinctCounts: [Int: Int] = [:]

  public init(types: [WordType], context: EvaluationContext) {
    self.types = types
    self.context = context
    let account = context.account
    loaded = Vector(account: account)
    next = Vector(account: account)
    delta = Vector(account: account)
    deltaSwapped = Vector(account: account)
    deltaRows = Vector(account: account)
    nextRows = Vector(account: account)
    rowNumbers = Vector(account: account)
    if types.count > 2 { rows = RowStore(arity: types.count, account: account) }
  }

  /// The rows, each once, of a relation that is no table of pairs.
  var store: RowStore? {
    get {
      rows?.settle()
      return rows
    }
    set { rows = newValue }
  }

  /// Whether the tuples are in a row store.
  var hasStore: Bool { rows != nil }

  /// The number of tuples.
  public var count: Int {
    if let store { return store.count }
    if let table = tables.forward ?? tables.reverse { return table.count }
    makeDistinct()
    return loaded.count
  }

  /// The number of tuples, with repeats that nobody has looked for yet. O(1).
  public var countWithRepeats: Int {
    if let rows { return rows.count + rows.pendingCount }
    if let table = tables.forward ?? tables.reverse { return table.count }
    return loaded.count
  }

  // MARK: Loading

  /// Adds tuples, column by column; repeats are dropped later, unless the caller knows that there are none, also of the
  /// tuples that are there.
  public func load(rowCount: Int, columns: [UnsafePointer<Word>], areDistinct: Bool = false) {
    let columns = columns.map { OperandColumn(base: $0, mask: -1) }
    load(rowCount: rowCount, columns: columns, areDistinct: areDistinct)
  }

  func load(rowCount: Int, columns: [OperandColumn], areDistinct: Bool) {
    precondition(columns.count == arity, "a relation is loaded with all its columns")
    if let rows {
      rows.append(columns: columns, count: rowCount, areDistinct: areDistinct)
      return
    }
    precondition(tables.forward == nil && tables.reverse == nil, "a relation is loaded before it is read")
    loaded.reserve(rowCount)
    let base = loaded.base + loaded.count
    for row in 0..<rowCount {
      switch arity {
      case 0: base[row] = 0
      case 1: base[row] = Pair(0, columns[0][row])
      default: base[row] = Pair(columns[0][row], columns[1][row])
      }
    }
    loadedIsDistinct = areDistinct && (loadedIsDistinct || loaded.count == 0)
    loaded.count += rowCount
  }

  /// The same with columns of `rowCount` words each.
  public func load(rowCount: Int, columns: [[Word]], areDistinct: Bool = false) {
    var pointers: [UnsafePointer<Word>] = []
    func lend(_ column: Int) {
      guard column < columns.count else {
        return load(rowCount: rowCount, columns: pointers, areDistinct: areDistinct)
      }
      columns[column].withUnsafeBufferPointer { words in
        guard let base = words.baseAddress else { return }
        pointers.append(base)
        lend(column + 1)
      }
    }
    if rowCount > 0 { lend(0) }
  }

  private func makeDistinct() {
    guard !loadedIsDistinct else { return }
    PairSort.sortDistinct(&loaded, account: context.account)
    loadedIsDistinct = !context.account.shouldStop
  }

  // MARK: Access paths

  func keyDomain(swapped: Bool) -> Int {
    guard arity == 2 else { return 1 }
    return context.domain(of: types[swapped ? 1 : 0])
  }

  func valueDomain(swapped: Bool) -> Int {
    switch arity {
    case 0: 1
    case 1: context.domain(of: types[0])
    default: context.domain(of: types[swapped ? 0 : 1])
    }
  }

  /// What a table by the first column, or with `swapped` by the second, is made for.
  func layout(swapped: Bool) -> RowTable.Layout {
    RowTable.Layout(
      keyDomain: keyDomain(swapped: swapped),
      valueDomain: valueDomain(swapped: swapped),
      forms: context.forms
    )
  }

  /// The table by the first column, or with `swapped` by the second; made when there is none.
  func table(swapped: Bool = false) -> RowTable {
    if let table = swapped ? tables.reverse : tables.forward { return table }
    let table: RowTable
    if let other = swapped ? tables.forward : tables.reverse {
      var pairs = Vector<Pair>(capacity: other.count, account: context.account)
      other.appendPairs(to: &pairs, swapped: true)
      table = frozen(&pairs, swapped: swapped)
    } else if swapped {
      makeDistinct()
      var pairs = Vector<Pair>(capacity: loaded.count, account: context.account)
      for index in 0..<loaded.count { pairs.base[index] = loaded.base[index].swapped }
      pairs.count = loaded.count
      table = frozen(&pairs, swapped: true)
    } else {
      table = frozen(&loaded, swapped: false)
    }
    // A table that was broken off is empty.
    if context.account.shouldStop { return table }
    loaded = Vector(account: context.account)
    if swapped { tables.reverse = table } else { tables.forward = table }
    return table
  }

  private func frozen(_ pairs: inout Vector<Pair>, swapped: Bool) -> RowTable {
    .frozen(sorting: &pairs, layout(swapped: swapped), account: context.account)
  }

  /// Gets ready to be inserted into: what was loaded moves into a table.
  func beginGrowing() {
    guard !hasStore, tables.forward == nil else { return }
    if loaded.count > 0 || tables.reverse != nil {
      _ = table()
    } else {
      tables.forward = RowTable(layout(swapped: false), account: context.account)
    }
    if tables.forward != nil { tables.reverse = nil }
  }

  /// Takes a finished table in place of whatever there was.
  func adopt(_ table: RowTable, swapped: Bool) {
    tables = swapped ? (nil, table) : (table, nil)
    loaded.removeAll()
  }

  func forgetTables() {
    tables = (nil, nil)
  }

  /// The tuples as they were loaded, when no table exists: for scans that need no order.
  var hasOnlyLoadedPairs: Bool { !hasStore && tables.forward == nil && tables.reverse == nil }

  /// Whether some column can be looked up already.
  public var isIndexed: Bool {
    tables.forward != nil || tables.reverse != nil || !indexes.isEmpty || !projections.isEmpty
  }

  /// Whether what stands beside a word of a column of a pair is found at once.
  public func hasTable(by column: Int) -> Bool { (column == 0 ? tables.forward : tables.reverse) != nil }

  /// Lends the loaded pairs, distinct.
  func withLoadedPairs(_ body: (UnsafePointer<Pair>, Int) throws(EvaluationError) -> Void) throws(EvaluationError) {
    makeDistinct()
    try body(loaded.base, loaded.count)
  }

  /// The index of a store by the given columns, up to date with it.
  func index(on columns: [Int]) -> RowIndex {
    guard let store else { preconditionFailure("only row stores have indexes") }
    if let index = indexes[columns] { return index }
    let index = RowIndex(store: store, columns: columns, account: context.account)
    if !context.account.shouldStop { indexes[columns] = index }
    return index
  }

  /// The distinct tuples of at most two columns of a finished store, kept.
  func projection(on columns: [Int]) -> Relation {
    guard let rows, columns.count <= 2 else { return self }
    if let projection = projections[columns] { return projection }
    let projection = Relation(types: columns.map { types[$0] }, context: context)
    // Repeats do no harm: a projection has them anyway.
    let count = rows.count + rows.pendingCount
    projection.loaded.reserve(count)
    let base = projection.loaded.base
    let isDone = context.account.inStretches(of: count) { stretch in
      for row in stretch {
        let tuple = rows.row(row)
        switch columns.count {
        case 0: base[row] = 0
        case 1: base[row] = Pair(0, tuple[columns[0]])
        default: base[row] = Pair(tuple[columns[0]], tuple[columns[1]])
        }
      }
    }
    guard isDone else { return projection }
    projection.loaded.count = count
    projections[columns] = projection
    return projection
  }

  // MARK: Contents

  /// All tuples, row after row, in no promised order; none if the evaluation is to end before.
  public func words() -> [Word] {
    if let store {
      return Array(UnsafeBufferPointer(start: store.words.base, count: store.count * arity))
    }
    if arity == 0 { return [] }
    let isSwapped = tables.forward == nil && tables.reverse != nil
    let table = table(swapped: isSwapped)
    return [Word](unsafeUninitializedCapacity: table.count * arity) { buffer, written in
      guard let base = buffer.baseAddress else { return }
      if arity == 1 {
        table.copyWords(table.row(of: 0), to: base)
        written = table.count
      } else if table.writePairs(to: base, swapped: !isSwapped) {
        // Of a pair, the lower half lies first.
        written = table.count * 2
      }
    }
  }
}

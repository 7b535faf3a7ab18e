/// Joins each row with tuples of a store, found by an index on the known columns, or by a scan where none is known or an
/// index is not worth while.
final class StoreJoin: Stage {
  enum Access {
    /// All rows, compared with the known columns.
    case scan
    /// The rows of the last round, compared likewise.
    case delta
    case index
  }

  private let relation: Relation
  private let access: Access
  private let columns: StoreColumns
  private let frame: Frame
  private let carried: [Int]
  private let probe: UnsafeMutablePointer<Word>
  /// What was found: rows of the store, and of the batch.
  @exclusivity(unchecked) private var found: Vector<UInt32>
  @exclusivity(unchecked) private var origins: Vector<UInt32>

  init(
    _ relation: Relation,
    access: Access,
    columns: StoreColumns,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.access = access
    self.columns = columns
    self.frame = frame
    carried = frame.live.filter { register in !columns.binds.contains { $0.register == register } }
    probe = .allocate(capacity: relation.arity)
    probe.initialize(repeating: 0, count: relation.arity)
    found = Vector(account: context.account)
    origins = Vector(account: context.account)
    // All that is read must be there before several threads read it.
    if access == .index { _ = relation.index(on: columns.boundColumns) } else { _ = relation.store }
    super.init(next: next, context: context)
  }

  deinit {
    probe.deallocate()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    guard let store = relation.store else { preconditionFailure("a store join reads a row store") }
    found.removeAll()
    let index = access == .index ? relation.index(on: columns.boundColumns) : nil
    for row in 0..<batch.count {
      columns.fill(probe, batch, row)
      switch access {
      case .index:
        index?.appendRows(like: probe, to: &found)
        noteOrigin(row)
        if found.count >= Stage.batchSize { try handFound(store, batch) }
      case .scan: try scan(store, store.count, nil, batch, row)
      case .delta: try scan(store, relation.deltaRows.count, relation.deltaRows.base, batch, row)
      }
    }
    if found.count > 0 { try handFound(store, batch) }
  }

  /// Looks through rows of the store, all of them or those listed.
  private func scan(
    _ store: RowStore,
    _ count: Int,
    _ rows: UnsafePointer<UInt32>?,
    _ batch: Batch,
    _ origin: Int
  ) throws(EvaluationError) {
    for start in stride(from: 0, to: count, by: Stage.batchSize) {
      let end = min(start + Stage.batchSize, count)
      found.reserve(end - start)
      for place in start..<end {
        let row = rows.map { $0[place] } ?? UInt32(truncatingIfNeeded: place)
        if columns.agree(store.row(Int(row)), probe) { found.append(row) }
      }
      noteOrigin(origin)
      if found.count >= Stage.batchSize { try handFound(store, batch) } else { try context.poll() }
    }
  }

  /// Notes the row of the batch beside what was found for it.
  private func noteOrigin(_ row: Int) {
    let added = found.count - origins.count
    guard added > 0 else { return }
    origins.reserve(added)
    (origins.base + origins.count).update(repeating: UInt32(truncatingIfNeeded: row), count: added)
    origins.count = found.count
  }

  /// Gathers the columns of what was found, one after the other.
  private func handFound(_ store: RowStore, _ batch: Batch) throws(EvaluationError) {
    let count = found.count
    frame.ensure(count)
    let (rows, origins) = (found.base, self.origins.base)
    let (words, arity) = (store.words.base, store.arity)
    for bind in columns.binds {
      guard let target = frame.columns[bind.register] else { continue }
      for place in 0..<count { target[place] = words[Int(rows[place]) &* arity &+ bind.column] }
    }
    for register in carried {
      let source = batch.column(register)
      let target = frame.columns[register].unsafelyUnwrapped
      for place in 0..<count { target[place] = source[Int(origins[place])] }
    }
    found.removeAll()
    self.origins.removeAll()
    try hand(frame, count)
  }
}

/// Keeps the rows for which a store has, or has not, a tuple that agrees in the known columns.
final class StoreMembership: Stage {
  private let relation: Relation
  private let columns: StoreColumns
  private let wanted: Bool
  private let isWhole: Bool
  private let frame: Frame
  private let probe: UnsafeMutablePointer<Word>

  init(
    _ relation: Relation,
    columns: StoreColumns,
    isNegated: Bool,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.columns = columns
    wanted = !isNegated
    self.frame = frame
    probe = .allocate(capacity: relation.arity)
    probe.initialize(repeating: 0, count: relation.arity)
    isWhole = columns.boundColumns.count == relation.arity
    if isWhole { relation.store?.makeTable() } else { _ = relation.index(on: columns.boundColumns) }
    super.init(next: next, context: context)
  }

  deinit {
    probe.deallocate()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    guard let store = relation.store else { preconditionFailure("a store is probed by its rows") }
    frame.ensure(batch.count)
    let found = isWhole ? nil : relation.index(on: columns.boundColumns)
    var kept = 0
    for index in 0..<batch.count {
      columns.fill(probe, batch, index)
      let isThere = found?.contains(probe) ?? (store.find(probe) != nil)
      if isThere == wanted {
        frame.copyRow(index, of: batch, to: kept)
        kept &+= 1
      }
    }
    if kept > 0 { try hand(frame, kept) }
  }
}

/// What a match knows and binds of a store's columns.
struct StoreColumns {
  let bound: [(column: Int, reader: OperandReader)]
  let binds: [(column: Int, register: Int)]
  let boundColumns: [Int]

  init(bound: [(column: Int, reader: OperandReader)], binds: [(column: Int, register: Int)]) {
    self.bound = bound
    self.binds = binds
    boundColumns = bound.map(\.column)
  }

  @inline(__always)
  func fill(_ probe: UnsafeMutablePointer<Word>, _ batch: Batch, _ index: Int) {
    for (column, reader) in bound { probe[column] = reader.column(of: batch)[index] }
  }

  @inline(__always)
  func agree(_ row: UnsafePointer<Word>, _ probe: UnsafePointer<Word>) -> Bool {
    for column in boundColumns where row[column] != probe[column] { return false }
    return true
  }
}

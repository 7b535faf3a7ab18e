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
    super.init(next: next, context: context)
  }

  deinit {
    probe.deallocate()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    guard let store = relation.store else { preconditionFailure("a store join reads a row store") }
    var filled = 0
    for index in 0..<batch.count {
      columns.fill(probe, batch, index)
      switch access {
      case .scan:
        let count = store.count
        for row in 0..<count where columns.agree(store.row(row), probe) {
          try take(store.row(row), batch, index, &filled)
        }
      case .delta:
        let count = relation.deltaRows.count
        for place in 0..<count {
          let row = store.row(Int(relation.deltaRows.base[place]))
          if columns.agree(row, probe) { try take(row, batch, index, &filled) }
        }
      case .index:
        let rows = relation.index(on: columns.boundColumns)
        var row = rows.first(probe)
        while row != RowIndex.none {
          try take(store.row(Int(row)), batch, index, &filled)
          row = rows.next(row)
        }
      }
    }
    if filled > 0 { try hand(frame, filled) }
  }

  @inline(__always)
  private func take(
    _ row: UnsafePointer<Word>,
    _ batch: Batch,
    _ index: Int,
    _ filled: inout Int
  ) throws(EvaluationError) {
    for bind in columns.binds { frame.columns[bind.register]?[filled] = row[bind.column] }
    for register in carried { frame.columns[register].unsafelyUnwrapped[filled] = batch.column(register)[index] }
    filled &+= 1
    if filled == Stage.batchSize {
      try hand(frame, filled)
      filled = 0
    }
  }
}

/// Keeps the rows for which a store has, or has not, a tuple that agrees in the known columns.
final class StoreMembership: Stage {
  private let relation: Relation
  private let columns: StoreColumns
  private let wanted: Bool
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
    super.init(next: next, context: context)
  }

  deinit {
    probe.deallocate()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    guard let store = relation.store else { preconditionFailure("a store is probed by its rows") }
    let isWhole = columns.boundColumns.count == relation.arity
    frame.ensure(batch.count)
    var kept = 0
    for index in 0..<batch.count {
      columns.fill(probe, batch, index)
      let isThere =
        isWhole ? store.find(probe) != nil : relation.index(on: columns.boundColumns).first(probe) != RowIndex.none
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

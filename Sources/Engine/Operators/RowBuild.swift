/// Row build: the sink of a rule that is evaluated once and whose outermost loop is the head's first column.
///
/// All leaves of one row are marked in one scratch bitmap without looking whether they are there already; the row is then
/// written sorted behind the others and becomes a frozen slice. No table, no delta, no hash: 4 bytes a tuple. Negated atoms
/// on the row are bit clears (W8's nine relations: 1.27 s to 0.29 s); words are compared with the row's key once they are
/// read out, when each is there once.
final class RowBuild: Operator {
  private let relation: Relation
  private let row: OperandReader
  private let leaves: Relation
  private let swapped: Bool
  private let key: OperandReader
  private let filters: [Filter]
  private let context: EvaluationContext
  /// What was built; for the head to adopt when all is done.
  let written: WrittenRows
  @exclusivity(unchecked) private var current: Word?
  /// What has been derived, and tried, since the last poll.
  @exclusivity(unchecked) private var derived = 0
  @exclusivity(unchecked) private var attempted = 0
  @exclusivity(unchecked) private var ranks: UnsafePointer<UInt32>?
  /// What was loaded ahead, so that it is.
  @exclusivity(unchecked) private var fetched: Word = 0

  enum Filter {
    /// Keeps words whose rank stands so to the row's; `type` is of both.
    case rank(ScalarComparison, WordType)
    case notTheRow
    case absentFromRow(Relation)
    case absentFromSet(Relation)
  }

  init(
    _ relation: Relation,
    row: OperandReader,
    leaves: Relation,
    swapped: Bool,
    key: OperandReader,
    filters: [Filter],
    context: EvaluationContext
  ) {
    self.relation = relation
    self.row = row
    self.leaves = leaves
    self.swapped = swapped
    self.key = key
    self.filters = filters
    self.context = context
    written = WrittenRows(account: context.account)
    // All that is read must be there before several threads read it.
    _ = leaves.table(swapped: swapped)
    for filter in filters {
      switch filter {
      case .rank(_, let type): _ = context.values.rank(of: type, account: context.account)
      case .notTheRow: break
      case .absentFromRow(let excluded), .absentFromSet(let excluded): _ = excluded.table()
      }
    }
  }

  override func begin() {
    context.ensureScratch(for: relation.valueDomain(swapped: false))
    // A part that was given back counts for nothing.
    (current, derived, attempted) = (nil, 0, 0)
    ranks = nil
    for case .rank(_, let type) in filters { ranks = context.values.rank(of: type, account: context.account) }
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let rows = row.column(of: batch)
    let keys = key.column(of: batch)
    let table = leaves.table(swapped: swapped)
    let view = context.scratch.view
    for index in 0..<batch.count {
      if index % RowTable.groupSize == 0 {
        table.fetch(keys, from: index, to: min(index &+ RowTable.groupSize, batch.count), &fetched)
      }
      let word = rows[index]
      if word != current {
        try closeRow()
        current = word
      }
      let leaf = table.row(of: keys[index])
      guard leaf.pointee.count > 0 else { continue }
      attempted &+= Int(leaf.pointee.count)
      table.forEach(leaf) { view.mark($0) }
    }
  }

  /// The ranks, end excluded, that all order filters let through.
  private func bounds(_ rank: UInt32) -> (UInt32, UInt32) {
    var low: UInt32 = 0
    var high = UInt32.max
    for case .rank(let comparison, _) in filters {
      switch comparison {
      case .less: high = min(high, rank)
      case .lessOrEqual: high = min(high, rank + 1)
      case .greater: low = max(low, rank + 1)
      case .greaterOrEqual: low = max(low, rank)
      case .equal, .notEqual: preconditionFailure("ranks are compared by order only")
      }
    }
    return (low, high)
  }

  /// Writes the row that is marked, and clears the marks.
  private func closeRow() throws(EvaluationError) {
    guard let current else { return }
    let view = context.scratch.view
    for filter in filters {
      switch filter {
      case .rank: break
      case .notTheRow: view.clear(current)
      case .absentFromRow(let excluded):
        let table = excluded.table()
        table.forEach(table.row(of: current)) { view.clear($0) }
      case .absentFromSet(let excluded):
        let table = excluded.table()
        table.forEach(table.row(of: 0)) { view.clear($0) }
      }
    }
    let start = written.words.count
    context.scratch.drain(into: &written.words)
    if let ranks { keep(from: start, within: bounds(ranks[Int(current)]), ranks) }
    let size = written.words.count - start
    if size > 0 { written.begin(current, at: start) }
    derived &+= size
    if attempted >= RowBuild.pollInterval { try poll() }
  }

  /// Chosen: so many words are united within some microseconds.
  private static let pollInterval = 1 << 10

  private func poll() throws(EvaluationError) {
    let done = (derived, attempted)
    (derived, attempted) = (0, 0)
    try context.poll(derived: done.0, attempted: done.1)
  }

  /// Drops the words from a place on whose ranks are out of bounds.
  private func keep(from start: Int, within bounds: (low: UInt32, high: UInt32), _ ranks: UnsafePointer<UInt32>) {
    let words = written.words.base
    let span = bounds.high > bounds.low ? bounds.high &- bounds.low : 0
    var kept = start
    for place in start..<written.words.count {
      let word = words[place]
      words[kept] = word
      kept &+= ranks[Int(word)] &- bounds.low < span ? 1 : 0
    }
    written.words.count = kept
  }

  override func finish() throws(EvaluationError) {
    try closeRow()
    current = nil
    try poll()
  }
}

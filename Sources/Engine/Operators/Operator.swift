/// Rows of words by register; registers that nobody needs afterwards have no column.
struct Batch {
  let columns: UnsafeMutablePointer<UnsafeMutablePointer<Word>?>
  let count: Int

  /// A column that must be there.
  @inline(__always)
  func column(_ register: Int) -> UnsafeMutablePointer<Word> {
    // SAFETY: the pipeline gives a column to every register that a later step reads.
    columns[register].unsafelyUnwrapped
  }
}

/// One step of a pipeline. Takes batches, hands batches to the next; one virtual call for each.
///
/// Operators copy whole leaves into their frame before they hand over, so nothing is being read when a sink grows a table.
class Operator {
  /// Called once before the batches of a run.
  func begin() {}

  func push(_ batch: Batch) throws(EvaluationError) {
    preconditionFailure("an operator takes batches")
  }

  /// Called once after the batches of a run.
  func finish() throws(EvaluationError) {}
}

/// An operator with another behind it.
class Stage: Operator {
  let next: Operator
  let context: EvaluationContext

  /// Batches are handed over once they hold this many rows: large enough to amortise calls, small enough for the cache.
  static let batchSize = 1024

  init(next: Operator, context: EvaluationContext) {
    self.next = next
    self.context = context
  }

  override func begin() {
    next.begin()
  }

  override func finish() throws(EvaluationError) {
    try next.finish()
  }

  @inline(__always)
  final func hand(_ frame: Frame, _ count: Int) throws(EvaluationError) {
    try context.poll()
    try next.push(Batch(columns: frame.columns, count: count))
  }
}

/// Counts the rows that a step gives, for profiles.
final class RowCount: Operator {
  private let next: Operator
  private var count = 0

  init(next: Operator) {
    self.next = next
  }

  /// How many there were since the last call.
  func take() -> Int {
    defer { count = 0 }
    return count
  }

  override func begin() {
    next.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    count &+= batch.count
    try next.push(batch)
  }

  override func finish() throws(EvaluationError) {
    try next.finish()
  }
}

/// The columns that an operator fills, for the registers that are live behind it.
final class Frame {
  let columns: UnsafeMutablePointer<UnsafeMutablePointer<Word>?>
  let live: [Int]
  private(set) var capacity = Stage.batchSize * 2
  private let registerCount: Int
  private let account: MemoryAccount

  init(live: Set<Int>, registerCount: Int, account: MemoryAccount) {
    self.live = live.sorted()
    self.registerCount = registerCount
    self.account = account
    columns = .allocate(capacity: max(registerCount, 1))
    columns.initialize(repeating: nil, count: max(registerCount, 1))
    for register in self.live { columns[register] = .allocate(capacity: capacity) }
    account.grew(by: self.live.count * capacity * 4)
  }

  deinit {
    for register in live { columns[register]?.deallocate() }
    columns.deallocate()
    account.shrank(by: live.count * capacity * 4)
  }

  /// Makes room for `count` rows; pointers taken before are stale after.
  @inline(__always)
  func ensure(_ count: Int) {
    if count > capacity { grow(to: count) }
  }

  @inline(never)
  private func grow(to count: Int) {
    let enlarged = max(count, capacity * 2)
    for register in live {
      let column = UnsafeMutablePointer<Word>.allocate(capacity: enlarged)
      if let old = columns[register] {
        column.update(from: old, count: capacity)
        old.deallocate()
      }
      columns[register] = column
    }
    account.grew(by: live.count * (enlarged - capacity) * 4)
    capacity = enlarged
  }
}

/// A register's column or one constant, read alike.
struct OperandReader {
  private let register: Int
  private let cell: UnsafeMutablePointer<Word>

  /// - Parameter cell: holds the constant, and outlives the reader.
  init(_ operand: Operand, cell: UnsafeMutablePointer<Word>) {
    self.cell = cell
    switch operand {
    case .register(let register): self.register = register
    case .constant(let word):
      register = -1
      cell.pointee = word
    }
  }

  @inline(__always)
  func column(of batch: Batch) -> OperandColumn {
    register >= 0
      ? OperandColumn(base: batch.column(register), mask: -1) : OperandColumn(base: UnsafePointer(cell), mask: 0)
  }
}

struct OperandColumn {
  let base: UnsafePointer<Word>
  let mask: Int

  @inline(__always)
  subscript(_ row: Int) -> Word { base[row & mask] }
}

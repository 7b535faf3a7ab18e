/// Inserts a tuple of two columns or fewer for each row.
final class PairInsertion: Operator {
  private let relation: Relation
  private let key: OperandReader
  private let value: OperandReader
  private let isRecursive: Bool
  private let context: EvaluationContext

  init(
    _ relation: Relation,
    key: OperandReader,
    value: OperandReader,
    isRecursive: Bool,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.key = key
    self.value = value
    self.isRecursive = isRecursive
    self.context = context
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let table = relation.table()
    let keys = key.column(of: batch)
    let values = value.column(of: batch)
    let before = table.count
    if isRecursive {
      relation.next.reserve(batch.count)
      let out = relation.next.base
      var place = relation.next.count
      for index in 0..<batch.count where table.insert(keys[index], values[index]) {
        out[place] = Pair(keys[index], values[index])
        place &+= 1
      }
      relation.next.count = place
    } else {
      for index in 0..<batch.count { _ = table.insert(keys[index], values[index]) }
    }
    try context.poll(derived: table.count &- before, attempted: batch.count)
  }
}

/// Adds a tuple for each row to a relation that nothing reads before all are there; no two of them are the same.
final class DistinctInsertion: Operator {
  private let relation: Relation
  private let operands: [OperandReader]
  private let context: EvaluationContext

  init(_ relation: Relation, _ operands: [OperandReader], context: EvaluationContext) {
    self.relation = relation
    self.operands = operands
    self.context = context
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    relation.load(rowCount: batch.count, columns: operands.map { $0.column(of: batch) }, areDistinct: true)
    try context.poll(derived: batch.count, attempted: batch.count)
  }
}

/// Inserts a tuple into a store for each row.
final class StoreInsertion: Operator {
  private let relation: Relation
  private let isRecursive: Bool
  private let context: EvaluationContext
  @exclusivity(unchecked) private var tuples: TupleBuffer

  init(_ relation: Relation, _ operands: [OperandReader], isRecursive: Bool, context: EvaluationContext) {
    self.relation = relation
    self.isRecursive = isRecursive
    self.context = context
    tuples = TupleBuffer(operands, account: context.account)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    guard let store = relation.store else { preconditionFailure("wide tuples go into a row store") }
    let before = store.count
    store.insert(tuples.gather(batch), count: batch.count)
    if isRecursive {
      for row in before..<store.count { relation.nextRows.append(UInt32(truncatingIfNeeded: row)) }
    }
    try context.poll(derived: store.count &- before, attempted: batch.count)
  }
}

/// Keeps the best value for each tuple of the other columns; improved rows are the next round's.
final class BestInsertion: Operator {
  private let relation: Relation
  private let valueColumn: Int
  private let isMaximum: Bool
  private let context: EvaluationContext
  @exclusivity(unchecked) private var tuples: TupleBuffer

  init(
    _ relation: Relation,
    _ operands: [OperandReader],
    valueColumn: Int,
    isMaximum: Bool,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.valueColumn = valueColumn
    self.isMaximum = isMaximum
    self.context = context
    tuples = TupleBuffer(operands, account: context.account)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let tuples = tuples.gather(batch)
    let improved = relation.improve(tuples, count: batch.count, valueColumn: valueColumn, isMaximum: isMaximum)
    try context.poll(derived: improved, attempted: batch.count)
  }
}

/// The rows of a batch as tuples, one after the other.
private struct TupleBuffer: ~Copyable {
  private let operands: [OperandReader]
  private var words: Vector<Word>

  init(_ operands: [OperandReader], account: MemoryAccount) {
    self.operands = operands
    words = Vector(account: account)
  }

  /// Valid until the next call.
  mutating func gather(_ batch: Batch) -> UnsafePointer<Word> {
    let arity = operands.count
    words.removeAll()
    words.reserve(batch.count * arity)
    let target = words.base
    for column in 0..<arity {
      let source = operands[column].column(of: batch)
      for index in 0..<batch.count { target[index &* arity &+ column] = source[index] }
    }
    return UnsafePointer(target)
  }
}

/// The words that the outermost loop of a delta-run plan stands at.
final class LeafRun {
  var words: UnsafePointer<Word>?
  var count = 0
  var bits: UnsafeMutablePointer<UInt64>?
  var bitWordCount = 0
}

/// Goes through the runs of the last round's additions: rows with one key, handed over as one leaf.
final class DeltaRuns: Stage {
  private let relation: Relation
  private let swapped: Bool
  private let key: Int?
  private let run: LeafRun
  private let frame: Frame
  @exclusivity(unchecked) private var words: Vector<Word>

  /// Runs above this share of the domain, and no small ones, are staged as a bitmap, for unions word by word.
  private static let bitmapShare = 512

  init(
    _ relation: Relation,
    swapped: Bool,
    key: Int?,
    run: LeafRun,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.swapped = swapped
    self.key = key
    self.run = run
    self.frame = frame
    words = Vector(account: context.account)
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let count = swapped ? relation.deltaSwapped.count : relation.delta.count
    let pairs = swapped ? relation.deltaSwapped.base : relation.delta.base
    let domain = relation.valueDomain(swapped: swapped)
    let bitWords = (domain / 512 + 1) * 8
    var bitmap: ZeroedMemory<UInt64>?
    var start = 0
    while start < count {
      let word = pairs[start].first
      words.removeAll()
      var end = start
      while end < count, pairs[end].first == word {
        words.append(pairs[end].second)
        end += 1
      }
      run.words = UnsafePointer(words.base)
      run.count = words.count
      run.bits = nil
      if words.count > max(context.forms.smallRun, domain / DeltaRuns.bitmapShare) {
        if bitmap == nil { bitmap = ZeroedMemory(count: bitWords, account: context.account) }
        if let bits = bitmap?.base {
          for index in 0..<words.count { bits[Int(words.base[index] &>> 6)] |= 1 &<< UInt64(words.base[index] & 63) }
          run.bits = bits
          run.bitWordCount = bitWords
        }
      }
      if let key, let column = frame.columns[key] { column[0] = word }
      // What comes behind may drop repeats within one run only.
      next.begin()
      try hand(frame, 1)
      if let bits = run.bits { bits.update(repeating: 0, count: bitWords) }
      start = end
    }
  }
}

/// Adds whole leaves to rows of the head.
final class LeafUnion: Operator {
  enum Source {
    case row(Relation, key: OperandReader, swapped: Bool)
    case run(LeafRun)
  }

  private let relation: Relation
  private let row: OperandReader
  private let source: Source
  private let isRecursive: Bool
  private let context: EvaluationContext
  @exclusivity(unchecked) private var added: Vector<Pair>

  /// Words tried between two polls, give or take a leaf: one batch may hold many large leaves.
  private static let pollInterval = 1 << 16

  init(_ relation: Relation, row: OperandReader, source: Source, isRecursive: Bool, context: EvaluationContext) {
    self.relation = relation
    self.row = row
    self.source = source
    self.isRecursive = isRecursive
    self.context = context
    added = Vector(account: context.account)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let table = relation.table()
    let rows = row.column(of: batch)
    // What is new goes straight to the next round's pairs.
    if isRecursive { swap(&added, &relation.next) }
    defer { if isRecursive { swap(&added, &relation.next) } }
    var polled = added.count
    var tried = 0
    switch source {
    case .row(let leaves, let key, let swapped):
      let source = leaves.table(swapped: swapped)
      let keys = key.column(of: batch)
      for index in 0..<batch.count {
        tried &+= table.unite(rows[index], with: keys[index], of: source, added: &added)
        if tried > LeafUnion.pollInterval { try poll(&polled, &tried) }
      }
    case .run(let run):
      for index in 0..<batch.count {
        if let bits = run.bits {
          table.unite(rows[index], withBits: bits, wordCount: run.bitWordCount, size: run.count, added: &added)
        } else if let words = run.words {
          table.unite(rows[index], with: words, count: run.count, added: &added)
        }
        tried &+= run.count
        if tried > LeafUnion.pollInterval { try poll(&polled, &tried) }
      }
    }
    try poll(&polled, &tried)
  }

  private func poll(_ polled: inout Int, _ tried: inout Int) throws(EvaluationError) {
    let derived = added.count - polled
    if !isRecursive { added.removeAll() }
    polled = added.count
    let attempted = tried
    tried = 0
    try context.poll(derived: derived, attempted: attempted)
  }
}

/// Keeps the rows whose pair is, or is not, in a relation; with no value asked, whose key has, or has no, row.
final class PairMembership: Stage {
  private let relation: Relation
  private let swapped: Bool
  private let key: OperandReader
  private let value: OperandReader?
  private let wanted: Bool
  private let frame: Frame
  private var table: RowTable
  /// What was loaded ahead, so that it is.
  @exclusivity(unchecked) private var fetched: Word = 0

  init(
    _ relation: Relation,
    swapped: Bool,
    key: OperandReader,
    value: OperandReader?,
    isNegated: Bool,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.swapped = swapped
    self.key = key
    self.value = value
    wanted = !isNegated
    self.frame = frame
    table = relation.table(swapped: swapped)
    super.init(next: next, context: context)
  }

  override func begin() {
    table = relation.table(swapped: swapped)
    super.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let keys = key.column(of: batch)
    let table = table
    frame.ensure(batch.count)
    var kept = 0
    let values = value?.column(of: batch)
    for index in 0..<batch.count {
      if index % RowTable.groupSize == 0 {
        table.fetch(keys, from: index, to: min(index &+ RowTable.groupSize, batch.count), &fetched)
      }
      let row = table.row(of: keys[index])
      let isThere = values.map { table.contains(row, $0[index]) } ?? (row.pointee.count > 0)
      if isThere == wanted {
        frame.copyRow(index, of: batch, to: kept)
        kept &+= 1
      }
    }
    if kept > 0 { try hand(frame, kept) }
  }
}

extension Frame {
  @inline(__always)
  func copyRow(_ index: Int, of batch: Batch, to place: Int) {
    for register in live { columns[register].unsafelyUnwrapped[place] = batch.column(register)[index] }
  }
}

/// Lets all rows through, or none, by whether a relation has tuples.
final class NonEmpty: Stage {
  private let relation: Relation
  private let wanted: Bool

  init(_ relation: Relation, isNegated: Bool, next: Operator, context: EvaluationContext) {
    self.relation = relation
    // Looks for repeats, once.
    _ = relation.count
    wanted = !isNegated
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    if (relation.count > 0) == wanted { try next.push(batch) }
  }
}

/// Drops rows that repeat the only live register's word.
final class Distinct: Stage {
  private let register: Int
  private let type: WordType
  private let frame: Frame
  @exclusivity(unchecked) private var scratch: ScratchBitmap
  @exclusivity(unchecked) private var seen: Vector<Word>

  init(_ register: Int, type: WordType, frame: Frame, next: Operator, context: EvaluationContext) {
    self.register = register
    self.type = type
    self.frame = frame
    scratch = ScratchBitmap(domain: context.domain(of: type), account: context.account)
    seen = Vector(account: context.account)
    super.init(next: next, context: context)
  }

  override func begin() {
    let view = scratch.view
    for index in 0..<seen.count { view.forget(seen.base[index]) }
    seen.removeAll()
    scratch.ensureDomain(context.domain(of: type))
    super.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    guard context.domain(of: type) <= scratch.domain else {
      try growAndPush(batch)
      return
    }
    let words = batch.column(register)
    frame.ensure(batch.count)
    let out = frame.columns[register].unsafelyUnwrapped
    seen.reserve(batch.count)
    let view = scratch.view
    var kept = 0
    for index in 0..<batch.count {
      let word = words[index]
      if view.contains(word) { continue }
      view.mark(word)
      out[kept] = word
      seen.append(word)
      kept &+= 1
    }
    if kept > 0 { try hand(frame, kept) }
  }

  /// The dictionary has grown beyond the bitmap in the middle of a run.
  private func growAndPush(_ batch: Batch) throws(EvaluationError) {
    for index in 0..<seen.count { scratch.view.forget(seen.base[index]) }
    scratch.ensureDomain(context.domain(of: type) * 2)
    for index in 0..<seen.count { scratch.view.mark(seen.base[index]) }
    try push(batch)
  }
}

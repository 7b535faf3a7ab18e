/// How many solutions a part of a body has for each row, where only their number matters: nothing is enumerated that a
/// header knows, and what depends on few registers is counted once for each of their tuples.
class Factor {
  /// Called before the batches of a run.
  func begin() {}

  /// Multiplies the number of each row; beyond `Int.max` it stays there.
  func multiply(_ times: UnsafeMutablePointer<Int>, _ batch: Batch) throws(EvaluationError) {
    preconditionFailure("a factor multiplies")
  }

  @inline(__always)
  static func product(_ a: Int, _ b: Int) -> Int {
    let (product, isTooLarge) = a.multipliedReportingOverflow(by: b)
    return isTooLarge ? .max : product
  }

  @inline(__always)
  static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, isTooLarge) = a.addingReportingOverflow(b)
    return isTooLarge ? .max : sum
  }
}

/// The number of tuples of a relation.
final class SizeFactor: Factor {
  private let relation: Relation

  init(_ relation: Relation) {
    self.relation = relation
    // Looks for repeats, once.
    _ = relation.count
  }

  override func multiply(_ times: UnsafeMutablePointer<Int>, _ batch: Batch) {
    let size = relation.count
    for index in 0..<batch.count { times[index] = Factor.product(times[index], size) }
  }
}

/// The number of words beside a known one.
final class RowSizeFactor: Factor {
  private let relation: Relation
  private let swapped: Bool
  private let key: OperandReader

  init(_ relation: Relation, swapped: Bool, key: OperandReader) {
    self.relation = relation
    self.swapped = swapped
    self.key = key
    _ = relation.table(swapped: swapped)
  }

  override func multiply(_ times: UnsafeMutablePointer<Int>, _ batch: Batch) {
    let table = relation.table(swapped: swapped)
    let keys = key.column(of: batch)
    for index in 0..<batch.count {
      times[index] = Factor.product(times[index], Int(table.row(of: keys[index]).pointee.count))
    }
  }
}

/// The number of words that leaves have in common.
final class IntersectionFactor: Factor {
  private let intersection: LeafIntersection
  private let context: EvaluationContext

  init(_ intersection: LeafIntersection, context: EvaluationContext) {
    self.intersection = intersection
    self.context = context
  }

  override func begin() {
    intersection.begin()
  }

  override func multiply(_ times: UnsafeMutablePointer<Int>, _ batch: Batch) throws(EvaluationError) {
    intersection.take(batch)
    for index in 0..<batch.count where times[index] > 0 {
      if index % LeafIntersection.pollInterval == 0 { try context.poll() }
      times[index] = Factor.product(times[index], intersection.count(at: index))
    }
  }
}

/// The number of solutions of further steps, counted once for each tuple of the registers that they start from.
final class SolutionFactor: Factor {
  private let counter: SolutionCounter

  init(_ counter: SolutionCounter) {
    self.counter = counter
  }

  override func begin() {
    counter.begin()
  }

  override func multiply(_ times: UnsafeMutablePointer<Int>, _ batch: Batch) throws(EvaluationError) {
    try counter.take(batch)
    for index in 0..<batch.count { times[index] = Factor.product(times[index], counter.count(at: index)) }
  }
}

/// Counts the solutions of a pipeline for each distinct tuple of the registers it starts from.
final class SolutionCounter {
  private let solver: GroupSolver
  private let totals: SolutionTotals
  /// Whether what the pipeline reads stays as it is from run to run.
  private let isSettled: Bool

  init(_ solver: GroupSolver, totals: SolutionTotals, isSettled: Bool) {
    self.solver = solver
    self.totals = totals
    self.isSettled = isSettled
  }

  func begin() {
    guard !isSettled else { return }
    solver.removeAll()
    totals.removeAll()
  }

  func take(_ batch: Batch) throws(EvaluationError) {
    let known = solver.take(batch)
    totals.ensure(solver.count)
    try solver.solve(from: known)
  }

  /// The number of solutions for a row of the batch taken last.
  @inline(__always)
  func count(at index: Int) -> Int { totals.total(Int(solver.numbers[index])) }
}

/// Solutions by group.
final class SolutionTotals {
  @exclusivity(unchecked) private var totals: Vector<Int>

  init(account: MemoryAccount) {
    totals = Vector(account: account)
  }

  func ensure(_ groupCount: Int) {
    while totals.count < groupCount { totals.append(0) }
  }

  func removeAll() {
    totals.removeAll()
  }

  @inline(__always)
  func total(_ group: Int) -> Int { totals.base[group] }

  @inline(__always)
  func add(_ count: Int, to group: Int) { totals.base[group] = Factor.sum(totals.base[group], count) }
}

/// The end of a pipeline whose solutions are only counted.
final class SolutionSink: Operator {
  private let totals: SolutionTotals
  private let groupRegister: Int
  private let factors: FactorProduct
  private let context: EvaluationContext

  init(_ totals: SolutionTotals, groupRegister: Int, factors: FactorProduct, context: EvaluationContext) {
    self.totals = totals
    self.groupRegister = groupRegister
    self.factors = factors
    self.context = context
  }

  override func begin() {
    factors.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let groups = batch.column(groupRegister)
    let times = try factors.product(of: batch)
    for index in 0..<batch.count { totals.add(times?[index] ?? 1, to: Int(groups[index])) }
    try context.poll()
  }
}

/// The product of factors for each row of a batch.
final class FactorProduct {
  private let factors: [Factor]
  @exclusivity(unchecked) private var times: Vector<Int>

  init(_ factors: [Factor], account: MemoryAccount) {
    self.factors = factors
    times = Vector(account: account)
  }

  func begin() {
    for factor in factors { factor.begin() }
  }

  /// `nil` when there are no factors, so that each row counts once.
  func product(of batch: Batch) throws(EvaluationError) -> UnsafeMutablePointer<Int>? {
    guard !factors.isEmpty else { return nil }
    times.removeAll()
    times.reserve(batch.count)
    times.base.update(repeating: 1, count: batch.count)
    for factor in factors { try factor.multiply(times.base, batch) }
    return times.base
  }
}

/// Keeps the rows for which further steps have a solution.
final class Existence: Stage {
  private let counter: SolutionCounter
  private let frame: Frame

  init(_ counter: SolutionCounter, frame: Frame, next: Operator, context: EvaluationContext) {
    self.counter = counter
    self.frame = frame
    super.init(next: next, context: context)
  }

  override func begin() {
    counter.begin()
    super.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    try counter.take(batch)
    frame.ensure(batch.count)
    var kept = 0
    for index in 0..<batch.count where counter.count(at: index) > 0 {
      frame.copyRow(index, of: batch, to: kept)
      kept &+= 1
    }
    if kept > 0 { try hand(frame, kept) }
  }
}

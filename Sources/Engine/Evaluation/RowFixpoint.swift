/// Row fixpoint: recursion that keeps one variable unchanged, `h(x, z) :- base(x, z). h(x, z) :- h(x, y), r(y, z).`
///
/// Transitive closure, reachability and ancestors are all of it. One x is solved at a time with a queue and a scratch
/// bitmap: no rounds, no delta, no table; the finished row is written sorted. Against leaf union over rounds it is equal on
/// random graphs, 4 times faster and 3 times smaller on Debian's dependencies (measured, 2026-11).
extension Evaluation {
  func closeRows(_ plan: StratumPlan.RowFixpoint) throws(EvaluationError) {
    context.currentRule = plan.rule
    let isSwapped = plan.isSwapped
    let start = relations[plan.base.index].table(swapped: isSwapped)
    let relation = relations[plan.head.index]
    if plan.isClosure, ComponentClosure.suits(start, domain: nodeDomain(of: relation)) {
      return try closeComponents(of: start, into: relation)
    }
    let steps = plan.edges.map { edge in
      let builder = PipelineBuilder.leaves(relations, edge.relation, keyColumn: edge.from, leafColumn: edge.to)
      return builder.0.table(swapped: builder.swapped)
    }
    let first = RowClosure(start, along: steps, domain: relation.valueDomain(swapped: isSwapped), context)
    var closures = [first]
    let keyCount = start.keys.count
    let partCount = context.parallelism.partCount(of: keyCount)
    try context.share(partCount: partCount, first: first) { context in
      let closure = RowClosure(start, along: steps, domain: relation.valueDomain(swapped: isSwapped), context)
      closures.append(closure)
      return closure
    } perform: { closure, part throws(EvaluationError) in
      try closure.close(Parallelism.part(part, of: partCount, from: keyCount))
      closure.written.endPart(part)
    }
    let written = closures.map(\.written)
    let table = RowTable(of: written, relation.layout(swapped: isSwapped), account: context.account)
    relation.adopt(table, swapped: isSwapped)
  }
}

extension Evaluation {
  private func closeComponents(of base: RowTable, into relation: Relation) throws(EvaluationError) {
    var components = ComponentClosure(base, domain: nodeDomain(of: relation), context: context)
    try components.run()
    relation.adopt(try components.takeTable(relation.layout(swapped: false)), swapped: false)
  }

  /// Words of both columns are nodes of one graph.
  private func nodeDomain(of relation: Relation) -> Int {
    max(relation.keyDomain(swapped: false), relation.valueDomain(swapped: false))
  }
}

extension StratumPlan.RowFixpoint {
  /// Whether the head is the transitive closure of its base, to be taken by components.
  package var isClosure: Bool {
    usesComponents && !isSwapped && edges == [StratumPlan.Edge(relation: base, from: 0, to: 1)]
  }
}

/// Solves rows on one thread.
final class RowClosure {
  /// The finished rows.
  let written: WrittenRows
  private let start: RowTable
  private let steps: [RowTable]
  private let context: EvaluationContext
  @exclusivity(unchecked) private var queue: Vector<Word>
  /// Words of the rows along which the current one was followed.
  @exclusivity(unchecked) private var attempted = 0

  /// Rows below this size are sorted from the queue; larger ones are read out of the bitmap.
  private static let smallRow = 48
  /// A cancellation is noticed after at most this many queue entries.
  private static let pollInterval = 1 << 16

  /// - Parameter domain: of what rows hold.
  init(_ start: RowTable, along steps: [RowTable], domain: Int, _ context: EvaluationContext) {
    self.start = start
    self.steps = steps
    self.context = context
    context.ensureScratch(for: domain)
    written = WrittenRows(account: context.account)
    queue = Vector(account: context.account)
  }

  /// Solves the rows of some keys, by their places.
  func close(_ places: Range<Int>) throws(EvaluationError) {
    for place in places {
      let key = start.keys.base[place]
      let row = start.row(of: key)
      if row.pointee.count > 0 { try close(key, from: row) }
    }
  }

  private func close(_ key: Word, from row: UnsafeMutablePointer<Row>) throws(EvaluationError) {
    let view = context.scratch.view
    queue.removeAll()
    add(row, of: start, view)
    var next = 0
    while next < queue.count {
      if next % RowClosure.pollInterval == 0 { try context.poll() }
      let word = queue.base[next]
      next &+= 1
      for table in steps {
        let row = table.row(of: word)
        if row.pointee.count > 0 { add(row, of: table, view) }
      }
    }
    let start = written.words.count
    written.begin(key, at: start)
    write(view)
    let tried = attempted
    attempted = 0
    try context.poll(derived: written.words.count - start, attempted: tried)
  }

  /// Marks and queues the words of a row that are not marked yet.
  @inline(__always)
  private func add(_ row: UnsafeMutablePointer<Row>, of table: RowTable, _ view: ScratchBitmap.View) {
    attempted &+= Int(row.pointee.count)
    queue.reserve(Int(row.pointee.count))
    var place = queue.count
    let out = queue.base
    table.forEach(row) { word in
      out[place] = word
      if !view.contains(word) {
        view.mark(word)
        place &+= 1
      }
    }
    queue.count = place
  }

  private func write(_ view: ScratchBitmap.View) {
    guard queue.count < RowClosure.smallRow else {
      context.scratch.drain(into: &written.words)
      return
    }
    for index in 0..<queue.count { view.forget(queue.base[index]) }
    queue.sort()
    written.words.append(contentsOf: queue.base, count: queue.count)
  }
}

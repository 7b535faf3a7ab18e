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
    context.ensureScratch(for: relation.valueDomain(swapped: isSwapped))
    var closure = RowClosure(account: context.account)
    for index in 0..<start.keys.count {
      let key = start.keys.base[index]
      let row = start.row(of: key)
      guard row.pointee.count > 0 else { continue }
      try closure.close(key, from: row, of: start, along: steps, context)
    }
    relation.adopt(
      closure.table(
        keyDomain: relation.keyDomain(swapped: isSwapped),
        valueDomain: relation.valueDomain(swapped: isSwapped),
        account: context.account
      ),
      swapped: isSwapped
    )
  }
}

extension Evaluation {
  private func closeComponents(of base: RowTable, into relation: Relation) throws(EvaluationError) {
    var components = ComponentClosure(base, domain: nodeDomain(of: relation), context: context)
    try components.run()
    let table = try components.takeTable(
      keyDomain: relation.keyDomain(swapped: false),
      valueDomain: relation.valueDomain(swapped: false)
    )
    relation.adopt(table, swapped: false)
  }

  /// Words of both columns are nodes of one graph.
  private func nodeDomain(of relation: Relation) -> Int {
    max(relation.keyDomain(swapped: false), relation.valueDomain(swapped: false))
  }
}

extension StratumPlan.RowFixpoint {
  /// Whether the head is the transitive closure of its base.
  package var isClosure: Bool {
    !isSwapped && edges == [StratumPlan.Edge(relation: base, from: 0, to: 1)]
  }
}

/// The finished rows and the queue of the one that is being solved.
struct RowClosure: ~Copyable {
  private var words: Vector<Word>
  private var runs: RowRuns
  private var queue: Vector<Word>
  /// Words of the rows along which the current one was followed.
  private var attempted = 0

  /// Rows below this size are sorted from the queue; larger ones are read out of the bitmap.
  private static let smallRow = 48
  /// A cancellation is noticed after at most this many queue entries.
  private static let pollInterval = 1 << 16

  init(account: MemoryAccount) {
    words = Vector(account: account)
    runs = RowRuns(account: account)
    queue = Vector(account: account)
  }

  mutating func close(
    _ key: Word,
    from row: UnsafeMutablePointer<Row>,
    of base: RowTable,
    along steps: [RowTable],
    _ context: EvaluationContext
  ) throws(EvaluationError) {
    let view = context.scratch.view
    queue.removeAll()
    add(row, of: base, view)
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
    let start = words.count
    runs.begin(key, at: start)
    write(view)
    let tried = attempted
    attempted = 0
    try context.poll(derived: words.count - start, attempted: tried)
  }

  /// Marks and queues the words of a row that are not marked yet.
  @inline(__always)
  private mutating func add(_ row: UnsafeMutablePointer<Row>, of table: RowTable, _ view: ScratchBitmap.View) {
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

  private mutating func write(_ view: ScratchBitmap.View) {
    guard queue.count < RowClosure.smallRow else {
      view.drain(into: &words)
      return
    }
    for index in 0..<queue.count { view.forget(queue.base[index]) }
    queue.sort()
    words.append(contentsOf: queue.base, count: queue.count)
  }

  consuming func table(keyDomain: Int, valueDomain: Int, account: MemoryAccount) -> RowTable {
    RowTable(slab: words, runs: runs, keyDomain: keyDomain, valueDomain: valueDomain, account: account)
  }
}

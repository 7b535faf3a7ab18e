/// The operators of one rule, from the first step to the sink, with the memory they share.
final class Pipeline {
  private let first: Operator
  private let rule: Int
  private let context: EvaluationContext
  private let cells: OperandCells
  /// Behind each step, where rows are counted.
  private let rowCounts: [RowCount]
  /// The outermost loop, where several threads may each do a part of it.
  private let scan: TableScan?
  /// The sink, where it builds rows.
  private let rowBuild: RowBuild?

  init(_ chain: ChainBuilder, first: Operator, plan: RulePlan, context: EvaluationContext) {
    self.first = first
    rule = plan.rule
    cells = chain.cells
    rowCounts = chain.rowCounts.reversed()
    scan = plan.isShareable ? chain.scan.flatMap { plan.sink.buildsRows(of: $0.key) ? $0 : nil } : nil
    rowBuild = chain.rowBuild
    self.context = context
  }

  /// The rows built so far, by a rule that builds rows.
  var writtenRows: WrittenRows? { rowBuild?.written }

  /// Into how many parts the rule can be cut.
  var partCount: Int { scan.map { context.parallelism.partCount(of: $0.keyCount) } ?? 1 }

  /// Evaluates one of `count` parts of the rule.
  func run(part: Int, of count: Int) throws(EvaluationError) {
    if let scan, count > 1 { scan.part = Parallelism.part(part, of: count, from: scan.keyCount) }
    try run()
    rowBuild?.written.endPart(part)
  }

  /// Rows that have come out of each step since the last call.
  func takeStepRows() -> [Int] { rowCounts.map { $0.take() } }

  /// Evaluates the rule once: one row without columns goes in at the top.
  func run() throws(EvaluationError) {
    context.currentRule = rule
    try context.poll()
    first.begin()
    var none: UnsafeMutablePointer<Word>?
    try withUnsafeMutablePointer(to: &none) { columns throws(EvaluationError) in
      try first.push(Batch(columns: columns, count: 1))
    }
    try first.finish()
  }
}

/// The constants of a pipeline's operands, which its operators read by address.
final class OperandCells {
  private var cells: [UnsafeMutablePointer<Word>] = []

  deinit {
    for cell in cells { cell.deallocate() }
  }

  func reader(_ operand: Operand) -> OperandReader {
    let cell = UnsafeMutablePointer<Word>.allocate(capacity: 1)
    cell.initialize(to: 0)
    cells.append(cell)
    return OperandReader(operand, cell: cell)
  }
}

/// Turns plans into pipelines, from the sink backwards, so that each operator knows which registers are live behind it.
struct PipelineBuilder {
  let relations: [Relation]
  private(set) var context: EvaluationContext
  let evaluator: ScalarEvaluator
  /// The relations that grow while the pipelines run.
  let growing: Set<RelationID>
  /// Whether sinks note what is new.
  let isRecursive: Bool
  /// Whether rows are counted between steps.
  let countsRows: Bool
  /// Of the stratum's heads with aggregates.
  let groupings: [Grouping]

  /// - Parameter context: of the thread that will run the pipeline; this builder's own unless given.
  func pipeline(_ plan: RulePlan, in context: EvaluationContext? = nil) -> Pipeline {
    var builder = self
    builder.context = context ?? self.context
    return builder.ownPipeline(plan)
  }

  private func ownPipeline(_ plan: RulePlan) -> Pipeline {
    var chain = ChainBuilder(builder: self, rule: plan.rule, registerCount: plan.registerCount, plan: plan)
    let first = chain.build(plan)
    return Pipeline(chain, first: first, plan: plan, context: context)
  }
}

extension PipelineBuilder {
  /// The relation of two columns or fewer that stands for two columns of a relation, and which of its tables is keyed so.
  func leaves(_ id: RelationID, keyColumn: Int, leafColumn: Int) -> (Relation, swapped: Bool) {
    PipelineBuilder.leaves(relations, id, keyColumn: keyColumn, leafColumn: leafColumn)
  }

  static func leaves(
    _ relations: [Relation],
    _ id: RelationID,
    keyColumn: Int,
    leafColumn: Int
  ) -> (Relation, swapped: Bool) {
    let relation = relations[id.index]
    if relation.hasStore { return (relation.projection(on: [keyColumn, leafColumn]), false) }
    return (relation, relation.arity == 2 && keyColumn == 1)
  }
}

/// Rows for which a function had no value: those that get this far count, or end the evaluation.
///
/// They come through the steps that do not use the value, so that only bindings for which all of those hold are counted,
/// whatever the order of the plan. Each distinct tuple of the expression's registers counts once a rule.
final class MissingValues: Operator {
  private let rule: Int
  private let registers: [(register: Int, type: WordType)]
  private let outcomes: OutcomeCell
  private let context: EvaluationContext
  private let seen: RowStore
  private let tuple: UnsafeMutablePointer<Word>

  init(rule: Int, registers: [(register: Int, type: WordType)], outcomes: OutcomeCell, context: EvaluationContext) {
    self.rule = rule
    self.registers = registers
    self.outcomes = outcomes
    self.context = context
    seen = RowStore(arity: max(registers.count, 1), account: context.account)
    tuple = .allocate(capacity: max(registers.count, 1))
    tuple.initialize(repeating: 0, count: max(registers.count, 1))
  }

  deinit {
    tuple.deallocate()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    // Each tuple counts once, whatever thread finds it.
    try context.giveBack()
    for index in 0..<batch.count {
      for (place, register) in registers.enumerated() { tuple[place] = batch.column(register.register)[index] }
      switch outcomes.outcome {
      case .missing, .value:
        if seen.insert(tuple).isNew { context.noteMissing(rule: rule, count: 1) }
      case .overflow: throw .overflow(rule: rule, values: named())
      case .divisionByZero: throw .divisionByZero(rule: rule, values: named())
      }
    }
  }

  private func named() -> [EvaluationError.NamedValue] {
    registers.enumerated().map { place, register in
      .init(register: register.register, text: context.values.text(of: tuple[place], register.type))
    }
  }
}

/// What the rows now going through a missing chain lack; shared by the operator that found it and the chain's end.
final class OutcomeCell {
  var outcome = ScalarOutcome.missing
}

/// The rows of a batch without a value, handed to a chain of their own, one kind of outcome after the other.
struct MissingChain {
  let first: Operator
  let frame: Frame
  let cell: OutcomeCell

  func push(_ batch: Batch, outcomes: UnsafePointer<UInt8>, offset: UInt8) throws(EvaluationError) {
    for outcome in [ScalarOutcome.missing, .overflow, .divisionByZero] {
      frame.ensure(batch.count)
      var kept = 0
      for index in 0..<batch.count where outcomes[index] == outcome.rawValue &+ offset {
        frame.copyRow(index, of: batch, to: kept)
        kept += 1
      }
      guard kept > 0 else { continue }
      cell.outcome = outcome
      first.begin()
      try first.push(Batch(columns: frame.columns, count: kept))
    }
  }
}

/// Keeps the rows that satisfy a condition.
final class Filter: Stage {
  private let condition: ScalarConditionProgram
  private let evaluator: ScalarEvaluator
  private let frame: Frame
  private let missing: MissingChain?
  private var outcomes: Vector<UInt8>

  init(
    _ condition: ScalarCondition,
    evaluator: ScalarEvaluator,
    missing: MissingChain?,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.condition = ScalarConditionProgram(condition)
    self.evaluator = evaluator
    self.missing = missing
    self.frame = frame
    outcomes = Vector(account: context.account)
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    outcomes.removeAll()
    outcomes.reserve(batch.count)
    let results = outcomes.base
    evaluator.test(condition, registers: UnsafePointer(batch.columns), count: batch.count, into: results)
    if evaluator.isStopped { try context.poll() }
    frame.ensure(batch.count)
    var kept = 0
    for register in frame.live {
      let source = batch.column(register)
      let target = frame.columns[register].unsafelyUnwrapped
      kept = 0
      for index in 0..<batch.count {
        target[kept] = source[index]
        kept &+= results[index] == 1 ? 1 : 0
      }
    }
    if frame.live.isEmpty {
      for index in 0..<batch.count where results[index] == 1 { kept += 1 }
    }
    if kept > 0 { try hand(frame, kept) }
    if let missing { try missing.push(batch, outcomes: results, offset: 1) }
  }
}

/// Binds a register to the value of an expression.
final class Computation: Stage {
  private let register: Int
  private let expression: ScalarProgram
  private let evaluator: ScalarEvaluator
  private let frame: Frame
  private let carried: [Int]
  private let missing: MissingChain?
  private var outcomes: Vector<UInt8>
  private var words: Vector<Word>

  init(
    _ register: Int,
    _ expression: ScalarExpression,
    evaluator: ScalarEvaluator,
    missing: MissingChain?,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.register = register
    self.expression = ScalarProgram(expression)
    self.evaluator = evaluator
    self.missing = missing
    self.frame = frame
    carried = frame.live.filter { $0 != register }
    outcomes = Vector(account: context.account)
    words = Vector(account: context.account)
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    outcomes.removeAll()
    outcomes.reserve(batch.count)
    words.removeAll()
    words.reserve(batch.count)
    let results = outcomes.base
    let isWhole = evaluator.compute(
      expression,
      registers: UnsafePointer(batch.columns),
      count: batch.count,
      into: words.base,
      outcomes: results
    )
    if evaluator.isStopped {
      try context.poll()
      try context.giveBack()
    }
    frame.ensure(batch.count)
    var kept = 0
    for index in 0..<batch.count where isWhole || results[index] == 0 {
      if let column = frame.columns[register] { column[kept] = words.base[index] }
      for other in carried { frame.columns[other].unsafelyUnwrapped[kept] = batch.column(other)[index] }
      kept &+= 1
    }
    if kept > 0 { try hand(frame, kept) }
    if !isWhole { try missing?.push(batch, outcomes: results, offset: 0) }
  }
}

/// Binds a register to each element of a sequence in turn, in portions of a batch.
final class Generation: Stage {
  private let register: Int
  private let generator: SequenceGenerator
  private let arguments: [ScalarProgram]
  private let evaluator: ScalarEvaluator
  private let frame: Frame
  private let carried: [Int]
  private let missing: MissingChain?
  private var rows: Vector<UInt32>
  private var words: Vector<Word>

  init(
    _ register: Int,
    _ generator: SequenceGenerator,
    _ arguments: [ScalarExpression],
    evaluator: ScalarEvaluator,
    missing: MissingChain?,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.register = register
    self.generator = generator
    self.arguments = arguments.map(ScalarProgram.init)
    self.evaluator = evaluator
    self.missing = missing
    self.frame = frame
    carried = frame.live.filter { $0 != register }
    rows = Vector(capacity: Stage.batchSize, account: context.account)
    words = Vector(capacity: Stage.batchSize, account: context.account)
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let sequence = evaluator.generate(
      generator,
      arguments,
      registers: UnsafePointer(batch.columns),
      count: batch.count
    )
    if evaluator.isStopped { try context.poll() }
    while true {
      let taken = sequence.next(Stage.batchSize, rows: rows.base, words: words.base)
      if taken == 0 { break }
      if let column = frame.columns[register] { column.update(from: words.base, count: taken) }
      for other in carried {
        let source = batch.column(other)
        let target = frame.columns[other].unsafelyUnwrapped
        for index in 0..<taken { target[index] = source[Int(rows.base[index])] }
      }
      try hand(frame, taken)
    }
    if let missing { try missing.push(batch, outcomes: sequence.outcomes, offset: 0) }
  }
}

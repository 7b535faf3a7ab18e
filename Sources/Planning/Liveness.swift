import Engine

/// Which registers are needed after each step; what nobody needs is not made.
struct Liveness {
  private let atEnd: Set<Int>

  init(sink: Sink) {
    switch sink {
    case .insert(_, let operands, _), .improve(_, let operands, _, _): atEnd = Liveness.registers(operands)
    case .group(_, _, let group, let arguments): atEnd = Liveness.registers(group + arguments.joined())
    case .unite(_, let row, let leaf), .build(_, let row, let leaf, _):
      var operands = row.map { [$0] } ?? []
      if case .row(_, let key?, _, _) = leaf { operands.append(key) }
      atEnd = Liveness.registers(operands)
    }
  }

  /// For steps of which nothing but their solutions is wanted.
  init(registers: Set<Int>) {
    atEnd = registers
  }

  private static func registers(_ operands: [Operand]) -> Set<Int> {
    Set(operands.compactMap { if case .register(let register) = $0 { register } else { nil } })
  }

  /// The steps with columns that nobody reads ignored, joins that bind nothing turned into tests, and repeats dropped
  /// where a join leaves one register alive.
  func narrowed(_ steps: [Step], types: [WordType], usesDistinct: Bool) -> [Step] {
    var result: [Step] = []
    var live = atEnd
    for (place, step) in steps.enumerated().reversed() {
      if case .intersect(let register, let leaves) = step, !live.contains(register) {
        result.append(.requireCommon(leaves))
        live.formUnion(leaves.registers)
        continue
      }
      if case .match(var match) = step {
        match.columns = match.columns.map { column in
          if case .bind(let register) = column, !live.contains(register) { .ignored } else { column }
        }
        let binds = match.columns.contains { if case .bind = $0 { true } else { false } }
        if !binds, match.source == .all {
          result.append(.require(match, isNegated: false))
        } else {
          if usesDistinct, place > 0, live.count == 1, let register = live.first, register < types.count {
            result.append(.distinct(register, types[register]))
          }
          result.append(.match(match))
        }
        live.subtract(step.binds)
        live.formUnion(step.uses)
        continue
      }
      result.append(step)
      live.subtract(step.binds)
      live.formUnion(step.uses)
    }
    return result.reversed()
  }
}

extension Step {
  /// Registers that the step gives words to.
  var binds: Set<Int> {
    switch self {
    case .match(let match): match.binds
    case .compute(let register, _, _), .generate(let register, _, _, _): [register]
    case .intersect(let register, _): [register]
    case .aggregate(let plan): [plan.result]
    case .require, .requireCommon, .requireSolution, .filter, .distinct: []
    }
  }

  /// Registers that the step, or a chain beside it, reads.
  var uses: Set<Int> {
    switch self {
    case .match(let match), .require(let match, _): match.uses
    case .intersect(_, let leaves), .requireCommon(let leaves): leaves.registers
    case .requireSolution(let plan): Set(plan.groups)
    case .distinct(let register, _): [register]
    case .filter(let condition, let missing): Set(condition.registers.map(\.register)).union(Step.uses(missing))
    case .compute(_, let expression, let missing):
      Set(expression.registers.map(\.register)).union(Step.uses(missing))
    case .generate(_, _, let arguments, let missing):
      Set(arguments.flatMap(\.registers).map(\.register)).union(Step.uses(missing))
    case .aggregate(let plan): Set(plan.groups)
    }
  }

  private static func uses(_ chain: [Step]?) -> Set<Int> {
    var live: Set<Int> = []
    for step in (chain ?? []).reversed() { live = live.subtracting(step.binds).union(step.uses) }
    return live
  }
}

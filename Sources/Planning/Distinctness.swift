import Engine

extension [Step] {
  /// Registers whose words tell all rows behind the steps apart; `nil` where rows may repeat.
  var distinguishing: Set<Int>? {
    var registers: Set<Int> = []
    for (place, step) in enumerated() {
      switch step {
      case .match(let match):
        guard match.isDistinct(isFirst: place == 0) else { return nil }
        registers.formUnion(match.binds)
      case .intersect(let register, _): registers.insert(register)
      case .generate: return nil
      // One value for each row, or none.
      case .compute, .aggregate, .require, .requireCommon, .requireSolution, .filter, .distinct: break
      }
    }
    return registers
  }
}

extension Match {
  /// Whether no two tuples agree in what is named: at most two columns are read from a relation of their own, but by a
  /// first step that knows constants, which goes through the whole tuples.
  fileprivate func isDistinct(isFirst: Bool) -> Bool {
    let named = columns.count { if case .ignored = $0 { false } else { true } }
    let knowsConstants = columns.contains { if case .bound = $0 { true } else { false } }
    return named == columns.count || named <= 2 && !(isFirst && knowsConstants)
  }
}

/// Conditions that have no solution together, while each proper part of them has one.
///
/// Found by deletion: one after the other is left out, and stays out if what is left has no solution either. Each step
/// asks for the solutions of one set, so n conditions take n questions. What is asked of a set must hold of its parts.
struct MinimalSet {
  let conditions: [Int]
  /// Whether the search came to its end; else a proper part may have no solution either.
  let isMinimal: Bool

  /// - Parameters:
  ///   - conditions: those that have no solution together.
  ///   - holds: whether some have one; `nil` ends the search.
  init(of conditions: [Int], holds: ([Int]) -> Bool?) {
    var kept = conditions
    for condition in conditions {
      let rest = kept.filter { $0 != condition }
      guard let isPossible = holds(rest) else {
        self.conditions = kept
        isMinimal = false
        return
      }
      if !isPossible { kept = rest }
    }
    self.conditions = kept
    isMinimal = true
  }
}

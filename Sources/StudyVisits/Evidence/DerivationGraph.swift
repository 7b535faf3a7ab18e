/// Conclusions and the steps that lead to them, as far as anybody has looked: an and-or graph.
///
/// A conclusion holds when one of its steps does, a step when all its premises do. The height of a step is the highest
/// of its premises', that of a conclusion its lowest step's plus what the conclusion rises by. Heights are found in one
/// pass from the bottom, each premise of a step counted off when it is known (Dowling, Gallier: Linear-time algorithms for
/// testing the satisfiability of propositional Horn formulae, 1984, doi:10.1016/0743-1066(84)90014-1).
struct DerivationGraph {
  struct Step {
    let conclusion: Int
    let premises: [Int]
    /// The least height, whatever the premises': 1 where something is absent.
    let floor: Int
  }

  /// What is known of one conclusion.
  private struct Conclusion {
    let rise: Int
    let leastHeight: Int
    var steps: [Int] = []
    /// The steps that it is a premise of, once for each place.
    var users: [Int] = []
    var isLeaf: Bool
    var isExpanded: Bool
  }

  private(set) var steps: [Step] = []
  private var conclusions: [Conclusion] = []
  private(set) var expandedCount = 0

  var count: Int { conclusions.count }

  /// Adds a conclusion that stands by itself, at height 0.
  mutating func addLeaf() -> Int {
    conclusions.append(Conclusion(rise: 0, leastHeight: 0, isLeaf: true, isExpanded: true))
    return conclusions.count - 1
  }

  /// Adds a conclusion whose steps are still to be found, or come with it.
  ///
  /// - Parameter leastHeight: whatever its steps turn out to be.
  mutating func addConclusion(rise: Int, leastHeight: Int, isExpanded: Bool = false) -> Int {
    conclusions.append(Conclusion(rise: rise, leastHeight: leastHeight, isLeaf: false, isExpanded: isExpanded))
    return conclusions.count - 1
  }

  /// Adds a step; those of one conclusion in the order in which they are to be preferred.
  @discardableResult
  mutating func addStep(to conclusion: Int, premises: [Int], floor: Int) -> Int {
    let step = steps.count
    steps.append(Step(conclusion: conclusion, premises: premises, floor: floor))
    conclusions[conclusion].steps.append(step)
    for premise in premises { conclusions[premise].users.append(step) }
    return step
  }

  /// Says that all steps of a conclusion have been added.
  mutating func markExpanded(_ conclusion: Int) {
    conclusions[conclusion].isExpanded = true
    expandedCount += 1
  }

  func isLeaf(_ conclusion: Int) -> Bool { conclusions[conclusion].isLeaf }
  func isExpanded(_ conclusion: Int) -> Bool { conclusions[conclusion].isExpanded }
  func steps(of conclusion: Int) -> [Int] { conclusions[conclusion].steps }

  /// Heights of all conclusions, and the order in which they were found: premises before what follows from them.
  struct Heights {
    static let unknown = Int32.max
    fileprivate(set) var ofConclusion: [Int32]
    fileprivate(set) var ofStep: [Int32]
    fileprivate(set) var order: [Int32] = []
  }

  /// - Parameter isBound: whether a conclusion whose steps nobody has looked for has the least height that it can have,
  ///   and not none: then heights are those that nothing can be lower than.
  func heights(isBound: Bool = false) -> Heights {
    var heights = Heights(
      ofConclusion: Array(repeating: Heights.unknown, count: conclusions.count),
      ofStep: Array(repeating: Heights.unknown, count: steps.count)
    )
    var open = steps.map { Int32($0.premises.count) }
    // What does not rise comes after all that its premises may be, which do.
    var levels: [(risen: [Int32], level: [Int32])] = [([], [])]
    func put(_ conclusion: Int, at height: Int) {
      while levels.count <= height { levels.append(([], [])) }
      if conclusions[conclusion].rise > 0 || conclusions[conclusion].isLeaf {
        levels[height].risen.append(Int32(conclusion))
      } else {
        levels[height].level.append(Int32(conclusion))
      }
    }
    for (number, conclusion) in conclusions.enumerated() {
      if conclusion.isLeaf {
        put(number, at: 0)
      } else if !conclusion.isExpanded, isBound {
        put(number, at: conclusion.leastHeight)
      }
    }
    for (number, step) in steps.enumerated() where step.premises.isEmpty {
      heights.ofStep[number] = Int32(step.floor)
      put(step.conclusion, at: step.floor + conclusions[step.conclusion].rise)
    }
    var level = 0
    while level < levels.count {
      while let next = levels[level].risen.popLast() ?? levels[level].level.popLast() {
        guard heights.ofConclusion[Int(next)] == Heights.unknown else { continue }
        heights.ofConclusion[Int(next)] = Int32(level)
        heights.order.append(next)
        for user in conclusions[Int(next)].users {
          open[user] -= 1
          guard open[user] == 0 else { continue }
          let height = max(level, steps[user].floor)
          heights.ofStep[user] = Int32(height)
          put(steps[user].conclusion, at: height + conclusions[steps[user].conclusion].rise)
        }
      }
      level += 1
    }
    return heights
  }

  /// For each conclusion the step of its proof: of least height, then with the fewest leaves, then the first. The leaves
  /// of a shared part count as often as it is used.
  func choices(_ heights: Heights) -> [Int?] {
    var leaves = [Double](repeating: .infinity, count: conclusions.count)
    var chosen = [Int?](repeating: nil, count: conclusions.count)
    for conclusion in heights.order.lazy.map(Int.init) {
      if conclusions[conclusion].isLeaf {
        leaves[conclusion] = 1
        continue
      }
      let own = Int(heights.ofConclusion[conclusion]) - conclusions[conclusion].rise
      for step in conclusions[conclusion].steps where heights.ofStep[step] == own {
        // Premises that are not known yet have no number of leaves, so a step never goes round in a circle.
        let count = steps[step].premises.reduce(0) { $0 + leaves[$1] }
        if count < leaves[conclusion] || chosen[conclusion] == nil && count.isFinite {
          leaves[conclusion] = count
          chosen[conclusion] = step
        }
      }
    }
    return chosen
  }
}

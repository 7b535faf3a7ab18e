/// Conclusions and the steps that lead to them, as far as anybody has looked: an and-or graph.
///
/// A conclusion holds when one of its steps does, a step when all its premises do. The height of a step is the highest
/// of its premises', that of a conclusion its lowest step's plus what the conclusion rises by. Heights are found in one
/// pass from the bottom, each premise of a step counted off when it is known (Dowling, Gallier: Linear-time algorithms for
/// testing the satisfiability of propositional Horn formulae, 1984, doi:10.1016/0743-1066(84)90014-1).
///
/// All is held in a few flat arrays, for there may be millions of steps.
struct DerivationGraph {
  /// What is known of one conclusion.
  private struct Conclusion {
    let leastHeight: Int32
    let rises: Bool
    let isLeaf: Bool
    var isExpanded: Bool
    var firstStep = none
    var lastStep = none
    /// The last of the places where it is a premise.
    var lastUse = none
  }

  fileprivate struct Step {
    let conclusion: Int32
    /// The least height, whatever the premises': 1 where something is absent.
    let floor: Int32
    let firstPremise: Int32
    let premiseCount: Int32
    /// The next step to the same conclusion.
    var next = none
  }

  /// A place of a premise in a step.
  private struct Use {
    let premise: Int32
    let step: Int32
    /// The place before in which the same conclusion is a premise.
    let previous: Int32
  }

  fileprivate static let none: Int32 = -1

  private var conclusions: [Conclusion] = []
  private var steps: [Step] = []
  /// The steps' premises, one step after the other.
  private var uses: [Use] = []
  private(set) var expandedCount = 0

  var count: Int { conclusions.count }
  var stepCount: Int { steps.count }

  /// Adds a conclusion that stands by itself, at height 0.
  mutating func addLeaf() -> Int {
    conclusions.append(Conclusion(leastHeight: 0, rises: false, isLeaf: true, isExpanded: true))
    return conclusions.count - 1
  }

  /// Adds a conclusion whose steps are still to be found, or come with it.
  ///
  /// - Parameters:
  ///   - rises: whether it is one higher than its lowest step.
  ///   - leastHeight: whatever its steps turn out to be.
  mutating func addConclusion(rises: Bool, leastHeight: Int, isExpanded: Bool = false) -> Int {
    conclusions.append(
      Conclusion(leastHeight: Int32(leastHeight), rises: rises, isLeaf: false, isExpanded: isExpanded)
    )
    return conclusions.count - 1
  }

  /// Adds a step; those of one conclusion in the order in which they are to be preferred.
  mutating func addStep(to conclusion: Int, premises: [Int], floor: Int) {
    let step = Int32(steps.count)
    steps.append(
      Step(
        conclusion: Int32(conclusion),
        floor: Int32(floor),
        firstPremise: Int32(uses.count),
        premiseCount: Int32(premises.count)
      )
    )
    if conclusions[conclusion].lastStep == DerivationGraph.none {
      conclusions[conclusion].firstStep = step
    } else {
      steps[Int(conclusions[conclusion].lastStep)].next = step
    }
    conclusions[conclusion].lastStep = step
    for premise in premises {
      uses.append(Use(premise: Int32(premise), step: step, previous: conclusions[premise].lastUse))
      conclusions[premise].lastUse = Int32(uses.count - 1)
    }
  }

  /// Says that all steps of a conclusion have been added.
  mutating func markExpanded(_ conclusion: Int) {
    conclusions[conclusion].isExpanded = true
    expandedCount += 1
  }

  func isLeaf(_ conclusion: Int) -> Bool { conclusions[conclusion].isLeaf }
  func isExpanded(_ conclusion: Int) -> Bool { conclusions[conclusion].isExpanded }

  /// The steps to a conclusion, in the order in which they were added.
  func steps(of conclusion: Int) -> Steps {
    Steps(steps: steps, following: conclusions[conclusion].firstStep)
  }

  struct Steps: Sequence, IteratorProtocol {
    fileprivate let steps: [Step]
    fileprivate var following: Int32

    mutating func next() -> Int? {
      guard following != none else { return nil }
      defer { following = steps[Int(following)].next }
      return Int(following)
    }
  }

  func premises(of step: Int) -> [Int] { places(of: step).map { Int(uses[$0].premise) } }

  /// The premises of a step, the last of them first.
  func forEachPremiseBackwards(of step: Int, _ body: (Int) -> Void) {
    for place in places(of: step).reversed() { body(Int(uses[place].premise)) }
  }

  private func places(of step: Int) -> Range<Int> {
    let first = Int(steps[step].firstPremise)
    return first..<(first + Int(steps[step].premiseCount))
  }

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
    heights.order.reserveCapacity(conclusions.count)
    var open = steps.map(\.premiseCount)
    // What does not rise comes after all that its premises may be, which do.
    var levels: [(risen: [Int32], level: [Int32])] = []
    func put(_ conclusion: Int32, at height: Int32) {
      while levels.count <= height { levels.append(([], [])) }
      let known = conclusions[Int(conclusion)]
      if known.rises || known.isLeaf {
        levels[Int(height)].risen.append(conclusion)
      } else {
        levels[Int(height)].level.append(conclusion)
      }
    }
    for (number, conclusion) in conclusions.enumerated() {
      if conclusion.isLeaf {
        put(Int32(number), at: 0)
      } else if !conclusion.isExpanded, isBound {
        put(Int32(number), at: conclusion.leastHeight)
      }
    }
    func settle(_ step: Int, at height: Int32) {
      heights.ofStep[step] = height
      let conclusion = steps[step].conclusion
      put(conclusion, at: height + (conclusions[Int(conclusion)].rises ? 1 : 0))
    }
    for (number, step) in steps.enumerated() where step.premiseCount == 0 { settle(number, at: step.floor) }
    var level = 0
    while level < levels.count {
      while let next = (levels[level].risen.popLast() ?? levels[level].level.popLast()).map(Int.init) {
        guard heights.ofConclusion[next] == Heights.unknown else { continue }
        heights.ofConclusion[next] = Int32(level)
        heights.order.append(Int32(next))
        var place = conclusions[next].lastUse
        while place != DerivationGraph.none {
          let use = uses[Int(place)]
          place = use.previous
          open[Int(use.step)] -= 1
          if open[Int(use.step)] == 0 { settle(Int(use.step), at: max(Int32(level), steps[Int(use.step)].floor)) }
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
      let own = heights.ofConclusion[conclusion] - (conclusions[conclusion].rises ? 1 : 0)
      for step in steps(of: conclusion) where heights.ofStep[step] == own {
        // Premises that are not known yet have no number of leaves, so a step never goes round in a circle.
        let count = places(of: step).reduce(0) { $0 + leaves[Int(uses[$1].premise)] }
        if count < leaves[conclusion] || chosen[conclusion] == nil && count.isFinite {
          leaves[conclusion] = count
          chosen[conclusion] = step
        }
      }
    }
    return chosen
  }
}

extension ProofSearch {
  /// How much is gone into for each conclusion. The figures are chosen.
  struct Breadth: Equatable {
    /// Whether the first proof will do that is found, instead of the lowest.
    var takesFirst = false
    /// So many steps to one conclusion by one rule are told apart.
    var steps = Steps(all: 100, equal: 100)
    /// The same for what is inside of an aggregate, when it is one of many.
    var stepsOfMany = Steps.few
    /// So many solutions of an aggregate are gone into; its height is that of these.
    var solutions = 1_000
    /// Where aggregates of one rule have more than so many together, each gets an equal share of them; ten at least.
    var solutionsTogether = 10_000
    /// The same for aggregates inside of others, each, and those of one rule together; one at least.
    var solutionsInside = 10
    var solutionsInsideTogether = 1_000

    struct Steps: Equatable {
      var all: Int
      /// Where each rests on facts alone.
      var equal: Int

      static let few = Steps(all: 4, equal: 1)
      static let one = Steps(all: 1, equal: 1)
    }

    /// - Parameters:
    ///   - isOneOfMany: for what is inside of an aggregate with many others.
    ///   - isRecursive: else no step goes round in a circle, and any is a proof.
    func steps(isOneOfMany: Bool, isRecursive: Bool) -> Steps {
      let steps = isOneOfMany ? stepsOfMany : steps
      return steps == .few && !isRecursive ? .one : steps
    }

    /// So many instances of a rule are looked at before all are put in order: most are steps of their own.
    var firstInstances: Int? { steps == Breadth.whole.steps ? nil : 4 * steps.all }

    /// Whatever the steps are, a conclusion that has a proof gets one.
    static let whole = Breadth(steps: Steps(all: .max, equal: 100))

    private init(steps: Steps) {
      self.steps = steps
      stepsOfMany = steps
    }

    /// For so many rows at once.
    init(rowCount: Int) {
      guard rowCount > Breadth.many else { return }
      takesFirst = true
      steps = .few
    }

    /// More than so many are many.
    static let many = 100

    /// How many solutions are gone into of each of so many aggregates.
    ///
    /// - Parameter total: no less than all of them have.
    func solutions(of count: Int, outOf total: Int) -> Int {
      total > solutionsTogether ? min(solutions, max(10, solutionsTogether / max(count, 1))) : solutions
    }

    /// The same inside of others.
    func solutionsInside(of count: Int) -> Int {
      max(1, min(solutionsInside, solutionsInsideTogether / max(count, 1)))
    }
  }
}

/// A pattern as a nondeterministic automaton (Thompson's construction).
struct PatternProgram {
  enum State {
    /// Goes on if the next scalar is in a class.
    case scalar(Int, next: Int)
    case either(Int, Int)
    /// Goes on only at the beginning or at the end of the text.
    case start(next: Int)
    case end(next: Int)
    case match
  }

  private(set) var states: [State] = [.match]
  let classes: [PatternClass]
  /// The first scalar of each stretch that no range of a class divides, ascending, from 0.
  let boundaries: [UInt32]
  /// The properties that some class asks for.
  let properties: ScalarProperties
  private(set) var first = 0

  /// A pattern has at most so many states.
  static let maximalStateCount = 10_000

  init(_ text: some StringProtocol) throws(PatternParser.Fault) {
    var parser = PatternParser(text)
    let node = try parser.parse()
    classes = parser.classes
    var starts: Set<UInt32> = [0]
    var properties: ScalarProperties = []
    for item in classes {
      for range in item.ranges {
        starts.insert(range.lowerBound)
        starts.insert(range.upperBound + 1)
      }
      properties.formUnion(item.properties)
      for absent in item.absentProperties { properties.formUnion(absent) }
    }
    boundaries = starts.sorted()
    self.properties = properties
    let limit = PatternProgram.maximalStateCount
    if node.stateCount(limit: limit) > limit {
      throw PatternParser.Fault(message: "the pattern is too large: its repetitions make more than \(limit) states")
    }
    first = build(node, next: 0)
  }

  private mutating func add(_ state: State) -> Int {
    states.append(state)
    return states.count - 1
  }

  /// Adds the states of a node that go on with `next`, and returns the one to begin with.
  private mutating func build(_ node: PatternNode, next: Int) -> Int {
    switch node {
    case .empty: return next
    case .start: return add(.start(next: next))
    case .end: return add(.end(next: next))
    case .scalar(let index): return add(.scalar(index, next: next))
    case .sequence(let parts):
      var entry = next
      for part in parts.reversed() { entry = build(part, next: entry) }
      return entry
    case .choice(let branches):
      var entry = build(branches[branches.count - 1], next: next)
      for branch in branches.dropLast().reversed() { entry = add(.either(build(branch, next: next), entry)) }
      return entry
    case .repetition(let body, let least, let most):
      var entry = next
      if let most {
        for _ in least..<most { entry = add(.either(build(body, next: entry), next)) }
      } else {
        entry = add(.match)
        states[entry] = .either(build(body, next: entry), next)
      }
      for _ in 0..<least { entry = build(body, next: entry) }
      return entry
    }
  }
}

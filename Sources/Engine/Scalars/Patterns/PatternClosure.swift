/// Finds the states that are reached without reading a scalar.
struct PatternClosure {
  private let program: PatternProgram
  /// The generation in which each state was last reached.
  private var marks: [UInt32]
  private var generation: UInt32 = 0
  private var open: [Int32] = []

  init(_ program: PatternProgram) {
    self.program = program
    marks = [UInt32](repeating: 0, count: program.states.count)
  }

  /// The states reached from `members` that read a scalar, match, or wait for the end of the text, ascending.
  mutating func set(from members: [Int32], isStart: Bool, isEnd: Bool) -> [Int32] {
    begin()
    var set: [Int32] = []
    for member in members { reach(member) }
    while let state = open.popLast() {
      switch program.states[Int(state)] {
      case .scalar, .match: set.append(state)
      case .either(let first, let second):
        reach(Int32(first))
        reach(Int32(second))
      case .start(let next): if isStart { reach(Int32(next)) }
      case .end(let next): if isEnd { reach(Int32(next)) } else { set.append(state) }
      }
    }
    set.sort()
    return set
  }

  /// Whether a text may end in these states.
  mutating func isMatch(_ members: [Int32], isStart: Bool) -> Bool {
    let matchState: Int32 = 0
    return set(from: members, isStart: isStart, isEnd: true).first == matchState
  }

  private mutating func begin() {
    open.removeAll(keepingCapacity: true)
    if generation == .max {
      generation = 0
      for index in marks.indices { marks[index] = 0 }
    }
    generation += 1
  }

  private mutating func reach(_ state: Int32) {
    guard marks[Int(state)] != generation else { return }
    marks[Int(state)] = generation
    open.append(state)
  }
}

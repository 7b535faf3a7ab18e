/// The deterministic automaton of a pattern, whose states and transitions are made when a text first needs them and
/// forgotten when they are too many.
struct PatternAutomaton: ~Copyable {
  private let program: PatternProgram
  private let startSet: [Int32]
  private let isEmptyMatch: Bool

  /// The scalars that no class tells apart share a symbol; of each symbol one scalar.
  private var symbols: [(scalar: UInt32, properties: ScalarProperties)] = []
  private var symbolIDs: [UInt64: Int32] = [:]
  /// A symbol plus one, 0 when it is not known yet.
  private var asciiSymbols = [Int32](repeating: 0, count: 128)

  /// State 0 is the empty set, 1 the set to begin with.
  private var sets: [[Int32]] = []
  private var stateIDs: [[Int32]: Int32] = [:]
  private var isAccepting: [Bool] = []
  private var memberCount = 0
  /// By state and symbol the next state plus one, 0 when it is not known yet.
  private var transitions: [Int32] = []
  private var width = 64

  private var closure: PatternClosure
  /// Steps done since `shouldStop` was asked.
  private var work = 0

  private static let maximalCellCount = 1 << 18
  private static let maximalMemberCount = 1 << 20
  private static let workBetweenQuestions = 1 << 19

  init(_ program: PatternProgram) {
    self.program = program
    closure = PatternClosure(program)
    startSet = closure.set(from: [Int32(program.first)], isStart: true, isEnd: false)
    isEmptyMatch = closure.isMatch(startSet, isStart: true)
    forget()
  }

  /// The bytes held, about.
  var byteCount: Int {
    transitions.capacity * 4 + memberCount * 8 + program.states.count * 36 + symbols.count * 32
  }

  /// Whether the whole of `text` matches; `nil` when `shouldStop` says so.
  mutating func matches(_ text: UnsafeBufferPointer<UInt8>, _ shouldStop: () -> Bool) -> Bool? {
    if text.isEmpty { return isEmptyMatch }
    var state: Int32 = 1
    var index = 0
    while index < text.count {
      let (scalar, length) = ScalarText.scalar(text, at: index)
      index += length
      work += 1
      let symbol = symbol(of: scalar, &state)
      let known = transitions[Int(state) * width + Int(symbol)]
      state = known != 0 ? known - 1 : makeTransition(state, symbol)
      if state == 0 { return false }
      if work > PatternAutomaton.workBetweenQuestions {
        work = 0
        if shouldStop() { return nil }
      }
    }
    return isAccepting[Int(state)]
  }

  @inline(__always)
  private mutating func symbol(of scalar: Unicode.Scalar, _ state: inout Int32) -> Int32 {
    guard scalar.value < 128 else { return makeSymbol(of: scalar, &state) }
    let known = asciiSymbols[Int(scalar.value)]
    if known != 0 { return known - 1 }
    let symbol = makeSymbol(of: scalar, &state)
    asciiSymbols[Int(scalar.value)] = symbol + 1
    return symbol
  }

  /// The symbol of a scalar; when one too many for the transitions comes, these are laid out anew.
  private mutating func makeSymbol(of scalar: Unicode.Scalar, _ state: inout Int32) -> Int32 {
    let properties =
      program.properties.isEmpty ? [] : ScalarProperties(of: scalar).intersection(program.properties)
    let key = UInt64(stretch(of: scalar.value)) << 16 | UInt64(properties.rawValue)
    if let known = symbolIDs[key] { return known }
    let symbol = Int32(symbols.count)
    symbols.append((scalar.value, properties))
    symbolIDs[key] = symbol
    if symbols.count > width {
      width *= 2
      state = restart(with: sets[Int(state)])
    }
    return symbol
  }

  /// The last boundary that is not above `value`.
  private func stretch(of value: UInt32) -> Int {
    var low = 0
    var high = program.boundaries.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if program.boundaries[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }

  private mutating func makeTransition(_ state: Int32, _ symbol: Int32) -> Int32 {
    let (scalar, properties) = symbols[Int(symbol)]
    var targets: [Int32] = []
    work += sets[Int(state)].count
    for member in sets[Int(state)] {
      if case .scalar(let index, let next) = program.states[Int(member)],
        program.classes[index].contains(scalar, properties)
      {
        targets.append(Int32(next))
      }
    }
    let set = closure.set(from: targets, isStart: false, isEnd: false)
    if let known = stateIDs[set] {
      transitions[Int(state) * width + Int(symbol)] = known + 1
      return known
    }
    work += set.count
    if sets.count * width >= PatternAutomaton.maximalCellCount
      || memberCount > PatternAutomaton.maximalMemberCount
    {
      return restart(with: set)
    }
    let next = add(set)
    transitions[Int(state) * width + Int(symbol)] = next + 1
    return next
  }

  /// Forgets all states but those needed to go on from `set`, whose state is returned.
  private mutating func restart(with set: [Int32]) -> Int32 {
    forget()
    return stateIDs[set] ?? add(set)
  }

  private mutating func forget() {
    sets.removeAll()
    stateIDs.removeAll()
    isAccepting.removeAll()
    transitions.removeAll()
    memberCount = 0
    _ = add([])
    if startSet.isEmpty {
      sets.append([])
      isAccepting.append(false)
      transitions.append(contentsOf: repeatElement(0, count: width))
    } else {
      _ = add(startSet)
    }
  }

  private mutating func add(_ set: [Int32]) -> Int32 {
    let state = Int32(sets.count)
    sets.append(set)
    stateIDs[set] = state
    isAccepting.append(closure.isMatch(set, isStart: false))
    transitions.append(contentsOf: repeatElement(0, count: width))
    memberCount += set.count
    return state
  }
}

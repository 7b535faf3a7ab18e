/// The running results of one aggregate for many groups, numbered from 0.
final class AggregateStates {
  private let function: AggregatePlan.Function
  private let valueType: WordType
  /// Whether values are counted, summed or listed once each.
  private let isDistinct: Bool
  private let values: Values
  private let account: MemoryAccount
  private var counts: Vector<Int>
  private var sums: [Int128] = []
  private var best: Vector<Word>
  /// Values kept by group, where the result needs them all: in order of value in the end.
  private var kept: Vector<Pair>
  private var isSettled = false
  private var members: [Word: [Word]] = [:]

  /// - Parameter isDistinct: for `count` with a value and `list`: each value of a group once.
  init(
    function: AggregatePlan.Function,
    valueType: WordType,
    isDistinct: Bool,
    values: Values,
    account: MemoryAccount
  ) {
    self.function = function
    self.valueType = valueType
    self.isDistinct = isDistinct
    self.values = values
    self.account = account
    counts = Vector(account: account)
    best = Vector(account: account)
    kept = Vector(account: account)
  }

  private var keepsValues: Bool {
    switch function {
    case .count: isDistinct
    case .list: true
    case .sum, .mean: valueType == .float
    case .minimum, .maximum: false
    }
  }

  /// Makes room for groups below `groupCount`.
  func ensure(groupCount: Int) {
    while counts.count < groupCount {
      counts.append(0)
      best.append(0)
    }
    if !keepsValues, function == .sum || function == .mean {
      while sums.count < groupCount { sums.append(0) }
    }
  }

  /// Takes a value, so many times, for a group; any word for plain counts. Values that are kept come one by one.
  @inline(__always)
  func add(_ group: Int, _ word: Word, times: Int = 1) {
    if times == 0 { return }
    if keepsValues {
      kept.append(Pair(Word(truncatingIfNeeded: group), word))
      isSettled = false
      return
    }
    switch function {
    case .count: break
    case .sum, .mean: sums[group] &+= Int128(values.numbers[word]) &* Int128(times)
    case .minimum:
      if counts[group] == 0 || values.compare(word, best[group], valueType) < 0 { best[group] = word }
    case .maximum:
      if counts[group] == 0 || values.compare(word, best[group], valueType) > 0 { best[group] = word }
    case .list: break
    }
    counts[group] = Factor.sum(counts[group], times)
  }

  /// Adds to a plain count.
  @inline(__always)
  func addCount(_ group: Int, _ count: Int) {
    counts[group] = Factor.sum(counts[group], count)
  }

  /// The result of a group, `nil` when there is none, and whether it does not fit its type.
  func result(_ group: Int) -> (word: Word?, overflows: Bool) {
    settle()
    if keepsValues { return keptResult(members[Word(truncatingIfNeeded: group)] ?? []) }
    // Where a product of counts has ended, sums are no sums either.
    if counts[group] == .max { return (nil, true) }
    switch function {
    case .count: return (values.numbers.intern(Int64(counts[group])), false)
    case .sum:
      guard let sum = Int64(exactly: sums[group]) else { return (nil, true) }
      return (values.numbers.intern(sum), false)
    case .mean:
      guard counts[group] > 0 else { return (nil, false) }
      return (values.floats.intern(Double(sums[group]) / Double(counts[group])), false)
    case .minimum, .maximum: return (counts[group] > 0 ? best[group] : nil, false)
    case .list: return (nil, false)
    }
  }

  private func keptResult(_ words: [Word]) -> (word: Word?, overflows: Bool) {
    switch function {
    case .count: return (values.numbers.intern(Int64(words.count)), false)
    case .list:
      return (values.symbols.intern(words.map { values.text(of: $0, valueType) }.joined(separator: ", ")), false)
    case .sum, .mean:
      if words.isEmpty { return function == .sum ? (values.floats.intern(0), false) : (nil, false) }
      let sum = words.reduce(0.0) { $0 + values.floats[$1] }
      let result = function == .sum ? sum : sum / Double(words.count)
      return result.isFinite ? (values.floats.intern(result), false) : (nil, true)
    case .minimum, .maximum: return (nil, false)
    }
  }

  /// Sorts what was kept into ascending values for each group.
  private func settle() {
    guard keepsValues, !isSettled else { return }
    PairSort.sort(&kept, account: account)
    members = [:]
    var previous: Pair?
    for index in 0..<kept.count {
      let pair = kept.base[index]
      if isDistinct || function == .list, pair == previous { continue }
      members[pair.first, default: []].append(pair.second)
      previous = pair
    }
    if function != .count {
      for group in members.keys {
        members[group]?.sort { values.compare($0, $1, valueType) < 0 }
      }
    }
    isSettled = true
  }
}

/// The running results of one aggregate for many groups, numbered from 0.
final class AggregateStates {
  private let function: AggregatePlan.Function
  private let valueType: WordType
  /// Whether values are counted, summed or listed once each.
  private let isDistinct: Bool
  private let values: Values
  private let account: MemoryAccount
  @exclusivity(unchecked) private var counts: Vector<Int>
  @exclusivity(unchecked) private var sums: Vector<Int128>
  @exclusivity(unchecked) private var best: Vector<Word>
  /// Groups with values, where the result needs them all.
  @exclusivity(unchecked) private var kept: Vector<Pair>

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
    sums = Vector(account: account)
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
    counts.extend(to: groupCount, with: 0)
    if keepsValues { return }
    switch function {
    case .sum, .mean: sums.extend(to: groupCount, with: 0)
    case .minimum, .maximum: best.extend(to: groupCount, with: 0)
    case .count, .list: break
    }
  }

  /// Takes a value, so many times, for a group; any word for plain counts. Values that are kept come one by one.
  @inline(__always)
  func add(_ group: Int, _ word: Word, times: Int = 1) {
    if times == 0 { return }
    if keepsValues {
      kept.append(Pair(Word(truncatingIfNeeded: group), word))
      return
    }
    switch function {
    case .count: break
    case .sum, .mean: sums.base[group] &+= Int128(values.numbers[word]) &* Int128(times)
    case .minimum:
      if counts[group] == 0 || values.compare(word, best[group], valueType) < 0 { best.base[group] = word }
    case .maximum:
      if counts[group] == 0 || values.compare(word, best[group], valueType) > 0 { best.base[group] = word }
    case .list: break
    }
    counts[group] = Factor.sum(counts[group], times)
  }

  /// Takes a value for the group of each of so many rows.
  func add(_ groups: UnsafePointer<UInt32>, _ words: OperandColumn, count: Int) {
    guard !keepsValues, function == .count || valueType == .number else {
      for row in 0..<count { add(Int(groups[row]), words[row]) }
      return
    }
    let numbers = values.numbers.values
    let (counts, sums, best) = (counts.base, sums.base, best.base)
    switch function {
    case .count, .list: break
    case .sum, .mean: for row in 0..<count { sums[Int(groups[row])] &+= Int128(numbers[Int(words[row])]) }
    case .minimum:
      for row in 0..<count {
        let (group, word) = (Int(groups[row]), words[row])
        if counts[group] == 0 || numbers[Int(word)] < numbers[Int(best[group])] { best[group] = word }
        counts[group] = 1
      }
      return
    case .maximum:
      for row in 0..<count {
        let (group, word) = (Int(groups[row]), words[row])
        if counts[group] == 0 || numbers[Int(word)] > numbers[Int(best[group])] { best[group] = word }
        counts[group] = 1
      }
      return
    }
    for row in 0..<count { counts[Int(groups[row])] &+= 1 }
  }

  /// Adds to a plain count.
  @inline(__always)
  func addCount(_ group: Int, _ count: Int) {
    counts[group] = Factor.sum(counts[group], count)
  }

  /// For each group from `first` on, none of which takes any more: its result, `nil` when there is none, and whether it
  /// does not fit its type.
  func results(from first: Int) -> [(word: Word?, overflows: Bool)] {
    if keepsValues { return keptResults(from: first) }
    return (first..<counts.count).map(result)
  }

  private func result(_ group: Int) -> (word: Word?, overflows: Bool) {
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

  /// Sorts what was kept by group, takes each value of a group once where that is wanted, and forgets it.
  private func keptResults(from first: Int) -> [(word: Word?, overflows: Bool)] {
    if isDistinct || function == .list {
      PairSort.sortDistinct(&kept, account: account)
    } else {
      PairSort.group(&kept, account: account)
    }
    var results: [(word: Word?, overflows: Bool)] = []
    var words: [Word] = []
    var place = 0
    for group in first..<counts.count {
      // The next poll ends the evaluation; until then any result will do.
      if group % AggregateStates.pollInterval == 0, account.shouldStop {
        results += Array(repeating: (nil, false), count: counts.count - group)
        break
      }
      words.removeAll(keepingCapacity: true)
      while place < kept.count, Int(kept.base[place].first) == group {
        words.append(kept.base[place].second)
        place += 1
      }
      results.append(keptResult(&words))
    }
    kept.removeAll()
    return results
  }

  /// Chosen: so many groups of a few values take less than a millisecond.
  private static let pollInterval = 256
  /// Chosen: more values are sorted by their ranks, which can be ended before they are all there.
  private static let manyValues = 1 << 12

  private func sortByValue(_ words: inout [Word]) {
    guard words.count >= AggregateStates.manyValues else {
      words.sort { values.compare($0, $1, valueType) < 0 }
      return
    }
    let ranks = values.rank(of: valueType, account: account)
    var ranked = Vector<Pair>(capacity: words.count, account: account)
    for word in words { ranked.append(Pair(ranks[Int(word)], word)) }
    PairSort.group(&ranked, account: account)
    for place in words.indices { words[place] = ranked[place].second }
  }

  private func keptResult(_ words: inout [Word]) -> (word: Word?, overflows: Bool) {
    if function == .count { return (values.numbers.intern(Int64(words.count)), false) }
    sortByValue(&words)
    switch function {
    case .list:
      return (values.symbols.intern(words.map { values.text(of: $0, valueType) }.joined(separator: ", ")), false)
    case .sum, .mean:
      if words.isEmpty { return function == .sum ? (values.floats.intern(0), false) : (nil, false) }
      let sum = words.reduce(0.0) { $0 + values.floats[$1] }
      let result = function == .sum ? sum : sum / Double(words.count)
      return result.isFinite ? (values.floats.intern(result), false) : (nil, true)
    case .count, .minimum, .maximum: return (nil, false)
    }
  }
}

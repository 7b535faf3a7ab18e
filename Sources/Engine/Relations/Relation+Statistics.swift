#if canImport(Glibc)
  import Glibc
#endif

/// What a planner asks before it orders joins. Repeats that nobody has looked for yet count.
extension Relation {
  /// How many distinct words a column holds, estimated from a sample where the relation is large. O(sample) once.
  public func distinctCount(_ column: Int) -> Int {
    if let known = distinctCounts[column] { return known }
    let result: Int
    if arity < 2 {
      result = countWithRepeats
    } else if !hasStore, let table = column == 0 ? tables.forward : tables.reverse {
      result = table.keys.count
    } else {
      result = estimatedDistinctCount(column)
    }
    distinctCounts[column] = result
    return result
  }

  /// Chosen: counting so many takes a millisecond.
  private static let sampleSize = 1 << 17

  private func estimatedDistinctCount(_ column: Int) -> Int {
    context.ensureScratch(for: context.domain(of: types[column]))
    let seen = context.scratch.view
    var found = Vector<Word>(account: context.account)
    let sampled = sample(column) { seen.mark($0) }
    context.scratch.drain(into: &found)
    let count = countWithRepeats
    return sampled < count ? Relation.distinctCount(of: count, sampled: sampled, found: found.count) : found.count
  }

  /// Calls `body` with the words of a column in a sample of the tuples, of which it gives the number; of fewer if the
  /// evaluation is to end before.
  private func sample(_ column: Int, step: Int? = nil, _ body: (Word) -> Void) -> Int {
    let count = countWithRepeats
    let step = step ?? max(1, count / Relation.sampleSize)
    let account = context.account
    // A single column stands second.
    let isFirst = arity == 2 && column == 0
    var sampled = 0
    if let table = tables.forward ?? tables.reverse {
      let isByColumn = arity == 2 && (tables.forward != nil) == (column == 0)
      for place in stride(from: 0, to: table.keys.count, by: step) {
        let key = table.keys.base[place]
        let row = table.row(of: key)
        sampled += Int(row.pointee.count)
        if isByColumn { table.forEach(row) { _ in body(key) } } else { table.forEach(row, body) }
        if place % Relation.sampleSize == 0, account.shouldStop { break }
      }
      return sampled
    }
    _ = account.inStretches(of: (count + step - 1) / step) { stretch in
      for place in stretch {
        if let rows {
          body(rows.row(place * step)[column])
        } else {
          body(isFirst ? loaded.base[place * step].first : loaded.base[place * step].second)
        }
      }
      sampled += stretch.count
    }
    return sampled
  }

  /// The number of distinct words for which a sample of this size is expected to hold as many as were found, were all
  /// equally frequent: the d with d · (1 − e^(−sampled / d)) = found, by bisection.
  private static func distinctCount(of count: Int, sampled: Int, found: Int) -> Int {
    guard found < sampled else { return count }
    var (low, high) = (Double(found), Double(count))
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if middle * (1 - exp(-Double(sampled) / middle)) < Double(found) { low = middle } else { high = middle }
    }
    return min(count, Int(high.rounded()))
  }

  /// The probability that a tuple and one of another relation agree in a column of each, which must be of one type:
  /// their join has that share of the product. Skew and words that the other lacks are seen, for what it is taken from
  /// is the other's tuples, all of them, by word. O(tuples).
  public func matchProbability(_ column: Int, with other: Relation, _ otherColumn: Int) -> Double {
    let size = other.countWithRepeats
    guard size > 0, countWithRepeats > 0 else { return 0 }
    let frequencies = ZeroedMemory<UInt32>(count: context.domain(of: types[column]), account: context.account)
    let base = frequencies.base
    _ = other.sample(otherColumn, step: 1) { base[Int($0)] &+= 1 }
    var matches = 0
    let sampled = sample(column) { matches &+= Int(base[Int($0)]) }
    // SAFETY: `frequencies` owns what `base` points to until here.
    _ = frequencies.count
    // What a sample misses may still be there.
    return Double(max(matches, 1)) / Double(max(sampled, 1)) / Double(size)
  }

  /// The share of the tuples whose word in a column compares so with another, from a sample.
  func share(_ column: Int, _ comparison: ScalarComparison, _ word: Word) -> Double {
    let values = context.values
    let type = types[column]
    var fitting = 0
    let step = max(1, countWithRepeats / Relation.comparedSample)
    let sampled = sample(column, step: step) { other in
      let order = values.compare(other, word, type)
      let fits =
        switch comparison {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
      if fits { fitting += 1 }
    }
    // What a sample misses may still be there.
    return Double(fitting + 1) / Double(sampled + 1)
  }

  /// Chosen: so few comparisons take microseconds.
  private static let comparedSample = 1_000
}

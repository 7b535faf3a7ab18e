/// Widens each row by the words that several leaves have in common.
final class Intersect: Stage {
  private let target: Int
  private let intersection: LeafIntersection
  private let frame: Frame
  private let carried: [Int]

  init(_ target: Int, _ intersection: LeafIntersection, frame: Frame, next: Operator, context: EvaluationContext) {
    self.target = target
    self.intersection = intersection
    self.frame = frame
    carried = frame.live.filter { $0 != target }
    super.init(next: next, context: context)
  }

  override func begin() {
    intersection.begin()
    super.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    intersection.take(batch)
    var filled = 0
    for index in 0..<batch.count {
      if index % LeafIntersection.pollInterval == 0 { try context.poll() }
      let size = widen(index, at: filled)
      if size == 0 { continue }
      for register in carried {
        frame.columns[register].unsafelyUnwrapped.advanced(by: filled)
          .update(repeating: batch.column(register)[index], count: size)
      }
      filled &+= size
      if filled >= Stage.batchSize {
        try hand(frame, filled)
        filled = 0
      }
    }
    if filled > 0 { try hand(frame, filled) }
  }

  /// Writes the common words of a row behind those there are, or makes room for as many where nobody reads them.
  @inline(__always)
  private func widen(_ index: Int, at filled: Int) -> Int {
    guard frame.columns[target] != nil else {
      let size = intersection.count(at: index)
      frame.ensure(filled &+ size)
      return size
    }
    let bound = intersection.bound(at: index)
    if bound == 0 { return 0 }
    frame.ensure(filled &+ bound &+ 1)
    // SAFETY: there is a column, which growing keeps.
    return intersection.write(to: frame.columns[target].unsafelyUnwrapped + filled)
  }
}

/// Keeps the rows whose leaves have a word in common.
final class IntersectionTest: Stage {
  private let intersection: LeafIntersection
  private let frame: Frame

  init(_ intersection: LeafIntersection, frame: Frame, next: Operator, context: EvaluationContext) {
    self.intersection = intersection
    self.frame = frame
    super.init(next: next, context: context)
  }

  override func begin() {
    intersection.begin()
    super.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    intersection.take(batch)
    frame.ensure(batch.count)
    var kept = 0
    for index in 0..<batch.count {
      if index % LeafIntersection.pollInterval == 0 { try context.poll() }
      guard intersection.hasAny(at: index) else { continue }
      frame.copyRow(index, of: batch, to: kept)
      kept &+= 1
    }
    if kept > 0 { try hand(frame, kept) }
  }
}

/// A pattern as it is written.
indirect enum PatternNode {
  /// Matches the empty text.
  case empty
  /// The beginning and the end of the text.
  case start, end
  /// One scalar of a class, by its place in `PatternParser.classes`.
  case scalar(Int)
  case sequence([PatternNode])
  case choice([PatternNode])
  /// As often as `least` to `most` times, without bound if that is `nil`.
  case repetition(PatternNode, least: Int, most: Int?)

  /// How many states the node takes, at most `limit` and one more; every node counts, so this bounds the work as well.
  func stateCount(limit: Int) -> Int {
    switch self {
    case .empty, .start, .end, .scalar: return 1
    case .sequence(let parts), .choice(let parts):
      var sum = 1
      for part in parts where sum <= limit { sum += 1 + part.stateCount(limit: limit) }
      return min(sum, limit + 1)
    case .repetition(let body, let least, let most):
      let (product, isTooLarge) = (body.stateCount(limit: limit) + 1)
        .multipliedReportingOverflow(by: max(most ?? least + 1, 1))
      return isTooLarge ? limit + 1 : min(product + 1, limit + 1)
    }
  }
}

/// A set of scalars: ranges, and properties that a scalar has or has not.
struct PatternClass {
  var ranges: [ClosedRange<UInt32>] = []
  var properties: ScalarProperties = []
  /// A scalar without one of these is in the class too.
  var absentProperties: [ScalarProperties] = []
  var isNegated = false

  /// Whether a scalar with these properties is in the class.
  func contains(_ scalar: UInt32, _ scalarProperties: ScalarProperties) -> Bool {
    let isListed =
      !properties.isDisjoint(with: scalarProperties)
      || absentProperties.contains { !scalarProperties.contains($0) }
      || ranges.contains { $0.contains(scalar) }
    return isListed != isNegated
  }
}

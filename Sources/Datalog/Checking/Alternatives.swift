/// A body without `;`: every way to choose one alternative of each group, in the order of the text.
///
/// `(a ; b), c` becomes `a, c` and `b, c`. The number is known before anything is made, for a few dozen groups of two
/// make more alternatives than any machine holds.
struct Alternatives {
  /// Chosen: more than any text written by hand asks for, and few enough to plan each.
  static let limit = 1_000
  /// Chosen: bounds the memory of one clause when its alternatives are long.
  static let totalLimit = 1_000_000
  /// Chosen: literals of one alternative, those in braces included; each is a step of a plan, nested in the one before.
  static let literalLimit = 1_000

  /// Which limit a body exceeds.
  enum Excess: Error {
    case alternatives, literals
  }

  let bodies: [[ResolvedLiteral]]

  /// Expands a body, unless that would exceed the limits.
  init(of body: [[ResolvedLiteral]]) throws(Excess) {
    let extent = Extent(of: body)
    guard extent.longest <= Alternatives.literalLimit else { throw .literals }
    guard extent.alternatives <= Alternatives.limit, extent.literals <= Alternatives.totalLimit else {
      throw .alternatives
    }
    bodies = Alternatives.expanded(body)
  }

  /// How large an expansion is, each figure one too many at most.
  private struct Extent {
    var alternatives = 0
    var literals = 0
    /// Literals of the longest alternative.
    var longest = 0

    init(of body: [[ResolvedLiteral]]) {
      for conjunction in body {
        let part = Extent(of: conjunction)
        alternatives = min(alternatives + part.alternatives, Alternatives.limit + 1)
        literals = min(literals + part.literals, Alternatives.totalLimit + 1)
        longest = max(longest, part.longest)
      }
    }

    /// Of a conjunction: the product of its groups; each literal stands in every alternative.
    private init(of conjunction: [ResolvedLiteral]) {
      var product = 1
      var plain = 0
      for literal in conjunction {
        switch literal {
        case .atom, .comparison, .test, .sequence:
          plain += 1
          longest += 1
        case .aggregate(_, _, let aggregate):
          let inner = Extent(of: aggregate.body)
          // Braces beyond the limit put the clause beyond it too.
          if inner.alternatives > Alternatives.limit { product = Alternatives.limit + 1 }
          plain += 1 + inner.literals
          longest += 1 + inner.longest
        case .group(let body, _):
          let inner = Extent(of: body)
          product = min(product * inner.alternatives, Alternatives.limit + 1)
          plain += inner.literals
          longest += inner.longest
        }
        plain = min(plain, Alternatives.totalLimit + 1)
      }
      alternatives = product
      // A literal of a group stands in fewer alternatives than this says, which only makes the limit a little stricter.
      literals = product == 1 ? plain : min(plain * product, Alternatives.totalLimit + 1)
    }
  }

  private static func expanded(_ body: [[ResolvedLiteral]]) -> [[ResolvedLiteral]] {
    body.flatMap { expanded($0) }
  }

  private static func expanded(_ conjunction: [ResolvedLiteral]) -> [[ResolvedLiteral]] {
    var results: [[ResolvedLiteral]] = [[]]
    for literal in conjunction {
      switch literal {
      case .atom, .comparison, .test, .sequence:
        for index in results.indices { results[index].append(literal) }
      case .aggregate(let comparison, let left, var aggregate):
        aggregate.body = expanded(aggregate.body)
        for index in results.indices { results[index].append(.aggregate(comparison, left: left, aggregate)) }
      case .group(let body, _):
        let choices = expanded(body)
        if choices.count == 1 {
          for index in results.indices { results[index].append(contentsOf: choices[0]) }
        } else {
          results = results.flatMap { start in choices.map { start + $0 } }
        }
      }
    }
    return results
  }
}

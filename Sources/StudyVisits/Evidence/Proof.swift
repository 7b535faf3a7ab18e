/// Why something holds: conclusions, each with the step by which it follows, down to facts.
///
/// Conclusions are numbered; one that several steps rest on stands once.
public struct Proof: Sendable {
  public internal(set) var conclusions: [Conclusion] = []
  /// What was asked about, by number.
  public internal(set) var roots: [Int] = []
  /// What facts cite, in the order in which the proof comes to it.
  public internal(set) var passages: [Passage] = []

  /// One thing that holds.
  public struct Conclusion: Sendable {
    /// As the language writes it.
    public let text: String
    /// Facts have 0; anything else is one above the highest of what it rests on.
    public let height: Int
    /// The step by which it follows; where all were asked for, the others behind it.
    public internal(set) var reasons: [Reason]
  }

  public enum Reason: Sendable {
    case fact(Record)
    /// A tuple of a relation that the language itself has.
    case builtIn
    case step(Step)
  }

  /// How a fact came to be there.
  public struct Record: Sendable {
    /// Places in `passages`.
    public let passages: [Int]
    /// The names of the files that state it.
    public let files: [String]
    /// In a knowledge base file, who entered it, and then who gave it further sources.
    public let statements: [Statement]
    /// Other facts that cannot be right if this one is.
    public let contradictions: [Contradiction]
  }

  /// A change that stated a fact, and what it cites since.
  public struct Statement: Sendable {
    public let entry: Entry
    /// Places in `passages`.
    public let passages: [Int]
  }

  public struct Contradiction: Sendable {
    public let text: String
    /// Places in `passages`.
    public let passages: [Int]
  }

  public struct Entry: Hashable, Sendable {
    public let change: Int
    /// ISO 8601 in UTC.
    public let time: String
    public let author: String?
    public let reason: String?
  }

  /// One instance of a rule.
  public struct Step: Sendable {
    /// The clause in its own words.
    public let rule: String
    /// The clause with values for its variables.
    public let instance: String
    /// Where it stands: a file and line, or the file it was loaded from.
    public let place: String
    /// Variables and their values.
    public let bindings: [Binding]
    /// In the order of the rule.
    public let premises: [Premise]
  }

  public struct Binding: Hashable, Sendable {
    public let name: String
    public let value: String
  }

  public enum Premise: Sendable {
    case conclusion(Int)
    /// A negated atom; `candidateCount` is how many tuples its predicate has.
    case absent(text: String, candidateCount: Int)
    /// A comparison or test, with values.
    case condition(String)
    case aggregate(Aggregate)
  }

  /// What an aggregate ran over.
  public struct Aggregate: Sendable {
    /// `count`, `min`, …
    public let function: String
    public let value: String
    /// What it stands as in the rule, with values.
    public let text: String
    /// One for each solution, or for each distinct value: for `min` and `max` one that has the value.
    public let solutions: [Solution]
    /// How many solutions there are, listed or not.
    public let solutionCount: Int
  }

  public struct Solution: Sendable {
    public let bindings: [Binding]
    public let premises: [Premise]
  }

  /// What a source says in one place.
  public struct Passage: Hashable, Sendable {
    public let document: String
    /// `nil` for the document as a whole.
    public let number: Int?
    /// `yyyy`, `yyyy-mm` or `yyyy-mm-dd`.
    public internal(set) var published: String?
    public internal(set) var title: String?
    public internal(set) var words: String?

    /// `document:number`.
    public var reference: String { number.map { "\(document):\($0)" } ?? document }
  }
}

extension Proof {
  /// The conclusions that others rest on, and these, each once, as a reader of the tree comes to them.
  func conclusions(under roots: [Int]) -> [Int] {
    var found: [Int] = []
    var seen: Set<Int> = []
    var pending = Array(roots.reversed())
    while let next = pending.popLast() {
      guard seen.insert(next).inserted else { continue }
      found.append(next)
      for case .step(let step) in conclusions[next].reasons.reversed() {
        pending += step.premises.flatMap(\.conclusions).reversed()
      }
    }
    return found
  }
}

extension Proof.Premise {
  /// What it rests on directly, in order.
  fileprivate var conclusions: [Int] {
    switch self {
    case .conclusion(let number): [number]
    case .aggregate(let aggregate): aggregate.solutions.flatMap(\.premises).flatMap(\.conclusions)
    case .absent, .condition: []
    }
  }
}

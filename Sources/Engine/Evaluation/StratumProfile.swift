/// What evaluating one stratum took and gave, by part of its plan and by round.
///
/// An evaluation that is given none reads no clock and counts no rows between steps.
public final class StratumProfile {
  /// A part of a `StratumPlan`: rules by their places in it.
  public enum Part: Hashable, Sendable {
    case initial(Int)
    case variant(Int)
    /// The closing of rows by row fixpoint.
    case closure
    /// The grouping for a head with aggregates.
    case grouping(Int)
    /// Between rounds: what was added is sorted and becomes what the next round reads.
    case advance
  }

  /// What a part took and gave.
  public struct Figures: Hashable, Sendable {
    /// Tuples that were not there before.
    public var derived = 0
    /// Tuples that reached the sink; of whole leaves, their words.
    public var attempted = 0
    public var nanoseconds: Int64 = 0

    public init() {}

    public static func += (a: inout Figures, b: Figures) {
      a.derived += b.derived
      a.attempted += b.attempted
      a.nanoseconds += b.nanoseconds
    }
  }

  /// One round, or some that follow one another.
  public struct Rounds: Hashable, Sendable {
    public var first: Int
    public var last: Int
    public var figures: Figures
  }

  public struct PartProfile: Hashable, Sendable {
    public fileprivate(set) var total = Figures()
    /// In order; empty where a part runs once.
    public fileprivate(set) var rounds: [Rounds] = []
    /// Rows that came out of each step of the plan.
    public internal(set) var stepRows: [Int] = []
    /// How many rounds an entry of `rounds` stands for.
    fileprivate var roundsPerEntry = 1
  }

  /// Of parts that ran.
  public private(set) var parts: [Part: PartProfile] = [:]
  /// How many rounds there were.
  public private(set) var roundCount = 0

  /// A recursion may have a million rounds: where there are more than this, neighbours become one entry.
  private static let mostEntries = 1024

  public init() {}

  /// Adds what a part took and gave, in a round counted from 1 or once.
  func add(_ figures: Figures, to part: Part, round: Int?) {
    parts[part, default: PartProfile()].add(figures, round: round, mostEntries: StratumProfile.mostEntries)
    if let round { roundCount = max(roundCount, round) }
  }

  /// - Parameter stepRows: of each thread.
  func note(stepRows: [[Int]], of part: Part) {
    let sums = stepRows.dropFirst().reduce(stepRows.first ?? []) { sums, rows in zip(sums, rows).map(+) }
    parts[part, default: PartProfile()].stepRows = sums
  }
}

extension StratumProfile.PartProfile {
  fileprivate mutating func add(_ figures: StratumProfile.Figures, round: Int?, mostEntries: Int) {
    total += figures
    guard let round else { return }
    if (round - 1) / roundsPerEntry == mostEntries {
      rounds = StratumProfile.merged(rounds, into: mostEntries / 2)
      roundsPerEntry *= 2
    }
    // Each turn of a recursion in turns has rounds 1, 2 and so on.
    let place = (round - 1) / roundsPerEntry
    if place < rounds.count {
      rounds[place].figures += figures
      rounds[place].last = max(rounds[place].last, round)
    } else {
      rounds.append(.init(first: round, last: round, figures: figures))
    }
  }
}

extension StratumProfile {
  /// The same rounds in at most `count` entries, each of about as many neighbours.
  public static func merged(_ rounds: [Rounds], into count: Int) -> [Rounds] {
    guard rounds.count > count else { return rounds }
    let perEntry = (rounds.count + count - 1) / count
    return stride(from: 0, to: rounds.count, by: perEntry).map { start in
      var entry = rounds[start]
      for next in rounds[start..<min(start + perEntry, rounds.count)].dropFirst() {
        entry.last = next.last
        entry.figures += next.figures
      }
      return entry
    }
  }
}

extension Duration {
  /// Whole nanoseconds.
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}

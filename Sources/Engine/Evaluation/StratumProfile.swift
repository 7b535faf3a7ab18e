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
    /// The grouping for a head with aggregates or a measure.
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
    /// In order and without gaps; empty where a part runs once.
    public fileprivate(set) var rounds: [Rounds] = []
    /// Rows that came out of each step of the plan.
    public fileprivate(set) var stepRows: [Int] = []
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
    parts[part, default: PartProfile()].total += figures
    guard let round else { return }
    parts[part]?.add(Rounds(first: round, last: round, figures: figures), mostEntries: StratumProfile.mostEntries)
    roundCount = max(roundCount, round)
  }

  /// Adds rows that came out of each step of a part.
  func note(_ stepRows: [Int], of part: Part) {
    parts[part, default: PartProfile()].add(stepRows)
  }

  /// Adds what another thread took and gave, or further turns: rounds of the same number are one.
  func add(_ other: StratumProfile) {
    for (part, profile) in other.parts {
      parts[part, default: PartProfile()].add(profile, mostEntries: StratumProfile.mostEntries)
    }
    roundCount = max(roundCount, other.roundCount)
  }
}

extension StratumProfile.PartProfile {
  fileprivate mutating func add(_ rows: [Int]) {
    stepRows = stepRows.isEmpty ? rows : zip(stepRows, rows).map(+)
  }

  fileprivate mutating func add(_ other: Self, mostEntries: Int) {
    total += other.total
    if !other.stepRows.isEmpty { add(other.stepRows) }
    while roundsPerEntry < other.roundsPerEntry { halve(mostEntries) }
    for entry in other.rounds { add(entry, mostEntries: mostEntries) }
  }

  fileprivate mutating func add(_ entry: StratumProfile.Rounds, mostEntries: Int) {
    let number = (entry.first - 1) / roundsPerEntry
    let place = number - (rounds.first.map { ($0.first - 1) / roundsPerEntry } ?? number)
    if place < rounds.count {
      rounds[place].figures += entry.figures
      rounds[place].last = max(rounds[place].last, entry.last)
    } else if rounds.count < mostEntries {
      rounds.append(entry)
    } else {
      halve(mostEntries)
      add(entry, mostEntries: mostEntries)
    }
  }

  private mutating func halve(_ mostEntries: Int) {
    let entries = rounds
    rounds = []
    roundsPerEntry *= 2
    for entry in entries { add(entry, mostEntries: mostEntries) }
  }
}

extension EvaluationContext {
  /// Does a part of a stratum and, if there is a profile, measures it.
  func measure<Result, Failure>(
    _ part: StratumProfile.Part,
    round: Int? = nil,
    in profile: StratumProfile?,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let profile else { return try body() }
    let start = ContinuousClock.now
    let (derived, attempted) = (derivedCount, attemptedCount)
    defer {
      var figures = StratumProfile.Figures()
      figures.derived = derivedCount - derived
      figures.attempted = attemptedCount - attempted
      figures.nanoseconds = (ContinuousClock.now - start).nanoseconds
      profile.add(figures, to: part, round: round)
    }
    return try body()
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

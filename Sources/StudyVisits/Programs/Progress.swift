internal import Datalog
internal import Engine

/// How far an evaluation, or an import, has come.
public struct Progress: Sendable {
  /// Of rows that are read from a file.
  public struct Rows: Sendable {
    public let done: Int
    public let total: Int
    public let perSecond: Int
  }

  /// The rule that is running, as it is written.
  public let rule: String?
  /// Of the recursion that is running, from 1.
  public let round: Int?
  public let tupleCount: Int
  public let elapsed: Duration
  /// Of an import.
  public var rows: Rows?
}

/// Tells how many rows of a file are done, where that takes longer than a moment.
struct RowWatch {
  private let tell: ((Progress) -> Void)?
  private let total: Int
  private let start = ContinuousClock.now
  private var next: ContinuousClock.Instant

  /// Chosen: what is over sooner needs no word, and nobody reads faster.
  private static let (patience, pause) = (Duration.seconds(1), Duration.milliseconds(200))
  /// Chosen: so many rows are done within the pause.
  private static let stride = 64

  /// - Parameter begin: when that which takes long began.
  init(total: Int, since begin: ContinuousClock.Instant, tell: ((Progress) -> Void)?) {
    self.tell = tell
    self.total = total
    next = begin + RowWatch.patience
  }

  mutating func look(done: Int) {
    guard let tell, done % RowWatch.stride == 0 else { return }
    let now = ContinuousClock.now
    guard now >= next else { return }
    next = now + RowWatch.pause
    let (seconds, attoseconds) = (now - start).components
    let perSecond = Double(done) / max(Double(seconds) + Double(attoseconds) / 1e18, 0.001)
    var progress = Progress(rule: nil, round: nil, tupleCount: 0, elapsed: now - start)
    progress.rows = Progress.Rows(done: done, total: total, perSecond: Int(perSecond))
    tell(progress)
  }
}

/// Tells of an evaluation's progress whenever it asks whether to end, but not too often.
final class ProgressWatch {
  private let tell: (Progress) -> Void
  private let program: CheckedProgram
  private let written: (Span) -> (text: String, place: String)
  private let start = ContinuousClock.now
  private var next: ContinuousClock.Instant
  weak var context: EvaluationContext?

  /// Chosen: what is over sooner needs no word, and nobody reads faster.
  private static let (patience, pause) = (Duration.milliseconds(500), Duration.milliseconds(200))

  init(
    of program: CheckedProgram,
    written: @escaping (Span) -> (text: String, place: String),
    tell: @escaping (Progress) -> Void
  ) {
    self.program = program
    self.written = written
    self.tell = tell
    next = start + ProgressWatch.patience
  }

  func look() {
    let now = ContinuousClock.now
    guard now >= next, let context else { return }
    next = now + ProgressWatch.pause
    let rule = context.currentRule.map { written(program.rules[$0].span).text }
    tell(
      Progress(
        rule: rule,
        round: context.currentRound,
        tupleCount: context.derivedCount,
        elapsed: now - start
      )
    )
  }
}

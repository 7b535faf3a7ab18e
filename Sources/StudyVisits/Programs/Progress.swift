internal import Datalog
internal import Engine

/// How far an evaluation has come.
public struct Progress: Sendable {
  /// The rule that is running, as it is written.
  public let rule: String?
  /// Of the recursion that is running, from 1.
  public let round: Int?
  public let tupleCount: Int
  public let elapsed: Duration
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

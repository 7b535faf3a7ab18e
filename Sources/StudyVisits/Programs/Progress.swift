internal import Datalog
internal import Engine

/// How far something has come that takes long.
public enum Progress: Sendable {
  /// - Parameters:
  ///   - rule: that is running, as it is written.
  ///   - round: of the recursion that is running, from 1.
  case evaluation(rule: String?, round: Int?, tupleCount: Int, elapsed: Duration)
  /// A step of an import or a load.
  case step(Step, Rows?, elapsed: Duration)

  public enum Step: Sendable {
    case reading, comparing, checking, storing
  }

  public struct Rows: Sendable {
    public let done: Int
    /// `nil` where nobody knows yet.
    public let total: Int?
    public let perSecond: Int
  }
}

/// Tells which step an import is at and how many rows it has done.
final class RowWatch {
  private let tell: ((Progress) -> Void)?
  private let isCancelled: () -> Bool
  private let start = ContinuousClock.now
  private var next: ContinuousClock.Instant
  private var step = Progress.Step.reading
  private var stepStart: ContinuousClock.Instant
  private var total: Int?

  /// Chosen: nobody reads faster.
  private static let pause = Duration.milliseconds(200)

  init(_ options: RunOptions) {
    tell = options.watch
    isCancelled = options.isCancelled
    (next, stepStart) = (start, start)
  }

  func begin(_ step: Progress.Step, of total: Int? = nil) {
    (self.step, self.total, stepStart) = (step, total, .now)
    next = stepStart
  }

  /// Whether the user wants an end, asked once a row or a few; `done` rows of the step are done, where it has rows.
  func isOver(after done: Int? = nil) -> Bool {
    if let tell { look(done, tell) }
    return isCancelled()
  }

  /// Throws once the user wants an end.
  func check(after done: Int) throws(KnowledgeBaseError) {
    if isOver(after: done) { throw .stopped(Findings([], in: []), isInterruption: true) }
  }

  private func look(_ done: Int?, _ tell: (Progress) -> Void) {
    let now = ContinuousClock.now
    guard now >= next else { return }
    next = now + RowWatch.pause
    let rows = done.map { done in
      let seconds = max((now - stepStart) / .seconds(1), 0.001)
      return Progress.Rows(done: done, total: total, perSecond: Int(Double(done) / seconds))
    }
    tell(.step(step, rows, elapsed: now - start))
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
      .evaluation(
        rule: rule,
        round: context.currentRound,
        tupleCount: context.derivedCount,
        elapsed: now - start
      )
    )
  }
}

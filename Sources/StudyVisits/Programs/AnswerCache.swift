internal import Datalog
internal import Engine

/// What was answered to entries that only ask, while the knowledge base stays as it is.
final class AnswerCache {
  /// What an entry was told.
  struct Said {
    let warnings: Findings
    let events: [RunEvent]
    /// Warnings of the evaluation.
    let afterwards: Findings
    /// How the answers came about, if that was recorded.
    let record: Explanation.Record?

    var answers: [Answer] { events.compactMap { if case .answer(let answer) = $0 { answer } else { nil } } }
  }

  private struct Key: Hashable {
    let entry: [UInt8]
    let dialect: Dialect
    let parameters: [String: Constant]
    let today: PartialDate
    let limits: EvaluationLimits
    let tellsSources: Bool
    let tellsLeftOut: Bool
  }

  /// Chosen: a sitting asks few questions again, and large answers are not read twice.
  private static let mostEntries = 64
  private static let mostWords = 1 << 20

  private var said: [Key: Said] = [:]
  private var wordCount = 0
  /// Another number whenever all was forgotten, so after each change of the knowledge base.
  private(set) var generation = 0

  subscript(entry: [UInt8], dialect: Dialect, options: RunOptions) -> Said? {
    get {
      guard let known = said[key(entry, dialect, options)] else { return nil }
      return options.explanation == nil || known.record != nil ? known : nil
    }
    set {
      guard let newValue else { return }
      let words = newValue.answers.reduce(0) { $0 + $1.rowCount * $1.columns.count }
      guard words <= AnswerCache.mostWords else { return }
      if said.count >= AnswerCache.mostEntries || wordCount + words > AnswerCache.mostWords { forgetAll() }
      wordCount += words
      said[key(entry, dialect, options)] = newValue
    }
  }

  func forgetAll() {
    generation += 1
    said = [:]
    wordCount = 0
  }

  private func key(_ entry: [UInt8], _ dialect: Dialect, _ options: RunOptions) -> Key {
    Key(
      entry: entry,
      dialect: dialect,
      parameters: options.parameters,
      today: options.today,
      limits: options.limits,
      tellsSources: options.tellsSources,
      tellsLeftOut: options.tellsLeftOut
    )
  }
}

internal import Datalog
internal import Engine

/// Why a question has no answer: a diagnostic for each of its alternatives.
struct EmptyAnswer {
  private let question: CheckedQuestion
  private let inquiry: Inquiry

  init(_ question: CheckedQuestion, _ inquiry: Inquiry) {
    self.question = question
    self.inquiry = inquiry
  }

  /// Chosen: more are no help.
  private static let mostAlternatives = 3

  /// As much as can be found out before the run ends.
  var diagnostics: [Diagnostic] {
    let rules = inquiry.program.rules.filter { $0.head.predicate == question.answers }
    var found: [Diagnostic] = []
    for rule in rules where !rule.body.isEmpty && found.count < EmptyAnswer.mostAlternatives {
      guard let diagnostic = try? diagnostic(Situation(rule)), !found.contains(diagnostic) else { continue }
      found.append(diagnostic)
    }
    return found
  }

  private func diagnostic(_ situation: Situation) throws(RunError) -> Diagnostic? {
    let absence = try Absence(situation, inquiry)
    let said = warnings(about: absence.set.conditions.map { situation.conditions[$0].span })
    guard !said.contains(where: { $0.help != nil || $0.code != .unknownSymbol }) else { return nil }
    var reason = try absence.reason()
    // That no fact contains a symbol is known; what is meant by it may be new.
    if !said.isEmpty, reason.help == nil { return nil }
    if reason.help == nil { reason.help = try? remainder(situation, without: absence.set, at: reason.span) }
    let isYesOrNo = inquiry.predicate(question.answers).columns.isEmpty
    return .noAnswer(reason, isYesOrNo: isYesOrNo)
  }

  /// What the check of the program has said about one of the places.
  private func warnings(about spans: [Span]) -> [Diagnostic] {
    inquiry.program.warnings.filter { warning in
      guard warning.code == .unknownSymbol || warning.code == .ruleNeverFires, let place = warning.span else {
        return false
      }
      return spans.contains { $0.source == place.source && $0.start <= place.start && place.end <= $0.end }
    }
  }

  /// How many answers the question has without one of the conditions, where the rest is a question.
  private func remainder(_ situation: Situation, without set: MinimalSet, at place: Span) throws(RunError)
    -> String?
  {
    let columns = situation.rule.head.arguments.compactMap { argument in
      if case .term(.variable(let variable)) = argument { variable } else { nil }
    }
    let last = set.conditions.last { situation.conditions[$0].span == place }
    for condition in set.conditions.reversed() {
      let rest = situation.all.filter { $0 != condition }
      let (kept, bound) = situation.safe(rest)
      let shown = columns.filter(bound.contains)
      guard !kept.isEmpty, kept == rest, columns.isEmpty == shown.isEmpty else { continue }
      let count = min(try inquiry.count(situation, rest, of: shown), question.limit ?? .max)
      guard count > 0 else { continue }
      let without =
        set.conditions.count == 1 || condition == last
        ? "without it" : "without `\(inquiry.text(situation, condition))`"
      if columns.isEmpty { return "\(without) the answer is yes" }
      return "\(without) there \(count == 1 ? "is 1 answer" : "are \(count) answers")"
    }
    return nil
  }
}

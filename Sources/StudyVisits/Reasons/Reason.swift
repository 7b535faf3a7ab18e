internal import Datalog

/// Why something does not hold, in words.
struct Reason {
  /// A sentence without capital and full stop.
  let text: String
  /// What it is about.
  let span: Span
  /// Where else the value is that was looked for in vain.
  var elsewhere: String?
  /// What to do, or what there is instead.
  var help: String?
  var repair: Repair?

  init(_ text: String, at span: Span, elsewhere: String? = nil, help: String? = nil, repair: Repair? = nil) {
    self.text = text
    self.span = span
    self.elsewhere = elsewhere
    self.help = help
    self.repair = repair
  }
}

extension Diagnostic {
  /// A question, or an alternative of it, that has no answer.
  static func noAnswer(_ reason: Reason, isYesOrNo: Bool) -> Diagnostic {
    let text = "\(isYesOrNo ? "no" : "no answer"): \(reason.text)" + (reason.elsewhere.map { "; \($0)" } ?? "")
    return Diagnostic(.noAnswer, at: reason.span, text, help: reason.help, repair: reason.repair)
  }
}

extension Inquiry {
  /// A condition as it is written; atoms with the given values in place of variables.
  func text(_ condition: Condition, _ given: [VariableID: Constant] = [:], of rule: Rule) -> String {
    if case .aggregate(let aggregate) = condition.main { return text(aggregate, condition, of: rule) }
    guard case .atom(let atom, let isNegated) = condition.main else { return written(condition.span) }
    guard !given.isEmpty else { return (isNegated ? "not " : "") + written(atom.span) }
    return (isNegated ? "not " : "") + program.text(of: atom.applying(given), in: rule)
  }

  /// `N = count : { … }`, or what it is compared with.
  private func text(_ aggregate: AggregateLiteral, _ condition: Condition, of rule: Rule) -> String {
    let own = written(aggregate.span)
    let result = rule.variables[aggregate.result.index]
    if !result.isGenerated { return "\(result.name) = \(own)" }
    for case .comparison(let comparison, let left, _, _) in condition.literals {
      switch left {
      case .variable(let variable): return "\(rule.variables[variable.index].name) \(comparison.rawValue) \(own)"
      case .constant(let value): return "\(value.literalText) \(comparison.rawValue) \(own)"
      case .call: break
      }
    }
    return own
  }

  func text(_ situation: Situation, _ condition: Int) -> String {
    text(situation.conditions[condition], situation.given, of: situation.rule)
  }

  /// The text of a place, on one line.
  func written(_ span: Span) -> String {
    let text = compilation.text.texts[span.source.index][span].onOneLine
    return isWordy ? text : text.cutToLine
  }

  /// Some conditions in backquotes: `a`, `b` and `c`.
  func list(_ situation: Situation, _ conditions: [Int], _ last: String = "and") -> String {
    Diagnostic.list(conditions.map { text(situation, $0) }, last)
  }

  /// An atom by the columns that it says something of: `org(id: keio, kind: ministry)`.
  func text(of id: PredicateID, _ terms: [Term], in rule: Rule) -> String {
    let predicate = predicate(id)
    let parts = zip(predicate.columns, terms).compactMap { column, term -> String? in
      switch term {
      case .constant(let value): "\(column.name): \(value.literalText)"
      case .variable(let variable): "\(column.name): \(rule.variables[variable.index].name)"
      case .wildcard: nil
      }
    }
    return parts.isEmpty ? predicate.name : "\(predicate.name)(\(parts.joined(separator: ", ")))"
  }
}

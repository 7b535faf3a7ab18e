internal import Datalog
internal import Engine
internal import Planning

/// What an answer leaves out only because a fact is missing.
///
/// `visit(V, _, _), starts(V, Day)` leaves out visits of which nobody has recorded the first day. That is so of an atom on
/// a predicate of facts that shares the variable of its first column, which its facts are about, with the rest of the
/// question, and asks for nothing in its other columns. Where that column is a key the atom says what kind of thing is
/// meant, and nothing is missing.
public struct LeftOut {
  /// What lacks a fact.
  public struct Part {
    /// In one column.
    public let answer: Answer
    let total: Int
    let noun: String
    let predicate: String
  }

  public let parts: [Part]

  /// In one line: `6 of 25 visits are left out: no starts`.
  public var text: String {
    var texts: [String] = []
    for part in parts {
      let counts = "\(part.answer.rowCount) of \(part.total) \(part.noun)"
      let verb = texts.isEmpty ? (part.answer.rowCount == 1 ? " is left out" : " are left out") : ""
      texts.append("\(counts)\(verb): no \(part.predicate)")
    }
    return texts.joined(separator: "; ")
  }
}

extension Inquiry {
  /// What the answer of a question leaves out; `nil` when that is nothing, or cannot be told in time.
  func leftOut(by question: CheckedQuestion) -> LeftOut? {
    let rules = program.rules.filter { $0.head.predicate == question.answers }
    guard rules.count == 1 else { return nil }
    let situation = Situation(rules[0])
    var parts: [LeftOut.Part] = []
    for condition in situation.all {
      guard let atom = situation.optional(condition, in: self), let part = try? part(situation, condition, atom) else {
        continue
      }
      parts.append(part)
    }
    return parts.isEmpty ? nil : LeftOut(parts: parts)
  }

  private func part(_ situation: Situation, _ condition: Int, _ optional: (atom: Atom, subject: VariableID))
    throws(RunError) -> LeftOut.Part?
  {
    let (atom, subject) = optional
    let rest = situation.all.filter { $0 != condition }
    var terms = [Term](repeating: .wildcard, count: atom.arguments.count)
    terms[0] = .variable(subject)
    let missing = Literal.atom(
      Atom(predicate: atom.predicate, arguments: terms, span: atom.span),
      isNegated: true
    )
    let words = try run.solutions(of: situation.body(of: rest) + [missing], [subject], in: situation.rule)
      .sortedWords()
    try run.poll()
    guard !words.isEmpty else { return nil }
    let shown = situation.rule.variables[subject.index]
    return LeftOut.Part(
      answer: Answer(
        columns: [Answer.Column(name: shown.name, type: shown.type.wordType)],
        rowCount: words.count,
        words: words,
        values: values
      ),
      total: try count(situation, rest, of: [subject]),
      noun: noun(for: subject, situation, atom),
      predicate: predicate(atom.predicate).name
    )
  }

  /// What the values of a variable are: by the predicate that has it as a key, else by the atom's first column.
  private func noun(for variable: VariableID, _ situation: Situation, _ atom: Atom) -> String {
    for condition in situation.conditions {
      guard case .atom(let other, isNegated: false) = condition.main else { continue }
      let own = predicate(other.predicate)
      if own.entityColumns.contains(where: { other.arguments[$0] == .variable(variable) }) { return own.name.plural }
    }
    let own = predicate(atom.predicate)
    return own.isDeclared
      ? own.columns[0].name.plural : "values of `\(situation.rule.variables[variable.index].name)`"
  }
}

extension Situation {
  /// An atom that facts may only be missing for, and what it is about.
  fileprivate func optional(_ condition: Int, in inquiry: Inquiry) -> (atom: Atom, subject: VariableID)? {
    let own = conditions[condition]
    guard own.literals.count == 1, case .atom(let atom, isNegated: false) = own.main,
      inquiry.hasOnlyFacts(atom.predicate)
    else { return nil }
    let rest = all.filter { $0 != condition }
    let used = rest.reduce(into: Set<VariableID>()) { $0.formUnion(conditions[$1].variables) }
    guard case .variable(let subject)? = atom.arguments.first, used.contains(subject),
      !inquiry.predicate(atom.predicate).entityColumns.contains(0),
      rule.head.arguments.contains(where: { if case .term(.variable(subject)) = $0 { true } else { false } })
    else { return nil }
    var seen = used
    for term in atom.arguments.dropFirst() {
      switch term {
      case .constant: return nil
      case .wildcard: break
      case .variable(let variable): if !seen.insert(variable).inserted { return nil }
      }
    }
    let (kept, bound) = safe(rest)
    return kept == rest && bound.contains(subject) ? (atom, subject) : nil
  }
}

extension String {
  /// The plural of an English noun, as it is mostly formed.
  fileprivate var plural: String {
    let text = split(separator: "_").joined(separator: " ")
    if text.hasSuffix("y"), let before = text.dropLast().last, !"aeiou".contains(before) {
      return text.dropLast() + "ies"
    }
    return ["s", "x", "ch", "sh"].contains(where: text.hasSuffix) ? text + "es" : text + "s"
  }
}

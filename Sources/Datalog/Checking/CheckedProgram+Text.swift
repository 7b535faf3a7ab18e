// The printer of `.show checked`, which golden tests use too.

extension CheckedProgram {
  /// The whole program: its predicates with their types, then the rules in the order of evaluation, then the rest.
  ///
  /// Variables that share a name within one rule are told apart by a number after `#`.
  public var text: String {
    var lines: [String] = []
    for predicate in predicates where predicate.isWorthShowing {
      lines.append(predicate.text)
    }
    for stratum in strata {
      lines.append("")
      if stratum.isRecursive {
        lines.append("% recursive: " + stratum.predicates.map { name(of: $0) }.joined(separator: ", "))
      }
      for index in stratum.rules { lines.append(RulePrinter(rules[index], in: self).text) }
    }
    lines.append("")
    for fact in computedFacts {
      let arguments = fact.arguments.map { ExpressionPrinter(names: []).text(of: $0) }
      lines.append("\(name(of: fact.predicate))(\(arguments.joined(separator: ", "))).")
    }
    for constraint in constraints { lines.append("% constraint: \(name(of: constraint.answers))") }
    for retraction in retractions {
      lines.append("\(name(of: retraction.predicate))(\(arguments(of: retraction, names: [])))~")
    }
    for request in requests { lines.append(text(of: request)) }
    while lines.last == "" { lines.removeLast() }
    return lines.drop { $0.isEmpty }.map { $0 + "\n" }.joined()
  }

  /// One rule with the types of its variables. Rules of equal text on predicates of equal columns mean the same, but for
  /// what they are grouped with.
  package func text(of rule: Rule) -> String { RulePrinter(rule, in: self).text }

  /// An atom of a rule's body.
  package func text(of atom: Atom, in rule: Rule) -> String { RulePrinter(rule, in: self).text(of: atom) }

  /// A rule as a clause.
  package func text(ofRule number: Int) -> String { RulePrinter(rules[number], in: self).clause }

  /// What the text of a program calls a predicate; answers have the number of their predicate.
  func name(of predicate: PredicateID) -> String {
    let own = predicates[predicate.index]
    return own.kind == .answers ? "_answers_\(predicate.index)" : own.name
  }

  /// Arguments with commas; those of a cited predicate end with `@ document:passage`, outside the parentheses.
  fileprivate func arguments(of atom: Atom, names: [String]) -> String {
    atom.arguments.map { ExpressionPrinter(names: names).text(of: $0) }.joined(separator: ", ")
  }

  private func text(of request: Request) -> String {
    switch request {
    case .question(let question):
      var text = "?- \(name(of: question.answers))"
      let columns = predicates[question.answers.index].columns
      if !question.order.isEmpty {
        text += " order by "
        text += question.order.map { columns[$0.column].name + ($0.isDescending ? " desc" : "") }
          .joined(separator: ", ")
      }
      if let limit = question.limit { text += " limit \(limit)" }
      if let expected = question.expected {
        let rows = expected.map { "(" + $0.map(\.literalText).joined(separator: ", ") + ")" }
        text += " expect { \(rows.joined(separator: ", ")) }"
      }
      return text + "."
    case .output(let predicate, let path, let format, _):
      let target = path.map { " to \(Symbol($0).literalText)" } ?? ""
      return ".output \(name(of: predicate))\(target)" + (format.map { " format \($0)" } ?? "")
    case .printSize(let predicate, _): return ".printsize \(name(of: predicate))"
    }
  }
}

extension Predicate {
  /// Built-in relations and the cited form of others say nothing that the rules do not.
  fileprivate var isWorthShowing: Bool { kind == .ordinary }

  fileprivate var text: String {
    let columns = columns.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    let keys = keys.map { key in " key(\(key.map { self.columns[$0].name }.joined(separator: ", ")))" }.joined()
    return ".decl \(name)(\(columns))\(keys)" + (isDeclared ? "" : "  % inferred")
  }
}

/// One rule with the types of its variables.
private struct RulePrinter {
  let rule: Rule
  let program: CheckedProgram
  let names: [String]

  init(_ rule: Rule, in program: CheckedProgram) {
    self.rule = rule
    self.program = program
    var counts: [String: Int] = [:]
    names = rule.variables.map { variable in
      counts[variable.name, default: 0] += 1
      let count = counts[variable.name, default: 1]
      return count == 1 ? variable.name : "\(variable.name)#\(count)"
    }
  }

  var text: String {
    let types = zip(names, rule.variables).map { "\($0): \($1.type)" }.joined(separator: ", ")
    return clause + (types.isEmpty ? "" : "  % \(types)")
  }

  var clause: String {
    let head = program.name(of: rule.head.predicate) + "(" + rule.head.arguments.map(text).joined(separator: ", ") + ")"
    let body = rule.body.map(text).joined(separator: ", ")
    return head + (body.isEmpty ? "." : " :- \(body).")
  }

  private var expressions: ExpressionPrinter { ExpressionPrinter(names: names) }

  private func text(of argument: HeadArgument) -> String {
    switch argument {
    case .term(let term): expressions.text(of: term)
    case .aggregate(let function, let terms):
      "\(function.rawValue)(\(terms.map { expressions.text(of: $0) }.joined(separator: ", ")))"
    case .measure(let measure, let column, let terms):
      "\(measure.rawValue)(\(terms.map { expressions.text(of: $0) }.joined(separator: ", ")))#\(column + 1)"
    }
  }

  private func text(of literal: Literal) -> String {
    switch literal {
    case .atom(let atom, let isNegated): return (isNegated ? "not " : "") + text(of: atom)
    case .comparison(let comparison, let left, let right, _):
      return "\(expressions.text(of: left)) \(comparison.rawValue) \(expressions.text(of: right))"
    case .test(let function, let operands, let isNegated, _):
      let arguments =
        operands.isEmpty ? "" : "(" + operands.map { expressions.text(of: $0) }.joined(separator: ", ") + ")"
      return (isNegated ? "not " : "") + function.text + arguments
    case .sequence(let variable, let function, let operands, _):
      let arguments = operands.map { expressions.text(of: $0) }.joined(separator: ", ")
      return "\(names[variable.index]) = \(function.rawValue)(\(arguments))"
    case .aggregate(let aggregate):
      let value = aggregate.value.map { " " + expressions.text(of: $0) } ?? ""
      let body = aggregate.alternatives.map { $0.map(text).joined(separator: ", ") }.joined(separator: " ; ")
      let groups =
        aggregate.groups.isEmpty ? "" : " by " + aggregate.groups.map { names[$0.index] }.joined(separator: ", ")
      return "\(names[aggregate.result.index]) = \(aggregate.function.rawValue)\(value) : { \(body) }\(groups)"
    }
  }

  func text(of atom: Atom) -> String {
    let arguments = atom.arguments.map { expressions.text(of: $0) }
    let name = program.name(of: atom.predicate)
    guard case .cited = program.predicates[atom.predicate.index].kind else {
      return "\(name)(\(arguments.joined(separator: ", ")))"
    }
    return "\(name)(\(arguments.dropLast(2).joined(separator: ", "))) @ \(arguments.suffix(2).joined(separator: ":"))"
  }
}

/// Expressions as calls, which shows what each operator was resolved to.
private struct ExpressionPrinter {
  let names: [String]

  func text(of term: Term) -> String {
    switch term {
    case .variable(let variable): names[variable.index]
    case .constant(let constant): constant.literalText
    case .wildcard: "_"
    }
  }

  func text(of expression: Expression) -> String {
    switch expression {
    case .variable(let variable): names[variable.index]
    case .constant(let constant): constant.literalText
    case .call(let function, let arguments):
      "\(function.rawValue)(\(arguments.map { text(of: $0) }.joined(separator: ", ")))"
    }
  }
}

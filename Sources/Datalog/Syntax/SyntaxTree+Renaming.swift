extension SyntaxTree {
  /// The predicates that its rules derive.
  public var derivedPredicates: Set<String> {
    var names: Set<String> = []
    for case .rule(let rule) in clauses { names.formUnion(rule.heads.map(\.predicate.text)) }
    return names
  }

  /// The tree with other names for predicates in rules, constraints and questions; places stay, so what is said of the
  /// text shows what stands there.
  public func renaming(_ names: [String: String]) -> SyntaxTree {
    SyntaxTree(
      source: source,
      clauses: clauses.map { $0.renaming(names) },
      facts: facts,
      sourceSets: sourceSets,
      statings: statings
    )
  }
}

extension Clause {
  fileprivate func renaming(_ names: [String: String]) -> Clause {
    switch self {
    case .rule(let rule):
      .rule(RuleSyntax(heads: rule.heads.map { $0.renaming(names) }, body: rule.body.renaming(names), span: rule.span))
    case .constraint(let constraint):
      .constraint(ConstraintSyntax(body: constraint.body.renaming(names), span: constraint.span))
    case .question(let question):
      .question(
        QuestionSyntax(
          body: question.body.renaming(names),
          order: question.order,
          limit: question.limit,
          expected: question.expected,
          looksLikeFact: question.looksLikeFact,
          span: question.span
        )
      )
    case .declaration, .fact, .retraction, .directive: self
    }
  }
}

extension BodySyntax {
  fileprivate func renaming(_ names: [String: String]) -> BodySyntax {
    BodySyntax(alternatives: alternatives.map { literals in literals.map { $0.renaming(names) } })
  }
}

extension LiteralSyntax {
  fileprivate func renaming(_ names: [String: String]) -> LiteralSyntax {
    switch self {
    case .atom(let atom, let isNegated): .atom(atom.renaming(names), isNegated: isNegated)
    case .comparison(let sign, let left, let right, let span):
      .comparison(sign, left.renaming(names), right.renaming(names), span: span)
    case .group(let body, let span): .group(body.renaming(names), span: span)
    }
  }
}

extension AtomSyntax {
  fileprivate func renaming(_ names: [String: String]) -> AtomSyntax {
    let name = names[predicate.text].map { Name($0, predicate.span) } ?? predicate
    return AtomSyntax(predicate: name, arguments: arguments, sources: sources, span: span)
  }
}

extension ExpressionSyntax {
  /// Only the bodies of aggregates name predicates, and these stand alone.
  fileprivate func renaming(_ names: [String: String]) -> ExpressionSyntax {
    guard case .aggregate(let function, let value, let body) = kind else { return self }
    return ExpressionSyntax(.aggregate(function, value, body.renaming(names)), span)
  }
}

/// Something read where a condition, a head or a value may stand, before what follows has decided which it is.
enum BodyItem {
  case literal(LiteralSyntax)
  /// `p`, `p(X)`: an atom, a test, a call, or without parentheses a symbol.
  case atom(AtomSyntax, hasParentheses: Bool, isEnclosed: Bool)
  case expression(ExpressionSyntax)

  var span: Span {
    switch self {
    case .literal(.atom(let atom, _)), .atom(let atom, _, _): atom.span
    case .literal(.comparison(_, _, _, let span)), .literal(.group(_, let span)): span
    case .expression(let expression): expression.span
    }
  }
}

extension ExpressionSyntax {
  /// Where a variable or wildcard stands in it first, or `nil`.
  var firstVariable: (name: String, span: Span)? {
    switch kind {
    case .variable(let name): (name, span)
    case .wildcard: ("_", span)
    case .constant, .year, .parameter: nil
    case .call(_, let arguments): arguments.lazy.compactMap(\.firstVariable).first
    case .unary(_, let operand): operand.firstVariable
    case .binary(_, let left, let right): left.firstVariable ?? right.firstVariable
    case .aggregate(let name, _, _): (name.text, name.span)
    }
  }
}

extension AtomSyntax {
  /// Where a variable or wildcard stands in it first, its sources included, or `nil`.
  var firstVariable: (name: String, span: Span)? {
    arguments.lazy.compactMap(\.value.firstVariable).first
      ?? sources?.document.firstVariable ?? sources?.passage?.firstVariable
  }

  /// The first argument that is a wildcard.
  var firstWildcard: Span? {
    arguments.lazy.compactMap { if case .wildcard = $0.value.kind { $0.value.span } else { nil } }.first
  }
}

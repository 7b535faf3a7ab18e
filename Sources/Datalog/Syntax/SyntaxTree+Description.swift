// The syntax tree as canonical text: one clause a line, all arguments and parentheses in one form, so that it parses to
// the same tree. Plain facts are not in the tree; their summaries follow as comments.

extension SyntaxTree: CustomStringConvertible {
  public var description: String {
    var lines = clauses.map { $0.text(sourceSets) }
    for summary in facts {
      let kinds = summary.kinds.map { kinds in
        LiteralKind.allCases.filter { kinds[$0] != nil }.map { "\($0)" }.joined(separator: "|")
      }
      let count = summary.count == 1 ? "1 fact" : "\(summary.count) facts"
      lines.append("% \(summary.predicate.text)(\(kinds.joined(separator: ", "))): \(count)")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension Clause {
  /// The clause, with the sources of facts taken from the tree's sets.
  func text(_ sourceSets: [[Citation]]) -> String {
    switch self {
    case .declaration(let declaration): declaration.description
    case .fact(let fact):
      "\(fact.atom)\(Citation.text(sourceSets[fact.sources.index], mark: " @ "))."
    case .rule(let rule):
      "\(rule.heads.map(\.description).joined(separator: ", ")) :- \(rule.body)."
    case .constraint(let constraint): ":- \(constraint.body)."
    case .question(let question): question.description
    case .retraction(let retraction): "\(retraction.atom)~"
    case .directive(let directive): directive.text(sourceSets)
    }
  }
}

extension Citation: CustomStringConvertible {
  public var description: String { document.literalText + (passage.map { ":\($0)" } ?? "") }

  /// Citations after a mark, nothing when there are none.
  static func text(_ citations: [Citation], mark: String) -> String {
    citations.isEmpty ? "" : mark + citations.map(\.description).joined(separator: ", ")
  }
}

extension DeclarationSyntax: CustomStringConvertible {
  public var description: String {
    let list = columns.map { "\($0.name.text): \($0.type.text)" }.joined(separator: ", ")
    let keys = keys.map { " key(\($0.map(\.text).joined(separator: ", ")))" }.joined()
    return ".decl \(predicate.text)(\(list))\(keys)"
  }
}

extension QuestionSyntax: CustomStringConvertible {
  public var description: String {
    var text = "?- \(body)"
    if !order.isEmpty {
      let keys = order.map { $0.variable.text + ($0.isDescending ? " desc" : "") }
      text += " order by " + keys.joined(separator: ", ")
    }
    if let limit { text += " limit \(limit)" }
    if let expected {
      let rows = expected.map { "(\($0.map(\.description).joined(separator: ", ")))" }
      text += rows.isEmpty ? " expect { }" : " expect { \(rows.joined(separator: ", ")) }"
    }
    return text + "."
  }
}

extension DirectiveSyntax {
  /// As written in a file; the sources that a `.cite` gives to an `.input` follow as a comment.
  func text(_ sourceSets: [[Citation]]) -> String {
    switch kind {
    case .include(let path, _): return ".include \(Symbol.quoted(path))"
    case .parameter(let name, let value): return ".param \(name.text) \(value)"
    case .limit(let limits):
      return ".limit " + limits.map { "\($0.name.text)=\($0.value.text)" }.joined(separator: " ")
    case .input(let predicate, let path, let sources):
      let cited = Citation.text(sourceSets[sources.index], mark: "  % cited: ")
      return ".input \(predicate.text)" + (path.map { " from \(Symbol.quoted($0))" } ?? "") + cited
    case .output(let predicate, let path, let format):
      let file = path.map { " to \(Symbol.quoted($0))" } ?? ""
      return ".output \(predicate.text)\(file)" + (format.map { " format \($0.text)" } ?? "")
    case .printSize(let predicate): return ".printsize \(predicate.text)"
    case .command(let name, let arguments): return ".\(name.text)" + (arguments.isEmpty ? "" : " \(arguments)")
    }
  }
}

extension BodySyntax: CustomStringConvertible {
  public var description: String {
    alternatives.map { $0.map(\.description).joined(separator: ", ") }.joined(separator: "; ")
  }
}

extension LiteralSyntax: CustomStringConvertible {
  public var description: String {
    switch self {
    case .atom(let atom, let isNegated): isNegated ? "not \(atom)" : atom.description
    case .comparison(let comparison, let left, let right, _): "\(left) \(comparison.rawValue) \(right)"
    case .group(let body, _): "(\(body))"
    }
  }
}

extension AtomSyntax: CustomStringConvertible {
  public var description: String {
    let list = arguments.map { ($0.column.map { "\($0.text): " } ?? "") + $0.value.description }
    let arguments = list.isEmpty ? "" : "(\(list.joined(separator: ", ")))"
    let sources = sources.map { " @ \($0.document)" + ($0.passage.map { ":\($0)" } ?? "") } ?? ""
    return predicate.text + arguments + sources
  }
}

extension ExpressionSyntax: CustomStringConvertible {
  public var description: String {
    switch kind {
    case .variable(let name): name
    case .wildcard: "_"
    case .constant(let constant): constant.literalText
    case .year(let year): String(String(year + 10_000).dropFirst())
    case .parameter(let name): "$\(name)"
    case .call(let name, let arguments): "\(name.text)(\(arguments.map(\.description).joined(separator: ", ")))"
    case .unary(let unary, let operand): "\(unary.rawValue)\(operand.asOperand)"
    case .binary(let binary, let left, let right): "\(left.asOperand) \(binary.rawValue) \(right.asOperand)"
    case .aggregate(let name, let value, let body): "\(name.text)\(value.map { " \($0)" } ?? "") : { \(body) }"
    }
  }

  /// In parentheses where an operator beside it could bind its parts.
  private var asOperand: String {
    switch kind {
    case .unary, .binary: "(\(self))"
    case .constant(.number(let number)) where number < 0: "(\(self))"
    case .constant(.float(let float)) where float < 0: "(\(self))"
    default: description
    }
  }
}

extension Stating: CustomStringConvertible {
  public var description: String {
    let author = author.map { " by \(Symbol.quoted($0))" } ?? ""
    let reason = reason.map { " because \(Symbol.quoted($0))" } ?? ""
    let files = files.isEmpty ? "" : " in " + files.map(\.quotedText).joined(separator: ", ")
    return ".stated \(Symbol.quoted(time))\(author)\(reason)\(files)"
  }
}

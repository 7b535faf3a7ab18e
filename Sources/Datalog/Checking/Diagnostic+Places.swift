// The wording of what stands where it may not, or is more than there may be. See `Diagnostic` for the tone.

extension Diagnostic {
  static func notAllowedInLoad(_ what: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .notAllowedHere,
      at: span,
      "\(what) is not for loading; a file to load holds what is to be stored, and says where that comes from",
      help: "leave it out here, and run it as a question file"
    )
  }

  static func inputAtPrompt(_ span: Span) -> Diagnostic {
    Diagnostic(
      .notAllowedHere,
      at: span,
      "`.input` stands in files only",
      help: "write it with its declaration into a file, and store that with `visitlog load`"
    )
  }

  static func misplacedWildcard(at span: Span) -> Diagnostic {
    Diagnostic(
      .misplacedWildcard,
      at: span,
      "`_` has no value to use here; it may only stand alone as an argument in a body",
      help: "use a variable, and bind it in the body"
    )
  }

  static func misplacedAggregate(_ name: Name) -> Diagnostic {
    let value = name.text == "count" ? "" : " E"
    return Diagnostic(
      .misplacedAggregate,
      at: name.span,
      "the aggregate `\(name.text)` may only stand alone: as an argument of a head, or on the right of a comparison",
      help: "write `V = \(name.text)\(value) : { … }` in the body, and use `V`"
    )
  }

  static func misplacedMeasure(_ measure: GraphMeasure, at span: Span) -> Diagnostic {
    Diagnostic(
      .misplacedAggregate,
      at: span,
      "`\(measure.rawValue)` measures a graph, and may only stand alone as an argument of a rule's head",
      help: "write a rule: `measured(\(measure.rawValue)(A, B)) :- arc(A, B).`, and use `measured`"
    )
  }

  static func measureNotAlone(_ measure: GraphMeasure, beside other: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .misplacedAggregate,
      at: span,
      "`\(other)` stands beside `\(measure.rawValue)`, which takes the other arguments of the head for groups",
      help: "write two rules, one for each"
    )
  }

  static func misplacedSequence(_ name: Name) -> Diagnostic {
    Diagnostic(
      .misplacedAggregate,
      at: name.span,
      "`\(name.text)` gives many values, one after the other, and may only stand alone on one side of `=`",
      help: "write `V = \(name.text)(…)` in the body, and use `V`"
    )
  }

  static func notAConstant(at span: Span, where place: String) -> Diagnostic {
    Diagnostic(
      .unboundVariable,
      at: span,
      "\(place) takes values as they are, and here stands something to be worked out",
      help: place == "`~`" ? "write the value, or `_` for any" : "write the value"
    )
  }

  static func wrongLimit(at span: Span) -> Diagnostic {
    Diagnostic(
      .wrongType,
      at: span,
      "`limit` takes a number of rows, 0 or more",
      help: "write for example `limit 10`"
    )
  }

  static func tooManyAlternatives(limit: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      .tooManyAlternatives,
      at: span,
      "the `;` of this clause make more than \(limit) alternatives when each is combined with each",
      help: "name a part of it: a rule of its own for each group of alternatives"
    )
  }

  static func tooManyLiterals(limit: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      .tooManyLiterals,
      at: span,
      "this body has more than \(limit) literals",
      help: "give a part of it a rule of its own; where the literals list values, write those as facts"
    )
  }
}

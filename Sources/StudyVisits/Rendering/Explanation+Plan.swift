internal import Planning

extension Explanation {
  /// The plan of the last run that asked for something: strata in the order of evaluation, each rule as the loops that it
  /// is, with the rows expected behind each step and why it is that one.
  public var plan: String {
    guard let record else { return Explanation.nothingAsked }
    return record.requests.map(Explanation.plan).joined(separator: "\n")
  }

  static let nothingAsked = "nothing has been asked yet\n"

  private static func plan(of request: Request) -> String {
    var text = request.title.onOneLine.cutToLine.terminalText + "\n"
    if request.steps.isEmpty { text += "\nnothing had to be derived\n" }
    if request.isDemanded {
      text += """
        by demand: `p^bf` holds the tuples of `p` whose first column, bound, is in `demand for p^bf`; the second is free

        """
    }
    for (place, step) in request.steps.enumerated() {
      text += "\n\(place + 1). "
      switch step {
      case .selection(let predicate, let column):
        text += "facts of \(predicate) by \(column): those that are demanded, through the file's index\n"
      case .kept(let predicates):
        text += "\(predicates.joined(separator: ", ")): kept from an earlier question\n"
      case .stratum(let stratum):
        text += "\(stratum.outline.heads.joined(separator: ", ")): \(stratum.outline.method)\n"
        for part in stratum.outline.parts { text += plan(of: part, in: stratum) }
      }
    }
    return text
  }

  private static func plan(of part: PlanOutline.Part, in stratum: ExplainedStratum) -> String {
    let rule = stratum.rule(of: part)
    var columns = TextColumns(figures: [0])
    for line in part.lines { columns.append(line.expected?.figure ?? "", line.indentedText, line.reason) }
    return "   \(rule.line)\n" + columns.text(indent: "   ")
  }
}

extension PlanOutline.Line {
  /// The text behind two blanks for each loop around it.
  var indentedText: String { String(repeating: "  ", count: depth) + text }
}

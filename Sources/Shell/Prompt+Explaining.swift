import Datalog
import StudyVisits

extension Prompt {
  /// Tells why a row of the last answer holds, or an atom: `[all] [ROW or ATOM]`.
  func explain(_ argument: String) throws(KnowledgeBaseError) {
    var words = argument.split(separator: " ", omittingEmptySubsequences: true)
    let withOthers = words.first == "all" || words.count == 2 && words.last == "all"
    if withOthers { words.removeAll { $0 == "all" } }
    let rest = words.joined(separator: " ")
    guard rest.isEmpty || words.count == 1 && Int(rest) != nil else {
      return try prove(rest, rows: nil, withOthers: withOthers)
    }
    guard let answer = display.lastAnswer, !answer.question.isEmpty else {
      return refuse("no question has been answered yet; `.why` takes an atom too, such as `.why org(keio, _, _)`")
    }
    guard answer.rowCount > 0 else {
      return say("the last answer has no rows; `.whynot ATOM` tells what an atom lacks")
    }
    guard let row = rest.isEmpty ? (answer.rowCount == 1 ? 1 : nil) : Int(rest), (1...answer.rowCount).contains(row)
    else {
      let range = answer.rowCount == 1 ? "only one row" : "rows 1 to \(answer.rowCount)"
      return refuse("the last answer has \(range); `.why 1` explains the first")
    }
    try prove(answer.question, rows: [row - 1], withOthers: withOthers)
  }

  private func prove(_ question: String, rows: [Int]?, withOthers: Bool) throws(KnowledgeBaseError) {
    let answer = try knowledgeBase.why(
      question,
      rows: rows,
      withOthers: withOthers,
      solutionLimit: Proof.solutionsInText,
      options: options,
      warn: report
    )
    guard let proof = answer.proof, !proof.roots.isEmpty else {
      return say(rows == nil ? "it does not hold; `.whynot` tells what it lacks" : "the row is not there any more")
    }
    present([proof.text])
  }
}

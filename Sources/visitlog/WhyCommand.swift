import ArgumentParser
import Shell
import StudyVisits

struct WhyCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, graph
  }

  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Tell why something holds, down to the facts and what they cite.",
    discussion: """
      Of an atom, or of each row of a question's answer: by which rules it follows, from which facts, what documents
      and passages these cite, and who entered them when. Of several proofs the one that is least high is shown; --all
      shows the other ways too.

      EXAMPLES
        visitlog why 'duration_days(uz_jp_2018, N)'
        visitlog why 'linked(osce, Who)' --row 3
        visitlog why 'part_of(osce_pc_uz, osce)' --format graph | dot -Tsvg > why.svg
      """
  )

  @Argument(help: "An atom or question, in quotation marks for the shell.")
  var question: String

  @Option(name: .long, help: ArgumentHelp("Only the row of this number, from 1.", valueName: "n"))
  var row: Int?

  @Flag(name: .long, help: "The other ways in which it follows too.")
  var all = false

  @Option(name: .long, help: "text, json, or graph (DOT).")
  var format = Format.text

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions

  func validate() throws {
    if let row, row < 1 { throw ValidationError("--row takes a number from 1 on") }
  }

  func run() throws {
    let knowledgeBase = try database.open()
    let options = try evaluation.runOptions(Interruption())
    let answer = try knowledgeBase.why(
      question,
      rows: row.map { [$0 - 1] },
      withOthers: all,
      solutionLimit: format == .text ? Proof.solutionsInText : .max,
      options: options,
      warn: Console.say
    )
    guard let proof = answer.proof, !proof.roots.isEmpty else {
      Console.say(
        answer.rowCount == 0
          ? "visitlog: it does not hold, so there is nothing to prove; `visitlog whynot` tells what is missing"
          : "visitlog: the answer has \(answer.rowCount) \(answer.rowCount == 1 ? "row" : "rows")"
      )
      throw ExitCode(1)
    }
    switch format {
    case .text: try Console.write(proof.text)
    case .json: try Console.write(proof.json)
    case .graph: try Console.write(proof.graph)
    }
  }
}

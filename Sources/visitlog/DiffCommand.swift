import ArgumentParser
import Shell
import StudyVisits

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two knowledge bases: declarations, facts, rules and constraints.",
    discussion: """
      What only the first holds is marked -, what only the second holds +. Sources
      and the past are not compared. Exit status 1 says that something differs.

      EXAMPLE
        visitlog diff before.visitlog after.visitlog
      """
  )

  @Argument(help: ArgumentHelp("A knowledge base file.", valueName: "kb"))
  var first: String

  @Argument(help: ArgumentHelp("Another.", valueName: "kb"))
  var second: String

  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let interruption = Interruption()
    let options = try evaluation.runOptions(interruption)
    let difference = try KnowledgeBase.open(.file(first)).difference(
      to: KnowledgeBase.open(.file(second)),
      options: options
    )
    try output.display(interruption).show(difference)
    if difference.rowCount > 0 { throw ExitCode(1) }
  }
}

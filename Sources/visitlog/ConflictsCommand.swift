import ArgumentParser
import Shell
import StudyVisits

struct ConflictsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflicts",
    abstract: "List pairs of facts that contradict each other, with what their sources say.",
    discussion: """
      Two facts that a key forbids, or two numbers or dates that different sources give for one thing.

      EXAMPLES
        visitlog conflicts --db visits.visitlog
        visitlog conflicts --db visits.visitlog --format csv > conflicts.csv

      EXIT STATUS
        0  there is none
        1  there are some
      """
  )

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let interruption = Interruption()
    let knowledgeBase = try database.open()
    let display = output.display(interruption)
    // The words of both sources do not fit beside each other.
    if output.format == nil, display.mode == .box { display.setMode(.line) }
    let answer = try knowledgeBase.conflicts(options: try evaluation.runOptions(interruption))
    try display.show(answer)
    if answer.rowCount > 0 { throw ExitCode(1) }
  }
}

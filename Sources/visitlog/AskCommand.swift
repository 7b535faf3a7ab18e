import ArgumentParser
import Shell
import StudyVisits

struct AskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask",
    abstract: "Answer one question.",
    discussion: """
      The `?-` before a question and the `.` or `?` after it may be left out.

      EXAMPLES
        visitlog ask 'met_at(M, Host), org(Host, kind: university, name: Name)'
        visitlog ask 'org(O, Kind, _) order by Kind limit 3' --db visits.visitlog
        visitlog ask 'duration_days(V, N) @ D:P' --format json
      """
  )

  @Argument(help: "The question, in quotation marks for the shell.")
  var question: String

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var evidence: EvidenceOptions
  @OptionGroup var explanation: ExplanationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let interruption = Interruption()
    let knowledgeBase = try database.open()
    let display = output.display(interruption)
    var options = try evaluation.runOptions(interruption)
    options.tellsLeftOut = Environment.output.isErrorTerminal
    try explanation.explaining(evidence.applied(to: options)) { options in
      var leftOut: LeftOut?
      let clock = ContinuousClock()
      let start = clock.now
      let answer = try knowledgeBase.ask(question, options: options, warn: Console.say) { leftOut = $0 }
      let elapsed = clock.now - start
      let names = display.needsNames ? try knowledgeBase.names(of: answer, options: options) : [:]
      try display.show(answer, named: names, elapsed: elapsed)
      if let leftOut { Console.say(display.dim(leftOut.text)) }
      if answer.rowCount == 0 { throw ExitCode(1) }
    }
  }
}

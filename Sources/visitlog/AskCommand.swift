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
  @OptionGroup var explanation: ExplanationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let interruption = Interruption()
    let knowledgeBase = try database.open()
    try explanation.explaining(try evaluation.runOptions(interruption)) { options in
      let answer = try knowledgeBase.ask(question, options: options, warn: Console.say)
      try answer.writeOut(as: output.answers, options: output.rendering)
      if answer.rowCount == 0 { throw ExitCode(1) }
    }
  }
}

extension Answer {
  /// Writes to standard output, until Ctrl-C.
  func writeOut(as format: OutputFormat, options: RenderingOptions) throws(KnowledgeBaseError) {
    do {
      try write(as: format, to: FileDescriptorSink(1, isCancelled: { Interruption().isPending }), options: options)
    } catch {
      throw KnowledgeBaseError(error, path: "standard output")
    }
  }
}

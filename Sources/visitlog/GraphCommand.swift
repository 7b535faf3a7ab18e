import ArgumentParser
import Shell
import StudyVisits

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw an answer of two or more columns as a graph in DOT, for Graphviz.",
    discussion: """
      An edge for each row, from the first column to the second; further columns are its label. Entities are shown by
      name and shaped by kind.

      EXAMPLES
        visitlog graph 'participant(M, Who)' | dot -Tsvg > meetings.svg
        visitlog graph 'prompted(Cause, Effect)' --db visits.visitlog
      """
  )

  @Argument(help: "The question, in quotation marks for the shell.")
  var question: String

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions

  func run() throws {
    let knowledgeBase = try database.open()
    let options = try evaluation.runOptions(Interruption())
    let answer = try knowledgeBase.ask(
      question,
      options: options,
      warn: Console.say
    )
    let nodes = try knowledgeBase.graphNodes(options: options)
    try answer.writeOut(as: .graph, options: RenderingOptions(describeNode: nodes))
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

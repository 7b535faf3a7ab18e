import ArgumentParser
import Shell
import StudyVisits

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw a graph of a question's answer, a file of rules, or a shipped view.",
    discussion: """
      Of a question or a file's questions each row is an edge, from the first
      column to the second; what follows is its label. A file may have rules for
      node(Id, Label, Kind), edge(From, To, Label), cluster(Id, Name) and
      in_cluster(Node, Cluster). Without an argument the views are listed.

      EXAMPLES
        visitlog graph visit --format svg --output visit.svg
        visitlog graph neighbourhood --param of=keio
        visitlog graph 'prompted(Cause, Effect)' | dot -Tpng > causes.png
        visitlog graph meetings --from "Keio University" --hops 2
      """
  )

  @Argument(help: "A file, a shipped view, or a question in quotation marks for the shell.")
  var subject: String?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var drawing: GraphDrawingOptions
  @OptionGroup var evaluation: EvaluationOptions

  @Flag(name: .long, help: "Tell for nodes and edges what documents and passages they rest on.")
  var evidence = false

  func run() throws {
    guard let subject else { return try Console.write(GraphRequest.viewList) }
    var request = try drawing.request()
    request.options.hasEvidence = evidence
    let graphSubject = try GraphSubject(subject)
    let knowledgeBase = try database.open()
    let interruption = Interruption()
    let graph = try knowledgeBase.graph(
      of: graphSubject,
      request.options,
      options: try evaluation.runOptions(interruption),
      warn: Console.say
    )
    for remark in request.remarks(on: graph) { Console.say("visitlog: \(remark)") }
    let sink = FileDescriptorSink(1, isCancelled: { interruption.isPending })
    try request.write(graph, to: sink, isCancelled: { interruption.isPending })
    if graph.nodes.isEmpty { throw ExitCode(1) }
  }
}

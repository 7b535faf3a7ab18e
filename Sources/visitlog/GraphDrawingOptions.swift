import ArgumentParser
import Shell
import StudyVisits

/// What of a graph is drawn, and how.
struct GraphDrawingOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "\(GraphFormat.allCases.map(\.rawValue).joined(separator: ", ")); as the file's ending has it, else dot."
    )
  )
  var format: String?

  @Option(name: .long, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String?

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("Only the neighbourhood of an entity, by identifier or name.", valueName: "entity")
  )
  var origin: String?

  @Option(name: .long, help: ArgumentHelp("How many steps the neighbourhood goes; 1 unless given.", valueName: "n"))
  var hops: String?

  @Option(name: .long, help: ArgumentHelp("Only the nodes that most others are related to.", valueName: "k"))
  var top: String?

  @Option(name: .long, help: ArgumentHelp("Where edges lead: LR, RL, TB or BT.", valueName: "direction"))
  var rankdir: String?

  @Option(name: .long, help: "The engine of Graphviz: dot, neato, fdp, sfdp, circo or twopi.")
  var engine: String?

  @Flag(name: .long, help: "Write tables for Excel: with a byte order mark, and no cell that is taken for a formula.")
  var excel = false

  /// What is asked for.
  func request() throws -> GraphRequest {
    var request = GraphRequest()
    let given: [(GraphRequest.Option, String?)] = [
      (.format, format), (.output, output), (.from, origin), (.hops, hops), (.top, top), (.rankdir, rankdir),
      (.engine, engine),
    ]
    request.isForSpreadsheets = excel
    do throws(GraphRequest.Fault) {
      for case (let option, let value?) in given { try request.set(option, to: value) }
      try request.check()
    } catch {
      throw ValidationError(error.description)
    }
    return request
  }

  func validate() throws {
    if hops != nil, origin == nil { throw ValidationError("--hops needs --from, the entity to start from") }
    let request = try request()
    if request.writtenFormat.isBinary, request.output == nil, Environment.output.isOutputTerminal {
      throw ValidationError("\(request.writtenFormat.rawValue) is for a file: give --output, or redirect it")
    }
  }
}

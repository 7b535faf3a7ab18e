import ArgumentParser
import Shell
import StudyVisits

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "List the predicates of a knowledge base: columns, keys, and how many facts there are.",
    discussion: """
      EXAMPLES
        visitlog schema
        visitlog schema meet --db visits.visitlog
      """
  )

  @Argument(help: ArgumentHelp("Only predicates whose name contains this.", valueName: "part"))
  var part: String?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions

  func run() throws {
    let knowledgeBase = try database.open()
    let entries = try knowledgeBase.schema(options: try evaluation.runOptions(Interruption()))
    let chosen = entries.filter { entry in part.map { entry.name.contains($0) } ?? true }
    if let part, chosen.isEmpty {
      Console.say("no predicate's name contains `\(part)`")
      throw ExitCode(1)
    }
    try Console.write(chosen.map { $0.text + "\n" }.joined())
  }
}

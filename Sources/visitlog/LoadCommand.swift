import ArgumentParser
import Glibc
import Shell
import StudyVisits

struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Store declarations, facts, rules and constraints in a knowledge base file.",
    discussion: """
      The file is made when there is none. Everything is stored, or nothing. Facts
      only add; the rules and constraints of a file replace those that it brought
      before. Loading the same file twice changes nothing.

      With --replace, what a file stated when it was loaded before and states no
      longer is retracted, unless another file or somebody at the prompt states it
      too.

      EXAMPLES
        visitlog load seeds/*.dl visit.dl --db visits.visitlog
        visitlog load import.dl --facts exported --db visits.visitlog
        visitlog load visit.dl --replace --db visits.visitlog --reason 'corrected'
      """
  )

  @Argument(help: ArgumentHelp("The files to load; `-` is standard input.", valueName: "file"))
  var files: [String]

  @Option(name: .long, help: ArgumentHelp("The knowledge base file.", valueName: "kb"))
  var db: String

  @Option(name: .long, help: ArgumentHelp("Where `.input` finds its files.", valueName: "dir"))
  var facts: String?

  @Option(name: .long, help: ArgumentHelp("Why, for whoever looks back.", valueName: "text"))
  var reason: String?

  @Option(name: .long, help: ArgumentHelp("Who; the user's name unless given.", valueName: "name"))
  var author: String?

  @Flag(name: .long, help: "Retract what the files stated before and no longer do.")
  var replace = false

  @Flag(name: .long, help: "Store although constraints or keys are violated.")
  var allowViolations = false

  @OptionGroup var access: FileOptions
  @OptionGroup var evaluation: EvaluationOptions

  func validate() throws {
    if files.isEmpty { throw ValidationError("no file to load; `-` is standard input") }
  }

  func run() throws {
    let interruption = Interruption()
    let progress = Console.progressLine(interruption)
    defer { progress?.clear() }
    var options = access.applied(to: try evaluation.runOptions(interruption, factsFolder: facts))
    options.watch = progress?.show
    let report = try KnowledgeBase.load(
      files,
      into: db,
      note: Environment.note(author: author, reason: reason),
      replaces: replace,
      allowsViolations: allowViolations,
      options: options,
      warn: { findings in
        progress?.clear()
        Console.say(findings)
      }
    )
    progress?.clear()
    for violation in report.violations { Console.say(violation.text) }
    Console.say(report.text)
  }
}

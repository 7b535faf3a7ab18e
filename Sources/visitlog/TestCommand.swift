import ArgumentParser
import Shell
import StudyVisits

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run query files and compare their answers with those that are expected.",
    discussion: """
      What is expected stands behind a question, `expect { (a, 1), (b, 2) }`, as a
      set, or beside the file: `q.expected` for `q.dl`, with all its answers as
      `visitlog run --format csv` writes them. Missing rows are marked -, rows that
      were not expected +. Exit status 1 says that there are some.

      EXAMPLE
        visitlog test queries/*.dl --db visits.visitlog
      """
  )

  @Argument(help: ArgumentHelp("The query files.", valueName: "file"))
  var files: [String]

  @Option(name: .long, help: ArgumentHelp("The knowledge base file.", valueName: "kb"))
  var db: String?

  @Flag(name: .long, help: "Test on the study visit that ships with visitlog.")
  var example = false

  @Option(name: .long, help: ArgumentHelp("Where `.input` finds its files.", valueName: "dir"))
  var facts: String?

  @OptionGroup var past: PastOptions
  @OptionGroup var access: FileOptions
  @OptionGroup var evaluation: EvaluationOptions

  func validate() throws {
    if db != nil, example { throw ValidationError("--db and --example name two knowledge bases; give one of them") }
    if files.isEmpty { throw ValidationError("no file to test") }
  }

  func run() throws {
    let interruption = Interruption()
    let knowledgeBase = try past.open(db.map { .file($0) } ?? (example ? .shipped : .nothing))
    let options = access.applied(to: try evaluation.runOptions(interruption, factsFolder: facts, endsProcess: false))
    var (count, unmetCount) = (0, 0)
    for file in files {
      let report = try knowledgeBase.test(file, options: options, warn: Console.say)
      if report.count == 0 { Console.say("\(file) expects nothing") }
      count += report.count
      unmetCount += report.unmet.count
      for unmet in report.unmet {
        let rows = unmet.missing.map { "  - \($0)\n" } + unmet.added.map { "  + \($0)\n" }
        try Console.write("\(unmet.place)\n\(rows.joined())")
      }
    }
    Console.say("\(count - unmetCount) of \(count) answers as expected")
    if unmetCount > 0 || count == 0 { throw ExitCode(1) }
  }
}

import ArgumentParser
import Shell
import StudyVisits

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look for facts that violate the knowledge base's constraints and keys.",
    discussion: """
      Exit status 1 says that something is violated.

      EXAMPLE
        visitlog check --db visits.visitlog
      """
  )

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions

  func run() throws {
    let interruption = Interruption()
    let knowledgeBase = try database.open()
    let violations = try knowledgeBase.violations(options: try evaluation.runOptions(interruption), warn: Console.say)
    try Console.write(violations.map(\.text).joined())
    if violations.isEmpty {
      Console.say("every constraint and key holds")
      return
    }
    Console.say("\(violations.count) constraint\(violations.count == 1 ? " is" : "s are") violated")
    throw ExitCode(1)
  }
}

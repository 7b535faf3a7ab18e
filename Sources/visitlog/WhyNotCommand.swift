import ArgumentParser
import Shell
import StudyVisits

struct WhyNotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whynot",
    abstract: "Tell why something does not hold: the rules that could have given it, and what each lacks.",
    discussion: """
      Exit status 1 says that it holds.

      EXAMPLES
        visitlog whynot 'met(keio, nii)'
        visitlog whynot 'agreed_with(uz_delegation, keio)' --format json
      """
  )

  @Argument(help: "What should hold: one atom, in quotation marks for the shell.")
  var atom: String

  @Option(name: .long, help: "How it is told.")
  var format: TextFormat = .text

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions

  enum TextFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  func run() throws {
    let knowledgeBase = try database.open()
    let whyNot = try knowledgeBase.whyNot(atom, options: try evaluation.runOptions(Interruption()), warn: Console.say)
    switch format {
    case .text: try Console.write(whyNot.text)
    case .json: try Console.write(whyNot.json)
    }
    if whyNot.holds { throw ExitCode(1) }
  }
}

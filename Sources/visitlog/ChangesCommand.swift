import ArgumentParser
import Shell
import StudyVisits

struct ChangesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes",
    abstract: "Tell what was changed in a knowledge base since a day, or how an answer changed.",
    discussion: """
      Changes are told with their time, author and reason, facts with + for stated,
      - for retracted and ~ for other sources; with --format, a row for each fact.
      With a question, its answers that came (+) and went (-). Days begin and end
      in the local time zone.

      EXAMPLES
        visitlog changes --since 2018-06-29 --db visits.visitlog
        visitlog changes --since 2018-06 --until 2018-07 --db visits.visitlog --format csv
        visitlog changes --since 2018-06-29 'party(_, Who)' --db visits.visitlog
      """
  )

  @Argument(help: "The question, in quotation marks for the shell.")
  var question: String?

  @Option(name: .long, help: ArgumentHelp("From the beginning of this day, month, year or time on.", valueName: "date"))
  var since: String

  @Option(name: .long, help: ArgumentHelp("To its end; to now unless given.", valueName: "date"))
  var until: String?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let interruption = Interruption()
    let knowledgeBase = try database.open()
    let display = output.display(interruption)
    let first = try Environment.moment(since)
    let last = try until.map { try Environment.moment($0) }
    guard let question else {
      let changes = try knowledgeBase.changes(since: first, until: last)
      guard output.format == nil else { return try display.show(changes.answer) }
      return try Console.write(changes.isEmpty ? "nothing changed\n" : changes.text)
    }
    let answer = try knowledgeBase.changedAnswers(
      to: question,
      since: first,
      until: last,
      options: try evaluation.runOptions(interruption, endsProcess: false),
      warn: Console.say
    )
    try display.show(answer)
  }
}

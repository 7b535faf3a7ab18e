import ArgumentParser
import Shell
import StudyVisits

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy a knowledge base file, its past included, while others write to it.",
    discussion: """
      The copy is of one state, is checked, and is there whole or not at all.

      EXAMPLES
        visitlog backup visits-2018-06-29.visitlog --db visits.visitlog
        visitlog backup latest.visitlog --db visits.visitlog --overwrite
      """
  )

  @Argument(help: "The file to write.")
  var file: String

  @Option(name: .long, help: ArgumentHelp("The knowledge base file.", valueName: "kb"))
  var db: String?

  @Flag(name: .long, help: "Put the copy in the place of a file that is there.")
  var overwrite = false

  func run() throws {
    guard let path = db ?? Environment.value("VISITLOG_DB") else { throw KnowledgeBaseError.notStored }
    Console.say(try KnowledgeBase.open(.file(path)).backUp(to: file, replacing: overwrite))
  }
}

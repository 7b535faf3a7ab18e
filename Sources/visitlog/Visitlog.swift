import ArgumentParser
import Glibc
import Shell
import StudyVisits

/// The command: arguments to calls, errors to messages and exit statuses.
@main
struct Visitlog: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "visitlog",
    abstract: "A knowledge base of study visits: who met whom, about what, what was agreed, and who says so.",
    discussion: """
      Without a subcommand the prompt opens. A knowledge base is named with --db,
      else by VISITLOG_DB; without either, the study visit that ships with visitlog
      is open, in memory.

      EXAMPLES
        visitlog ask 'supporter(V, Who), org(Who, name: Name)'
        visitlog load seeds/*.dl --db visits.visitlog
        visitlog run queries/cooperation.dl --db visits.visitlog --format csv
        visitlog graph 'met_at(M, Host)' | dot -Tsvg > hosts.svg

      EXIT STATUS
        0  done; for `ask`, there are answers or yes
        1  for `ask` and `why`, none or no; for `whynot`, it holds; for `check`,
           something is violated; for `conflicts`, there are some; for `diff`,
           something differs; for `test`, an answer is not as expected
        2  an error, of usage too
        130  interrupted
      """,
    version: version,
    subcommands: [
      PromptCommand.self, AskCommand.self, RunCommand.self, LoadCommand.self, CheckCommand.self, SchemaCommand.self,
      GraphCommand.self, WhyCommand.self, WhyNotCommand.self, ConflictsCommand.self, ChangesCommand.self,
      DiffCommand.self, TestCommand.self, ImportCommand.self, TemplateCommand.self, ExportCommand.self,
      BackupCommand.self,
    ],
    defaultSubcommand: PromptCommand.self
  )

  static let version = "0.1.0"

  static func main() {
    signal(SIGPIPE, SIG_IGN)
    Console.occupyStandardStreams()
    do {
      var command = try parsed(Array(CommandLine.arguments.dropFirst()))
      try command.run()
    } catch let error as KnowledgeBaseError {
      Console.exit(for: error)
    } catch let code as ExitCode {
      Glibc.exit(code.rawValue)
    } catch {
      let message = fullMessage(for: error)
      if exitCode(for: error).isSuccess {
        show(message)
      } else {
        Console.say(message)
        Glibc.exit(2)
      }
    }
  }

  /// The command that the arguments call for.
  ///
  /// A subcommand that is named first parses what follows itself, which is half the work: the root would look at its
  /// default subcommand too. What does not parse so is left to the root, whose messages and help know the whole command.
  private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    if let name = arguments.first,
      let subcommand = configuration.subcommands.first(where: { $0.configuration.commandName == name }),
      let command = try? subcommand.parse(Array(arguments.dropFirst()))
    {
      return command
    }
    return try parseAsRoot(arguments)
  }

  /// Help or the version, which were asked for.
  private static func show(_ message: String) {
    do throws(KnowledgeBaseError) {
      try Console.write(message)
    } catch {
      Console.exit(for: error)
    }
  }
}

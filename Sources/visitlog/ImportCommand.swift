public import ArgumentParser
import Glibc
import Shell
public import StudyVisits

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Bring lists and other data into a knowledge base file, after a report.",
    discussion: """
      A report tells what would come in and what is left out, and why. Nothing is
      stored before it is accepted: at a terminal there is a question, in scripts
      --yes. Importing the same file again changes nothing; a row that has changed
      takes the place of what it said before. Rows that contradict keys or
      constraints are left out, and so are names that are written much like known
      ones, until somebody at the terminal or a map says whose they are.

      EXAMPLES
        visitlog import delegation.csv --db visits.visitlog
        visitlog import list.csv --map list.map --db visits.visitlog --dry-run
        visitlog import theirs.visitlog --db visits.visitlog

      EXIT STATUS
        0  stored, or nothing to store
        1  not accepted, or nothing can be imported; with --strict, something was left out
      """
  )

  @Argument(help: ArgumentHelp("The files to import.", valueName: "file"))
  var files: [String]

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "The format, where a file's name does not tell: \(names(ImportFormat.self)).",
      valueName: "format"
    )
  )
  var format: ImportFormat?

  @Option(
    name: .long,
    help: ArgumentHelp("A file that says which facts columns stand for, and whose names they are.", valueName: "file")
  )
  var map: String?

  @Option(
    name: .long,
    help: ArgumentHelp("How to read a date such as 03/04/2024: dmy or mdy.", valueName: "order")
  )
  var dates: DateOrder?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How the text of CSV and TSV is encoded, where it is not seen: \(names(TextEncoding.self)).",
      valueName: "name"
    )
  )
  var encoding: TextEncoding?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the file is known by in the knowledge base; its name without the folder unless given.",
      valueName: "id"
    )
  )
  var document: String?

  @Option(name: .long, help: ArgumentHelp("The knowledge base file.", valueName: "kb"))
  var db: String

  @Option(name: .long, help: ArgumentHelp("Why, for whoever looks back.", valueName: "text"))
  var reason: String?

  @Option(name: .long, help: ArgumentHelp("Who; the user's name unless given.", valueName: "name"))
  var author: String?

  @Flag(name: .long, help: "Report, and store nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Store nothing where anything would be left out.")
  var strict = false

  @Flag(name: .long, help: "Store without a question, unless facts would be taken back.")
  var yes = false

  @Flag(name: .long, help: "With --yes: take back what the file stated before and states no longer.")
  var replace = false

  @OptionGroup var evaluation: EvaluationOptions

  func validate() throws {
    if files.isEmpty { throw ValidationError("no file to import") }
    if let document, document.isEmpty || document.contains("/") || files.count > 1 {
      throw ValidationError("--document names one file, by an identifier without `/`")
    }
    if replace, !yes { throw ValidationError("--replace goes with --yes; without it there is a question") }
    if dryRun, yes { throw ValidationError("--dry-run stores nothing, --yes does: give one of them") }
  }

  func run() throws {
    let interruption = Interruption()
    let progress = Console.progressLine(interruption)
    var options = try evaluation.runOptions(interruption)
    options.watch = progress?.show
    var settings = ImportSettings()
    (settings.format, settings.map, settings.dateOrder, settings.document) = (format, map, dates, document)
    settings.encoding = encoding
    for file in files {
      defer { progress?.clear() }
      var found = try Import(file, settings: settings, into: db, options: options)
      progress?.clear()
      if !yes, !dryRun, isatty(0) == 1 {
        found = try found.deciding(ask)
        progress?.clear()
      }
      try Console.write(found.report.text)
      if strict, found.report.leavesOut {
        Console.say("error: something would be left out (--strict); nothing of `\(file)` was stored")
        throw ExitCode(1)
      }
      if found.report.isEmpty {
        Console.say("error: `\(file)` holds nothing that can be imported; nothing was stored")
        throw ExitCode(1)
      }
      if dryRun { continue }
      guard found.report.changesAnything else {
        Console.say("`\(db)` holds all of this already; nothing was changed")
        continue
      }
      guard accepts(found.report) else {
        Console.say("nothing of `\(file)` was stored")
        throw ExitCode(1)
      }
      let stored = try found.store(note: Environment.note(author: author, reason: reason))
      progress?.clear()
      Console.say(stored.text)
    }
  }

  private func ask(_ name: UndecidedName) -> String? {
    Console.say(name.question)
    return Console.ask(name.choices)
  }

  private func accepts(_ report: ImportReport) -> Bool {
    if yes {
      if let encoding = report.guessedEncoding {
        Console.say("`--yes` stores no guess: `--encoding \(encoding.rawValue)` says that it is right, or another name")
        return false
      }
      // A list that was cut short, or another one of the same name, is not to undo the first unseen.
      if replace || !report.undoes { return true }
      Console.say("`--yes` takes nothing back; `--replace` with it does")
      return false
    }
    guard isatty(0) == 1 else {
      Console.say("`--yes` stores this without a question")
      return false
    }
    return Console.agrees("store this?")
  }
}

struct TemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "Write an empty list, with headings and an example, that imports as it is.",
    discussion: """
      EXAMPLES
        visitlog template delegation > delegation.csv
        visitlog template meetings --output meetings.xlsx
      """
  )

  @Argument(help: ArgumentHelp("What is listed: \(names(ImportTemplate.self)).", valueName: "list"))
  var template: ImportTemplate

  @Option(name: .long, help: "csv or xlsx; as the file's ending has it, else csv.")
  var format: ImportTemplate.Format?

  @Option(name: .long, help: ArgumentHelp("The file to write; standard output unless given.", valueName: "file"))
  var output: String?

  func validate() throws {
    if output == nil, format == .xlsx { try OutputFormat.xlsx.checkFitsStandardOutput() }
  }

  func run() throws {
    let format = format ?? output.flatMap { ImportTemplate.Format(endingOf: $0) } ?? .csv
    let write = { (sink: any ByteSink) throws(KnowledgeBaseError) in
      do throws(RenderingError) {
        try template.write(as: format, to: sink)
      } catch {
        throw KnowledgeBaseError(error, path: output.map { "`\($0)`" } ?? "standard output")
      }
    }
    if let output {
      try KnowledgeBase.writeFile(output, isCancelled: { false }, write)
    } else {
      try write(FileDescriptorSink(1))
    }
    Console.say(template.hint)
  }
}

extension ImportFormat: ExpressibleByArgument {}
extension ImportTemplate: ExpressibleByArgument {}
extension ImportTemplate.Format: ExpressibleByArgument {}
extension DateOrder: ExpressibleByArgument {}
extension TextEncoding: ExpressibleByArgument {}

private func names<Name: CaseIterable & RawRepresentable<String>>(_: Name.Type) -> String {
  Name.allCases.map(\.rawValue).joined(separator: ", ")
}

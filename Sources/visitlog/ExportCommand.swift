import ArgumentParser
import Glibc
import Shell
import StudyVisits

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write an answer, or everything, for other programs.",
    discussion: """
      With a question, or a file with one, its answer is written as CSV, TSV, JSON,
      JSON lines, Markdown or a workbook (xlsx). Without, everything is written: as
      text that loads back (dl), as Popolo JSON, or as JSON-LD of schema.org.

      EXAMPLES
        visitlog export 'met_at(M, Host), met_on(M, Day)' --format csv --excel > hosts.csv
        visitlog export queries/cooperation.dl --evidence --output report.xlsx
        visitlog export --format dl --output visits.dl --db visits.visitlog
        visitlog export --format popolo --without contact --db visits.visitlog
      """
  )

  @Argument(
    help: ArgumentHelp("A question, in quotation marks for the shell, or a file with one.", valueName: "question")
  )
  var question: String?

  @Option(name: .long, help: "What is written; that of the ending of the output unless told.")
  var format: ExportFormat?

  @Flag(name: .long, help: "Write CSV for Excel: with a byte order mark, and no cell that is taken for a formula.")
  var excel = false

  @Option(name: .long, help: ArgumentHelp("The file to write; standard output unless given.", valueName: "file"))
  var output: String?

  @Option(
    name: .long,
    parsing: .upToNextOption,
    help: ArgumentHelp("Predicates whose facts are left out.", valueName: "predicate")
  )
  var without: [String] = []

  @Flag(name: .long, help: "Write the names of entities too, each in a column behind its own.")
  var names = false

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var evidence: EvidenceOptions

  func validate() throws {
    switch (question, try settledFormat().base) {
    case (nil, nil):
      throw ValidationError("a question is needed for this format; `dl`, `popolo` and `jsonld` do without")
    case (.some, .some): throw ValidationError("`dl`, `popolo` and `jsonld` write everything and take no question")
    case (nil, .some), (.some, nil): break
    }
    if excel, try settledFormat() != .csv { throw ValidationError("--excel goes with --format csv") }
    if output == nil { try settledFormat().answerFormat?.checkFitsStandardOutput() }
  }

  func run() throws {
    let interruption = Interruption()
    let format = try settledFormat()
    let knowledgeBase = try database.open()
    var options = evidence.applied(to: try evaluation.runOptions(interruption))
    try knowledgeBase.checkPredicates(without, options: options)
    options.withheld = Set(without)
    if let base = format.base {
      var leftOut: String?
      try write(options) { sink throws(KnowledgeBaseError) in
        leftOut = try knowledgeBase.export(base, to: sink, options: options)
      }
      if let leftOut { Console.say("visitlog: \(leftOut)") }
      return
    }
    guard let question, let answerFormat = format.answerFormat else { return }
    let answer = try knowledgeBase.answerToExport(question, options: options, warn: Console.say)
    var rendering = RenderingOptions()
    rendering.isForSpreadsheets = excel
    if names { rendering.show(try knowledgeBase.names(of: answer, options: options)) }
    try write(options) { sink throws(KnowledgeBaseError) in
      do throws(RenderingError) {
        try answer.write(as: answerFormat, to: sink, options: rendering)
      } catch {
        throw KnowledgeBaseError(error, path: output.map { "`\($0)`" } ?? "standard output")
      }
    }
    if answer.rowCount == 0 { throw ExitCode(1) }
  }

  /// The format asked for, else that of the ending of the output.
  private func settledFormat() throws -> ExportFormat {
    if let format { return format }
    let ending = output?.split(separator: ".").last.map { $0.lowercased() }
    if let ending, let format = ExportFormat(rawValue: ending == "md" ? "markdown" : ending) { return format }
    throw ValidationError("--format is needed: one of \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  private func write(
    _ options: RunOptions,
    _ body: (any ByteSink) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    if let output { return try KnowledgeBase.writeFile(output, isCancelled: options.isCancelled, body) }
    try body(FileDescriptorSink(1, isCancelled: options.isCancelled))
  }
}

enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case csv, tsv, json, jsonl, markdown, xlsx, dl, popolo, jsonld

  /// What it is of everything; `nil` for formats of answers.
  var base: KnowledgeBase.ExportFormat? {
    switch self {
    case .dl: .program
    case .popolo: .popolo
    case .jsonld: .jsonLD
    case .csv, .tsv, .json, .jsonl, .markdown, .xlsx: nil
    }
  }

  var answerFormat: OutputFormat? {
    switch self {
    case .csv: .csv
    case .tsv: .tsv
    case .json: .json
    case .jsonl: .jsonl
    case .markdown: .markdown
    case .xlsx: .xlsx
    case .dl, .popolo, .jsonld: nil
    }
  }
}

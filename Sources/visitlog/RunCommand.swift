import ArgumentParser
import Shell
import StudyVisits

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run query files: their questions and outputs, in order.",
    discussion: """
      Without --db the files see their own facts and those of --facts alone;
      --example adds the study visit that ships with visitlog. `-` is standard
      input, and a first line that begins with `#!` is passed over.

      EXAMPLES
        visitlog run queries/supporters.dl --example
        visitlog run closure.dl --facts data --output results
        visitlog run report.dl --param country=japan --format csv > report.csv
      """
  )

  @Argument(help: ArgumentHelp("The query files.", valueName: "file"))
  var files: [String]

  @Option(name: .long, help: ArgumentHelp("The knowledge base file.", valueName: "kb"))
  var db: String?

  @OptionGroup var past: PastOptions

  @Flag(name: .long, help: "Run on the study visit that ships with visitlog.")
  var example = false

  @Option(name: .long, help: ArgumentHelp("Where `.input` finds its files.", valueName: "dir"))
  var facts: String?

  @Option(name: .customLong("output"), help: ArgumentHelp("Where `.output` writes its files.", valueName: "dir"))
  var outputFolder: String?

  @OptionGroup var access: FileOptions
  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var evidence: EvidenceOptions
  @OptionGroup var explanation: ExplanationOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if db != nil, example { throw ValidationError("--db and --example name two knowledge bases; give one of them") }
    if files.isEmpty { throw ValidationError("no file to run; `-` is standard input") }
    try output.checkHoldsSeveralAnswers()
  }

  func run() throws {
    let interruption = Interruption()
    let knowledgeBase = try past.open(db.map { .file($0) } ?? (example ? .shipped : .nothing))
    let display = output.display(interruption)
    // A file may have many answers: they are read one below the other.
    display.isPaged = false
    var options = access.applied(
      to: try evaluation.runOptions(interruption, factsFolder: facts, outputFolder: outputFolder)
    )
    options.tellsLeftOut = Environment.output.isErrorTerminal
    try explanation.explaining(evidence.applied(to: options)) { options in
      var writer = AnswerWriter(display, output) { answer throws(KnowledgeBaseError) in
        try knowledgeBase.names(of: answer, options: options)
      }
      try knowledgeBase.run(files, options: options, warn: Console.say) { event throws(KnowledgeBaseError) in
        try writer.write(event)
      }
    }
  }
}

/// Writes what a run gives to standard output, with an empty line between two answers.
struct AnswerWriter {
  private let display: Display
  private let output: OutputOptions
  private let names: (Answer) throws(KnowledgeBaseError) -> EntityNames
  private var hasWrittenAnswer = false

  /// - Parameter names: of the entities in an answer.
  init(
    _ display: Display,
    _ output: OutputOptions,
    names: @escaping (Answer) throws(KnowledgeBaseError) -> EntityNames
  ) {
    self.display = display
    self.output = output
    self.names = names
  }

  mutating func write(_ event: RunEvent) throws(KnowledgeBaseError) {
    switch event {
    case .answer(let answer): try write(answer, as: nil)
    case .reasons(let reasons): Console.say(reasons)
    case .leftOut(let leftOut): Console.say(display.dim(leftOut.text))
    case .output(_, let answer, let format): try write(answer, as: format ?? output.format?.outputFormat ?? .tsv)
    case .size(let predicate, let count): try display.write(line: "\(predicate)\t\(count)")
    }
  }

  private mutating func write(_ answer: Answer, as format: OutputFormat?) throws(KnowledgeBaseError) {
    if hasWrittenAnswer { try display.write(line: "") }
    hasWrittenAnswer = true
    try display.show(answer, as: format, named: display.needsNames ? try names(answer) : [:])
  }
}

import ArgumentParser
import Glibc
import Shell
import StudyVisits

struct PromptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompt",
    abstract: "Ask questions one after the other.",
    discussion: """
      A question ends in `.` or `?`; `.help` lists what else can be typed, `.quit` or Ctrl-D leaves.

      EXAMPLE
        visitlog --db visits.visitlog
      """
  )

  /// What stands where a subcommand would: this one is the default, so a mistyped name comes here.
  @Argument(help: .hidden)
  var words: [String] = []

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var access: FileOptions
  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Neither read nor write files, nor run programs: for somebody else's questions.")
  var safe = false

  @Flag(name: .long, help: "Do not begin with `~/.config/visitlog/init.dl`.")
  var noInit = false

  @Flag(name: .long, help: "Go on after errors in a script on standard input.")
  var keepGoing = false

  @Flag(help: "Neither read nor keep what is entered in the history.")
  var noHistory = false

  func validate() throws {
    if let word = words.first {
      throw ValidationError("there is no command `\(word)`; `visitlog --help` lists the commands")
    }
    try output.checkHoldsSeveralAnswers()
  }

  func run() throws {
    let interruption = Interruption()
    let isInteractive = isatty(0) == 1
    let knowledgeBase = try open(isInteractive: isInteractive)
    let lines: any LineSource
    if isInteractive,
      let editor = EditLineSource(
        program: "visitlog",
        history: noHistory ? nil : HistoryFile(environment: Environment.all),
        editrc: Environment.value("EDITRC") ?? Environment.value("HOME").map { $0 + "/.editrc" },
        interruption: interruption
      )
    {
      let asked = database.db.map { ", asking `\($0)`" } ?? ""
      Console.say("visitlog \(Visitlog.version)\(asked); `.help` lists commands, `.quit` leaves")
      editor.isStyled = Environment.value("NO_COLOR") == nil && Environment.value("TERM") != "dumb"
      lines = editor
    } else {
      lines = StandardInputLines(interruption: interruption)
    }
    let display = output.display(interruption)
    // A pager may start other programs.
    if safe { display.isPaged = false }
    let prompt = Prompt(
      knowledgeBase,
      lines: lines,
      display: display,
      options: access.applied(to: try evaluation.runOptions(interruption, endsProcess: false)),
      manner: manner(isInteractive: isInteractive),
      note: { Environment.note() },
      explain: Console.explain
    )
    (lines as? EditLineSource)?.complete = { [unowned prompt] in prompt.completion(of: $0, at: $1) }
    let status = prompt.run()
    if status != 0 { throw ExitCode(status) }
  }

  /// Opens what is named, or makes it where somebody wants it made.
  private func open(isInteractive: Bool) throws(KnowledgeBaseError) -> KnowledgeBase {
    do {
      return try database.open()
    } catch {
      guard isInteractive, error.isMissingFile, let path = database.path, database.past.asOf == nil, !safe,
        Console.agrees("there is no `\(path)`; make a new knowledge base there?")
      else { throw error }
      try KnowledgeBase.create(path, note: Environment.note(), options: RunOptions(today: Environment.today))
      return try database.open()
    }
  }

  private func manner(isInteractive: Bool) -> Prompt.Manner {
    var manner = Prompt.Manner(isInteractive: isInteractive)
    manner.keepsGoing = keepGoing
    manner.beginsWithScript = isInteractive && !noInit && !safe
    manner.reach = safe ? .nothing : .everything
    return manner
  }
}

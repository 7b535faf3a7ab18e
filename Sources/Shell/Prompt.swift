import Datalog
public import StudyVisits

/// The interactive session: statements in, answers and messages out. Every question goes through `KnowledgeBase`.
///
/// Lines come from whoever types, or from a script; `.read` reads a script in between.
public final class Prompt {
  /// How the session behaves.
  public struct Manner: Sendable {
    /// A person types: go on after errors, and ask before what cannot be undone.
    public var isInteractive: Bool
    /// A script goes on after errors.
    public var keepsGoing = false
    public var reach = Reach.everything
    /// The user's own script comes first.
    public var beginsWithScript = false

    public init(isInteractive: Bool) {
      self.isInteractive = isInteractive
    }
  }

  var knowledgeBase: KnowledgeBase
  /// What was open before the knowledge base that looks back, and is again after it.
  var present: KnowledgeBase?
  var options: RunOptions
  /// Of the last question.
  let explanation = Explanation()
  /// By the last answer.
  var leftOut: LeftOut?
  /// Who changes are by, when it is said.
  var author: String?
  /// What was entered in this sitting, the last at the end.
  private(set) var entries: [String] = []
  /// What is to stand in the next line before anything is typed.
  var nextInitial: [UInt8] = []
  let display: Display
  let manner: Manner
  let makeNote: () -> ChangeNote
  let explain: (KnowledgeBaseError) -> Void
  /// The one being read last.
  private var sources: [Source] = []
  /// The outermost source, which can be asked.
  let lines: any LineSource
  private var status: Int32 = 0
  var isDone = false
  var tutorial: Tutorial?
  let progress: ProgressLine?
  /// Of the knowledge base that completion has last been asked about.
  var vocabulary: Vocabulary?
  /// What the entry that is being carried out has come to.
  var outcome = Outcome()

  /// Lines, and what is said of them in messages.
  private struct Source {
    let lines: any LineSource
    /// `nil` for what is typed.
    let script: String?
    /// The file that it is, for what it includes.
    var path: String?
    var lineNumber = 0
    /// The line on which the entry began.
    var entryLine = 0
  }

  /// - Parameters:
  ///   - note: time and author of a change made now.
  ///   - explain: says what went wrong.
  public init(
    _ knowledgeBase: KnowledgeBase,
    lines: any LineSource,
    display: Display,
    options: RunOptions,
    manner: Manner,
    note: @escaping () -> ChangeNote,
    explain: @escaping (KnowledgeBaseError) -> Void
  ) {
    self.knowledgeBase = knowledgeBase
    self.lines = lines
    self.display = display
    self.options = options
    self.options.explanation = explanation
    self.options.tellsLeftOut = manner.isInteractive
    self.manner = manner
    makeNote = note
    self.explain = explain
    progress = manner.isInteractive ? ProgressLine(display) : nil
    if let progress { self.options.watch = { progress.show($0) } }
  }

  var interruption: Interruption { display.interruption }

  var environment: [String: String] { display.surroundings.environment }

  /// Reads until the end or `.quit`; the exit status.
  public func run() -> Int32 {
    readInitialScript()
    read(Source(lines: lines, script: manner.isInteractive ? nil : "standard input"))
    return status
  }

  // MARK: Reading

  private func read(_ source: Source) {
    sources.append(source)
    defer { sources.removeLast() }
    let place = sources.count - 1
    var buffer = StatementBuffer()
    while !isDone {
      if buffer.isBlank { sources[place].entryLine = sources[place].lineNumber + 1 }
      switch nextLine(from: source.lines, for: buffer) {
      case .interrupted:
        interruption.clear()
        buffer = StatementBuffer()
        if !isInteractive { return end(130) }
      case .end:
        if !buffer.isBlank { carryOut(buffer.take()) }
        if isTyped, !isDone, !mayGiveUpFacts() { continue }
        return
      case .entry(let entry):
        buffer = StatementBuffer()
        guard buffer.append(entry) else { continue }
        let entry = buffer.take()
        remember(entry)
        carryOut(entry)
      case .line(let line):
        sources[place].lineNumber += 1
        if buffer.isBlank, isTyped, let misreading = Misreading(line) {
          remember(line)
          tell(misreading)
          continue
        }
        let wasBlank = buffer.isBlank
        guard buffer.append(wasBlank ? meant(by: line) : line) else {
          if isTyped { hint(at: buffer, after: line, isFirst: wasBlank) }
          continue
        }
        let entry = buffer.take()
        remember(entry)
        if !carryOut(entry), place > 0 { return }
      }
    }
  }

  /// What stands before an entry; it tells when it is not now that is asked.
  private var mainPrompt: String { knowledgeBase.moment.map { "visitlog \($0.text)> " } ?? "visitlog> " }

  private func nextLine(from source: any LineSource, for buffer: StatementBuffer) -> LineInput {
    let prompt = buffer.prompt(first: mainPrompt)
    guard buffer.isBlank else { return source.nextLine(prompt: prompt, continuing: buffer.text) }
    let initial = isTyped ? nextInitial : []
    if isTyped { nextInitial = [] }
    return source.nextLine(prompt: prompt, initial: initial)
  }

  /// Whether what is read now comes from whoever sits before the terminal.
  var isTyped: Bool { sources.last?.script == nil && manner.isInteractive }

  /// Whether nothing of the entry was pasted either.
  var isTypedByHand: Bool { isTyped && !lines.isPasted }

  var isInteractive: Bool { manner.isInteractive }

  private func remember(_ entry: [UInt8]) {
    guard isTyped else { return }
    var entry = entry
    while let last = entry.last, last == UInt8(ascii: "\n") { entry.removeLast() }
    entries.append(String(decoding: entry, as: UTF8.self))
    lines.remember(entry)
  }

  /// The last statement that was entered, without commands.
  var lastEntry: [UInt8] {
    Array((entries.last { CommandEntry($0) == nil } ?? "").utf8)
  }

  func forgetEntries() {
    entries = []
    lines.forgetHistory()
  }

  /// Reads a script as if it were typed, but for what only a person may do.
  func readScript(_ path: String) throws(KnowledgeBaseError) {
    guard sources.count < Prompt.deepestScript else { return refuse("`\(path)` reads itself, or too many others") }
    let bytes = try KnowledgeBase.contents(of: path)
    read(Source(lines: ScriptLines(bytes), script: "`\(path)`", path: path))
  }

  /// What the user wants done at each start.
  private func readInitialScript() {
    guard manner.beginsWithScript, let file = InitialScript(environment), file.exists else { return }
    guard file.isTrustworthy else {
      return say("`\(file.path)` is left alone: others than you can write it, or it is not yours")
    }
    do {
      try readScript(file.path)
    } catch {
      explain(error)
    }
  }

  /// Chosen: nobody nests scripts so deep, and each takes a part of the stack.
  private static let deepestScript = 16

  // MARK: Carrying out

  /// - Returns: whether a script may go on.
  @discardableResult
  private func carryOut(_ entry: [UInt8]) -> Bool {
    let text = String(decoding: entry, as: UTF8.self).trimmingBlanks
    guard !text.isEmpty else { return true }
    outcome = Outcome()
    outcome.text = text
    outcome.start = .now
    defer { interruption.clear() }
    do {
      if let line = CommandEntry(text) { try perform(line) } else { try enter(entry) }
    } catch {
      fail(with: error)
    }
    progress?.clear()
    if tutorial?.follow(outcome) == true { advanceTutorial() }
    return !outcome.hasFailed || isTyped || manner.keepsGoing
  }

  private func fail(with error: KnowledgeBaseError) {
    progress?.clear()
    outcome.hasFailed = true
    explain(error)
    if case .output(_, .closedPipe) = error { isDone = true }
    switch error {
    case .rejected(let findings): offerCorrection(findings)
    case .unknown(_, let name, let nearest): if let first = nearest.first { offer(first, inPlaceOf: name) }
    default: break
    }
    stopScript(error.isInterruption ? 130 : 2)
  }

  /// Ends a script after a failure, unless it is to keep going.
  func stopScript(_ code: Int32) {
    guard !isTyped, let source = sources.last, let script = source.script else { return }
    if manner.keepsGoing, code != 130 {
      status = code
      return
    }
    say("stopped at line \(source.entryLine) of \(script)")
    if !isInteractive { end(code) }
  }

  private func end(_ code: Int32) {
    status = code
    isDone = true
  }

  /// Takes a statement of the language.
  ///
  /// - Parameter coined: a name that is meant to be new, so that nobody needs to be asked about it.
  func enter(_ entry: [UInt8], coined: String? = nil) throws(KnowledgeBaseError) {
    var correspondent = Correspondent(
      warn: report,
      emit: { [self] event throws(KnowledgeBaseError) in
        try show(event)
      },
      agrees: isTyped ? { [self] in $0.isAbout(coined) || agrees($0) } : nil
    )
    correspondent.script = sources.last?.path
    var options = options
    // Whoever types may name any file; a text only those beside it.
    if manner.reach == .nothing { options.fileAccess = .nowhere } else if isTyped { options.fileAccess = .anywhere }
    let typedCount = isTyped ? knowledgeBase.typedClauses.count : 0
    let report = try knowledgeBase.enter(entry, note: note(), options: options, for: correspondent)
    if !report.isEmpty { say(report) }
    if isTyped, knowledgeBase.typedClauses.count > typedCount {
      say(display.dim("kept for this sitting; `.drop` takes it back"))
    }
    if let correction = outcome.correction { offer(correction) }
  }

  private func perform(_ line: CommandEntry) throws(KnowledgeBaseError) {
    outcome.command = line.name
    switch line.meaning(allowsPrefixes: isTyped) {
    case .command(let command):
      outcome.command = command.name
      guard isAllowed(command) else { return }
      try command.perform(self, line.argument)
    case .ambiguous(let names):
      refuse("`.\(line.name)` may be \(Diagnostic.list(names.map { "." + $0 }, "or"))")
    case .unknown(let nearest):
      let hint =
        nearest.isEmpty
        ? "`.help` lists the commands" : "did you mean \(Diagnostic.list(nearest.map { "." + $0 }, "or"))?"
      refuse("there is no command `\(line.written)`; \(hint)")
      guard isTyped, let first = nearest.first else { return }
      offer(Array((".\(first)" + (line.argument.isEmpty ? "" : " \(line.argument)")).utf8))
    }
  }

  private func isAllowed(_ command: Command) -> Bool {
    switch command.permission {
    case .any: return true
    case .files where manner.reach == .nothing, .typed where manner.reach == .nothing:
      refuse("`.\(command.name)` reaches beyond the knowledge base, which `--safe` rules out")
      return false
    case .files: return true
    case .typed:
      if isTypedByHand { return true }
      refuse("`.\(command.name)` runs programs, so it is only taken when it is typed")
      return false
    }
  }
}

/// What an entry came to.
struct Outcome {
  var text = ""
  var start = ContinuousClock.now
  var command: String?
  /// Of each answer.
  var rowCounts: [Int] = []
  var hasFailed = false
  /// What was meant instead, perhaps.
  var correction: [UInt8]?
}

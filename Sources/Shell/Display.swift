public import StudyVisits

/// How and where a session shows its answers: layout, names, and the screen, a pager, a file or a command.
///
/// Everything that it goes by comes from outside. A process must have set SIGPIPE to be ignored.
public final class Display {
  /// Where entities are shown by name.
  public enum Names: Hashable, Sendable {
    /// In the layouts for people, on the screen.
    case atTerminal
    /// In files, pipes and the formats for programs too.
    case everywhere
    case nowhere
  }

  /// Where the next answer goes.
  private enum Destination {
    case screen
    case file(AnswerFile)
    case command(String)
  }

  /// What was shown, to be shown again.
  struct Showing {
    let answer: Answer
    /// The format that the answer itself asks for; `nil` leaves it to the mode.
    let format: OutputFormat?
    let names: EntityNames
    let elapsed: Duration?
  }

  public let surroundings: OutputSurroundings
  public private(set) var mode: OutputFormat
  public private(set) var names: Names
  /// What switching them on goes back to.
  private var shownNames = Names.atTerminal
  /// Whether it is told how long answers took: by tables at the terminal, else in a message.
  public var isTimed: Bool
  public var overflow = RenderingOptions.Overflow.cut
  /// Whether what is longer than the screen goes through the pager.
  public var isPaged = true
  let interruption: Interruption
  let output: any ByteSink
  let messages: any ByteSink
  private var redirection: AnswerFile?
  private var once: Destination?
  private var last: Showing?

  /// - Parameters:
  ///   - output: takes answers on the screen, or wherever standard output goes.
  ///   - messages: takes everything else.
  public init(
    _ surroundings: OutputSurroundings,
    interruption: Interruption,
    output: any ByteSink,
    messages: any ByteSink
  ) {
    self.surroundings = surroundings
    self.interruption = interruption
    self.output = output
    self.messages = messages
    mode = surroundings.isOutputTerminal ? .box : .tsv
    names = .atTerminal
    isTimed = surroundings.isOutputTerminal
  }

  // MARK: Answers

  /// Shows an answer where the next one is to go.
  ///
  /// - Parameters:
  ///   - format: what the answer itself asks for, whatever the mode.
  ///   - names: of the entities in it; needed only if `needsNames`.
  public func show(
    _ answer: Answer,
    as format: OutputFormat? = nil,
    named names: EntityNames = [:],
    elapsed: Duration? = nil
  ) throws(KnowledgeBaseError) {
    let showing = Showing(answer: answer, format: format, names: names, elapsed: elapsed)
    last = showing
    try show(showing)
  }

  /// The answer that was shown last.
  public var lastAnswer: Answer? { last?.answer }

  /// Shows the last answer again, as things are set now.
  ///
  /// - Parameter names: `nil` takes those of the first time.
  public func showLast(named names: EntityNames? = nil) throws(KnowledgeBaseError) {
    guard let last else { return say("nothing has been answered yet") }
    let again = Showing(
      answer: last.answer,
      format: last.format,
      names: names ?? last.names,
      elapsed: last.elapsed
    )
    self.last = again
    try show(again)
  }

  /// Writes a line that is no answer, such as the size of a predicate, where answers go.
  public func write(line: String) throws(KnowledgeBaseError) {
    if case .file(let file) = destination { return try file.append(line + "\n") }
    do throws(ByteSinkError) {
      try output.write(line + "\n")
    } catch {
      throw .output(path: Display.screenName, error)
    }
  }

  private func show(_ showing: Showing) throws(KnowledgeBaseError) {
    let destination = destination
    once = nil
    switch destination {
    case .screen: try showOnScreen(showing)
    case .file(let file):
      try file.append(showing.answer, as: showing.format ?? file.format(in: mode), options: options(showing))
      if surroundings.isOutputTerminal {
        tell(showing, "written to `\(file.path)`")
      } else if isTimed {
        tell(showing)
      }
    case .command(let command): try show(showing, to: command)
    }
  }

  private var destination: Destination { once ?? redirection.map { .file($0) } ?? .screen }

  // MARK: Settings

  /// The modes that there are.
  public static let modes = OutputFormat.allCases.filter { $0 != .graph && $0.isText }.map(\.rawValue)

  /// Sets the layout by its name; false when there is none of that name.
  public func setMode(_ name: String) -> Bool {
    guard Display.modes.contains(name), let format = OutputFormat(rawValue: name) else { return false }
    setMode(format)
    return true
  }

  public func setMode(_ format: OutputFormat) {
    mode = format
  }

  public func setNames(_ names: Names) {
    self.names = names
    if names != .nowhere { shownNames = names }
  }

  /// Switches names off, or on as they were; elsewhere than at a terminal too if the output is none.
  public func setNames(shown: Bool) {
    names = !shown ? .nowhere : surroundings.isOutputTerminal ? shownNames : .everywhere
  }

  /// Whether the next answer may show names.
  public var needsNames: Bool {
    switch (names, destination) {
    case (.everywhere, _): true
    case (.atTerminal, .screen): surroundings.isOutputTerminal && mode.isForPeople
    case (.atTerminal, _), (.nowhere, _): false
    }
  }

  /// Appends further answers to a file, which is emptied now; `nil` ends that.
  public func redirect(to path: String?) throws(KnowledgeBaseError) {
    redirection = nil
    if let path { redirection = try open(path) }
  }

  /// The file that answers go to; `nil` is the screen.
  public var redirectedPath: String? { redirection?.path }

  /// Writes the next answer alone to a file, which is emptied now.
  public func once(file path: String) throws(KnowledgeBaseError) {
    once = .file(try open(path))
  }

  /// Gives the next answer alone to a shell command.
  public func once(command: String) {
    once = .command(command)
  }

  private func open(_ path: String) throws(KnowledgeBaseError) -> AnswerFile {
    let home = path.hasPrefix("~/") ? surroundings.environment["HOME"] : nil
    return try AnswerFile(home.map { $0 + path.dropFirst() } ?? path, interruption: interruption)
  }

  // MARK: Messages

  /// Lines for the user, beside the answers.
  public func say(_ text: String) {
    write(message: text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Text for the user as it is. Messages that cannot be written are lost.
  func write(message: String) {
    _ = try? messages.write(message)
  }

  /// A message's text made less prominent, where messages are coloured.
  public func dim(_ text: String) -> String {
    surroundings.areMessagesColoured ? "\u{1B}[2m\(text)\u{1B}[0m" : text
  }

  public var terminalSize: OutputSurroundings.Size { surroundings.size }

  /// Whether answers on the screen are coloured.
  public var isColoured: Bool { surroundings.isColoured }
}

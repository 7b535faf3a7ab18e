internal import StudyVisits

extension Display {
  static let screenName = "standard output"

  /// What an answer is rendered with, wherever it goes.
  func options(_ showing: Showing) -> RenderingOptions {
    var options = RenderingOptions()
    options.overflow = overflow
    options.borders = surroundings.isUTF8 ? .unicode : .ascii
    if names == .everywhere { options.show(showing.names) }
    return options
  }

  private func screenOptions(_ showing: Showing, _ format: OutputFormat) -> RenderingOptions {
    var options = options(showing)
    guard surroundings.isOutputTerminal else { return options }
    options.isAtTerminal = true
    options.lineWidth = surroundings.size.columns
    options.isColoured = isColoured
    options.elapsed = isTimed ? showing.elapsed : nil
    if names == .atTerminal, format.isForPeople { options.show(showing.names) }
    return options
  }

  // MARK: The screen

  func showOnScreen(_ showing: Showing) throws(KnowledgeBaseError) {
    let format = showing.format ?? mode
    let options = screenOptions(showing, format)
    let isShown = try pages(format.isForPeople, to: output) { screen in
      // A pager that reads no further has shown enough.
      _ = try? showing.answer.write(as: format, to: screen, options: options)
    }
    if !isShown { try write(showing.answer, as: format, options) }
    if isTimed, !surroundings.isOutputTerminal || !format.tellsItself { tell(showing) }
  }

  /// The text that a command gives: a message, but at a terminal in lines that fit, and through the pager if it is longer
  /// than the screen.
  ///
  /// - Parameter overflow: of lines that are too long.
  func present(_ text: String, _ overflow: RenderingOptions.Overflow = .wrap) {
    guard surroundings.isErrorTerminal else { return say(text) }
    let fitted = text.fitted(toCells: surroundings.size.columns, overflow)
    let isShown = try? pages(true, to: messages) { _ = try? $0.write(fitted) }
    if isShown != true { say(fitted) }
  }

  private func write(
    _ answer: Answer,
    as format: OutputFormat,
    _ options: RenderingOptions
  ) throws(KnowledgeBaseError) {
    do throws(RenderingError) {
      try answer.write(as: format, to: output, options: options)
    } catch {
      throw KnowledgeBaseError(error, path: Display.screenName)
    }
  }

  /// Shows what is written, through the pager if it is longer than the screen; false when nothing was shown, since nobody
  /// is there to turn pages, or the pager cannot be started.
  private func pages(
    _ isForPeople: Bool,
    to terminal: any ByteSink,
    _ write: (ScreenSink) -> Void
  ) throws(KnowledgeBaseError) -> Bool {
    guard isPaged, isForPeople, surroundings.isOutputTerminal, surroundings.isInputTerminal,
      let pager = surroundings.pager
    else { return false }
    let environment = pagerEnvironment
    let screen = ScreenSink(terminal, size: surroundings.size) { () throws(ByteSinkError) in
      try ChildCommand(pager, environment: environment, isQuietWhenMissing: true)
    }
    write(screen)
    do throws(ByteSinkError) {
      switch try screen.finish() {
      case .shown: break
      case .paged:
        // Ctrl-C there was for the pager.
        interruption.clear()
      case .pagerNotStarted:
        say("note: `\(pager)` (PAGER) cannot be started; everything follows")
        return false
      }
    } catch {
      throw .output(path: Display.screenName, error)
    }
    return true
  }

  /// The surroundings and what makes `less` show dim text and UTF-8, and end by itself, unless they say otherwise.
  private var pagerEnvironment: [String: String] {
    surroundings.environment.merging(["LESS": "SRXF", "LESSCHARSET": "utf-8"]) { given, _ in given }
  }

  // MARK: Commands

  /// Gives an answer to a command and waits for its end; one that reads no further has read enough.
  func show(_ showing: Showing, to command: String) throws(KnowledgeBaseError) {
    let status: Int32
    do throws(ByteSinkError) {
      let child = try ChildCommand(command, environment: surroundings.environment)
      _ = try? showing.answer.write(as: showing.format ?? mode, to: child, options: options(showing))
      status = child.finish()
    } catch {
      throw .output(path: "`\(command)`", error)
    }
    interruption.clear()
    if status != 0 { say("note: `\(command)` ended with status \(status)") }
  }

  /// Tells in a dim message what a table tells in its last line.
  func tell(_ showing: Showing, _ rest: String? = nil) {
    let summary = showing.answer.summary(elapsed: isTimed ? showing.elapsed : nil)
    let text = [summary.isEmpty ? nil : summary, rest].compactMap(\.self).joined(separator: "  ")
    if !text.isEmpty { say(dim(text)) }
  }
}

extension OutputFormat {
  /// Whether its last line counts the rows.
  fileprivate var tellsItself: Bool { self == .table || self == .box }
}

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
    let isShown = try show(showing, as: format, options, through: pager(for: format))
    if !isShown { try write(showing.answer, as: format, options) }
    if surroundings.isOutputTerminal, isTimed, !format.tellsItself { tell(showing) }
  }

  /// A pager is for people who read at a terminal and turn the pages there.
  private func pager(for format: OutputFormat) -> String? {
    guard isPaged, surroundings.isOutputTerminal, surroundings.isInputTerminal, format.isForPeople else { return nil }
    return surroundings.pager
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

  /// Shows an answer, through the pager if it is longer than the screen; false when nothing was shown.
  private func show(
    _ showing: Showing,
    as format: OutputFormat,
    _ options: RenderingOptions,
    through pager: String?
  ) throws(KnowledgeBaseError) -> Bool {
    guard let pager else { return false }
    let environment = pagerEnvironment
    let screen = ScreenSink(output, size: surroundings.size) { () throws(ByteSinkError) in
      try ChildCommand(pager, environment: environment)
    }
    // A pager that reads no further has shown enough.
    _ = try? showing.answer.write(as: format, to: screen, options: options)
    do throws(ByteSinkError) {
      switch try screen.finish() {
      case .shown: break
      case .paged:
        // Ctrl-C there was for the pager.
        interruption.clear()
      case .pagerNotStarted:
        say("note: `\(pager)` (PAGER) cannot be started; all rows follow")
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

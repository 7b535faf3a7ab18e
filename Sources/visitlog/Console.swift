import ArgumentParser
import Glibc
import Shell
import StudyVisits

/// Standard error and exit statuses.
enum Console {
  /// Opens what the caller has closed of the standard streams, so that no file is taken for one of them: reading and
  /// writing fail there as before.
  static func occupyStandardStreams() {
    for stream in Int32(0)...2 where fcntl(stream, F_GETFD) < 0 {
      // The lowest free number is given: this one, since those below are open.
      _ = open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// A line on standard error.
  static func say(_ text: String) {
    var text = text.hasSuffix("\n") ? text : text + "\n"
    text.withUTF8 { bytes in _ = try? FileDescriptorSink(2).write(bytes) }
  }

  /// Where the progress of what takes long is told; `nil` where standard error is no terminal.
  static func progressLine(_ interruption: Interruption) -> ProgressLine? {
    let messages = FileDescriptorSink(2)
    return ProgressLine(
      Display(Environment.output, interruption: interruption, output: FileDescriptorSink(1), messages: messages)
    )
  }

  /// A line from a person at the terminal; `nil` at the end of input and after Ctrl-C.
  static func ask(_ question: String) -> String? {
    _ = try? FileDescriptorSink(2).write(question)
    let interruption = Interruption()
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    // Reading goes on after a signal, so that it is begun only when there is something to read.
    while poll(&input, 1, 100) <= 0 {
      if interruption.isPending {
        say("")
        return nil
      }
    }
    return readLine()
  }

  /// Asks a person at the terminal; anything but yes is no.
  static func agrees(_ question: String) -> Bool {
    ["y", "yes"].contains(ask(question + " [y/N] ")?.lowercased())
  }

  /// Lines on standard output; unlike `print`, it tells when they could not be written.
  static func write(_ text: String) throws(KnowledgeBaseError) {
    do {
      try FileDescriptorSink(1).write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n")
    } catch {
      throw .output(path: "standard output", error)
    }
  }

  /// Diagnostics on standard error, in colour at a terminal.
  static func say(_ findings: Findings) {
    guard !findings.isEmpty else { return }
    say(findings.rendered(isColoured: isColoured))
  }

  private static var isColoured: Bool { Environment.output.areMessagesColoured }

  static func exit(for error: KnowledgeBaseError) -> Never {
    switch error {
    case .output(_, .closedPipe), .rendering(.sink(.closedPipe)): Glibc.exit(0)
    case .rejected, .stopped, .file, .input, .storage, .output, .rendering, .violated, .notStored, .retractsDerived,
      .unknown, .history, .graph, .notOneQuestion, .importing:
      explain(error)
      Glibc.exit(error.isInterruption ? 130 : 2)
    }
  }

  /// What went wrong, on standard error.
  static func explain(_ error: KnowledgeBaseError) {
    switch error {
    case .rejected(let findings), .stopped(let findings, _): say(findings)
    case .violated(let violations):
      for violation in violations { say(violation.text) }
      say(
        "error: \(violations.count) constraint\(violations.count == 1 ? " is" : "s are") violated; nothing was stored"
      )
    case .file, .input, .storage, .output, .rendering, .notStored, .retractsDerived, .unknown, .history,
      .graph, .notOneQuestion, .importing:
      say("error: \(error.summary)")
    }
  }
}

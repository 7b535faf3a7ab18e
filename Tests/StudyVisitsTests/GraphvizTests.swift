import Foundation
import Testing

@testable import StudyVisits

/// Programs that stand for Graphviz and do not end by themselves.
@Suite(.timeLimit(.minutes(2))) struct GraphvizTests {
  /// A script beside which it writes its process and that of what it starts, which waits for minutes.
  private struct Sleeper {
    let folder: URL
    var program: String { folder.appending(path: "dot").path }

    init() throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "visitlog-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let script = """
        #!/bin/sh
        sleep 300 &
        echo $$ $! > '\(folder.path)/written'
        mv '\(folder.path)/written' '\(folder.path)/processes'
        wait
        """
      // By a program of its own: one that another test starts meanwhile would hold a file that is written here open, and
      // what is open for writing cannot be run.
      let draft = folder.appending(path: "draft").path
      try script.write(toFile: draft, atomically: true, encoding: .utf8)
      let install = try Process.run(
        URL(fileURLWithPath: "/usr/bin/install"),
        arguments: ["-m", "755", draft, program]
      )
      install.waitUntilExit()
    }

    var isStarted: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "processes").path) }

    /// Waits until none of them is there any more, but for what nobody has waited for yet.
    func end() throws {
      while try !hasEnded() { usleep(10_000) }
    }

    private func hasEnded() throws -> Bool {
      let text = try String(contentsOf: folder.appending(path: "processes"), encoding: .utf8)
      return text.split(whereSeparator: \.isWhitespace).allSatisfy { process in
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status?.split(separator: ")").last?.hasPrefix(" Z") ?? true
      }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
  }

  @Test func `what takes too long is ended, with what it started`() throws {
    let sleeper = try Sleeper()
    defer { sleeper.remove() }
    // The limit counts from the start: a slow machine may need more than one to write what it started.
    var seconds = 1
    repeat {
      #expect(throws: GraphFault.tookTooLong(seconds: seconds)) {
        try Graphviz(program: sleeper.program, seconds: seconds, isCancelled: { false }).drawing(of: [], as: "svg")
      }
      seconds *= 2
    } while !sleeper.isStarted && seconds < 60
    try sleeper.end()
  }

  @Test func `what nobody wants any more is ended, with what it started`() throws {
    let sleeper = try Sleeper()
    defer { sleeper.remove() }
    #expect(throws: GraphFault.interrupted) {
      try Graphviz(program: sleeper.program, isCancelled: { sleeper.isStarted }).drawing(of: [], as: "svg")
    }
    try sleeper.end()
  }
}

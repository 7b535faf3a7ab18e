import Foundation
import Testing

/// Prompts in terminals, on a folder of their own.
struct TerminalSession {
  static let up = "\u{1B}[A"
  static let down = "\u{1B}[B"
  static let left = "\u{1B}[D"
  static let right = "\u{1B}[C"
  static let controlLeft = "\u{1B}[1;5D"
  static let controlRight = "\u{1B}[1;5C"
  static let backspace = "\u{7F}"
  static let home = "\u{1}"
  static let end = "\u{5}"
  static let controlC = "\u{3}"
  static let controlD = "\u{4}"
  static let controlR = "\u{12}"
  static let controlZ = "\u{1A}"
  static let tab = "\t"
  static let prompt = "visitlog> "

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  static var program: String { CommandLineRun.products.appendingPathComponent("visitlog").path }

  var environment: [String: String] {
    [
      "HOME": folder.url.path, "XDG_STATE_HOME": folder.url.appendingPathComponent("state").path, "LANG": "C.UTF-8",
      "TERM": "xterm", "PATH": "/usr/bin:/bin", "USER": "tester",
    ]
  }

  var history: String { folder.url.appendingPathComponent("state/visitlog/history").path }

  /// A prompt that has shown its first line; on the shipped visit, unless arguments say otherwise.
  func begin(_ arguments: [String] = [], isPlain: Bool = true) throws -> PseudoTerminal {
    var environment = environment
    if isPlain { environment["NO_COLOR"] = "1" }
    let terminal = try PseudoTerminal(TerminalSession.program, arguments, environment: environment)
    try terminal.wait(forRow: "visitlog>", cursorAt: 10)
    return terminal
  }

  /// Gives up the line, and ends the prompt once it shows the next.
  func leave(_ terminal: PseudoTerminal) throws {
    terminal.type(TerminalSession.controlC)
    try terminal.wait(for: "a prompt below what was given up") { screen in
      screen.row > 0 && screen.text(screen.row) == "visitlog>" && screen.text(screen.row - 1).hasSuffix("^C")
    }
    terminal.type(TerminalSession.controlD)
    #expect(try terminal.end() == 0)
  }

  static func paste(_ text: String) -> String { "\u{1B}[200~\(text)\u{1B}[201~" }
}

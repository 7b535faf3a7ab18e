import Foundation
import Testing

/// The prompt as a person meets it, in a real terminal.
@Suite(.serialized)
struct PromptTerminalTests {
  private static let controlC = "\u{3}"
  private static let controlD = "\u{4}"
  private static let backspace = "\u{7F}"
  private static let up = "\u{1B}[A"
  private static let left = "\u{1B}[D"
  private static let right = "\u{1B}[C"
  private static let home = "\u{1}"

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A prompt on the shipped visit that has shown its first line.
  private func session(_ arguments: [String] = []) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      CommandLineRun.products.appendingPathComponent("visitlog").path,
      ["--format", "table", "--no-names"] + arguments,
      environment: environment
    )
    try terminal.wait(for: "visitlog> ")
    return terminal
  }

  @Test
  func `a knowledge base that is not there is made when that is wanted`() throws {
    let path = folder.url.appendingPathComponent("office.visitlog").path
    for (answer, shown) in [("n\r", "error: there is no file"), ("y\r", "visitlog> ")] {
      let terminal = try PseudoTerminal(TerminalSession.program, ["--db", path], environment: environment)
      try terminal.wait(for: "make a new knowledge base there? [y/N] ")
      terminal.type(answer)
      try terminal.wait(for: shown)
      #expect(FileManager.default.fileExists(atPath: path) == (answer == "y\r"))
    }
  }

  private var environment: [String: String] {
    [
      "HOME": folder.url.path, "XDG_STATE_HOME": folder.url.appendingPathComponent("state").path, "LANG": "C.UTF-8",
      "TERM": "xterm", "PATH": "/usr/bin:/bin", "USER": "tester", "NO_COLOR": "1",
    ]
  }

  /// - Parameter givingUpFacts: those that no file holds, about which leaving asks.
  private func leave(_ terminal: PseudoTerminal, givingUpFacts: Bool = false) throws {
    terminal.type(PromptTerminalTests.controlD)
    if givingUpFacts {
      try terminal.wait(for: "save them in which file?")
      terminal.type("n\r")
    }
    #expect(try terminal.end() == 0)
  }

  @Test func `a question is answered with a table, and Ctrl-D leaves`() throws {
    let terminal = try session()
    terminal.type("org(O, kind: university, name: N)?\r")
    let shown = try terminal.wait(for: "2 rows")
    #expect(shown.contains("keio        Keio University\n"), "\(shown)")
    try terminal.wait(for: "visitlog> ")
    try leave(terminal)
  }

  @Test func `a mistyped name gets its nearest, and the session goes on`() throws {
    let terminal = try session()
    terminal.type("orgg(O, K, N).\r")
    try terminal.wait(for: "did you mean `org`?")
    try terminal.wait(for: "visitlog> ")
    terminal.type("org(O, embassy, N).\r")
    try terminal.wait(for: "1 row")
    terminal.type(".chekc\r")
    try terminal.wait(for: "did you mean `.check`?")
    try leave(terminal)
  }

  @Test func `a line in Cyrillic is edited letter by letter`() throws {
    let terminal = try session()
    // One letter too many in the middle, one wrong at the end, one missing at the start.
    terminal.type("X = \"шшкенд\".")
    terminal.type(PromptTerminalTests.left + PromptTerminalTests.left + PromptTerminalTests.backspace + "т")
    terminal.type(PromptTerminalTests.home + String(repeating: PromptTerminalTests.right, count: 5))
    terminal.type(PromptTerminalTests.right + PromptTerminalTests.backspace + "То\r")
    let shown = try terminal.wait(for: "1 row")
    #expect(shown.contains("\nТошкент\n1 row"), "\(shown)")
    try leave(terminal)
  }

  @Test func `a statement over two lines is one, and comes back as one`() throws {
    let terminal = try session()
    terminal.type("org(O, embassy,\r")
    try terminal.wait(for: "...> ")
    terminal.type("N).\r")
    try terminal.wait(for: "1 row")
    try terminal.wait(for: "visitlog> ")
    terminal.type(PromptTerminalTests.up + "\r")
    try terminal.wait(for: "1 row")
    try leave(terminal)
  }

  @Test func `a paste of several lines is one entry`() throws {
    let terminal = try session()
    terminal.type("\u{1B}[200~.decl n(x: number)\nn(1).\nn(2).\nn(X), Y = X * 1000.\u{1B}[201~\r")
    let shown = try terminal.wait(for: "2 rows")
    #expect(shown.contains("1  1000\n2  2000\n"), "\(shown)")
    try leave(terminal, givingUpFacts: true)
  }

  @Test func `Ctrl-C gives up a line, and what was begun before it`() throws {
    let terminal = try session()
    terminal.type("org(O,\r")
    try terminal.wait(for: "...> ")
    terminal.type("nonsense" + PromptTerminalTests.controlC)
    try terminal.wait(for: "^C\n")
    try terminal.wait(for: "visitlog> ")
    terminal.type("org(O, embassy, N).\r")
    try terminal.wait(for: "1 row")
    try leave(terminal)
  }

  @Test func `Ctrl-C ends an endless evaluation, and the session lives on`() throws {
    let terminal = try session(["--limit", "time=none"])
    terminal.type(".decl n(x: number)\r")
    try terminal.wait(for: "visitlog> ")
    terminal.type("n(0).\r")
    try terminal.wait(for: "added, for this sitting\n")
    terminal.type("n(X + 1) :- n(X).\r")
    try terminal.wait(for: "visitlog> ")
    terminal.type("n(X), X < 0.\r")
    // Ctrl-C before the evaluation begins would give up nothing.
    try terminal.wait(for: "the line of progress") { $0.text($0.row).contains("tuples") }
    terminal.send(PromptTerminalTests.controlC)
    try terminal.wait(for: "error[E604]: interrupted after")
    try terminal.wait(for: "visitlog> ")
    terminal.type("org(O, embassy, N).\r")
    try terminal.wait(for: "1 row")
    try leave(terminal, givingUpFacts: true)
  }

  @Test func `a long evaluation tells how far it is, and Ctrl-C takes that line away`() throws {
    let terminal = try session(["--limit", "time=none"])
    // Of minutes: one round, whose tuples are many.
    terminal.type("N = count : { X = range(1, 1000000), Y = range(1, 1000000), X * Y = 7 }.\r")
    try terminal.wait(for: "the line of progress") {
      $0.text($0.row).contains(" s, ") && $0.text($0.row).contains("tuples")
    }
    terminal.send(PromptTerminalTests.controlC)
    try terminal.wait(for: "error[E604]: interrupted after")
    try terminal.wait(for: "a prompt, and no line of progress") { screen in
      screen.text(screen.row) == "visitlog>"
        && !screen.text.split(separator: "\n").contains { $0.first?.isNumber == true && $0.contains("tuples") }
    }
    terminal.type("org(O, embassy, N).\r")
    try terminal.wait(for: "1 row")
    try leave(terminal)
  }

  @Test func `the user's own script comes first, unless others can write it`() throws {
    let place = folder.url.appendingPathComponent(".config/visitlog")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let script = place.appendingPathComponent("init.dl").path
    try Data("X = \"from the script\".\n".utf8).write(to: URL(fileURLWithPath: script))
    func shown(_ mode: Int, _ arguments: [String] = []) throws -> String {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: script)
      let terminal = try PseudoTerminal(TerminalSession.program, arguments, environment: environment)
      let shown = try terminal.wait(for: "visitlog> ")
      try leave(terminal)
      return shown
    }
    #expect(try shown(0o644).contains("from the script"))
    let refused = try shown(0o646)
    #expect(refused.contains("init.dl` is left alone: others than you can write it"), "\(refused)")
    #expect(!refused.contains("from the script"))
    let skipped = try shown(0o644, ["--no-init"])
    #expect(!skipped.contains("from the script") && !skipped.contains("left alone"), "\(skipped)")
  }

  @Test func `facts and what is said of them cannot lead the terminal astray`() throws {
    let terminal = try session()
    terminal.type(#"org(evil, embassy, "\u{202E}gpj\u{1B}[31m").\#r"#)
    try terminal.wait(for: "added, for this sitting\n")
    try terminal.wait(for: "visitlog> ")
    terminal.type(".describe evil\r")
    let described = try terminal.wait(for: "visitlog> ")
    #expect(described.contains(#"\u{202e}gpj\u{1b}[31m"#), "\(described)")
    terminal.type(#"org(evil, K, "\u{202E}gqj\u{1B}[31m").\#r"#)
    let warned = try terminal.wait(for: "visitlog> ")
    #expect(warned.contains(#"no fact contains `"\u{202E}gqj"#), "\(warned)")
    #expect(!(described + warned).unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{1B}" })
    try leave(terminal, givingUpFacts: true)
  }

  @Test func `a pasted command to run a program is refused`() throws {
    let terminal = try session()
    terminal.type(TerminalSession.paste(".once | cat") + "\r")
    try terminal.wait(for: "error: `.once |` runs programs, so it is only taken when it is typed")
    try leave(terminal)
  }

  @Test func `a value that is asked as a predicate is told of as one`() throws {
    let terminal = try session()
    terminal.type("keio(X)?\r")
    try terminal.wait(for: "facts hold `keio` as a value: at the prompt, `.describe keio` tells what is known of it")
    terminal.type("universities(X)?\r")
    try terminal.wait(for: "facts hold `university` as a value")
    try leave(terminal)
  }

  @Test func `arrow up brings back the entries of a session before`() throws {
    let first = try session()
    first.type("X = \"Ўзбекистон, \\\\ва\".\r")
    try first.wait(for: "1 row")
    try leave(first)
    let second = try session()
    second.type(PromptTerminalTests.up + "\r")
    let shown = try second.wait(for: "1 row")
    #expect(shown.contains("\nЎзбекистон, \\ва\n1 row"), "\(shown)")
    try leave(second)
  }

  @Test func `a history that cannot be written disturbs nothing`() throws {
    try Data("a file where the folder would be".utf8).write(to: folder.url.appendingPathComponent("state"))
    let terminal = try session()
    terminal.type("org(O, embassy, N).\r")
    try terminal.wait(for: "1 row")
    try leave(terminal)
  }

  @Test func `facts and rules are added, asked and taken back`() throws {
    let terminal = try session()
    terminal.type("part_of(egov_uz, osce).\r")
    try terminal.wait(for: "added, for this sitting\n")
    terminal.type("overlord(W) :- part_of(egov_uz, W), W != mitc_uz.\r")
    try terminal.wait(for: "visitlog> ")
    terminal.type("overlord(W).\r")
    let shown = try terminal.wait(for: "1 row")
    #expect(shown.contains("\nosce\n"), "\(shown)")
    terminal.type("part_of(egov_uz, osce)~\r")
    try terminal.wait(for: "1 fact retracted, for this sitting\n")
    terminal.type("overlord(W).\r")
    try terminal.wait(for: "0 rows")
    terminal.type("overlord(osce)~\r")
    try terminal.wait(for: "`overlord` is derived, by `overlord(W) :- part_of")
    terminal.type(".quit\r")
    try terminal.wait(for: "save them in which file?")
    terminal.type("n\r")
    #expect(try terminal.end() == 0)
  }

  @Test func `a table fits the terminal, and what it shows cannot lead the terminal astray`() throws {
    let terminal = try session()
    terminal.type("X = \"\\u{1b}[31mred \(String(repeating: "wide ", count: 40))\".\r")
    let shown = try terminal.wait(for: "1 row")
    let lines = shown.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("\\u{1b}[31mred wide") && $0.hasSuffix("…") && $0.count <= 80 }, "\(shown)")
    try leave(terminal)
  }
}

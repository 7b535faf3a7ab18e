import Foundation
import Shell
import StudyVisits
import Testing

/// Where answers go and in which dress, on a screen that is only remembered.
@Suite struct DisplayTests {
  private final class Stage {
    let screen = MemorySink()
    let messages = MemorySink()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("visitlog-\(UUID().uuidString)")
    let knowledgeBase: KnowledgeBase
    let display: Display

    /// - Parameter isTerminal: whether the screen says that it is one, of 40 columns and 10 rows.
    init(isTerminal: Bool = true, _ environment: [String: String] = [:]) throws {
      signal(SIGPIPE, SIG_IGN)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let usual = ["LANG": "C.UTF-8", "TERM": "xterm", "PATH": "/usr/bin:/bin", "HOME": folder.path]
      display = Display(
        OutputSurroundings(
          environment: usual.merging(environment) { $1 },
          isInputTerminal: isTerminal,
          isOutputTerminal: isTerminal,
          isErrorTerminal: isTerminal,
          measure: { OutputSurroundings.Size(columns: 40, rows: 10) }
        ),
        interruption: Interruption(),
        output: screen,
        messages: messages
      )
      knowledgeBase = try KnowledgeBase.open(.nothing)
    }

    deinit {
      try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    func answer(_ count: Int) throws -> Answer {
      let options = RunOptions(today: (2026, 11, 23))
      return try knowledgeBase.ask("X = range(1, \(count))", options: options) { _ in }
    }
  }

  private static func box(_ numbers: ClosedRange<Int>) -> String {
    let width = "\(numbers.upperBound)".count
    let rule = String(repeating: "─", count: width + 2)
    let cells = (["X"] + numbers.map { "\($0)" }).map { text in
      "│ \(String(repeating: " ", count: width - text.count))\(text) │\n"
    }
    return "┌\(rule)┐\n\(cells[0])├\(rule)┤\n\(cells.dropFirst().joined())└\(rule)┘\n"
  }

  @Test func `a terminal gets a box with count and time, anything else gets TSV`() throws {
    let terminal = try Stage()
    try terminal.display.show(terminal.answer(2), elapsed: .milliseconds(3))
    #expect(terminal.screen.text == DisplayTests.box(1...2) + "\u{1B}[2m2 rows  3.0 ms\u{1B}[0m\n")
    let pipe = try Stage(isTerminal: false)
    try pipe.display.show(pipe.answer(2), elapsed: .milliseconds(3))
    #expect(pipe.screen.text == "1\n2\n")
    #expect(terminal.messages.text.isEmpty && pipe.messages.text.isEmpty)
  }

  @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func `colours are left out where they are not wanted`(_ environment: [String: String]) throws {
    let stage = try Stage(environment)
    try stage.display.show(stage.answer(1))
    #expect(stage.screen.text == DisplayTests.box(1...1) + "1 row\n")
    #expect(stage.display.dim("x") == "x")
  }

  @Test(
    arguments: [
      (["LANG": "C"], false), (["LANG": ""], false), (["LC_ALL": "POSIX"], false), (["LC_CTYPE": "de_DE@euro"], false),
      (["LANG": "C", "LC_ALL": "ja_JP.UTF-8"], true), (["LC_CTYPE": "uz_UZ.utf8@cyrillic", "LANG": "C"], true),
      (["LC_ALL": "", "LANG": "en_US.UTF-8"], true), (["LC_ALL": "ja_JP.eucJP"], false),
    ] as [([String: String], Bool)]
  )
  func `borders are of ASCII unless the locale is of UTF-8`(_ environment: [String: String], _ isUTF8: Bool) throws {
    let stage = try Stage(environment)
    try stage.display.show(stage.answer(1))
    #expect(stage.screen.text.hasPrefix(isUTF8 ? "┌───┐\n│ X │\n" : "+---+\n| X |\n"))
  }

  @Test func `COLUMNS and LINES are believed more than the terminal`() throws {
    #expect(try Stage(["COLUMNS": "33"]).display.terminalSize == OutputSurroundings.Size(columns: 33, rows: 10))
    #expect(try Stage(["COLUMNS": "0", "LINES": "7"]).display.terminalSize == .init(columns: 40, rows: 7))
    #expect(try Stage(["COLUMNS": "wide"]).display.terminalSize == .init(columns: 40, rows: 10))
  }

  @Test func `each mode has its layout, and others are refused`() throws {
    let stage = try Stage(isTerminal: false)
    for mode in ["table", "box", "list", "csv", "tsv", "json", "jsonl", "markdown", "line"] {
      #expect(stage.display.setMode(mode), "\(mode)")
    }
    for mode in ["graph", "Box", "", "xml"] { #expect(!stage.display.setMode(mode), "\(mode)") }
    try stage.display.show(stage.answer(1))
    try stage.display.show(stage.answer(1), as: .csv)
    #expect(stage.screen.text == "X = 1\nX\n1\n")
  }

  @Test func `the last answer is shown again as things are set now`() throws {
    let stage = try Stage(isTerminal: false)
    try stage.display.showLast()
    #expect(stage.messages.text == "nothing has been answered yet\n")
    try stage.display.show(stage.answer(2))
    _ = stage.display.setMode("jsonl")
    try stage.display.showLast()
    #expect(stage.screen.text == "1\n2\n{\"X\":1}\n{\"X\":2}\n")
  }

  // MARK: Files and commands

  @Test func `answers are appended to the file they are redirected to, and come back to the screen`() throws {
    let stage = try Stage(["PAGER": "exit 1"])
    try Data("of old".utf8).write(to: URL(fileURLWithPath: stage.path("a")))
    _ = stage.display.setMode("csv")
    try stage.display.redirect(to: stage.path("a"))
    try stage.display.show(stage.answer(2))
    try stage.display.show(stage.answer(20))
    try stage.display.once(file: stage.path("b"))
    try stage.display.show(stage.answer(1))
    try stage.display.write(line: "a line")
    try stage.display.redirect(to: nil)
    #expect(stage.screen.text.isEmpty)
    #expect(try stage.text("a") == "X\n1\n2\n\nX\n" + (1...20).map { "\($0)\n" }.joined() + "a line\n")
    #expect(try stage.text("b") == "X\n1\n")
    try stage.display.show(stage.answer(1))
    #expect(stage.screen.text == "X\n1\n")
    #expect(stage.messages.text.contains("2 rows  written to `\(stage.path("a"))`"))
  }

  @Test func `a file that cannot be written is told by its path and why`() throws {
    let stage = try Stage()
    for open in [stage.display.redirect(to:), { try stage.display.once(file: $0 ?? "") }] {
      do {
        try open(stage.path("none/a"))
        Issue.record("there is no such folder")
      } catch let error as KnowledgeBaseError {
        #expect(error.summary.hasPrefix("cannot write `\(stage.path("none/a"))`: "))
      }
    }
    try stage.display.show(stage.answer(1))
    #expect(stage.screen.text.contains("│ 1 │"))
  }

  @Test func `one answer goes to a command, without colours and however long`() throws {
    let stage = try Stage()
    stage.display.once(command: "cat > '\(stage.path("a"))'")
    try stage.display.show(stage.answer(30_000))
    let text = try stage.text("a")
    #expect(text == DisplayTests.box(1...30_000) + "30000 rows\n")
    try stage.display.show(stage.answer(1))
    #expect(stage.screen.text.hasPrefix("┌"))
    #expect(stage.messages.text.isEmpty)
  }

  @Test func `a command may stop reading, and its failure is told`() throws {
    let stage = try Stage()
    stage.display.once(command: "head -n 1 > /dev/null")
    try stage.display.show(stage.answer(100_000))
    #expect(stage.messages.text.isEmpty)
    stage.display.once(command: "exit 3")
    try stage.display.show(stage.answer(1))
    #expect(stage.messages.text == "note: `exit 3` ended with status 3\n")
  }

  // MARK: The pager

  @Test(arguments: [(3, false), (4, false), (5, true), (20_000, true)])
  func `what is longer than the screen goes through the pager`(_ count: Int, _ isPaged: Bool) throws {
    let stage = try Stage()
    let pager = try Stage(["PAGER": "cat > '\(stage.path("paged"))'", "NO_COLOR": "1"])
    try pager.display.show(stage.answer(count))
    let expected = DisplayTests.box(1...count) + "\(count) rows\n"
    #expect(pager.screen.text == (isPaged ? "" : expected))
    if isPaged { #expect(try stage.text("paged") == expected) }
    #expect(pager.messages.text.isEmpty)
  }

  @Test(arguments: ["", "cat", " "])
  func `an empty PAGER is none`(_ pager: String) throws {
    let stage = try Stage(["PAGER": pager])
    try stage.display.show(stage.answer(50))
    #expect(stage.screen.text.contains("50 rows"))
  }

  @Test func `a pager that ends early disturbs nothing`() throws {
    let stage = try Stage(["PAGER": "exit 0"])
    try stage.display.show(stage.answer(100_000))
    #expect(stage.screen.text.isEmpty && stage.messages.text.isEmpty)
  }

  @Test func `without its pager an answer is shown as it is`() throws {
    let stage = try Stage(["PAGER": "exec no-such-pager-here 2> /dev/null"])
    try stage.display.show(stage.answer(100_000))
    #expect(stage.screen.text.contains("100000 rows"))
    #expect(stage.messages.text.hasPrefix("note: `exec no-such-pager-here 2> /dev/null` (PAGER) cannot be started"))
  }

  @Test func `less is told to show dim text unless LESS says otherwise`() throws {
    for (given, expected) in [(nil, "SRXF"), ("i", "i")] {
      let stage = try Stage()
      var environment = ["PAGER": "cat > /dev/null; printf %s \"$LESS\" > '\(stage.path("less"))'"]
      environment["LESS"] = given
      try Stage(environment).display.show(stage.answer(50))
      #expect(try stage.text("less") == expected)
    }
  }

  // MARK: Names

  @Test func `names are shown where people read, or everywhere, or nowhere`() throws {
    let stage = try Stage()
    let options = RunOptions(today: (2026, 11, 23))
    let knowledgeBase = try KnowledgeBase.open(.shipped)
    let answer = try knowledgeBase.ask("O = keio", options: options) { _ in }
    #expect(stage.display.needsNames)
    let names = try knowledgeBase.names(of: answer, options: options)
    try stage.display.show(answer, named: names)
    #expect(stage.screen.text.contains("│ Keio University  \u{1B}[2mkeio\u{1B}[0m │"))
    try stage.display.once(file: stage.path("a.txt"))
    #expect(!stage.display.needsNames)
    try stage.display.show(answer, named: names)
    #expect(try !stage.text("a.txt").contains("Keio University"))
    stage.display.setNames(.everywhere)
    try stage.display.once(file: stage.path("a.txt"))
    #expect(stage.display.needsNames)
    try stage.display.show(answer, named: names)
    #expect(try stage.text("a.txt").contains("│ Keio University  keio │"))
    stage.display.setNames(shown: false)
    #expect(!stage.display.needsNames)
    try stage.display.show(answer, named: names)
    #expect(stage.screen.text.contains("│ keio │"))
  }
}

import Foundation
import Testing

/// Keys at the prompt, and what somebody sees then.
@Suite(.serialized)
struct EditingTerminalTests {
  private typealias Keys = TerminalSession

  private let session: TerminalSession

  init() throws {
    session = try TerminalSession()
  }

  @Test(arguments: [
    ("Tōhoku", 6), ("Ўзбекистон", 10), ("日本", 4), ("e\u{301}te\u{301}", 3),
  ])
  func `the cursor stands where the text ends, and before its last letter`(text: String, width: Int) throws {
    let terminal = try session.begin()
    terminal.type(text)
    try terminal.wait(forRow: "visitlog> " + text, cursorAt: 10 + width)
    terminal.type(Keys.left)
    let last = text == "日本" ? 2 : 1
    try terminal.wait(forRow: "visitlog> " + text, cursorAt: 10 + width - last)
    terminal.type(Keys.right + Keys.backspace)
    try terminal.wait(forRow: "visitlog> " + text.dropLast(), cursorAt: 10 + width - last)
    terminal.type(Keys.home + "\u{1B}[3~x")
    try terminal.wait(forRow: "visitlog> x" + text.dropFirst().dropLast(), cursorAt: 11)
    try session.leave(terminal)
  }

  @Test func `Control with the arrows goes by words`() throws {
    let terminal = try session.begin()
    terminal.type("org keio_x met")
    terminal.type(Keys.controlLeft)
    try terminal.wait(forRow: "visitlog> org keio_x met", cursorAt: 21)
    terminal.type(Keys.home + Keys.controlRight)
    try terminal.wait(for: "the cursor behind the first word") { (13...14).contains($0.column) }
    try session.leave(terminal)
  }

  @Test func `the prompt shows what is open, and arrow up takes all into one line`() throws {
    let terminal = try session.begin()
    terminal.type("org(O,\r")
    try terminal.wait(forRow: "    (...>", cursorAt: 10)
    terminal.type("embassy, M).")
    terminal.type(Keys.up)
    try terminal.wait(for: "two lines as one") { screen in
      screen.text(screen.row) == "visitlog> org(O," && screen.text(screen.row + 1) == "embassy, M)."
    }
    terminal.type(Keys.end + Keys.backspace + ", K,")
    terminal.type(Keys.down + Keys.end + Keys.backspace + Keys.backspace + Keys.backspace)
    terminal.type(Keys.backspace + Keys.backspace + Keys.backspace + Keys.backspace + Keys.backspace)
    terminal.type(Keys.backspace + Keys.backspace + Keys.backspace + Keys.backspace + "N), K = embassy.\r")
    try terminal.wait(for: "1 row")
    terminal.type(Keys.up)
    try terminal.wait(for: "the entry recalled as one") { screen in
      screen.text.hasSuffix("visitlog> org(O, K,\nN), K = embassy.")
    }
    try session.leave(terminal)
  }

  @Test func `an open text and an open comment are shown as such`() throws {
    let terminal = try session.begin()
    terminal.type("/* to\r")
    try terminal.wait(forRow: "   /*...>", cursorAt: 10)
    terminal.type("*/ org(O, K, N)\r")
    try terminal.wait(forRow: "     ...>", cursorAt: 10)
    terminal.type(Keys.controlC)
    try terminal.wait(forRow: "visitlog>", cursorAt: 10)
    terminal.type("1 = 1.\r")
    try terminal.wait(for: "yes\n")
    try session.leave(terminal)
  }

  @Test func `ten pasted lines with tabs are one entry`() throws {
    let terminal = try session.begin()
    let lines = (0..<9).map { "\torg(O, K\($0), N),\r" }.joined() + "\torg(O, embassy, M)."
    terminal.type(Keys.paste("?-" + lines))
    try terminal.wait(for: "all lines") { $0.text.contains("org(O, embassy, M).") && !$0.text.contains("column") }
    terminal.type("\r")
    try terminal.wait(for: "1 row")
    terminal.type(Keys.paste(".shell echo out") + "\r")
    try terminal.wait(for: "only taken when it is typed")
    try session.leave(terminal)
  }

  @Test func `a line in the middle of editing is drawn anew in another width`() throws {
    let terminal = try session.begin()
    terminal.type("org(O, university, \"a long name that goes on\"), met(O, X)")
    try terminal.wait(for: "the line") { $0.text($0.row).hasSuffix("met(O, X)") }
    terminal.resize(columns: 40)
    try terminal.wait(for: "the line in two rows") { screen in
      screen.text.hasSuffix("visitlog> org(O, university, \"a long nam\ne that goes on\"), met(O, X)")
    }
    terminal.type("!")
    try terminal.wait(for: "what is typed behind") { $0.text.hasSuffix("met(O, X)!") }
    try session.leave(terminal)
  }

  @Test func `Ctrl-Z stops the prompt, and fg brings the line back`() throws {
    var environment = session.environment
    environment["PS1"] = "shell$ "
    let terminal = try PseudoTerminal("/bin/bash", ["--norc", "-i"], environment: environment)
    try terminal.wait(for: "shell$ ")
    terminal.send("NO_COLOR=1 \(TerminalSession.program)\r")
    try terminal.wait(for: "visitlog> ")
    terminal.type("org(O, emba")
    try terminal.wait(for: "org(O, emba")
    terminal.send(Keys.controlZ)
    try terminal.wait(for: "Stopped")
    try terminal.wait(for: "shell$ ")
    terminal.send("fg\r")
    try terminal.wait(for: "visitlog> org(O, emba")
    terminal.type("ssy, N).\r")
    try terminal.wait(for: "1 row")
    terminal.type(Keys.controlD)
    try terminal.wait(for: "shell$ ")
    terminal.send("exit\r")
    #expect(try terminal.end() == 0)
  }

  @Test func `two prompts share one history, and a killed one loses nothing`() throws {
    let one = try session.begin()
    let other = try session.begin()
    one.type("1 = 1.\r")
    try one.wait(for: "yes")
    try one.wait(for: "visitlog> ")
    other.type(" 3 = 3.\r")
    try other.wait(for: "yes")
    try other.wait(for: "visitlog> ")
    other.type("2 = 2.\r")
    try other.wait(for: "yes")
    try other.wait(for: "visitlog> ")
    other.crash()
    one.type("\r" + Keys.up)
    try one.wait(for: "the other's entry") { $0.text($0.row) == "visitlog> 2 = 2." }
    one.type(Keys.up)
    try one.wait(for: "its own entry") { $0.text($0.row) == "visitlog> 1 = 1." }
    try session.leave(one)
    #expect(try String(contentsOfFile: session.history, encoding: .utf8) == "1 = 1.\n2 = 2.\n")
    let mode = try FileManager.default.attributesOfItem(atPath: session.history)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func `without a history nothing is kept, and what is cleared is gone`() throws {
    let without = try session.begin(["--no-history"])
    without.type("1 = 1.\r")
    try without.wait(for: "yes")
    try without.wait(for: "visitlog> ")
    try session.leave(without)
    #expect(!FileManager.default.fileExists(atPath: session.history))
    let with = try session.begin()
    with.type("2 = 2.\r")
    try with.wait(for: "yes")
    try with.wait(for: "visitlog> ")
    with.type(".lines clear\r")
    try with.wait(for: "visitlog> ")
    try session.leave(with)
    #expect(try String(contentsOfFile: session.history, encoding: .utf8).isEmpty)
  }

  @Test func `vi keys where the user's file asks for them`() throws {
    let path = session.folder.url.appendingPathComponent(".editrc")
    try Data("bind -v\n".utf8).write(to: path)
    let terminal = try session.begin()
    terminal.type("orgg(O, embassy, N).\u{1B}")
    usleep(100_000)
    terminal.type("0x")
    try terminal.wait(forRow: "visitlog> rgg(O, embassy, N).", cursorAt: 10)
    terminal.type("so\u{1B}")
    usleep(100_000)
    terminal.type(Keys.right + Keys.right + "xa\u{1B}")
    terminal.send("\r")
    try terminal.wait(for: "visitlog> ")
    terminal.send(Keys.controlC)
    usleep(100_000)
    terminal.type(Keys.controlD)
    #expect(try terminal.end() == 0)
  }

  @Test(arguments: ["Ўзб", "日本"])
  func `Ctrl-R finds letters of every script, and Enter runs what is found`(pattern: String) throws {
    let terminal = try session.begin()
    for entry in ["X = \"Ўзбекистон\".", "X = \"日本\".", "X = other."] {
      terminal.type(entry + "\r")
      try terminal.wait(for: "row")
      try terminal.wait(for: "visitlog> ")
    }
    terminal.type("typed" + Keys.controlR + pattern)
    let found = pattern == "日本" ? "日本" : "Ўзбекистон"
    let width = pattern == "日本" ? 4 : 3
    try terminal.wait(forRow: "(search: \(pattern)) X = \"\(found)\".", cursorAt: 16 + width)
    terminal.type("\r")
    try terminal.wait(for: "visitlog> X = \"\(found)\".")
    try terminal.wait(for: found)
    try terminal.wait(for: "1 row")
    try session.leave(terminal)
  }

  @Test func `the search goes to older entries and back, and gives back what was there`() throws {
    let terminal = try session.begin()
    for number in 1...3 {
      terminal.type("tokyo = tokyo,\r\(number) = \(number).\r")
      try terminal.wait(for: "yes")
      try terminal.wait(for: "visitlog> ")
    }
    func shows(_ row: String, _ next: String) throws {
      try terminal.wait(for: "\(row)⏎\(next)") { $0.text.hasSuffix(row + (next.isEmpty ? "" : "\n" + next)) }
    }
    terminal.type("typed" + Keys.controlR)
    try shows("(search: ) typed", "")
    terminal.type("tok")
    try shows("(search: tok) tokyo = tokyo,", "3 = 3.")
    terminal.type(Keys.controlR + Keys.controlR)
    try shows("(search: tok) tokyo = tokyo,", "1 = 1.")
    terminal.type(Keys.controlR)
    try shows("(not found: tok) tokyo = tokyo,", "1 = 1.")
    terminal.type("\u{13}")
    try shows("(search: tok) tokyo = tokyo,", "2 = 2.")
    terminal.type(Keys.backspace + "x")
    try shows("(not found: tox) tokyo = tokyo,", "3 = 3.")
    terminal.type("\u{7}")
    try terminal.wait(forRow: "visitlog> typed", cursorAt: 15)
    terminal.type(Keys.controlR + "1 =")
    try shows("(search: 1 =) tokyo = tokyo,", "1 = 1.")
    terminal.type(Keys.controlC)
    try terminal.wait(forRow: "visitlog> typed", cursorAt: 15)
    terminal.type(Keys.controlR + "2 =" + Keys.end + Keys.backspace + Keys.backspace + "2.")
    try shows("visitlog> tokyo = tokyo,", "2 = 2.")
    terminal.resize(columns: 40)
    try shows("visitlog> tokyo = tokyo,", "2 = 2.")
    terminal.type("\r")
    try terminal.wait(for: "yes")
    try session.leave(terminal)
  }

  @Test func `a search in a further line replaces the whole entry`() throws {
    let terminal = try session.begin()
    terminal.type("1 = 1.\r")
    try terminal.wait(for: "yes")
    try terminal.wait(for: "visitlog> ")
    terminal.type("org(O,\rembassy" + Keys.controlR + "1")
    try terminal.wait(for: "only the entry found") { $0.text.hasSuffix(" ms\n(search: 1) 1 = 1.") }
    terminal.type("\u{7}")
    try terminal.wait(for: "what was typed") { $0.text.hasSuffix("\nvisitlog> org(O,\nembassy") }
    try session.leave(terminal)
  }

  @Test func `what was entered is drawn in colours, if they are wanted`() throws {
    let terminal = try session.begin(isPlain: false)
    terminal.type("org(O, embassy, \"x\").\r")
    try terminal.wait(forBytes: "\u{1B}[1morg\u{1B}[0m(\u{1B}[36mO\u{1B}[0m, embassy, \u{1B}[32m\"x\"\u{1B}[0m).")
    try session.leave(terminal)
  }
}

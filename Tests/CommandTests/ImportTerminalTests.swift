import Foundation
import Testing

/// `visitlog import` in a terminal: the report, and a question before anything is stored.
@Suite(.serialized)
struct ImportTerminalTests {
  private let session: TerminalSession

  init() throws {
    session = try TerminalSession()
    let list = "Full name,Country\nAnn Lee,Japan\n"
    try Data(list.utf8).write(to: session.folder.url.appendingPathComponent("list.csv"))
  }

  private var isStored: Bool {
    FileManager.default.fileExists(atPath: session.folder.url.appendingPathComponent("kb.visitlog").path)
  }

  private func start(_ file: String) throws -> PseudoTerminal {
    let line = "cd \"$HOME\" && exec \"$0\" import \(file) --db kb.visitlog"
    return try PseudoTerminal("/bin/sh", ["-c", line, TerminalSession.program], environment: session.environment)
  }

  @Test(arguments: ["n\n", "\n", TerminalSession.controlC, TerminalSession.controlD])
  func `what is not accepted is not stored`(_ keys: String) throws {
    let terminal = try start("list.csv")
    try terminal.wait(for: "1 person")
    try terminal.wait(for: "store this? [y/N]")
    terminal.send(keys)
    try terminal.wait(for: "nothing of `list.csv` was stored")
    #expect(try terminal.end() == 1)
    #expect(!isStored)
  }

  @Test func `what is accepted is stored, and a name that is to be decided is asked for`() throws {
    let first = try start("list.csv")
    try first.wait(for: "store this? [y/N]")
    first.send("y\n")
    try first.wait(for: "stored in `kb.visitlog`")
    #expect(try first.end() == 0)
    let list = "Full name,Country\nLee Ann,Japan\n"
    try Data(list.utf8).write(to: session.folder.url.appendingPathComponent("other.csv"))
    let second = try start("other.csv")
    try second.wait(for: "`Lee Ann` (person) is written much like `ann_lee` (Ann Lee)")
    second.send("s\n")
    try second.wait(for: "`Lee Ann` is `ann_lee` (person)")
    try second.wait(for: "store this? [y/N]")
    second.send("y\n")
    try second.wait(for: "stored in `kb.visitlog`")
    #expect(try second.end() == 0)
  }

  /// Rows enough that the program's own patience is over before they are.
  @Test func `a long import tells how far it has come, and takes that back`() throws {
    let rows = (0..<15_000).map { "p\($0),Ann \($0),Japan\n" }.joined()
    let list = "Person ID,Full name,Country\n" + rows
    try Data(list.utf8).write(to: session.folder.url.appendingPathComponent("long.csv"))
    let terminal = try start("long.csv")
    try terminal.wait(for: " of 15,000 rows, ")
    try terminal.wait(for: " a second")
    try terminal.wait(for: "store this? [y/N]")
    #expect(!terminal.screen.text.contains("a second"))
    terminal.send(TerminalSession.controlC)
    try terminal.wait(for: "nothing of `long.csv` was stored")
    #expect(try terminal.end() == 1)
    #expect(!isStored)
  }

  @Test func `what interrupts a long import leaves nothing`() throws {
    let rows = (0..<15_000).map { "p\($0),Ann \($0),Japan\n" }.joined()
    let list = "Person ID,Full name,Country\n" + rows
    try Data(list.utf8).write(to: session.folder.url.appendingPathComponent("long.csv"))
    let terminal = try start("long.csv")
    try terminal.wait(for: " of 15,000 rows, ")
    terminal.send(TerminalSession.controlC)
    #expect(try terminal.end() == 130)
    #expect(!isStored)
  }
}

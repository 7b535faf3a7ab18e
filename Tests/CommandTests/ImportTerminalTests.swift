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
}

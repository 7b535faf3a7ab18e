import Foundation
import Testing

/// Tab at the prompt.
@Suite(.serialized)
struct CompletionTerminalTests {
  private typealias Keys = TerminalSession

  private let session: TerminalSession

  init() throws {
    session = try TerminalSession()
  }

  @Test func `a predicate, a column and a value are completed`() throws {
    let terminal = try session.begin()
    terminal.type("affiliated_s\t")
    try terminal.wait(forRow: "visitlog> affiliated_since(", cursorAt: 27)
    terminal.type(Keys.controlC)
    try terminal.wait(forRow: "visitlog>", cursorAt: 10)
    terminal.type("org(O, ki\t")
    try terminal.wait(forRow: "visitlog> org(O, kind:", cursorAt: 23)
    terminal.type("emb\t")
    try terminal.wait(forRow: "visitlog> org(O, kind: embassy", cursorAt: 30)
    try session.leave(terminal)
  }

  @Test func `several are listed with kind and name, and the line stays`() throws {
    let terminal = try session.begin()
    terminal.type("met_at(M, univers\t")
    try terminal.wait(for: "a list with names") { screen in
      screen.text.contains("Keio University") && screen.text.hasSuffix("visitlog> met_at(M, univers")
    }
    try session.leave(terminal)
  }

  @Test func `Tab on an empty line puts the correction there`() throws {
    let terminal = try session.begin()
    terminal.type("orgg(O, embassy, N).\r")
    try terminal.wait(for: "did you mean")
    try terminal.wait(for: "visitlog> ")
    terminal.type("\t")
    try terminal.wait(forRow: "visitlog> org(O, embassy, N).", cursorAt: 29)
    try session.leave(terminal)
  }

  @Test func `a file's name is completed`() throws {
    let file = session.folder.url.appendingPathComponent("questions of mine.dl")
    try Data("1 = 1.\n".utf8).write(to: file)
    let terminal = try session.begin()
    terminal.type(".read ~/quest\t")
    try terminal.wait(for: "the file") { $0.text.hasSuffix("visitlog> .read \"~/questions of mine.dl\"") }
    terminal.type("\r")
    try terminal.wait(for: "yes\n")
    try session.leave(terminal)
  }
}

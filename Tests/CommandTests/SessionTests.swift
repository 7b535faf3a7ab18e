import Foundation
import Testing

/// The sessions under `Sessions`, each played in a terminal of its own.
///
/// A line `> text` is typed and entered, with `<Tab>`, `<Up>`, `<C-c>` and the like for keys and `<->` at its end for no
/// Enter; `= text` has to be shown after it, in this order; `$ text` are the arguments, at the top; `#` lines say why.
@Suite(.serialized)
struct SessionTests {
  private static let folder = CommandLineRun.package.appendingPathComponent("Tests/CommandTests/Sessions")

  static let names: [String] = {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return found.filter { $0.hasSuffix(".session") }.sorted()
  }()

  @Test func `the folder of sessions holds some`() {
    #expect(SessionTests.names.count >= 4)
  }

  @Test(arguments: names)
  func `a session goes as written`(_ name: String) throws {
    let text = try String(contentsOf: SessionTests.folder.appendingPathComponent(name), encoding: .utf8)
    let folder = try TemporaryFolder()
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let arguments = lines.filter { $0.hasPrefix("$ ") }.flatMap { $0.dropFirst(2).split(separator: " ") }.map(
      String.init
    )
    let terminal = try PseudoTerminal(
      "/bin/sh",
      ["-c", "cd \"$HOME\" && exec \"$0\" \"$@\"", CommandLineRun.products.appendingPathComponent("visitlog").path]
        + arguments,
      environment: SessionTests.environment(in: folder)
    )
    try terminal.wait(for: "visitlog> ")
    for line in lines where !line.hasPrefix("$ ") {
      if line.hasPrefix("> ") {
        terminal.type(SessionTests.keys(String(line.dropFirst(2))))
      } else if line.hasPrefix("= ") {
        try terminal.wait(for: String(line.dropFirst(2)))
      } else {
        Issue.record("a line of \(name) is neither typed nor shown: \(line)")
      }
    }
    #expect(try terminal.end() == 0)
  }

  private static func environment(in folder: TemporaryFolder) -> [String: String] {
    [
      "HOME": folder.url.path, "XDG_STATE_HOME": folder.url.appendingPathComponent("state").path, "LANG": "C.UTF-8",
      "TERM": "xterm", "PATH": "/usr/bin:/bin", "USER": "tester", "NO_COLOR": "1",
      "EDITOR": "sed -i s/keio/univ_tokyo/",
      "PAGER": "cat",
    ]
  }

  private static let keyBytes = [
    "<Tab>": "\t", "<Up>": "\u{1B}[A", "<Down>": "\u{1B}[B", "<Left>": "\u{1B}[D", "<Right>": "\u{1B}[C",
    "<C-c>": "\u{3}",
    "<C-d>": "\u{4}", "<C-r>": "\u{12}", "<Home>": "\u{1}", "<End>": "\u{5}", "<BS>": "\u{7F}", "<Enter>": "\r",
  ]

  private static func keys(_ text: String) -> String {
    var keys = text
    for (name, bytes) in keyBytes { keys = keys.replacingOccurrences(of: name, with: bytes) }
    return keys.hasSuffix("<->") ? String(keys.dropLast(3)) : keys + "\r"
  }
}

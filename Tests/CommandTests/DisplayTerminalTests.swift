import Foundation
import Testing

/// What answers look like in a real terminal of 80 columns and 24 rows, and what becomes of long ones.
@Suite(.serialized)
struct DisplayTerminalTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func terminal(_ arguments: [String], _ environment: [String: String] = [:]) throws -> PseudoTerminal {
    let usual = [
      "HOME": folder.url.path, "XDG_STATE_HOME": folder.url.appendingPathComponent("state").path, "LANG": "C.UTF-8",
      "TERM": "xterm", "PATH": "/usr/bin:/bin", "USER": "tester", "NO_COLOR": "1",
    ]
    return try PseudoTerminal(
      CommandLineRun.products.appendingPathComponent("visitlog").path,
      arguments,
      environment: usual.merging(environment) { $1 }
    )
  }

  /// All that a command shows.
  private func shown(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
    let terminal = try terminal(["ask"] + arguments, environment)
    let text = try terminal.wait(for: " ms\n")
    #expect(try terminal.end() == 0)
    return text
  }

  @Test func `an answer is a box with names that fits the terminal`() throws {
    let text = try shown(["met_at(M, O), org(O, kind: K, name: N)"])
    let lines = text.split(separator: "\n").filter { "┌│├└".contains($0.prefix(1)) }
    #expect(lines.count > 4)
    #expect(Set(lines.map(\.count)) == [80], "\(text)")
    #expect(text.contains("univ_tokyo"))
    #expect(try shown(["O = keio"]).contains("│ Keio University  keio │\n"))
    #expect(try shown(["O = keio", "--no-names"]).contains("│ keio │\n"))
  }

  @Test func `COLUMNS narrows it, and a locale of ASCII gets such borders`() throws {
    let text = try shown(["org(O, kind: K, name: N)"], ["COLUMNS": "50", "LINES": "500", "LANG": "C"])
    let lines = text.split(separator: "\n").filter { "+|".contains($0.prefix(1)) }
    #expect(lines.count > 4 && lines.allSatisfy { $0.count <= 50 }, "\(text)")
  }

  @Test func `a long answer goes through the pager, and a short one does not`() throws {
    let pager = folder.url.appendingPathComponent("pager")
    try Data("#!/bin/sh\necho PAGED\nwc -l\necho \"LESS=$LESS\"\n".utf8).write(to: pager)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: pager.path)
    let terminal = try terminal([], ["PAGER": pager.path])
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = range(1, 100).\r")
    try terminal.wait(for: "PAGED\n105\nLESS=SRXF\n")
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = range(1, 3).\r")
    let shown = try terminal.wait(for: "3 rows")
    #expect(!shown.contains("PAGED"), "\(shown)")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func `Ctrl-C in a pager is for the pager, and the session goes on`() throws {
    // Says when it is there, and that it was interrupted.
    let script = "trap 'echo STOPPED; exit 0' INT; echo READY; while :; do sleep 0.05; done"
    let terminal = try terminal([], ["PAGER": script])
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = range(1, 200000).\r")
    try terminal.wait(for: "READY\n")
    terminal.send("\u{3}")
    try terminal.wait(for: "STOPPED\n")
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = 1.\r")
    try terminal.wait(for: "1 row")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/less"), "less is not installed"))
  func `less shows the beginning, G the end, and q leads back`() throws {
    let terminal = try terminal([])
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = range(1, 50000).\r")
    try terminal.wait(for: "│    18 │")
    terminal.send("G")
    try terminal.wait(for: "│ 50000 │")
    terminal.send("q")
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = 1.\r")
    try terminal.wait(for: "1 row")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }
}

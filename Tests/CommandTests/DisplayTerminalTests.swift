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

  @Test func `what a command tells goes through the pager too`() throws {
    let terminal = try terminal([], ["PAGER": "sed 's/^/PAGED /'"])
    try terminal.wait(for: "visitlog> ")
    for command in [".help", ".rules", ".schema"] {
      terminal.type(command + "\r")
      try terminal.wait(for: "\nPAGED ")
      try terminal.wait(for: "visitlog> ")
    }
    terminal.type(".help names\r")
    let shown = try terminal.wait(for: "visitlog> ")
    #expect(!shown.contains("PAGED"))
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func `long lines of commands are cut, or wrapped below their indentation`() throws {
    let terminal = try terminal([], ["COLUMNS": "40", "PAGER": ""])
    try terminal.wait(for: "visitlog> ")
    terminal.type(".describe keio\r")
    var lines = try terminal.wait(for: "visitlog> ").split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("  ") && $0.count == 40 && $0.hasSuffix("…") }, "\(lines)")
    #expect(lines.dropFirst().allSatisfy { $0.count <= 40 }, "\(lines)")
    terminal.type(".wrap on\r.describe keio\r")
    try terminal.wait(for: "visitlog> ")
    lines = try terminal.wait(for: "visitlog> ").split(separator: "\n")
    #expect(lines.dropFirst().allSatisfy { $0.count <= 40 && !$0.hasSuffix("…") }, "\(lines)")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func `of a pager that is not there one line tells`() throws {
    let terminal = try terminal([], ["PAGER": "no_such_pager -x"])
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = range(1, 100).\r")
    let shown = try terminal.wait(for: "100 rows")
    #expect(shown.contains("note: `no_such_pager -x` (PAGER) cannot be started; everything follows\n"))
    #expect(!shown.contains("not found"), "\(shown)")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func `somebody else's questions start no pager`() throws {
    let terminal = try terminal(["--safe"], ["PAGER": "sed 's/^/PAGED /'"])
    try terminal.wait(for: "visitlog> ")
    terminal.type("X = range(1, 100).\r")
    let answer = try terminal.wait(for: "100 rows")
    terminal.type(".help\r")
    let help = try terminal.wait(for: ".tutorial")
    #expect(!(answer + help).contains("PAGED"))
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func `names that are switched off come back as they were`() throws {
    let target = folder.url.appendingPathComponent("names.csv").path
    let terminal = try terminal(["--names"])
    try terminal.wait(for: "visitlog> ")
    terminal.type(".names off\r.names on\r.mode csv\r.once \(target)\rO = keio.\r")
    try terminal.wait(for: "written to")
    #expect(try String(contentsOfFile: target, encoding: .utf8).contains("Keio University"))
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

import Foundation
import Testing

@testable import Shell

/// The commands of the prompt. Tested from inside, since nothing else sees the table.
struct CommandTableTests {
  private static let documentation = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Documentation/prompt.md")

  @Test func `names are unique`() {
    #expect(Set(Command.all.map(\.name)).count == Command.all.count)
  }

  @Test(arguments: [
    (".graph met(A,\"Keio University\")", "met(A,\"Keio University\")"),
    (".graph --top 3 met(A, B)", "met(A, B)"),
    (".graph p(A, \"x --y\") --top 3", "p(A, \"x --y\")"),
    (".graph \"a folder/rules.dl\" --hops 2", "a folder/rules.dl"),
    (".graph topics", "topics"),
  ])
  func `a graph's subject stands before, behind and between options`(_ line: String, _ subject: String) throws {
    let entry = try #require(CommandEntry(line))
    #expect(try GraphRequest(entry.argument).subject == subject)
  }

  @Test(arguments: Command.all.map(\.name))
  func `every command is documented`(_ name: String) throws {
    let text = try String(contentsOf: CommandTableTests.documentation, encoding: .utf8)
    #expect(text.split(separator: "\n").contains { $0.hasPrefix("| `") && $0.contains("`.\(name)") })
  }

  @Test func `a beginning that only one command has stands for it, where that is allowed`() throws {
    let line = try #require(CommandEntry(".sch met"))
    guard case .command(let command) = line.meaning(allowsPrefixes: true) else {
      Issue.record("`.sch` is a beginning of `.schema` alone")
      return
    }
    #expect(command.name == "schema")
    guard case .unknown = line.meaning(allowsPrefixes: false) else {
      Issue.record("a script writes names in full")
      return
    }
  }

  @Test func `what other shells call otherwise is none of our own names`() {
    for name in Command.all.map(\.name) { #expect(Command.otherShells[".\(name)"] == nil, "`.\(name)`") }
  }

  @Test func `a directive of the language is no command`() {
    #expect(CommandEntry(".decl p(a: symbol)") == nil)
    #expect(CommandEntry("p(a).") == nil)
    #expect(CommandEntry(".Decl") == nil)
  }
}

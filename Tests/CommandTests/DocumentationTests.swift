import Foundation
import Testing

/// Every console block of the documentation is run, and its output compared: what a reader is shown is what happens.
@Suite(.serialized)
struct DocumentationTests {
  /// `README.md`, the architecture and every page of `Documentation`, by their paths in the package.
  static let pages: [String] = {
    let folder = CommandLineRun.package.appendingPathComponent("Documentation").path
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let pages = found.filter { $0.hasSuffix(".md") }.sorted().map { "Documentation/\($0)" }
    return ["README.md", "Sources/ARCHITECTURE.md"] + pages
  }()

  /// The folders that commands of the documentation may read.
  private static let readable = ["Documentation", "Sources", "queries", "seeds"]

  @Test(arguments: pages)
  func `the commands of a page answer as shown`(_ page: String) throws {
    let file = CommandLineRun.package.appendingPathComponent(page)
    let exchanges = ConsoleExchange.all(in: String(decoding: try Data(contentsOf: file), as: UTF8.self))
    let folder = try TemporaryFolder()
    for name in DocumentationTests.readable {
      let original = CommandLineRun.package.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: original.path) else { continue }
      try FileManager.default.createSymbolicLink(
        at: folder.url.appendingPathComponent(name),
        withDestinationURL: original
      )
    }
    for exchange in exchanges where exchange.isRun {
      let result = try CommandLineRun(folder: folder.url).run([exchange.command], errors: .withOutput)
      #expect(
        exchange.matches(result.output),
        "\(page):\(exchange.line): `\(exchange.command)` answers\n\(result.output)"
      )
    }
  }

  @Test func `the README shows commands`() throws {
    let file = CommandLineRun.package.appendingPathComponent("README.md")
    let exchanges = ConsoleExchange.all(in: String(decoding: try Data(contentsOf: file), as: UTF8.self))
    #expect(exchanges.filter(\.isRun).count > 0)
  }

  @Test func `console blocks are found, with continued lines and elisions`() throws {
    let page = """
      ```console
      $ visitlog ask 'p(X)' \\
        --db a
      X
      …
      b
      $ visitlog check
      ```
      ```sh
      $ visitlog no
      ```
      ```console
      $ apt-get install visitlog
      ```
      """
    let exchanges = ConsoleExchange.all(in: page)
    #expect(
      exchanges.map(\.command) == ["visitlog ask 'p(X)' \\\n  --db a", "visitlog check", "apt-get install visitlog"]
    )
    #expect(exchanges.map(\.isRun) == [true, true, false])
    #expect(exchanges.map(\.line) == [2, 7, 13])
    #expect(exchanges[0].matches("X\nb\n"))
    #expect(exchanges[0].matches("X\na\na\nb\n"))
    #expect(!exchanges[0].matches("X\na\n"))
    #expect(!exchanges[0].matches("b\n"))
    #expect(exchanges[1].matches(""))
    #expect(!exchanges[1].matches("x\n"))
  }
}

/// A command of a console block and the output shown below it.
struct ConsoleExchange {
  /// Commands whose first word is none of these (`swift build`, `sudo …`) are shown, not run.
  private static let runnable: Set<Substring> = ["cat", "echo", "printf", "visitlog"]

  let command: String
  var shown: [Substring]
  /// Of the command in its page, from 1.
  let line: Int

  var isRun: Bool { command.split(separator: " ").first.map(ConsoleExchange.runnable.contains) ?? false }

  /// Whether an output is the one shown; a shown line `…` stands for any lines.
  func matches(_ output: String) -> Bool {
    var lines = output.split(separator: "\n", omittingEmptySubsequences: false)[...]
    if lines.last == "" { lines.removeLast() }
    return ConsoleExchange.matches(shown[...], lines)
  }

  private static func matches(_ shown: ArraySlice<Substring>, _ lines: ArraySlice<Substring>) -> Bool {
    guard let first = shown.first else { return lines.isEmpty }
    if first == "…" {
      return (lines.startIndex...lines.endIndex).contains { matches(shown.dropFirst(), lines[$0...]) }
    }
    guard let line = lines.first, Array(line.utf8) == Array(first.utf8) else { return false }
    return matches(shown.dropFirst(), lines.dropFirst())
  }

  /// All exchanges of a page's blocks that are marked `console`.
  static func all(in page: String) -> [ConsoleExchange] {
    var exchanges: [ConsoleExchange] = []
    var isInside = false
    var command: (text: String, line: Int)?
    for (number, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        isInside = line == "```console"
        command = nil
      } else if let begun = command {
        command = (begun.text + "\n" + line, begun.line)
      } else if isInside, line.hasPrefix("$ ") {
        command = (String(line.dropFirst(2)), number + 1)
      } else if isInside, !exchanges.isEmpty {
        exchanges[exchanges.count - 1].shown.append(line)
      }
      if let whole = command, !whole.text.hasSuffix("\\") {
        exchanges.append(ConsoleExchange(command: whole.text, shown: [], line: whole.line))
        command = nil
      }
    }
    return exchanges
  }
}

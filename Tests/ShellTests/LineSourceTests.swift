import Foundation
import Shell
import Testing

@Suite struct LineSourceTests {
  @Test(
    "lines end in LF or CRLF, the last one may end with the input",
    arguments: [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb\r\n", ["a", "b"]), ("\n\na", ["", "", "a"]),
      ("a\rb\n", ["a\rb"]),
    ] as [(String, [String])]
  )
  func splitsLines(_ text: String, _ lines: [String]) throws {
    #expect(try read(Data(text.utf8)) == lines.map { Array($0.utf8) })
  }

  @Test("bytes that are no text come through as they are")
  func keepsBytes() throws {
    #expect(try read(Data([0xFF, 0x00, 0x0A, 0xC3])) == [[0xFF, 0x00], [0xC3]])
  }

  @Test("a line may be longer than a block")
  func readsLongLines() throws {
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
    #expect(try read(Data(line + [0x0A] + line)) == [line, line])
  }

  private func read(_ data: Data) throws -> [[UInt8]] {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try data.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let file = try FileHandle(forReadingFrom: url)
    let source = StandardInputLines(descriptor: file.fileDescriptor, interruption: Interruption())
    var lines: [[UInt8]] = []
    while case .line(let line) = source.nextLine(prompt: "", initial: []) { lines.append(line) }
    return lines
  }
}

@Suite struct HistoryFileTests {
  @Test("entries come back, also those of several lines, each once in a row, for the owner's eyes only")
  func keepsEntries() throws {
    try withFolder { folder in
      let path = folder + "/state/visitlog/history"
      let entries = ["p(a).", "?- p(X),\n  q(X).", #"r("a\nb\\")."#, "日本."].map { Array($0.utf8) }
      let history = HistoryFile(path: path)
      for entry in entries {
        history.append(entry)
        history.append(entry)
      }
      let later = HistoryFile(path: path)
      #expect(later.load(limit: 100) == entries)
      later.append(entries[3])
      #expect(HistoryFile(path: path).load(limit: 2) == Array(entries[2...]))
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test("a history that has grown far beyond its limit is cut")
  func cutsHistory() throws {
    try withFolder { folder in
      let path = folder + "/history"
      let history = HistoryFile(path: path)
      for index in 0..<50 { history.append(Array("p(\(index)).".utf8)) }
      #expect(history.load(limit: 10).count == 10)
      #expect(HistoryFile(path: path).load(limit: 100) == (40..<50).map { Array("p(\($0)).".utf8) })
    }
  }

  @Test("a history that cannot be read or written is done without")
  func toleratesUnusablePaths() throws {
    try withFolder { folder in
      for path in [folder, "/dev/null/history"] {
        let history = HistoryFile(path: path)
        history.append(Array("p(a).".utf8))
        #expect(history.load(limit: 10) == [])
      }
    }
  }

  @Test("the environment says where the history lies")
  func readsEnvironment() throws {
    try withFolder { folder in
      let places: [([String: String], String?)] = [
        (["XDG_STATE_HOME": folder + "/s", "HOME": folder], folder + "/s/visitlog/history"),
        (["XDG_STATE_HOME": "relative", "HOME": folder], folder + "/.local/state/visitlog/history"),
        (["HOME": folder], folder + "/.local/state/visitlog/history"),
        ([:], nil),
      ]
      for (environment, path) in places {
        HistoryFile(environment: environment)?.append(Array("p(a).".utf8))
        #expect(path.map(FileManager.default.fileExists(atPath:)) ?? true)
        #expect((HistoryFile(environment: environment) == nil) == (path == nil))
      }
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }
}

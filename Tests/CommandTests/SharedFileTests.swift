import Foundation
import GRDBSQLite
import Testing

/// Several processes at one file, and processes that are killed: nothing that was acknowledged is lost, nothing is there
/// by half. `KILLS=200` kills so many, `SHARED_SECONDS=60` shares the file for so long.
@Suite(.serialized)
struct SharedFileTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let killCount = environment["KILLS"].flatMap { Int($0) } ?? 6
  private static let seconds = environment["SHARED_SECONDS"].flatMap(Double.init) ?? 3

  private static let declarations = """
    .decl writer(w: symbol)
    writer(a). writer(b). writer(k).
    .decl left(w: symbol, i: number) key(w, i)
    .decl right(w: symbol, i: number) key(w, i)
    :- left(W, I), not right(W, I).
    :- right(W, I), not left(W, I).

    """

  private let folder: TemporaryFolder

  init() throws {
    // A process that has ended reads no more; that is told of by its status.
    signal(SIGPIPE, SIG_IGN)
    folder = try TemporaryFolder()
    try Data(SharedFileTests.declarations.utf8).write(to: folder.url.appendingPathComponent("base.dl"))
    let loaded = try CommandLineRun(folder: folder.url).run(["visitlog load base.dl --db kb.visitlog"])
    #expect(loaded.statuses == [0], "\(loaded.errors)")
  }

  // MARK: Killing

  /// The n-th statement states two facts; each fourth takes back those of the one before it.
  private static func statement(_ name: String, _ number: Int) -> String {
    number % 4 == 3
      ? "left(\(name), \(number - 1))~ right(\(name), \(number - 1))~"
      : "left(\(name), \(number)). right(\(name), \(number))."
  }

  /// What is there after so many statements.
  private static func expected(after count: Int) -> Set<Int> {
    Set((0..<count).filter { $0 % 4 != 3 && !($0 % 4 == 2 && $0 + 1 < count) })
  }

  @Test func `a process that is killed leaves every acknowledged change and none by half`() throws {
    var count = 0
    for round in 0..<SharedFileTests.killCount {
      let errors = folder.url.appendingPathComponent("errors-\(round)")
      let script = folder.url.appendingPathComponent("script-\(round)")
      let statements = (count..<(count + 4000)).map { SharedFileTests.statement("k", $0) + "\n" }
      try Data(statements.joined().utf8).write(to: script)
      let process = try start(["--db", "kb.visitlog"], input: script, errors: errors)
      try waitForText(in: errors, atLeast: Int.random(in: 0...3000))
      usleep(UInt32.random(in: 0...30_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let told = String(decoding: try Data(contentsOf: errors), as: UTF8.self).split(separator: "\n")
      #expect(told.allSatisfy { $0.hasPrefix("stored in ") }, "\(told.first { !$0.hasPrefix("stored in ") } ?? "")")
      let found = try numbers("left(k, I)")
      // One more may have been stored than was told of.
      let acknowledged = count + told.count
      count = SharedFileTests.expected(after: acknowledged) == found ? acknowledged : acknowledged + 1
      #expect(SharedFileTests.expected(after: count) == found, "round \(round): \(told.count) acknowledged")
      #expect(try numbers("right(k, I)") == found)
      try checkFile()
    }
    #expect(count > 0)
  }

  /// Waits until a file has grown to a size; not for ever.
  private func waitForText(in file: URL, atLeast size: Int) throws {
    for _ in 0..<5000 {
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      if (attributes[.size] as? Int ?? 0) >= size { return }
      usleep(2000)
    }
  }

  // MARK: Sharing

  @Test func `two processes write and four read at once`() throws {
    let end = Date().addingTimeInterval(SharedFileTests.seconds)
    let writers = try ["a", "b"].map { try Talk($0, in: folder) }
    let readers = try (0..<4).map { try Talk("reader-\($0)", in: folder) }
    var written = 0
    while Date() < end {
      for writer in writers { writer.say(SharedFileTests.statement(writer.name, written)) }
      written += 1
      for reader in readers {
        reader.say("left(W, I), not right(W, I)?")
        reader.say("?- L = count : { left(_, _) }, R = count : { right(_, _) }.")
      }
      usleep(20_000)
    }
    for talk in writers + readers {
      let (status, errors) = (try talk.finish(), try talk.errors)
      #expect(status == 0, "\(talk.name): \(errors.suffix(500))")
    }
    for writer in writers {
      let told = try writer.errors.split(separator: "\n")
      #expect(told.count == written && told.allSatisfy { $0.hasPrefix("stored in ") })
    }
    for reader in readers {
      let errors = try reader.errors
      // That there is no half of a pair is told with its reason.
      #expect(!errors.contains("error") && !errors.contains("violated"), "\(errors)")
      let lines = try reader.output.split(separator: "\n")
      #expect(lines.count == written)
      for line in lines {
        let counts = line.split(separator: "\t")
        #expect(counts.count == 2 && counts[0] == counts[1], "half a change is seen: \(line)")
      }
    }
    for name in ["a", "b"] {
      #expect(try numbers("left(\(name), I)") == SharedFileTests.expected(after: written))
    }
    try checkFile()
  }

  // MARK: Looking

  private func numbers(_ question: String) throws -> Set<Int> {
    let asked = try CommandLineRun(folder: folder.url).run(["visitlog ask '\(question)' --db kb.visitlog"])
    #expect(asked.errors.isEmpty, "\(asked.errors)")
    return Set(asked.output.split(separator: "\n").compactMap { Int($0) })
  }

  /// What SQLite says of the file, and what our own constraints say of the facts.
  private func checkFile() throws {
    var connection: OpaquePointer?
    defer { sqlite3_close_v2(connection) }
    #expect(sqlite3_open(folder.url.appendingPathComponent("kb.visitlog").path, &connection) == SQLITE_OK)
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    #expect(sqlite3_prepare_v2(connection, "pragma integrity_check", -1, &statement, nil) == SQLITE_OK)
    #expect(sqlite3_step(statement) == SQLITE_ROW)
    #expect(sqlite3_column_text(statement, 0).map { String(cString: $0) } == "ok")
    let check = try CommandLineRun(folder: folder.url).run(["visitlog check --db kb.visitlog"])
    #expect(check.statuses == [0], "\(check.output)")
  }

  private func start(_ arguments: [String], input: URL, errors: URL) throws -> Process {
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    let process = Process()
    process.executableURL = CommandLineRun.products.appendingPathComponent("visitlog")
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return process
  }
}

/// A process at the prompt that statements are given to.
private final class Talk {
  let name: String
  private let process = Process()
  private let input = Pipe()
  private let files: (output: URL, errors: URL)

  init(_ name: String, in folder: TemporaryFolder) throws {
    self.name = name
    files = (folder.url.appendingPathComponent("\(name).output"), folder.url.appendingPathComponent("\(name).errors"))
    for file in [files.output, files.errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.executableURL = CommandLineRun.products.appendingPathComponent("visitlog")
    process.arguments = ["--db", "kb.visitlog"]
    process.currentDirectoryURL = folder.url
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: files.output)
    process.standardError = try FileHandle(forWritingTo: files.errors)
    try process.run()
  }

  func say(_ statement: String) { try? input.fileHandleForWriting.write(contentsOf: Data("\(statement)\n".utf8)) }

  func finish() throws -> Int32 {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus
  }

  var output: String { get throws { String(decoding: try Data(contentsOf: files.output), as: UTF8.self) } }
  var errors: String { get throws { String(decoding: try Data(contentsOf: files.errors), as: UTF8.self) } }
}

import Foundation
import Storage
import Testing

@Suite struct OpeningTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func failure(_ path: String, _ mode: Store.Mode) -> StorageError? {
    do throws(StorageError) {
      _ = try Store.open(path, mode: mode)
      return nil
    } catch {
      return error
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test func `a made file bears our mark and version and is in WAL mode`() throws {
    let path = folder.file()
    _ = try Store.open(path, mode: .create)
    let facts = try sql(path, "pragma application_id; pragma user_version; pragma journal_mode; pragma integrity_check")
    #expect(facts == ["1986622313", "1", "wal", "ok"])
  }

  @Test(arguments: [Store.Mode.read, .write]) func `a missing file is not made`(mode: Store.Mode) {
    #expect(failure(folder.file(), mode) == .missing(path: folder.file()))
    #expect(!FileManager.default.fileExists(atPath: folder.file()))
  }

  @Test func `a file without bytes is new only where a file may be made`() throws {
    let path = folder.file()
    try write([], to: path)
    #expect(failure(path, .read) == .empty(path: path))
    #expect(failure(path, .write) == .empty(path: path))
    #expect(failure(path, .create) == nil)
    #expect(failure(path, .read) == nil)
  }

  @Test func `a folder and a missing folder are told apart`() {
    #expect(failure(folder.path, .create) == .notAFile(path: folder.path))
    let deep = folder.file("none/base.visitlog")
    guard case .cannotOpen(deep, let detail)? = failure(deep, .create), detail.contains("no folder") else {
      Issue.record("a file was made in a folder that does not exist")
      return
    }
  }

  @Test func `a pipe is refused without waiting for its writer`() {
    let path = folder.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    #expect(failure(path, .create) == .notAFile(path: path))
  }

  @Test(arguments: [Store.Mode.read, .write, .create])
  func `files that are not ours are refused and stay as they are`(mode: Store.Mode) throws {
    let text = folder.file("notes.txt")
    try write(Array("p(1).\n".utf8), to: text)
    #expect(failure(text, mode) == .notSQLite(path: text))
    let long = folder.file("long.txt")
    try write([UInt8](repeating: 0x41, count: 10_000), to: long)
    #expect(failure(long, mode) == .notSQLite(path: long))
    for (name, statements) in [
      ("marked.db", "pragma application_id = 77; create table t(a)"),
      ("unmarked.db", "create table t(a); insert into t values (1)"),
      ("wal.db", "pragma journal_mode = wal; create table t(a)"),
    ] {
      let path = folder.file(name)
      try sql(path, statements)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      guard case .foreign(path, _)? = failure(path, mode) else {
        Issue.record("\(name) was opened")
        continue
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: text)) == Data("p(1).\n".utf8))
  }

  @Test(arguments: [Store.Mode.read, .write, .create])
  func `a file of a later version is refused`(mode: Store.Mode) throws {
    let path = folder.file()
    _ = try Store.open(path, mode: .create)
    try sql(path, "pragma user_version = 2")
    #expect(failure(path, mode) == .newer(path: path, version: 2, supported: 1))
  }

  @Test(arguments: [10, 99, 100, 4096, 20_000]) func `a truncated file is refused and not repaired`(size: Int) throws {
    let path = folder.file()
    try Store.open(path, mode: .create).record("p", [.number], (0..<5000).map { Fact(.number($0)) })
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(whole.count > 20_000)
    try whole.prefix(size).write(to: URL(fileURLWithPath: path))
    for mode in [Store.Mode.read, .write, .create] {
      let error = failure(path, mode)
      switch error {
      case .damaged(path, let detail): #expect(detail == "it is cut after byte \(size) of \(whole.count)")
      case .notSQLite(path): #expect(size < 100)
      default: Issue.record("\(size) bytes gave \(String(describing: error))")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == size)
  }

  @Test func `names with marks of addresses are ordinary names`() throws {
    for name in ["a?immutable=1#b%41.db", "file:x", ":memory:", "Ўзбекистон 日本.db"] {
      let path = folder.file(name)
      try Store.open(path, mode: .create).record("p", [.symbol], [Fact("ц")])
      #expect(FileManager.default.fileExists(atPath: path))
      #expect(try Store.open(path, mode: .read).facts("p") == [Fact("ц")])
    }
  }

  @Test func `a store opened to read refuses a change`() throws {
    _ = try Store.open(folder.file(), mode: .create)
    let store = try Store.open(folder.file(), mode: .read)
    #expect(throws: StorageError.readOnly(path: folder.file())) { try store.change { _ in } }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func `a file in a folder that may not be written is read`() throws {
    let path = folder.file()
    do { try Store.open(path, mode: .create).record("p", [.number], [Fact(7)]) }
    #expect(chmod(folder.path, 0o555) == 0)
    defer { chmod(folder.path, 0o755) }
    #expect(try Store.open(path, mode: .read).facts("p") == [Fact(7)])
    #expect(chmod(path, 0o444) == 0)
    #expect(try Store.open(path, mode: .read).facts("p") == [Fact(7)])
    #expect(failure(path, .write) == .readOnly(path: path))
    #expect(failure(path, .create) == .readOnly(path: path))
  }

  @Test func `every error names its file in one sentence`() {
    let errors: [StorageError] = [
      .missing(path: "/a/b"), .notAFile(path: "/a/b"), .empty(path: "/a/b"), .notSQLite(path: "/a/b"),
      .foreign(path: "/a/b", applicationID: 3), .newer(path: "/a/b", version: 9, supported: 1),
      .damaged(path: "/a/b", detail: "x"), .readOnly(path: "/a/b"), .unfinishedChanges(path: "/a/b"),
      .cannotOpen(path: "/a/b", detail: "x"), .full(path: "/a/b"), .busy(path: "/a/b"),
      .interrupted(path: "/a/b"), .declarationDiffers(path: "/a/b", predicate: "p"),
      .tooManyColumns(path: "/a/b", predicate: "p", limit: 63), .sqlite(path: "/a/b", code: 1, message: "x"),
    ]
    for error in errors {
      #expect(error.description.contains("`/a/b`"), "\(error)")
      #expect(!error.description.contains("\n") && !error.description.hasSuffix("."))
    }
  }
}

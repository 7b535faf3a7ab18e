internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// An open connection; closed when it is released.
///
/// GRDB opens, configures and closes it. Statements run on the raw handle: its owner is a `Store`, which is not
/// sendable, so no two threads use the handle at a time, and only `interrupt()` comes from elsewhere.
final class Connection {
  let path: String
  let handle: OpaquePointer
  /// Whether the file is read as one that nobody changes, without locks and without its WAL.
  let isImmutable: Bool
  let queue: DatabaseQueue
  private let walPages = WalPages()
  private let wait = BusyWait()

  init(path: String, readOnly: Bool, immutable: Bool = false) throws(StorageError) {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.foreignKeysEnabled = false
    configuration.allowsUnsafeTransactions = true
    configuration.busyMode = .callback { [wait] tries in wait.waitsAgain(afterTries: tries) }
    let (result, queue) = Connection.open(immutable ? immutableURI(path) : path, configuration)
    guard let queue, let handle = result.handle else {
      throw StorageError(nil, code: result.code, path: path)
    }
    self.path = path
    self.handle = handle
    self.queue = queue
    isImmutable = immutable
    // GRDB's observers watch statements that GRDB runs, and expect its own queue; ours are not among them.
    sqlite3_commit_hook(handle, nil, nil)
    sqlite3_rollback_hook(handle, nil, nil)
    sqlite3_set_authorizer(handle, nil, nil)
    try execute("pragma trusted_schema = off")
    if !readOnly {
      // FULL: a change that was reported as made survives a loss of power.
      try execute("pragma synchronous = full; pragma temp_store = memory")
      // What a bulk load left of the log is given back when the log is begun anew.
      try execute("pragma journal_size_limit = \(Connection.cappedPages * 4096)")
      sqlite3_wal_hook(handle, noteWalPages, Unmanaged.passUnretained(walPages).toOpaque())
    }
  }

  deinit {
    if !isImmutable { sqlite3_wal_hook(handle, nil, nil) }
  }

  private static func open(
    _ path: String,
    _ configuration: Configuration
  ) -> (result: (code: Int32, handle: OpaquePointer?), queue: DatabaseQueue?) {
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      return ((SQLITE_OK, queue.unsafeReentrantWriteHandle), queue)
    } catch let error as DatabaseError {
      return ((error.resultCode.rawValue, nil), nil)
    } catch {
      return ((SQLITE_CANTOPEN, nil), nil)
    }
  }

  func prepare(_ sql: String) throws(StorageError) -> Statement {
    try Statement(handle, sql, path: path)
  }

  func execute(_ sql: String) throws(StorageError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw StorageError(handle, code: code, path: path) }
  }

  /// The first column of the first row; 0 when there is none.
  func integer(_ sql: String) throws(StorageError) -> Int64 {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : 0
  }

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Rows that the last statement inserted or deleted, without those of triggers.
  @inline(__always)
  var changes: Int { Int(sqlite3_changes(handle)) }

  var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

  /// Ends the transaction without effect; the error that led here is the one to report.
  func rollback() {
    // An interruption that comes late may stop the first attempt.
    for _ in 0..<3 where isInTransaction { sqlite3_exec(handle, "rollback", nil, nil, nil) }
  }

  /// Runs `body`, whose statements end with `StorageError.interrupted` once `isCancelled`.
  func cancellable<Failure: Error>(
    _ isCancelled: @escaping () -> Bool,
    _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    let question = Question(isCancelled)
    // Chosen: so many steps of SQLite's machine take less than a millisecond.
    sqlite3_progress_handler(
      handle,
      10_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<Question>.fromOpaque(context).takeUnretainedValue().isCancelled() ? 1 : 0
      },
      Unmanaged.passUnretained(question).toOpaque()
    )
    defer { withExtendedLifetime(question) { sqlite3_progress_handler(handle, 0, nil, nil) } }
    try body()
  }

  private final class Question {
    let isCancelled: () -> Bool

    init(_ isCancelled: @escaping () -> Bool) { self.isCancelled = isCancelled }
  }

  /// Room for the pages that a bulk load dirties; a limit, not an allocation.
  func widenCache() { sqlite3_exec(handle, "pragma cache_size = -65536", nil, nil, nil) }

  /// Gives the room back.
  func narrowCache() { sqlite3_exec(handle, "pragma cache_size = -2000", nil, nil, nil) }

  /// Moves the write-ahead log into the file when it has grown.
  ///
  /// From `passivePages` pages what no reader hinders is moved; from `cappedPages` we wait up to 0.1 s for readers, so
  /// that readers that never pause do not let the log grow without bound (measured: 1.2 GB in 20 s without,
  /// 17 MB with).
  func checkpoint() {
    let pages = walPages.count
    guard pages >= Connection.passivePages else { return }
    let mode = pages >= Connection.cappedPages ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE
    wait.setLimit(.milliseconds(100))
    // A checkpoint that could not be finished is tried again after the next change: nothing is lost without it.
    _ = sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
    wait.setLimit(BusyWait.usualLimit)
    walPages.count = 0
  }

  private static let passivePages = 1000
  private static let cappedPages = 4000
}

/// How many pages the write-ahead log holds since the last commit.
private final class WalPages {
  var count = 0
}

private func noteWalPages(
  context: UnsafeMutableRawPointer?,
  connection: OpaquePointer?,
  name: UnsafePointer<CChar>?,
  pages: Int32
) -> Int32 {
  if let context { Unmanaged<WalPages>.fromOpaque(context).takeUnretainedValue().count = Int(pages) }
  return SQLITE_OK
}

/// An address that opens a file read-only, without locks, and leaves nothing beside it.
func immutableURI(_ path: String) -> String {
  var uri = "file:"
  for byte in path.utf8 {
    switch byte {
    case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      uri.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16)
      uri += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
  }
  return uri + "?immutable=1"
}

/// Waits for another writer: pauses of random length, so that waiting writers get their turn, up to a limit.
///
/// SQLite's own handler backs off further the longer it waits; measured with two writers and four readers it let one
/// wait 5.6 s where this one let none wait more than 1.4 s.
final class BusyWait: Sendable {
  static let usualLimit: Duration = .seconds(10)

  private struct State {
    var start = ContinuousClock.now
    var limit = usualLimit
  }

  private let state = Mutex(State())

  func setLimit(_ limit: Duration) { state.withLock { $0.limit = limit } }

  /// Sleeps and says yes until the limit is reached.
  func waitsAgain(afterTries tries: Int) -> Bool {
    let now = ContinuousClock.now
    let isOver = state.withLock { state in
      if tries == 0 { state.start = now }
      return now - state.start >= state.limit
    }
    if isOver { return false }
    usleep(UInt32.random(in: 500...2500))
    return true
  }
}

extension DatabaseQueue {
  /// The raw connection, which stays open as long as the queue.
  fileprivate var unsafeReentrantWriteHandle: OpaquePointer? {
    unsafeReentrantWrite { $0.sqliteConnection }
  }
}

internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// One open knowledge base file.
///
/// Not sendable: one thread at a time. Only `interrupt` may be called, or handed, to any thread.
public final class Store {
  /// What is to be done with the file.
  public enum Mode: Sendable {
    case read
    /// The file must exist.
    case write
    /// The file is made when it is missing or has no bytes.
    case create
  }

  public let path: String
  /// The last change that is read; `nil` reads the file as it is now.
  public let lastChange: Int?
  /// Ends what runs now with `StorageError.interrupted`; may be called from any thread.
  public let interrupt: @Sendable () -> Void
  let connection: Connection
  /// Commits of this connection, which SQLite's own counter leaves out.
  var ownCommits: Int64 = 0
  private var symbolIDStatement: Statement?
  private var symbolTextStatement: Statement?
  private var dataVersionStatement: Statement?

  private init(_ connection: Connection, lastChange: Int? = nil) {
    self.connection = connection
    self.lastChange = lastChange
    path = connection.path
    let queue = connection.queue
    interrupt = { [weak queue] in queue?.interrupt() }
  }

  /// Opens a file, after making sure that it is ours.
  public static func open(_ path: String, mode: Mode) throws(StorageError) -> Store {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw .missing(path: path) }
    let path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    switch (try FileProbe(path), mode) {
    case (.missing, .read), (.missing, .write): throw .missing(path: path)
    case (.empty, .read), (.empty, .write): throw .empty(path: path)
    case (.ours, .read): return Store(try openToRead(path))
    case (.missing, .create):
      try requireFolder(of: path)
      return Store(try openToWrite(path))
    case (.ours, .write), (.ours, .create), (.empty, .create): return Store(try openToWrite(path))
    }
  }

  /// Opens a file to read what it held when a change had just been made: facts, their sources, rules and declarations.
  ///
  /// A change of 0 is before all changes.
  public static func open(_ path: String, asOf change: Int) throws(StorageError) -> Store {
    Store(try open(path, mode: .read).connection, lastChange: change)
  }

  private static func requireFolder(of path: String) throws(StorageError) {
    let folder = (path as NSString).deletingLastPathComponent
    var status = stat()
    guard stat(folder, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else { return }
    throw .cannotOpen(path: path, detail: "there is no folder `\(folder)`")
  }

  private static func openToRead(_ path: String) throws(StorageError) -> Connection {
    do throws(StorageError) {
      let connection = try Connection(path: path, readOnly: true)
      _ = try connection.integer("select count(*) from vl_predicate")
      return connection
    } catch {
      // In a folder that may not be written no log can be made; without one the file itself is all there is.
      switch error {
      case .cannotOpen, .readOnly:
        guard !FileProbe.hasLog(path) else { throw .unfinishedChanges(path: path) }
        return try Connection(path: path, readOnly: true, immutable: true)
      default: throw error
      }
    }
  }

  private static func openToWrite(_ path: String) throws(StorageError) -> Connection {
    let connection = try Connection(path: path, readOnly: false)
    guard !connection.isReadOnly else { throw .readOnly(path: path) }
    if try connection.integer("pragma user_version") == 0 { try makeSchema(connection) }
    // On a network folder SQLite keeps its rollback journal, which serves one writer as well.
    if try connection.integer("select journal_mode <> 'wal' from pragma_journal_mode") == 1 {
      try connection.execute("pragma journal_mode = wal")
    }
    return connection
  }

  /// All of it in one transaction: another program sees an empty file or a complete one, and only one of two makes it.
  private static func makeSchema(_ connection: Connection) throws(StorageError) {
    try connection.execute("begin immediate")
    do throws(StorageError) {
      let path = connection.path
      if try connection.integer("pragma application_id") == 0,
        try connection.integer("select count(*) from sqlite_schema") == 0
      {
        for statement in Schema.statements { try connection.execute(statement) }
      } else if try connection.integer("pragma application_id") != Int64(Schema.applicationID) {
        throw StorageError.foreign(path: path, applicationID: 0)
      }
      try connection.execute("commit")
    } catch {
      connection.rollback()
      throw error
    }
  }

  /// Whether changes can be made through it.
  public var isWritable: Bool { !connection.isReadOnly }

  /// Counts committed changes by anyone: another value means that what was read is stale.
  public func dataVersion() throws(StorageError) -> Int64 {
    let statement = try prepared(\.dataVersionStatement, "pragma data_version")
    defer { statement.reset() }
    return try (statement.step() ? statement.integer(0) : 0) + ownCommits
  }

  /// Runs several reads on one state of the file.
  public func snapshot<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
    guard try beginReading() else { return try body() }
    defer { endReading() }
    return try body()
  }

  /// From here to `endReading` one state of the file is read.
  ///
  /// - Returns: false when that is so already.
  public func beginReading() throws(StorageError) -> Bool {
    guard !connection.isInTransaction else { return false }
    try connection.execute("begin")
    return true
  }

  public func endReading() { connection.rollback() }

  /// Writes a copy of the file as it is now, past facts and changes too; `path` must be free.
  ///
  /// https://sqlite.org/lang_vacuum.html#vacuuminto: one read transaction, so others may write meanwhile.
  public func copy(to path: String) throws(StorageError) {
    let statement = try connection.prepare("vacuum into ?")
    statement.bind(path, at: 1)
    _ = try statement.step()
  }

  private func prepared(
    _ statement: ReferenceWritableKeyPath<Store, Statement?>,
    _ sql: String
  ) throws(StorageError) -> Statement {
    if let statement = self[keyPath: statement] { return statement }
    let made = try connection.prepare(sql)
    self[keyPath: statement] = made
    return made
  }
}

// MARK: Symbols

extension Store {
  /// The least id that no text has: ids are from 1 to below this.
  public func symbolCount() throws(StorageError) -> Int {
    Int(try connection.integer("select max(id) from vl_symbol")) + 1
  }

  /// The id of a text; nil when the file does not have it.
  public func symbolID(of text: UnsafeBufferPointer<UInt8>) throws(StorageError) -> UInt32? {
    let statement = try prepared(\.symbolIDStatement, "select id from vl_symbol where text = ?")
    defer { statement.reset() }
    statement.bindText(text, at: 1, keep: false)
    return try statement.step() ? UInt32(exactly: statement.integer(0)) : nil
  }

  /// The text of an id; no bytes when the file does not have it.
  public func symbolText(_ id: UInt32) throws(StorageError) -> [UInt8] {
    let statement = try prepared(\.symbolTextStatement, "select text from vl_symbol where id = ?")
    defer { statement.reset() }
    statement.bind(Int64(id), at: 1)
    return try statement.step() ? Array(statement.bytes(0)) : []
  }

  /// Lends each id and its text, in the order of ids.
  public func forEachSymbol(_ body: (UInt32, UnsafeBufferPointer<UInt8>) -> Void) throws(StorageError) {
    let statement = try connection.prepare("select id, text from vl_symbol order by id")
    while try statement.step() {
      guard let id = UInt32(exactly: statement.integer(0)) else { throw damage("a symbol's id is out of range") }
      body(id, statement.bytes(1))
    }
  }

  func damage(_ detail: String) -> StorageError { .damaged(path: path, detail: detail) }
}

// MARK: Limits

extension Store {
  /// Lets the file grow to so many pages of 4096 bytes; a change that needs more fails as on a full disk.
  package func limitPageCount(to count: Int) throws(StorageError) {
    try connection.execute("pragma max_page_count = \(count)")
  }
}

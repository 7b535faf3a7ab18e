internal import Foundation
internal import GRDBSQLite

/// What stands at a path, found without writing a byte and without taking a lock.
enum FileProbe {
  case missing
  case empty
  /// A knowledge base of a version that this program knows.
  case ours

  /// Throws for whatever is neither ours nor nothing.
  init(_ path: String) throws(StorageError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .cannotOpen(path: path, detail: String(cString: strerror(errno))) }
      self = .missing
      return
    }
    // A pipe must not be opened: it would wait for a writer.
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    guard status.st_size > 0 else {
      self = .empty
      return
    }
    try FileProbe.inspect(path)
    self = .ours
  }

  /// Reads the header through SQLite: closing a descriptor of our own would drop the process's locks on the file.
  ///
  /// While a log stands beside it the file may be shorter than its header says: pages that hold nothing are not in the log
  /// either, and the file gets its length when all of the log has been moved into it, which readers can put off for long.
  /// Whether it is damaged is then told by whoever reads it with its log.
  private static func inspect(_ path: String) throws(StorageError) {
    do throws(StorageError) {
      try inspectWithoutLog(path)
    } catch .damaged where hasLog(path) {
      return
    }
  }

  private static func inspectWithoutLog(_ path: String) throws(StorageError) {
    var connection: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(immutableURI(path), &connection, flags, nil)
    defer { sqlite3_close_v2(connection) }
    guard code == SQLITE_OK, let connection else {
      let reason = connection.map { sqlite3_system_errno($0) } ?? ENOMEM
      throw .cannotOpen(path: path, detail: String(cString: strerror(reason)))
    }
    do throws(StorageError) {
      try requireOurs(connection, path)
    } catch .damaged(_, let detail) {
      throw .damaged(path: path, detail: missingBytes(connection) ?? detail)
    }
  }

  private static func requireOurs(_ connection: OpaquePointer, _ path: String) throws(StorageError) {
    let application = UInt32(truncatingIfNeeded: try integer("pragma application_id", connection, path))
    let version = Int(try integer("pragma user_version", connection, path))
    guard application == Schema.applicationID else { throw .foreign(path: path, applicationID: application) }
    guard version <= Schema.version else {
      throw .newer(path: path, version: version, supported: Schema.version)
    }
    guard version >= 1 else { throw .damaged(path: path, detail: "it has no version") }
  }

  /// What is missing of a file that is shorter than its header says (SQLite's file format, 1.3).
  private static func missingBytes(_ connection: OpaquePointer) -> String? {
    var file: UnsafeMutablePointer<sqlite3_file>?
    guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK, let file,
      let methods = file.pointee.pMethods
    else { return nil }
    var header = [UInt8](repeating: 0, count: 32)
    var size: sqlite3_int64 = 0
    guard methods.pointee.xRead(file, &header, 32, 0) == SQLITE_OK, methods.pointee.xFileSize(file, &size) == SQLITE_OK
    else { return nil }
    let pageSize = Int64(header[16]) << 8 | Int64(header[17])
    let pageCount = header[28...].reduce(Int64(0)) { $0 << 8 | Int64($1) }
    let whole = (pageSize == 1 ? 65_536 : pageSize) * pageCount
    return size < whole ? "it is cut after byte \(size) of \(whole)" : nil
  }

  private static func integer(
    _ sql: String,
    _ connection: OpaquePointer,
    _ path: String
  ) throws(StorageError) -> Int64 {
    let statement = try Statement(connection, sql, path: path)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// Whether changes stand in a write-ahead log or journal beside the file.
  static func hasLog(_ path: String) -> Bool {
    ["-wal", "-journal"].contains { suffix in
      var status = stat()
      return stat(path + suffix, &status) == 0 && status.st_size > 0
    }
  }
}

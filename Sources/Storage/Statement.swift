internal import GRDBSQLite

/// A prepared statement; finalised when it is released.
///
/// Integers and floats are bound and read raw: a loop over a million rows makes no Swift value but words.
final class Statement {
  let handle: OpaquePointer
  private let path: String

  init(_ connection: OpaquePointer, _ sql: String, path: String) throws(StorageError) {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
    guard code == SQLITE_OK, let statement else {
      throw StorageError(connection, code: code, path: path)
    }
    handle = statement
    self.path = path
  }

  deinit { sqlite3_finalize(handle) }

  /// Whether there is a row; resets the statement when it fails.
  @inline(__always)
  func step() throws(StorageError) -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    throw failure(code)
  }

  /// Runs a statement without result once more with what is bound.
  @inline(__always)
  func run() throws(StorageError) {
    let code = sqlite3_step(handle)
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
    sqlite3_reset(handle)
  }

  func reset() { sqlite3_reset(handle) }

  private func failure(_ code: Int32) -> StorageError {
    let error = StorageError(sqlite3_db_handle(handle), code: code, path: path)
    sqlite3_reset(handle)
    return error
  }

  @inline(__always)
  func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(handle, index, value) }

  func bind(_ value: Int, at index: Int32) { sqlite3_bind_int64(handle, index, Int64(value)) }

  @inline(__always)
  func bind(_ value: Double, at index: Int32) { sqlite3_bind_double(handle, index, value) }

  /// A `nil` text is bound as null.
  func bind(_ text: String?, at index: Int32) {
    guard var text else {
      sqlite3_bind_null(handle, index)
      return
    }
    text.withUTF8 { bytes in bindText(bytes, at: index, keep: true) }
  }

  /// Binds bytes of UTF-8; unless `keep`, they must stay where they are until the next bind or reset.
  func bindText(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int32, keep: Bool) {
    let destructor = keep ? unsafeBitCast(-1, to: sqlite3_destructor_type.self) : nil
    guard let base = bytes.baseAddress, !bytes.isEmpty else {
      sqlite3_bind_text64(handle, index, "", 0, nil, UInt8(SQLITE_UTF8))
      return
    }
    base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
      _ = sqlite3_bind_text64(
        handle,
        index,
        characters,
        sqlite3_uint64(bytes.count),
        destructor,
        UInt8(SQLITE_UTF8)
      )
    }
  }

  @inline(__always)
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  @inline(__always)
  func float(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  /// The bytes of a text column, lent until the next step or reset.
  @inline(__always)
  func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    guard let text = sqlite3_column_text(handle, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, column)))
  }

  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

}

extension StorageError {
  /// Translates a result code of SQLite.
  init(_ connection: OpaquePointer?, code: Int32, path: String) {
    let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
    let words = connection.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
    let message = words.map { String(cString: $0) } ?? "no reason given"
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy(path: path)
    case SQLITE_FULL: self = .full(path: path)
    case SQLITE_INTERRUPT: self = .interrupted(path: path)
    case SQLITE_NOTADB: self = .notSQLite(path: path)
    case SQLITE_CORRUPT: self = .damaged(path: path, detail: message)
    case SQLITE_READONLY: self = .readOnly(path: path)
    case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: self = .cannotOpen(path: path, detail: message)
    default: self = .sqlite(path: path, code: Int(extended), message: message)
    }
  }
}

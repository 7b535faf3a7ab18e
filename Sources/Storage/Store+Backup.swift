internal import Foundation
internal import GRDB
internal import GRDBSQLite

extension Store {
  /// Throws what is wrong with the file, which is read as a whole.
  public func requireIntegrity() throws(StorageError) {
    let statement = try connection.prepare("pragma integrity_check(1)")
    guard try statement.step() else { throw damage("no answer") }
    let fault = statement.text(0)
    guard fault == "ok" else { throw damage(fault) }
    var isText = true
    try forEachSymbol { _, text in
      if String(validating: text, as: UTF8.self) == nil { isText = false }
    }
    guard isText else { throw damage("a text of it is not UTF-8") }
  }

  /// Writes a copy of the file to `path`, which must be free or may be replaced, while others go on writing.
  ///
  /// https://sqlite.org/backup.html: pages are copied to a draft beside it, which is checked and then renamed, so that
  /// there is a whole copy or none. The copy is of one state of the file: this connection reads one meanwhile.
  public func backUp(to path: String) throws(StorageError) {
    guard access("\(path)-wal", F_OK) != 0 else {
      throw .cannotOpen(path: path, detail: "`\(path)-wal` lies beside it, so a program has it open")
    }
    let draft = "\(path).\(getpid()).part"
    defer { for ending in ["", "-wal", "-shm", "-journal"] { unlink(draft + ending) } }
    do {
      let target = try DatabaseQueue(path: draft)
      try connection.queue.backup(to: target)
      let faults = try target.inDatabase { database in
        // One file without a log beside it, as it is carried about.
        try database.execute(sql: "pragma journal_mode = delete")
        return try String.fetchAll(database, sql: "pragma integrity_check")
      }
      guard faults == ["ok"] else { throw StorageError.damaged(path: self.path, detail: faults.first ?? "no answer") }
      try target.close()
    } catch let error as DatabaseError {
      throw .sqlite(path: path, code: Int(error.extendedResultCode.rawValue), message: error.message ?? "\(error)")
    } catch let error as StorageError {
      throw error
    } catch {
      throw .cannotOpen(path: path, detail: "\(error)")
    }
    guard rename(draft, path) == 0 else {
      throw .cannotOpen(path: path, detail: String(cString: strerror(errno)))
    }
  }
}

internal import Foundation
internal import GRDB
internal import GRDBSQLite

extension Store {
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

import Foundation
import GRDBSQLite

/// A folder of a test's own; removed when it is released.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/storage-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String = "base.visitlog") -> String { path + "/" + name }
}

/// What SQLite said when a statement failed.
struct SQLFailure: Error, CustomStringConvertible {
  let description: String
}

/// Runs SQL as any other program would; the rows' columns as text, separated by `|`.
@discardableResult
func sql(_ path: String, _ statements: String) throws -> [String] {
  var connection: OpaquePointer?
  defer { sqlite3_close_v2(connection) }
  guard sqlite3_open(path, &connection) == SQLITE_OK else { throw SQLFailure(description: "cannot open") }
  var rows: [String] = []
  let code = withUnsafeMutablePointer(to: &rows) { rows in
    sqlite3_exec(
      connection,
      statements,
      { context, count, values, _ in
        let texts = (0..<Int(count)).map { column in
          values?[column].map { String(cString: $0) } ?? "null"
        }
        context?.assumingMemoryBound(to: [String].self).pointee.append(texts.joined(separator: "|"))
        return 0
      },
      rows,
      nil
    )
  }
  guard code == SQLITE_OK else { throw SQLFailure(description: String(cString: sqlite3_errmsg(connection))) }
  return rows
}

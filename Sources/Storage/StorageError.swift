/// Why a file could not be opened, read or changed; each case names the file.
public enum StorageError: Error, Hashable, Sendable {
  /// There is no such file.
  case missing(path: String)
  /// The path leads to a folder, a pipe or a device.
  case notAFile(path: String)
  /// The file has no bytes; only a file that may be created may be empty.
  case empty(path: String)
  /// The bytes are not those of an SQLite file.
  case notSQLite(path: String)
  /// An SQLite file that another application made.
  case foreign(path: String, applicationID: UInt32)
  /// A knowledge base of a later version of visitlog.
  case newer(path: String, version: Int, supported: Int)
  /// The file is shorter than its own header says, or its content contradicts itself.
  case damaged(path: String, detail: String)
  /// The file may be read, not written.
  case readOnly(path: String)
  /// The folder may not be written, and another program left changes beside the file that need it.
  case unfinishedChanges(path: String)
  /// The operating system refused.
  case cannotOpen(path: String, detail: String)
  /// There is no room for the change; the file is as before.
  case full(path: String)
  /// Another program kept writing for longer than we wait.
  case busy(path: String)
  /// `interrupt()` was called.
  case interrupted(path: String)
  /// The predicate is declared with other columns or keys.
  case declarationDiffers(path: String, predicate: String)
  /// A change of the past cannot come behind one that was made later.
  case pastIsClosed(path: String, time: String)
  /// More columns than a table of SQLite can have.
  case tooManyColumns(path: String, predicate: String, limit: Int)
  /// Anything else that SQLite says, with its extended result code.
  case sqlite(path: String, code: Int, message: String)
}

extension StorageError: CustomStringConvertible {
  /// One sentence for a person who is not a programmer.
  public var description: String {
    switch self {
    case .missing(let path): "there is no file `\(path)`"
    case .notAFile(let path): "`\(path)` is a folder or a device; a knowledge base is one file"
    case .empty(let path): "`\(path)` is empty: it holds no knowledge base"
    case .notSQLite(let path): "`\(path)` is not a knowledge base: it is not an SQLite file"
    case .foreign(let path, _): "`\(path)` is an SQLite file of another application, not a knowledge base"
    case .newer(let path, let version, let supported):
      "`\(path)` was written by a later visitlog (its format is \(version); this one knows up to \(supported))"
    case .damaged(let path, let detail): "`\(path)` is damaged: \(detail)"
    case .readOnly(let path): "`\(path)` may be read but not changed"
    case .unfinishedChanges(let path):
      "`\(path)` lies in a folder that may not be written, and `\(path)-wal` holds changes not yet in it"
    case .cannotOpen(let path, let detail): "`\(path)` cannot be opened: \(detail)"
    case .full(let path): "there is no room to change `\(path)`; it is as before"
    case .busy(let path): "another program is writing to `\(path)`; try again when it is done"
    case .interrupted(let path): "the work on `\(path)` was interrupted"
    case .declarationDiffers(let path, let predicate):
      "`\(predicate)` is declared in `\(path)` with other columns or keys"
    case .pastIsClosed(let path, let time):
      "`\(path)` has changes made after \(time), behind which facts `.stated` then cannot come; load them into a new file"
    case .tooManyColumns(let path, let predicate, let limit):
      "`\(predicate)` has more than \(limit) columns, too many for `\(path)`"
    case .sqlite(let path, let code, let message): "`\(path)`: \(message) (SQLite \(code))"
    }
  }
}

import Glibc

/// The entries of past sessions, one a line, with `\n` for a line's end and `\\` for a backslash.
///
/// An entry is appended when it is made, so that a killed session loses none of its own. Sessions side by side take
/// turns by a lock on the file, and read what the others have added. Only its owner may read the file. A history that
/// cannot be read or written is done without: it is a convenience, and no reason to stop a session.
public final class HistoryFile {
  /// What the file has that was not read before.
  public enum News: Hashable {
    case none
    case added([[UInt8]])
    /// The file is another one: its entries in place of all before.
    case replaced([[UInt8]])
  }

  /// Past this only the end of the file is looked at; chosen: 1000 entries of many lines.
  private static let readLimit = 4 * 1_048_576

  private let path: String
  private var last: [UInt8] = []
  /// How many entries are wanted.
  private var limit = 0
  /// Which file was read last, and how far.
  private var inode: ino_t?
  private var position = 0

  public init(path: String) {
    self.path = path
  }

  /// `$XDG_STATE_HOME/visitlog/history`, by default below `~/.local/state`; `nil` without either.
  ///
  /// https://specifications.freedesktop.org/basedir-spec/latest/ has a relative path ignored.
  public convenience init?(environment: [String: String]) {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      self.init(path: state + "/visitlog/history")
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      self.init(path: home + "/.local/state/visitlog/history")
    } else {
      return nil
    }
  }

  /// The last `limit` entries, the oldest first; the file is cut to them when it has grown far beyond.
  public func load(limit: Int) -> [[UInt8]] {
    self.limit = limit
    guard let (lines, isCut) = readAll() else { return [] }
    if isCut || lines.count > limit * 2 { cut() }
    return lines.suffix(limit).map(HistoryFile.entry(of:))
  }

  /// All lines, and whether there are others before; the lock ends with the call.
  private func readAll() -> (lines: [ArraySlice<UInt8>], isCut: Bool)? {
    guard let file = LockedFile(path, forWriting: false) else { return nil }
    let (bytes, isCut) = file.readEnd(atMost: HistoryFile.readLimit)
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    note(file, lines: lines)
    return (lines, isCut)
  }

  /// What others have added since the last `load`, `append` or `news`.
  public func news() -> News {
    guard let known = inode else { return .none }
    var status = stat()
    // Nearly always there is nothing new: that costs one call.
    guard stat(path, &status) == 0, status.st_ino != known || Int(status.st_size) != position,
      let file = LockedFile(path, forWriting: false)
    else { return .none }
    return news(in: file)
  }

  private func news(in file: LockedFile) -> News {
    guard file.inode == inode, file.size >= position else {
      let lines = file.readEnd(atMost: HistoryFile.readLimit).bytes.split(separator: UInt8(ascii: "\n"))
      last = []
      note(file, lines: lines)
      return .replaced(lines.suffix(limit).map(HistoryFile.entry(of:)))
    }
    guard file.size > position else { return .none }
    let lines = file.read(from: position).split(separator: UInt8(ascii: "\n"))
    note(file, lines: lines)
    return .added(lines.map(HistoryFile.entry(of:)))
  }

  /// Adds an entry, unless it is that of before again; what others have added meanwhile.
  @discardableResult
  public func append(_ entry: [UInt8]) -> [[UInt8]] {
    let line = HistoryFile.line(of: entry)
    guard !line.isEmpty, line != last else { return [] }
    makeFolder()
    guard let file = LockedFile(path, forWriting: true) else {
      last = line
      return []
    }
    var others: [[UInt8]] = []
    if inode != nil, case .added(let added) = news(in: file) { others = added }
    if line != last { file.append(line + [UInt8(ascii: "\n")]) }
    note(file, lines: [line[...]])
    return others
  }

  /// Forgets all entries, in the prompts side by side too.
  public func clear() {
    guard let file = LockedFile(path, forWriting: true) else { return }
    last = []
    guard file.replace(with: []), let fresh = LockedFile(path, forWriting: false) else { return }
    note(fresh, lines: [])
  }

  private func note(_ file: LockedFile, lines: [ArraySlice<UInt8>]) {
    inode = file.inode
    position = file.size
    if let line = lines.last { last = Array(line) }
  }

  /// Replaces the file by one with its last entries, while nobody else writes.
  private func cut() {
    guard let file = LockedFile(path, forWriting: true) else { return }
    let lines = file.readEnd(atMost: HistoryFile.readLimit).bytes.split(separator: UInt8(ascii: "\n")).suffix(limit)
    guard file.replace(with: lines.flatMap { $0 + [UInt8(ascii: "\n")] }) else { return }
    // Who waits for the lock finds another file in its place and begins anew; so do we.
    if let fresh = LockedFile(path, forWriting: false) { note(fresh, lines: Array(lines)) }
  }

  private func makeFolder() {
    for (place, byte) in path.utf8.enumerated() where byte == UInt8(ascii: "/") && place > 0 {
      mkdir(String(decoding: path.utf8.prefix(place), as: UTF8.self), 0o700)
    }
  }

  private static func line(of entry: [UInt8]) -> [UInt8] {
    entry.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\n"): Array("\\n".utf8)
      case UInt8(ascii: "\\"): Array("\\\\".utf8)
      default: [byte]
      }
    }
  }

  private static func entry(of line: ArraySlice<UInt8>) -> [UInt8] {
    var entry: [UInt8] = []
    var isEscaped = false
    for byte in line {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        entry.append(isEscaped && byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      }
    }
    return entry
  }
}

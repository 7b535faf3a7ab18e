import Glibc

/// The entries of past sessions, one a line, with `\n` for a line's end and `\\` for a backslash.
///
/// An entry is appended when it is made, so that sessions side by side lose none of each other's and a killed one none
/// of its own. Only its owner may read the file. A history that cannot be read or written is done without: it is a
/// convenience, and no reason to stop a session.
public final class HistoryFile {
  /// Past this only the end of the file is looked at; chosen: 1000 entries of many lines.
  private static let readLimit = 4 * 1_048_576

  private let path: String
  private var last: [UInt8] = []

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
    guard let bytes = readEnd() else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let kept = lines.suffix(limit)
    if lines.count > limit * 2 || bytes.count == HistoryFile.readLimit { rewrite(kept) }
    last = kept.last.map(Array.init) ?? []
    return kept.map(HistoryFile.entry(of:))
  }

  /// Adds an entry, unless it is that of before again.
  public func append(_ entry: [UInt8]) {
    let line = HistoryFile.line(of: entry)
    guard !line.isEmpty, line != last else { return }
    last = line
    makeFolder()
    // One write to a file opened for appending: entries of two sessions never mix.
    write(line + [UInt8(ascii: "\n")], to: path, flags: O_APPEND)
  }

  private func readEnd() -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let size = lseek(file, 0, SEEK_END)
    // A pipe or a folder in the file's place is not read.
    guard size >= 0, size < Int.max else { return nil }
    let count = min(size, HistoryFile.readLimit)
    guard lseek(file, size - count, SEEK_SET) >= 0 else { return nil }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let more = read(file, buffer.baseAddress.map { $0 + filled }, count - filled)
        if more <= 0 { break }
        filled += more
      }
    }
    // Read from the middle, the first line is a part of one.
    guard count < size else { return bytes }
    return bytes.firstIndex(of: UInt8(ascii: "\n")).map { Array(bytes[$0...]) } ?? []
  }

  private func rewrite(_ lines: ArraySlice<ArraySlice<UInt8>>) {
    let draft = "\(path).\(getpid())"
    let bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    guard write(bytes, to: draft, flags: O_TRUNC | O_EXCL), rename(draft, path) == 0 else {
      unlink(draft)
      return
    }
  }

  @discardableResult
  private func write(_ bytes: [UInt8], to path: String, flags: Int32) -> Bool {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | flags, 0o600)
    guard file >= 0 else { return false }
    let written = Glibc.write(file, bytes, bytes.count)
    return close(file) == 0 && written == bytes.count
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

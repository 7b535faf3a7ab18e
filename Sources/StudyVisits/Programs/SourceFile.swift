internal import Datalog

#if canImport(Glibc)
  import Glibc
#endif

/// Why a file could not be read or written.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Operation: String, Sendable {
    case read, write
  }

  public let path: String
  public let operation: Operation
  /// Of errno.
  public let code: Int32

  public var description: String {
    "cannot \(operation.rawValue) `\(path)`: \(FileError.reason(code))"
  }

  /// A new file was to be written, and there is one.
  static func exists(_ path: String) -> FileError { FileError(path: path, operation: .write, code: EEXIST) }

  static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercasedFirst }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

/// Reading whole sources.
enum SourceFile {
  /// The sources with the paths they were read from; standard input has none.
  static func readAll(_ paths: [String]) throws(KnowledgeBaseError) -> [(text: SourceText, path: String?)] {
    var sources: [(text: SourceText, path: String?)] = []
    for path in paths {
      if let shipped = ShippedFile(included: path, by: nil) {
        sources.append((shipped.text, shipped.path))
        continue
      }
      do throws(FileError) {
        sources.append((try read(path), path == "-" ? nil : path))
      } catch {
        throw .file(error)
      }
    }
    return sources
  }

  /// The bytes of a file; `-` is standard input.
  static func read(_ path: String) throws(FileError) -> SourceText {
    let isStandardInput = path == "-"
    let descriptor = isStandardInput ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, operation: .read, code: errno) }
    defer { if !isStandardInput { close(descriptor) } }
    return SourceText(name: isStandardInput ? "<stdin>" : path, bytes: try bytes(of: descriptor, path: path))
  }

  private static func bytes(of descriptor: Int32, path: String) throws(FileError) -> [UInt8] {
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    var bytes: [UInt8] = []
    bytes.reserveCapacity(isFile ? Int(status.st_size) + 1 : 1 << 16)
    var failure: Int32 = 0
    while true {
      let chunk = max(1 << 16, bytes.capacity - bytes.count)
      let old = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: chunk))
      let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: old), chunk) }
      if got < 0, errno != EINTR { failure = errno }
      bytes.removeLast(chunk - max(got, 0))
      if got == 0 || failure != 0 { break }
    }
    if failure != 0 { throw FileError(path: path, operation: .read, code: failure) }
    return bytes
  }
}

extension KnowledgeBase {
  /// The bytes of a file that somebody names.
  public static func contents(of path: String) throws(KnowledgeBaseError) -> [UInt8] {
    if let shipped = ShippedFile(included: path, by: nil) { return shipped.text.bytes }
    do {
      return try SourceFile.read(path).bytes
    } catch {
      throw .file(error)
    }
  }
}

extension SourceFile {
  /// A path as written in a file, relative to that file's folder.
  static func resolve(_ target: String, besides path: String?) -> String {
    guard !target.hasPrefix("/"), let path, let slash = path.lastIndex(of: "/") else { return target }
    return path[...slash] + target
  }

  /// One name for each file, whatever way leads to it; the path itself when there is no such file.
  static func canonicalPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Whether there is something to read: no folder.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}

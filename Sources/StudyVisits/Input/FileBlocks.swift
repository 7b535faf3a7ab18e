import Glibc

/// A file read block by block, so that memory is bounded by the longest line and not by the file.
///
/// The bytes not yet taken lie together, followed by zero bytes enough for one vector load beyond the end. A last line
/// without a newline gains one.
struct FileBlocks: ~Copyable {
  /// Zero bytes after the last byte, so that eight bytes can be loaded at any byte.
  static let padding = 16
  /// No line of values is this long; a file of one endless line must not take all memory.
  static let lineLimit = 512 * 1_048_576
  /// Chosen: few calls, and the bytes are still in the cache when they are scanned.
  private static let firstCapacity = 512 * 1024

  private let path: String
  private let descriptor: Int32
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var start = 0
  private var end = 0
  private(set) var isAtEnd = false
  private let isCancelled: () -> Bool

  /// - Parameter isCancelled: asked before each block.
  init(path: String, isCancelled: @escaping () -> Bool = { false }) throws(InputFault) {
    self.path = path
    self.isCancelled = isCancelled
    // The system would take a path with a NUL for the part before it.
    let descriptor = path.utf8.contains(0) ? -1 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = path.utf8.contains(0) ? ENOENT : errno
      throw InputFault(file: path, line: nil, column: nil, columnName: nil, reason: Self.reason(code))
    }
    self.descriptor = descriptor
    capacity = Self.firstCapacity
    bytes = .allocate(capacity: capacity + Self.padding)
  }

  deinit {
    bytes.deallocate()
    close(descriptor)
  }

  /// The bytes not yet taken.
  var pending: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes + start, count: end - start) }

  /// Gives up the first `count` pending bytes.
  mutating func take(_ count: Int) {
    precondition(count >= 0 && count <= end - start, "only pending bytes are taken")
    start += count
  }

  /// Reads on behind the pending bytes until they have doubled at least, or the file has ended.
  ///
  /// Who looks through the pending bytes anew after each call has looked at each byte twice on average.
  mutating func readMore() throws(InputFault) {
    if isCancelled() {
      throw InputFault(file: path, line: nil, column: nil, columnName: nil, reason: .interrupted)
    }
    try makeRoom()
    let wanted = end + max(1, end - start)
    while !isAtEnd, end < wanted {
      let count = Glibc.read(descriptor, bytes + end, capacity - end)
      if count > 0 {
        end += count
      } else if count == 0 {
        endLastLine()
      } else if errno != EINTR {
        throw InputFault(file: path, line: nil, column: nil, columnName: nil, reason: Self.reason(errno))
      }
    }
    // SAFETY: the block is `padding` bytes longer than `capacity`.
    (bytes + end).update(repeating: 0, count: Self.padding)
  }

  private mutating func endLastLine() {
    isAtEnd = true
    guard end > start, bytes[end - 1] != UInt8(ascii: "\n") else { return }
    // SAFETY: `makeRoom` leaves room for a byte, and reading has ended before it was filled.
    bytes[end] = UInt8(ascii: "\n")
    end += 1
  }

  private mutating func makeRoom() throws(InputFault) {
    let count = end - start
    if start > 0 {
      bytes.update(from: bytes + start, count: count)
      start = 0
      end = count
    }
    guard count > capacity / 2 else { return }
    guard count < Self.lineLimit else {
      throw InputFault(
        file: path,
        line: nil,
        column: nil,
        columnName: nil,
        reason: .lineTooLong(byteLimit: Self.lineLimit)
      )
    }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + Self.padding)
    larger.update(from: bytes, count: count)
    bytes.deallocate()
    bytes = larger
    capacity *= 2
  }

  private static func reason(_ code: Int32) -> InputFault.Reason {
    switch code {
    case ENOENT, ENOTDIR: .missing
    case EISDIR: .isDirectory
    default: .unreadable(code)
    }
  }
}

/// The system's words for one of its error numbers.
func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

import Glibc

/// A file of lines that several processes add to, open and locked: for writing by one, for reading by many.
///
/// The lock ends with the value. A file may be replaced by another under its name while somebody waits for the lock;
/// what is locked then is not the file any more, and the name is opened anew.
final class LockedFile {
  let inode: ino_t
  private(set) var size: Int
  private let path: String
  private let descriptor: Int32

  /// Waits for the lock; `nil` when there is no such file, or it cannot be opened. Writing makes it, for its owner only.
  init?(_ path: String, forWriting: Bool) {
    while true {
      let flags = (forWriting ? O_RDWR | O_CREAT | O_APPEND : O_RDONLY) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
      let descriptor = open(path, flags, 0o600)
      guard descriptor >= 0 else { return nil }
      var opened = stat()
      var named = stat()
      guard fstat(descriptor, &opened) == 0, opened.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        return nil
      }
      // A file system without locks is used without.
      while flock(descriptor, forWriting ? LOCK_EX : LOCK_SH) != 0, errno == EINTR {}
      guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0, named.st_ino == opened.st_ino else {
        close(descriptor)
        if !forWriting, errno == ENOENT { return nil }
        continue
      }
      inode = opened.st_ino
      size = Int(opened.st_size)
      self.path = path
      self.descriptor = descriptor
      return
    }
  }

  deinit { close(descriptor) }

  /// The bytes from an offset to the end.
  func read(from offset: Int) -> [UInt8] {
    let count = max(0, size - offset)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let more = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
        if more <= 0 { break }
        filled += more
      }
    }
  }

  /// The last lines, at most so many bytes of them, and whether there are others before.
  func readEnd(atMost limit: Int) -> (bytes: [UInt8], isCut: Bool) {
    let bytes = read(from: max(0, size - limit))
    guard size > limit else { return (bytes, false) }
    // Read from the middle, the first line is a part of one.
    return (bytes.firstIndex(of: UInt8(ascii: "\n")).map { Array(bytes[$0...]) } ?? [], true)
  }

  /// Adds bytes in one piece; behind a line that somebody has left unfinished, on a line of their own.
  func append(_ bytes: [UInt8]) {
    let isOpen = size > 0 && read(from: size - 1) != [UInt8(ascii: "\n")]
    let added = isOpen ? [UInt8(ascii: "\n")] + bytes : bytes
    let count = write(descriptor, added, added.count)
    if count > 0 { size += count }
  }

  /// Puts another file in the place of this one; whether that could be done.
  func replace(with bytes: [UInt8]) -> Bool {
    let draft = "\(path).\(getpid())"
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0o600)
    guard file >= 0 else { return false }
    let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    guard close(file) == 0, isWritten, rename(draft, path) == 0 else {
      unlink(draft)
      return false
    }
    return true
  }
}

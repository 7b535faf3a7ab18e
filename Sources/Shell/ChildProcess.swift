import Glibc

/// Other programs, run at the terminal while the prompt waits.
enum ChildProcess {
  enum Edited {
    case text([UInt8])
    case failed(String)
  }

  /// Runs a shell command; its exit status, 128 and more after a signal.
  static func run(_ command: String) -> Int32 {
    // Ctrl-C is for the program meanwhile; ours notes it, and is told to forget it before the next line.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGPIPE, SIGWINCH, SIGCONT] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(command), nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    guard posix_spawn(&process, "/bin/sh", nil, &attributes, &arguments, environ) == 0 else { return 127 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  /// Lets the user edit a text in a file that only they may read, and that is gone afterwards.
  static func edit(_ text: [UInt8], with editor: String) -> Edited {
    var template = Array("/tmp/visitlog-XXXXXX.dl".utf8CString)
    let file = mkstemps(&template, 3)
    guard file >= 0 else { return .failed("no file could be made in `/tmp`: \(String(cString: strerror(errno)))") }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { unlink(path) }
    let written = text.isEmpty || write(file, text, text.count) == text.count
    close(file)
    guard written else { return .failed("`\(path)` could not be written") }
    let status = run("\(editor) '\(path)'")
    guard status == 0 else { return .failed("`\(editor)` ended with status \(status); nothing was taken over") }
    guard var edited = contents(of: path) else { return .failed("`\(path)` could not be read back") }
    while edited.last == UInt8(ascii: "\n") { edited.removeLast() }
    return .text(edited)
  }

  private static func contents(of path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file, &block, block.count)
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += block.prefix(count)
    }
  }
}

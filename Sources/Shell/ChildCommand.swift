import Glibc
internal import StudyVisits

/// A shell command that reads what is written to it.
///
/// It has the standard output and error of this process, and signals are for it as if a shell had started it.
final class ChildCommand: ByteSink {
  private let process: pid_t
  private let pipe: FileDescriptorSink
  private let end: Int32
  private var isOpen = true

  /// Starts `/bin/sh -c command` with nothing but `environment` around it.
  ///
  /// - Parameter isQuietWhenMissing: whether the shell says nothing of a program that is not there, and ends with 127.
  init(
    _ command: String,
    environment: [String: String],
    isQuietWhenMissing: Bool = false
  ) throws(ByteSinkError) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw .system(errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    // The shell would die of Ctrl-C before the command that it waits for; a trap that does nothing keeps it, and is not
    // passed on.
    let test = isQuietWhenMissing ? ChildCommand.test(for: command) : ""
    let words = ["/bin/sh", "-c", "\(test)trap : INT\n\(command)"]
    do {
      process = try ChildCommand.spawn(words, environment, input: ends[0])
    } catch {
      close(ends[1])
      throw error
    }
    end = ends[1]
    pipe = FileDescriptorSink(end)
  }

  /// Ends a shell where the program that a command names first is missing; nothing for a command that begins otherwise.
  private static func test(for command: String) -> String {
    let program = command.prefix { !$0.isWhitespace }
    let isPlain = program.allSatisfy { $0.isLetter || $0.isNumber || "/._-+".contains($0) }
    return isPlain && !program.isEmpty ? "command -v \(program) >/dev/null 2>&1 || exit 127\n" : ""
  }

  /// Runs a command at the terminal and waits for its end; its exit status, as `finish` gives it.
  static func run(_ command: String, environment: [String: String]) throws(ByteSinkError) -> Int32 {
    waiting(for: try spawn(["/bin/sh", "-c", "trap : INT\n\(command)"], environment, input: nil))
  }

  deinit {
    _ = finish()
  }

  /// - Parameter input: becomes its standard input; `nil` leaves it this process's.
  private static func spawn(
    _ words: [String],
    _ environment: [String: String],
    input: Int32?
  ) throws(ByteSinkError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // What is handled here falls back by itself, what is ignored, as SIGPIPE, does not.
    var ignored = sigset_t()
    sigemptyset(&ignored)
    for signal in [SIGINT, SIGQUIT, SIGPIPE, SIGTERM] { sigaddset(&ignored, signal) }
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    var arguments = words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw .system(code) }
    return process
  }

  /// Gives the command what it can take; Ctrl-C is the command's business while it runs.
  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(ByteSinkError) {
    try pipe.write(bytes)
  }

  /// Ends the command's input and waits for its end; its exit status, or that of a shell whose command a signal ended.
  @discardableResult
  func finish() -> Int32 {
    guard isOpen else { return 0 }
    isOpen = false
    close(end)
    return ChildCommand.waiting(for: process)
  }

  private static func waiting(for process: pid_t) -> Int32 {
    var raw: Int32 = 0
    while waitpid(process, &raw, 0) < 0 {
      guard errno == EINTR else { return 0 }
    }
    let signal = raw & 0x7F
    return signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
  }
}

import Glibc

/// Graphviz as another process: it is given DOT and gives back a drawing.
struct Graphviz {
  var program = "dot"
  /// Chosen: a drawing that takes longer would not be legible.
  var seconds = 30

  /// What is asked now and then whether the user wants no more of it.
  let isCancelled: () -> Bool

  private enum Stream: Int {
    case input, output, errors
  }

  /// What `dot -Tformat` makes of a text; it finds the engine in there.
  func drawing(of text: [UInt8], as format: String) throws(GraphFault) -> [UInt8] {
    var pipes = Pipes()
    guard pipes.open() else { throw .graphviz(FileError.reason(errno)) }
    defer { pipes.closeAll() }
    let process = try spawn([program, "-T\(format)"], pipes)
    pipes.closeTheirs()
    var isRunning = true
    defer {
      if isRunning {
        // With what it may have started itself.
        kill(-process, SIGKILL)
        _ = Graphviz.wait(for: process)
      }
    }
    let (output, errors) = try exchange(text, over: &pipes)
    let status = Graphviz.wait(for: process)
    isRunning = false
    guard status == 0, !output.isEmpty else {
      if isCancelled() { throw .interrupted }
      let said = String(decoding: errors, as: UTF8.self).split(separator: "\n").first.map(String.init)
      throw .graphviz(said ?? "exit status \(status)")
    }
    return output
  }

  /// Gives the process its input and takes what it says, until it has ended its output.
  private func exchange(
    _ text: [UInt8],
    over pipes: inout Pipes
  ) throws(GraphFault) -> (output: [UInt8], errors: [UInt8]) {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var written = 0
    while pipes.isOpen(.output) || pipes.isOpen(.errors) {
      if written == text.count { pipes.close(.input) }
      if isCancelled() { throw .interrupted }
      guard clock.now < end else { throw .tookTooLong(seconds: seconds) }
      for stream in pipes.ready() {
        switch stream {
        case .input:
          let count = text[written...].withUnsafeBytes { write(pipes[.input], $0.baseAddress, min($0.count, 1 << 15)) }
          // It has ended, and its output and status say why.
          if count < 0, errno != EAGAIN, errno != EINTR { written = text.count } else { written += max(count, 0) }
        case .output: pipes.read(.output, into: &output)
        case .errors: pipes.read(.errors, into: &errors)
        }
      }
    }
    return (output, errors)
  }

  private func spawn(_ words: [String], _ pipes: Pipes) throws(GraphFault) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, end) in pipes.theirs.enumerated() { posix_spawn_file_actions_adddup2(&actions, end, Int32(number)) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // In a group of its own, which can be ended as a whole; Ctrl-C is for this process, which ends it.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var ignored = sigset_t()
    sigemptyset(&ignored)
    sigaddset(&ignored, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ)
    switch code {
    case 0: return process
    case ENOENT: throw .noGraphviz
    default: throw .graphviz(FileError.reason(code))
    }
  }

  private static func wait(for process: pid_t) -> Int32 {
    var raw: Int32 = 0
    while waitpid(process, &raw, 0) < 0 {
      guard errno == EINTR else { return -1 }
    }
    let signal = raw & 0x7F
    return signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
  }

  /// Three pipes to a process, of which this one has the ends that do not block.
  private struct Pipes {
    private(set) var theirs: [Int32] = []
    private var ours: [Int32] = []

    /// - Returns: false when the system has no more of them.
    mutating func open() -> Bool {
      for stream in 0...2 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
          closeAll()
          return false
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        theirs.append(stream == 0 ? ends[0] : ends[1])
        ours.append(stream == 0 ? ends[1] : ends[0])
        _ = fcntl(ours[stream], F_SETFL, O_NONBLOCK)
      }
      return true
    }

    subscript(stream: Stream) -> Int32 { ours[stream.rawValue] }

    func isOpen(_ stream: Stream) -> Bool { self[stream] >= 0 }

    mutating func close(_ stream: Stream) {
      guard isOpen(stream) else { return }
      _ = Glibc.close(self[stream])
      ours[stream.rawValue] = -1
    }

    mutating func closeTheirs() {
      for end in theirs { _ = Glibc.close(end) }
      theirs = []
    }

    mutating func closeAll() {
      closeTheirs()
      for end in ours where end >= 0 { _ = Glibc.close(end) }
      ours = []
    }

    /// Those that can be gone on with; waits for a tenth of a second at most.
    func ready() -> [Stream] {
      var states = ours.enumerated().map { stream, end in
        pollfd(fd: end, events: Int16(stream == 0 ? POLLOUT : POLLIN), revents: 0)
      }
      guard poll(&states, nfds_t(states.count), 100) > 0 else { return [] }
      return states.indices.filter { states[$0].revents != 0 }.compactMap(Stream.init)
    }

    /// Takes what is there; closes a stream that has ended.
    mutating func read(_ stream: Stream, into bytes: inout [UInt8]) {
      let chunk = 1 << 16
      let old = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: chunk))
      let count = bytes.withUnsafeMutableBytes { Glibc.read(self[stream], $0.baseAddress?.advanced(by: old), chunk) }
      bytes.removeLast(chunk - max(count, 0))
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { close(stream) }
    }
  }
}

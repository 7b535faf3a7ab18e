import Foundation

/// A command in a terminal of its own: keys in, the screen's bytes out.
final class PseudoTerminal {
  enum Failure: Error, CustomStringConvertible {
    case noTerminal(Int32)
    case notStarted(Int32)
    /// With what the terminal had shown.
    case neverShown(String, shown: String)
    case stillRunning(shown: String)

    var description: String {
      switch self {
      case .noTerminal(let code), .notStarted(let code): String(cString: strerror(code))
      case .neverShown(let text, let shown): "`\(text)` never came; there was\n\(shown)"
      case .stillRunning(let shown): "the command did not end; there was\n\(shown)"
      }
    }
  }

  /// POSIX_SPAWN_SETSID, which Swift does not import.
  private static let newSession: Int16 = 0x80
  /// Generous: tests run beside each other.
  private static let patience: TimeInterval = 30

  private let master: Int32
  private let process: pid_t
  private var bytes: [UInt8] = []
  /// How many bytes of the plain text have been waited for; a text is only found behind them.
  private var seen = 0
  private var status: Int32?
  /// What somebody before the terminal sees.
  private(set) var screen = ScreenModel()
  /// How many of the bytes have gone to the screen.
  private var drawn = 0

  /// Starts a program with nothing but `environment` around it.
  init(_ program: String, _ arguments: [String], environment: [String: String]) throws(Failure) {
    var master: Int32 = -1
    var slave: Int32 = -1
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw .noTerminal(errno) }
    defer { close(slave) }
    for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    guard let name = ttyname(slave).map({ String(cString: $0) }) else {
      close(master)
      throw .noTerminal(errno)
    }
    do throws(Failure) {
      process = try PseudoTerminal.spawn([program] + arguments, environment: environment, terminal: name)
    } catch {
      close(master)
      throw error
    }
    self.master = master
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(master)
  }

  /// In a session of its own the first terminal that is opened becomes its own, so that Ctrl-C reaches it as a signal.
  private static func spawn(
    _ words: [String],
    environment: [String: String],
    terminal: String
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    // A test's thread may block signals, or ignore them; a shell's child does neither.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &interrupt)
    var arguments = words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw .notStarted(code) }
    return process
  }

  /// Types once the command takes key by key; before that the terminal itself would edit the line.
  ///
  /// What stands for keys are the bytes that a terminal sends for them.
  func type(_ keys: String) {
    let deadline = Date() + PseudoTerminal.patience
    while !isRaw, Date() < deadline { usleep(1000) }
    send(keys)
  }

  private var isRaw: Bool {
    var mode = termios()
    return tcgetattr(master, &mode) == 0 && mode.c_lflag & tcflag_t(ICANON) == 0
  }

  /// Sends keys whatever the command is doing.
  func send(_ keys: String) {
    var rest = Array(keys.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }

  /// Waits until the terminal shows `text` behind what was waited for before; its answer is all that came up to it.
  @discardableResult
  func wait(for text: String) throws(Failure) -> String {
    let deadline = Date() + PseudoTerminal.patience
    while true {
      let shown = PseudoTerminal.plain(bytes)
      let unseen = String(decoding: shown.utf8.dropFirst(seen), as: UTF8.self)
      if let found = unseen.range(of: text, options: .literal) {
        let part = unseen[..<found.upperBound]
        seen += part.utf8.count
        return String(part)
      }
      guard Date() < deadline, readMore() else { throw .neverShown(text, shown: unseen) }
    }
  }

  /// Waits until the screen is as it should be.
  func wait(
    for description: String,
    until isReached: (ScreenModel) -> Bool
  ) throws(Failure) {
    let deadline = Date() + PseudoTerminal.patience
    while true {
      draw()
      if isReached(screen) { return }
      guard Date() < deadline, readMore() else { throw .neverShown(description, shown: screen.text) }
    }
  }

  /// Waits until the row of the cursor has a text, and the cursor stands in a column, both from 0.
  func wait(forRow text: String, cursorAt column: Int) throws(Failure) {
    try wait(for: "`\(text)` with the cursor at \(column)") { $0.text($0.row) == text && $0.column == column }
  }

  /// Waits until the terminal has got a text with its sequences.
  func wait(forBytes text: String) throws(Failure) {
    let deadline = Date() + PseudoTerminal.patience
    while !String(decoding: bytes, as: UTF8.self).contains(text) {
      guard Date() < deadline, readMore() else {
        throw .neverShown(text, shown: String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  /// Draws what has come, but for the bytes of a character or sequence that is not whole.
  private func draw() {
    let rest = bytes[drawn...]
    var end = rest.endIndex
    if let escape = rest.lastIndex(of: 0x1B),
      !rest[escape...].dropFirst(2).contains(where: { (0x40...0x7E).contains($0) })
    {
      end = escape
    }
    while end > rest.startIndex, String(validating: rest[..<end], as: UTF8.self) == nil { end -= 1 }
    screen.take(String(decoding: rest[..<end], as: UTF8.self))
    drawn = end
  }

  /// Gives the terminal another width, of which the command is told.
  func resize(columns: Int) {
    draw()
    screen.resize(columns: columns)
    var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Ends the command as a crash would.
  func crash() {
    kill(process, SIGKILL)
  }

  /// Waits for the command's end; its exit status, negative for a signal.
  func end() throws(Failure) -> Int32 {
    let deadline = Date() + PseudoTerminal.patience
    while readMore() {
      guard Date() < deadline else { throw .stillRunning(shown: PseudoTerminal.plain(bytes)) }
    }
    var raw: Int32 = 0
    while waitpid(process, &raw, WNOHANG) == 0 {
      guard Date() < deadline else { throw .stillRunning(shown: PseudoTerminal.plain(bytes)) }
      usleep(10_000)
    }
    let ended = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : -(raw & 0x7F)
    status = ended
    return ended
  }

  /// Takes in what has come within a while; false when the other side is closed.
  private func readMore() -> Bool {
    var state = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&state, 1, 100) > 0 else { return true }
    var block = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &block, block.count)
    guard count > 0 else { return false }
    bytes += block.prefix(count)
    return true
  }

  /// Text without the sequences that move the cursor, set colours and the like, and without carriage returns.
  private static func plain(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
      .replacingOccurrences(of: "\u{1B}\\[[0-9;?]*[A-Za-z]", with: "", options: .regularExpression)
      .replacingOccurrences(of: "\r", with: "")
  }
}

import Glibc

/// Lines of a file or pipe, without prompts: what standard input is when nobody types.
public final class StandardInputLines: LineSource {
  private static let blockSize = 64 * 1024

  private let descriptor: Int32
  private let interruption: Interruption
  private var pending: [UInt8] = []
  private var start = 0
  public private(set) var isAtEnd = false

  /// Reads `descriptor`, which stays open; 0 is standard input.
  public init(descriptor: Int32 = 0, interruption: Interruption) {
    self.descriptor = descriptor
    self.interruption = interruption
  }

  public func nextLine(prompt: String, initial: [UInt8]) -> LineInput {
    var searched = start
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) { return .line(take(to: end)) }
      if isAtEnd { return start < pending.count ? .line(take(to: pending.count)) : .end }
      if interruption.isPending {
        interruption.clear()
        return .interrupted
      }
      pending.removeFirst(start)
      start = 0
      searched = pending.count
      readMore()
    }
  }

  public func remember(_ entry: [UInt8]) {}

  /// The bytes up to a line's end, which may be a CRLF.
  private func take(to end: Int) -> [UInt8] {
    var line = pending[start..<end]
    start = min(end + 1, pending.count)
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return Array(line)
  }

  /// Waits for more; returns without any when a signal came.
  private func readMore() {
    // Unlike `read`, `poll` is never begun anew after a signal.
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&state, 1, -1) > 0 else { return }
    let filled = pending.count
    var count = 0
    pending.append(contentsOf: repeatElement(0, count: StandardInputLines.blockSize))
    pending.withUnsafeMutableBytes { bytes in
      count = read(descriptor, bytes.baseAddress.map { $0 + filled }, StandardInputLines.blockSize)
    }
    let failure = errno
    pending.removeLast(StandardInputLines.blockSize - max(0, count))
    if count == 0 || (count < 0 && failure != EINTR && failure != EAGAIN) { isAtEnd = true }
  }
}

import CEditline
import Glibc

/// The bytes that a terminal sends for keys, and the signals that come meanwhile.
final class KeyReader {
  enum Event: Hashable {
    case byte(UInt8)
    case interrupted
    /// The terminal has another size.
    case resized
    /// The process was continued.
    case resumed
    /// The process is to stop (Ctrl-Z).
    case stopped
    /// No input will come.
    case end
    /// None of these within the time.
    case nothing
  }

  let signals: UnsafeMutablePointer<visitlog_signals>
  /// Bytes that were read ahead.
  private var queue: [UInt8] = []

  init(signals: UnsafeMutablePointer<visitlog_signals>) {
    self.signals = signals
  }

  /// Gives bytes back, to be read again.
  func unread(_ bytes: [UInt8]) { queue = bytes + queue }

  /// Waits for what comes first; `milliseconds` -1 is for ever.
  func next(within milliseconds: Int32 = -1) -> Event {
    while true {
      if visitlog_interrupt_pending(signals) { return .interrupted }
      if visitlog_take_stop(signals) { return .stopped }
      if visitlog_take_resumption(signals) { return .resumed }
      if visitlog_take_resize(signals) { return .resized }
      if !queue.isEmpty { return .byte(queue.removeFirst()) }
      var waits = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.pointee.wake_reader, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&waits, signals.pointee.wake_reader >= 0 ? 2 : 1, milliseconds)
      if ready == 0 { return .nothing }
      if ready < 0 {
        if errno == EINTR { continue }
        return .end
      }
      if waits[1].revents & Int16(POLLIN) != 0 {
        emptyWakePipe()
        continue
      }
      if let event = readByte() { return event }
    }
  }

  private func emptyWakePipe() {
    var dropped = [UInt8](repeating: 0, count: 64)
    while read(signals.pointee.wake_reader, &dropped, dropped.count) > 0 {}
  }

  /// One byte only: what is typed ahead may be meant for whoever has the terminal next.
  private func readByte() -> Event? {
    var byte: UInt8 = 0
    let count = read(STDIN_FILENO, &byte, 1)
    if count > 0 { return .byte(byte) }
    return count < 0 && (errno == EINTR || errno == EAGAIN) ? nil : .end
  }
}

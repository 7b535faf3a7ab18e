import CEditline

/// The wish to end what is running: from the first value on, Ctrl-C (SIGINT) no longer ends the process but is noted
/// here.
///
/// All values are one, since a process has one SIGINT. Long work polls `isPending`, which costs a load.
public struct Interruption: Sendable {
  // SAFETY: static storage that lives as long as the process; its fields are atomic, or set before it is shared.
  private nonisolated(unsafe) static let started = visitlog_signals_start()

  var signals: UnsafeMutablePointer<visitlog_signals> { Interruption.started }

  public init() {
    _ = Interruption.started
  }

  /// Whether there was an interruption since the last `clear`.
  public var isPending: Bool { visitlog_interrupt_pending(signals) }

  /// Takes note of the interruption: what it was meant for has ended, or has not begun.
  public func clear() {
    visitlog_interrupt_clear(signals)
  }
}

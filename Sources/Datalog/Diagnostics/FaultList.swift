/// The diagnostics of one source while they are found: at most 100 are kept, the rest are counted.
///
/// A class, so that the lexer's copies that look ahead share it and wording can be made late.
final class FaultList {
  /// More than a person reads; chosen.
  static let limit = 100

  private(set) var kept: [Diagnostic] = []
  private(set) var count = 0

  /// Adds one; its wording is not made when it would not be kept.
  func report(_ diagnostic: @autoclosure () -> Diagnostic) {
    count += 1
    if kept.count < FaultList.limit { kept.append(diagnostic()) }
  }

  /// Takes back all but the first `count`; only what was reported since a place to which the reader returns.
  func forget(after count: Int) {
    self.count = count
    if kept.count > count { kept.removeLast(kept.count - count) }
  }

  /// By place, with a last line for those left out.
  func sorted() -> [Diagnostic] {
    var all = kept.enumerated()
      .sorted { ($0.element.span?.start ?? .max, $0.offset) < ($1.element.span?.start ?? .max, $1.offset) }
      .map(\.element)
    if count > kept.count, let last = all.last {
      all.append(.furtherFaults(count - kept.count, like: last))
    }
    return all
  }
}

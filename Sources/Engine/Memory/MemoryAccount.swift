internal import Synchronization

/// The bytes that derived data of one evaluation hold, for budgets, and whether whoever set these wants the work to end.
///
/// Several threads may note what they take and give back.
public final class MemoryAccount {
  private let bytes: ByteCounter
  /// Asked by `shouldStop`; of the thread that evaluates.
  @exclusivity(unchecked) var isOver: () -> Bool = { false }

  public init() {
    bytes = ByteCounter()
  }

  /// One for another thread: what it notes counts for both, but it has its own end.
  init(sharing other: MemoryAccount) {
    bytes = other.bytes
  }

  private final class ByteCounter: Sendable {
    let count = Atomic<Int>(0)
  }

  public var byteCount: Int { bytes.count.load(ordering: .relaxed) }

  func grew(by bytes: Int) {
    self.bytes.count.wrappingAdd(bytes, ordering: .relaxed)
  }

  func shrank(by bytes: Int) {
    self.bytes.count.wrappingSubtract(bytes, ordering: .relaxed)
  }

  /// Whether the evaluation is to end: asked now and then by long work that cannot throw. It then leaves what it works on
  /// whole, if not done, keeps nothing that is not, and returns; the next poll throws.
  package var shouldStop: Bool { isOver() }

  /// Calls `body` with one range after the other of those that make up `0..<count`, until the evaluation is to end.
  ///
  /// - Returns: whether it came to the end.
  @inline(__always)
  func inStretches(of count: Int, _ body: (Range<Int>) -> Void) -> Bool {
    var start = 0
    while start < count {
      if start > 0, shouldStop { return false }
      let end = min(start &+ MemoryAccount.stretch, count)
      body(start..<end)
      start = end
    }
    return true
  }

  /// Chosen: so many steps of a loop take less than a millisecond.
  private static let stretch = 1 << 16
}

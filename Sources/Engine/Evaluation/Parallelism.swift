/// On how many threads an evaluation may do large work. What it gives does not depend on it, nor does the order.
public struct Parallelism: Hashable, Sendable {
  /// From 1 to 256.
  public let threadCount: Int
  /// Words that are tried by one thread before others join it.
  public var leastWork = 1 << 16

  /// Nothing is shared.
  public static let none = Parallelism(threadCount: 1)

  /// - Parameter threadCount: of those outside the range, the nearest inside counts.
  public init(threadCount: Int) {
    self.threadCount = min(max(threadCount, 1), 256)
  }

  /// Into how many parts work on so many rows is cut: enough that threads which take them in turn end together.
  func partCount(of rowCount: Int) -> Int {
    threadCount == 1 ? 1 : max(1, min(rowCount, threadCount * Parallelism.partsPerThread))
  }

  private static let partsPerThread = 64

  /// The rows of one part: all parts together are all rows, in order.
  static func part(_ part: Int, of partCount: Int, from rowCount: Int) -> Range<Int> {
    (rowCount * part / partCount)..<(rowCount * (part + 1) / partCount)
  }
}

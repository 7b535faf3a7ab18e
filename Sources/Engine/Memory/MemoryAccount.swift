/// The bytes that derived data of one evaluation hold, for budgets.
public final class MemoryAccount {
  public private(set) var byteCount = 0

  public init() {}

  func grew(by bytes: Int) {
    byteCount &+= bytes
  }

  func shrank(by bytes: Int) {
    byteCount &-= bytes
  }
}

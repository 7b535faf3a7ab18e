import Glibc

/// The dictionary of the 64-bit numbers.
///
/// Those that lie close together find their word in a table once there are many, the others by hash.
public final class NumberTable {
  /// Behind pointers, so that access to them needs no exclusivity check.
  private let dictionary: UnsafeMutablePointer<DenseDictionary<Int64>>
  private var pages: UnsafeMutablePointer<NumberPages>?
  /// What was loaded ahead, so that it is.
  private var fetched: UInt64 = 0

  /// Chosen: fewer numbers touch fewer pages of a hash table.
  private static let manyNumbers = 2_048
  /// Numbers whose look-ups overlap.
  private static let groupSize = 64

  init() {
    dictionary = .allocate(capacity: 1)
    dictionary.initialize(to: DenseDictionary())
  }

  deinit {
    dictionary.deinitialize(count: 1)
    dictionary.deallocate()
    pages?.deinitialize(count: 1)
    pages?.deallocate()
  }

  /// The numbers seen; words are `0..<count`.
  public var count: Int { dictionary.pointee.count }

  /// The numbers by word, until the next one is interned.
  public var values: UnsafePointer<Int64> { UnsafePointer(dictionary.pointee.values) }

  /// The bytes held.
  public var byteCount: Int { dictionary.pointee.byteCount + (pages?.pointee.byteCount ?? 0) }

  /// The number of `word`, which must be one of this table's.
  public subscript(word: Word) -> Int64 {
    precondition(Int(word) < count, "a word of another dictionary")
    return dictionary.pointee.values[Int(word)]
  }

  /// The word of `number`, a new one if it has none.
  public func intern(_ number: Int64) -> Word {
    guard let pages = pages(for: 1) else { return dictionary.pointee.intern(number) }
    return pages.pointee.intern(number, &dictionary.pointee)
  }

  /// The word of `number`, if it has one.
  public func find(_ number: Int64) -> Word? {
    guard let pages else { return dictionary.pointee.find(number) }
    return pages.pointee.find(number, dictionary.pointee)
  }

  /// Interns `count` numbers; `words` may not overlap them.
  public func intern(_ numbers: UnsafePointer<Int64>, count: Int, into words: UnsafeMutablePointer<Word>) {
    guard count > 0, let pages = pages(for: count) else {
      for index in 0..<count { words[index] = dictionary.pointee.intern(numbers[index]) }
      return
    }
    // Sorted columns repeat their numbers.
    var (last, lastWord) = (numbers[0], intern(numbers[0]))
    var fetched = fetched
    for start in stride(from: 0, to: count, by: NumberTable.groupSize) {
      let size = min(NumberTable.groupSize, count &- start)
      if pages.pointee.isHashed(numbers[start]) {
        fetched &+= dictionary.pointee.fetch(numbers + start, count: size)
      }
      for index in start..<start &+ size {
        let number = numbers[index]
        if number != last {
          lastWord = pages.pointee.intern(number, &dictionary.pointee)
          last = number
        }
        words[index] = lastWord
      }
    }
    self.fetched = fetched
  }

  /// The table of numbers that lie close together, made when there may be many numbers with so many more.
  @inline(__always)
  private func pages(for added: Int) -> UnsafeMutablePointer<NumberPages>? {
    if let pages { return pages }
    return count &+ added < NumberTable.manyNumbers ? nil : makePages()
  }

  @inline(never)
  private func makePages() -> UnsafeMutablePointer<NumberPages> {
    let made = UnsafeMutablePointer<NumberPages>.allocate(capacity: 1)
    made.initialize(to: NumberPages(dictionary.pointee))
    pages = made
    return made
  }
}

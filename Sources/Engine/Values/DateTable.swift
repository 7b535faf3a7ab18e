/// The dictionary of the dates, each a key `yyyymmdd` with 00 for what is not stated.
///
/// The integer order of the keys is the order of the dates.
public final class DateTable {
  /// Behind a pointer, so that access to it needs no exclusivity check.
  private let dictionary: UnsafeMutablePointer<DenseDictionary<Int32>>

  init() {
    dictionary = .allocate(capacity: 1)
    dictionary.initialize(to: DenseDictionary())
  }

  deinit {
    dictionary.deinitialize(count: 1)
    dictionary.deallocate()
  }

  /// The dates seen; words are `0..<count`.
  public var count: Int { dictionary.pointee.count }

  /// The keys by word, until the next one is interned.
  public var values: UnsafePointer<Int32> { UnsafePointer(dictionary.pointee.values) }

  /// The bytes held.
  public var byteCount: Int { dictionary.pointee.byteCount }

  /// The key of `word`, which must be one of this table's.
  public subscript(word: Word) -> Int32 {
    precondition(Int(word) < count, "a word of another dictionary")
    return dictionary.pointee.values[Int(word)]
  }

  /// The word of the date with this key, a new one if it has none.
  public func intern(_ key: Int32) -> Word { dictionary.pointee.intern(key) }

  /// The word of the date with this key, if it has one.
  public func find(_ key: Int32) -> Word? { dictionary.pointee.find(key) }

  /// Interns `count` keys; `words` may not overlap them.
  public func intern(_ keys: UnsafePointer<Int32>, count: Int, into words: UnsafeMutablePointer<Word>) {
    for index in 0..<count { words[index] = dictionary.pointee.intern(keys[index]) }
  }
}

/// The dictionary of the floats: finite, and one zero.
public final class FloatTable {
  /// Behind a pointer, so that access to it needs no exclusivity check.
  private let dictionary: UnsafeMutablePointer<DenseDictionary<Double>>

  init() {
    dictionary = .allocate(capacity: 1)
    dictionary.initialize(to: DenseDictionary())
  }

  deinit {
    dictionary.deinitialize(count: 1)
    dictionary.deallocate()
  }

  /// The floats seen; words are `0..<count`.
  public var count: Int { dictionary.pointee.count }

  /// The floats by word, until the next one is interned.
  public var values: UnsafePointer<Double> { UnsafePointer(dictionary.pointee.values) }

  /// The bytes held.
  public var byteCount: Int { dictionary.pointee.byteCount }

  /// The float of `word`, which must be one of this table's.
  public subscript(word: Word) -> Double {
    precondition(Int(word) < count, "a word of another dictionary")
    return dictionary.pointee.values[Int(word)]
  }

  /// The word of `float`, which must be finite; -0.0 is 0.0.
  public func intern(_ float: Double) -> Word {
    precondition(float.isFinite, "only finite floats are values")
    return dictionary.pointee.intern(float + 0.0)
  }

  /// The word of `float`, if it has one.
  public func find(_ float: Double) -> Word? { dictionary.pointee.find(float + 0.0) }

  /// Interns `count` finite floats; `words` may not overlap them.
  public func intern(_ floats: UnsafePointer<Double>, count: Int, into words: UnsafeMutablePointer<Word>) {
    for index in 0..<count {
      precondition(floats[index].isFinite, "only finite floats are values")
      words[index] = dictionary.pointee.intern(floats[index] + 0.0)
    }
  }
}

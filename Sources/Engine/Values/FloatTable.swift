/// The dictionary of the floats: finite, and one zero.
public final class FloatTable {
  private var dictionary = DenseDictionary<Double>()

  init() {}

  /// The floats seen; words are `0..<count`.
  public var count: Int { dictionary.count }

  /// The floats by word, until the next one is interned.
  public var values: UnsafePointer<Double> { UnsafePointer(dictionary.values) }

  /// The bytes held.
  public var byteCount: Int { dictionary.byteCount }

  /// The float of `word`, which must be one of this table's.
  public subscript(word: Word) -> Double {
    precondition(Int(word) < count, "a word of another dictionary")
    return dictionary.values[Int(word)]
  }

  /// The word of `float`, which must be finite; -0.0 is 0.0.
  public func intern(_ float: Double) -> Word {
    precondition(float.isFinite, "only finite floats are values")
    return dictionary.intern(float + 0.0)
  }

  /// The word of `float`, if it has one.
  public func find(_ float: Double) -> Word? { dictionary.find(float + 0.0) }

  /// Interns `count` finite floats; `words` may not overlap them.
  public func intern(_ floats: UnsafePointer<Double>, count: Int, into words: UnsafeMutablePointer<Word>) {
    for index in 0..<count {
      precondition(floats[index].isFinite, "only finite floats are values")
      words[index] = dictionary.intern(floats[index] + 0.0)
    }
  }
}

/// The symbols that live in a file and are read when they are needed.
///
/// Words `0..<count` are the file's. The functions may not use the table that asks them.
public struct SymbolBase {
  /// How many words are the file's.
  public let count: Int
  /// The word of a text, if the file has it; a word of `count` or more, added by another process meanwhile, is not taken.
  public let find: (UnsafeBufferPointer<UInt8>) -> Word?
  /// The text of a word below `count`.
  public let load: (Word) -> [UInt8]
  /// Calls its argument with every word and text of the file, in any order.
  public let loadAll: ((Word, UnsafeBufferPointer<UInt8>) -> Void) -> Void

  public init(
    count: Int,
    find: @escaping (UnsafeBufferPointer<UInt8>) -> Word?,
    load: @escaping (Word) -> [UInt8],
    loadAll: @escaping ((Word, UnsafeBufferPointer<UInt8>) -> Void) -> Void
  ) {
    precondition((0...maximalWordCount).contains(count), "more symbols in the file than there are words")
    self.count = count
    self.find = find
    self.load = load
    self.loadAll = loadAll
  }
}

/// The header of the set of words that stand beside one key: 16 bytes, whatever holds the words.
///
/// Leaf kinds, by growth: two words inline; an unsorted array of at most 16; an open-addressing hash table at load ≤ 1/2;
/// a bitmap of the column's domain once that is no larger. `slice` is a sorted run of a frozen slab that other rows share;
/// the first insertion into it copies the row. `StorageForms` says when a row takes which.
struct Row: BitwiseCopyable {
  enum Kind: UInt8 {
    case inline, array, hash, bitmap, slice
  }

  /// Two words, or the address of the leaf.
  var payload: UInt64 = 0
  var count: UInt32 = 0
  var kind: Kind = .inline
  /// Of arrays and hash tables.
  var capacityLog2: UInt8 = 0
  private var padding: UInt16 = 0

  /// No dictionary hands this word out; it marks the empty slots of hash leaves.
  static let vacant = Word.max

  @inline(__always)
  var words: UnsafeMutablePointer<Word> {
    // SAFETY: kinds other than inline and bitmap always hold the address of a leaf.
    UnsafeMutablePointer<Word>(bitPattern: UInt(payload)).unsafelyUnwrapped
  }

  @inline(__always)
  var bits: UnsafeMutablePointer<UInt64> {
    // SAFETY: kind bitmap always holds the address of a bitmap.
    UnsafeMutablePointer<UInt64>(bitPattern: UInt(payload)).unsafelyUnwrapped
  }

  /// The word at 0 or 1 of an inline row.
  @inline(__always)
  func inlineWord(_ index: UInt32) -> Word {
    Word(truncatingIfNeeded: payload &>> (UInt64(index) &* 32))
  }

  /// Multiplicative hashing (Knuth, TAOCP 3, 6.4) into a table of 2^log2 slots.
  @inline(__always)
  static func slot(of word: Word, log2: UInt8) -> Int {
    Int(truncatingIfNeeded: (word &* 0x9E37_79B1) &>> (32 &- UInt32(log2)))
  }

  @inline(__always)
  static func placeInHash(_ table: UnsafeMutablePointer<Word>, log2: UInt8, _ word: Word) {
    let mask = 1 &<< Int(log2) &- 1
    var slot = slot(of: word, log2: log2)
    while table[slot] != vacant { slot = (slot &+ 1) & mask }
    table[slot] = word
  }
}

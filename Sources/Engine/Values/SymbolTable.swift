import Glibc

/// The dictionary of the symbols: texts in UTF-8, equal and ordered by their bytes.
///
/// Texts lie in arenas and never move. With a base, the file's texts are read one by one while few are asked for, then
/// all at once.
public final class SymbolTable {
  /// What is known of a word.
  struct Entry: BitwiseCopyable {
    /// `nil` while the text is only in the file.
    var start: UnsafePointer<UInt8>?
    var length: UInt32
    var hash: UInt32
    /// The first eight bytes, the first in the highest place, 0 behind the end.
    var prefix: UInt64
  }

  private(set) var entries: UnsafeMutablePointer<Entry>
  /// The symbols seen; words are `0..<count`, first the file's.
  public private(set) var count: Int
  private var capacity: Int
  /// The hash in the upper half, a word plus one in the lower; 0 is free.
  private var slots: UnsafeMutablePointer<UInt64>
  private var mask: Int
  private var indexedCount = 0
  private var arena = TextArena()
  private let base: SymbolBase?
  /// How often the base was asked; `nil` once it has been read as a whole.
  private var askedCount: Int?
  private let seed: UInt64

  init(base: SymbolBase? = nil) {
    self.base = base
    count = base?.count ?? 0
    askedCount = count > 0 ? 0 : nil
    capacity = max(16, count + count / 8)
    entries = zeroedMemory(of: Entry.self, count: capacity)
    mask = 31
    slots = zeroedMemory(of: UInt64.self, count: mask + 1)
    seed = UInt64.random(in: .min ... .max)
  }

  deinit {
    free(entries)
    free(slots)
  }

  /// How many words, the first ones, are the file's.
  public var baseCount: Int { base?.count ?? 0 }

  /// The bytes held.
  public var byteCount: Int {
    capacity * MemoryLayout<Entry>.stride + (mask + 1) * MemoryLayout<UInt64>.stride + arena.byteCount
  }

  /// The word of `text`, a new one if it has none.
  public func intern(_ text: UnsafeBufferPointer<UInt8>) -> Word {
    intern(text, key: TextKey(text, seed: seed))
  }

  /// The word of `text`, a new one if it has none.
  public func intern(_ text: String) -> Word {
    var text = text
    return text.withUTF8 { intern($0) }
  }

  /// Interns `count` texts.
  public func intern(
    _ texts: UnsafePointer<UnsafeBufferPointer<UInt8>>,
    count: Int,
    into words: UnsafeMutablePointer<Word>
  ) {
    for index in 0..<count { words[index] = intern(texts[index]) }
  }

  /// The word of `text`, if it has one.
  public func find(_ text: UnsafeBufferPointer<UInt8>) -> Word? {
    let key = TextKey(text, seed: seed)
    let slot = slot(of: text, key)
    if slots[slot] != 0 { return Word(truncatingIfNeeded: slots[slot]) &- 1 }
    return findInBase(text, key)
  }

  /// The word of `text`, if it has one.
  public func find(_ text: String) -> Word? {
    var text = text
    return text.withUTF8 { find($0) }
  }

  /// The text of `word` in UTF-8, as long as the table lives; `word` must be one of this table's.
  public func text(of word: Word) -> UnsafeBufferPointer<UInt8> {
    let entry = entry(of: word)
    return UnsafeBufferPointer(start: entry.start, count: Int(entry.length))
  }

  /// Lends the text of `word`, which must be one of this table's.
  public func withText<Result>(of word: Word, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    body(text(of: word))
  }

  /// The text of `word`, which must be one of this table's.
  public subscript(word: Word) -> String { String(decoding: text(of: word), as: UTF8.self) }

  /// Negative, zero or positive as the text of `a` is before, equal to or after that of `b`.
  public func compare(_ a: Word, _ b: Word) -> Int {
    a == b ? 0 : SymbolTable.compare(entry(of: a), entry(of: b))
  }

  /// Negative, zero or positive as the text of `a` is before, equal to or after that of `b`; both texts are there.
  @inline(__always)
  static func compare(_ a: Entry, _ b: Entry) -> Int {
    if a.prefix != b.prefix { return a.prefix < b.prefix ? -1 : 1 }
    let shared = Int(min(a.length, b.length))
    if shared > 8, let first = a.start, let second = b.start {
      let order = memcmp(first + 8, second + 8, shared - 8)
      if order != 0 { return Int(order) }
    }
    return Int(a.length) - Int(b.length)
  }

  /// Reads all the texts of the base that are not there yet.
  public func loadAll() {
    guard let base, askedCount != nil else { return }
    askedCount = nil
    base.loadAll { word, text in
      guard Int(word) < base.count, entries[Int(word)].start == nil else { return }
      install(text, TextKey(text, seed: seed), as: word)
    }
  }

  /// What is known of `word`, with its text read.
  @inline(__always)
  func entry(of word: Word) -> Entry {
    precondition(Int(word) < count, "a word of another dictionary")
    let entry = entries[Int(word)]
    return entry.start != nil ? entry : loadedEntry(of: word)
  }
}

extension SymbolTable {
  @inline(__always)
  private func intern(_ text: UnsafeBufferPointer<UInt8>, key: TextKey) -> Word {
    let slot = slot(of: text, key)
    if slots[slot] != 0 { return Word(truncatingIfNeeded: slots[slot]) &- 1 }
    return append(text, key, at: slot)
  }

  /// The slot that holds `text`, or the free one where it belongs.
  @inline(__always)
  private func slot(of text: UnsafeBufferPointer<UInt8>, _ key: TextKey) -> Int {
    let slots = slots
    let entries = entries
    let mask = mask
    var slot = Int(key.hash) & mask
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] &>> 32) == key.hash {
        // SAFETY: a stored word is below `count` and its text is there.
        let entry = entries[Int(UInt32(truncatingIfNeeded: slots[slot]) &- 1)]
        if entry.prefix == key.prefix, Int(entry.length) == text.count, isRestEqual(entry, text) { return slot }
      }
      slot = (slot &+ 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func isRestEqual(_ entry: Entry, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count > 8, let first = entry.start, let second = text.baseAddress else { return true }
    return memcmp(first + 8, second + 8, text.count &- 8) == 0
  }

  @inline(never)
  private func append(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey, at slot: Int) -> Word {
    if let word = findInBase(text, key) { return word }
    precondition(count < maximalWordCount, "a dictionary holds at most 2^32 - 2 values")
    if count == capacity { growEntries() }
    let word = Word(truncatingIfNeeded: count)
    count += 1
    install(text, key, as: word)
    return word
  }

  /// Asks the base for a text that the table does not have.
  private func findInBase(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey) -> Word? {
    guard let base, askedCount != nil else { return nil }
    if isAskedOften() {
      loadAll()
      let slot = slot(of: text, key)
      return slots[slot] == 0 ? nil : Word(truncatingIfNeeded: slots[slot]) &- 1
    }
    guard let word = base.find(text), Int(word) < base.count else { return nil }
    if entries[Int(word)].start == nil { install(text, key, as: word) }
    return word
  }

  @inline(never)
  private func loadedEntry(of word: Word) -> Entry {
    guard let base else { preconditionFailure("only a word of the file can be without text") }
    if askedCount != nil, isAskedOften() { loadAll() }
    if entries[Int(word)].start == nil {
      base.load(word).withUnsafeBufferPointer { install($0, TextKey($0, seed: seed), as: word) }
    }
    return entries[Int(word)]
  }

  /// Counts a question to the base; true when reading it as a whole is cheaper than going on.
  private func isAskedOften() -> Bool {
    guard let base, let asked = askedCount else { return false }
    askedCount = asked + 1
    return asked >= min(max(base.count / 16, 16), 5_000)
  }

  /// Copies the text of `word` and puts it into the index.
  private func install(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey, as word: Word) {
    guard let length = UInt32(exactly: text.count) else { preconditionFailure("a text has less than 4 GiB") }
    entries[Int(word)] = Entry(start: arena.store(text), length: length, hash: key.hash, prefix: key.prefix)
    if (indexedCount + 1) * 2 > mask + 1 { growIndex() }
    indexedCount += 1
    place(key.hash, word)
  }

  @inline(__always)
  private func place(_ hash: UInt32, _ word: Word) {
    var slot = Int(hash) & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = UInt64(hash) &<< 32 | UInt64(word &+ 1)
  }

  private func growEntries() {
    let larger = zeroedMemory(of: Entry.self, count: capacity * 2)
    memcpy(larger, entries, count * MemoryLayout<Entry>.stride)
    free(entries)
    entries = larger
    capacity *= 2
  }

  private func growIndex() {
    let former = slots
    let formerCount = mask + 1
    mask = formerCount * 2 - 1
    slots = zeroedMemory(of: UInt64.self, count: mask + 1)
    for index in 0..<formerCount where former[index] != 0 {
      place(UInt32(truncatingIfNeeded: former[index] &>> 32), UInt32(truncatingIfNeeded: former[index]) &- 1)
    }
    free(former)
  }
}

/// The dictionary of the symbols: texts in UTF-8, equal and ordered by their bytes.
///
/// Texts lie in arenas and never move. With a base, the file's texts are read one by one while few are asked for, then
/// all at once.
public final class SymbolTable {
  /// Behind a pointer, so that access to it needs no exclusivity check.
  private let store: UnsafeMutablePointer<SymbolStore>
  private let base: SymbolBase?
  /// How often the base was asked; `nil` once it has been read as a whole.
  private var askedCount: Int?

  /// A text's key and the content of the first slot where it may be.
  private struct Lookup {
    let key: TextKey
    let stored: UInt64
    /// Where the text of the slot's word lies, when all that is known without reading it agrees.
    var start: UnsafePointer<UInt8>?
  }

  /// Texts looked up at a time, so that their cache misses overlap.
  private static let groupSize = 32

  init(base: SymbolBase? = nil) {
    self.base = base
    let count = base?.count ?? 0
    askedCount = count > 0 ? 0 : nil
    store = .allocate(capacity: 1)
    store.initialize(to: SymbolStore(count: count))
  }

  deinit {
    store.deinitialize(count: 1)
    store.deallocate()
  }

  /// The symbols seen; words are `0..<count`, first the file's.
  public var count: Int { store.pointee.count }

  /// How many words, the first ones, are the file's.
  public var baseCount: Int { base?.count ?? 0 }

  /// The bytes held.
  public var byteCount: Int { store.pointee.byteCount }

  /// What is known of each word, until the next text is interned; texts of the file may be missing.
  var entries: UnsafePointer<SymbolStore.Entry> { UnsafePointer(store.pointee.entries) }

  /// The word of `text`, a new one if it has none.
  public func intern(_ text: UnsafeBufferPointer<UInt8>) -> Word {
    let key = TextKey(text, seed: store.pointee.seed)
    return store.pointee.find(text, key) ?? append(text, key)
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
    withUnsafeTemporaryAllocation(of: Lookup.self, capacity: SymbolTable.groupSize) { lookups in
      guard let lookups = lookups.baseAddress else { return }
      for start in stride(from: 0, to: count, by: SymbolTable.groupSize) {
        internGroup(texts + start, min(SymbolTable.groupSize, count - start), words + start, lookups)
      }
    }
  }

  /// The word of `text`, if it has one.
  public func find(_ text: UnsafeBufferPointer<UInt8>) -> Word? {
    let key = TextKey(text, seed: store.pointee.seed)
    return store.pointee.find(text, key) ?? findInBase(text, key)
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
    a == b ? 0 : SymbolStore.Entry.compare(entry(of: a), entry(of: b))
  }

  /// Reads all the texts of the base that are not there yet.
  public func loadAll() {
    guard let base, askedCount != nil else { return }
    askedCount = nil
    base.loadAll { word, text in
      guard Int(word) < base.count, store.pointee.entries[Int(word)].start == nil else { return }
      store.pointee.install(text, TextKey(text, seed: store.pointee.seed), as: word)
    }
  }

  /// What is known of `word`, with its text read.
  @inline(__always)
  func entry(of word: Word) -> SymbolStore.Entry {
    precondition(Int(word) < store.pointee.count, "a word of another dictionary")
    let entry = store.pointee.entries[Int(word)]
    return entry.start != nil ? entry : loadedEntry(of: word)
  }
}

extension SymbolTable {
  /// Computes the keys, then looks at the first slots, then at their words, of a whole group before it compares any text.
  @inline(__always)
  private func internGroup(
    _ texts: UnsafePointer<UnsafeBufferPointer<UInt8>>,
    _ count: Int,
    _ words: UnsafeMutablePointer<Word>,
    _ lookups: UnsafeMutablePointer<Lookup>
  ) {
    let seed = store.pointee.seed
    let slots = store.pointee.slots
    let mask = store.pointee.mask
    for index in 0..<count {
      let key = TextKey(texts[index], seed: seed)
      lookups[index] = Lookup(key: key, stored: slots[Int(key.hash) & mask])
    }
    for index in 0..<count {
      lookups[index].start = store.pointee.start(texts[index].count, lookups[index].key, in: lookups[index].stored)
    }
    for index in 0..<count {
      if let start = lookups[index].start, SymbolStore.isEqual(start, texts[index]) {
        words[index] = SymbolStore.word(in: lookups[index].stored)
      } else {
        let key = lookups[index].key
        words[index] = store.pointee.find(texts[index], key) ?? append(texts[index], key)
      }
    }
  }

  @inline(never)
  private func append(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey) -> Word {
    findInBase(text, key) ?? store.pointee.append(text, key)
  }

  /// Asks the base for a text that the table does not have.
  private func findInBase(_ text: UnsafeBufferPointer<UInt8>, _ key: TextKey) -> Word? {
    guard let base, askedCount != nil else { return nil }
    if isAskedOften() {
      loadAll()
      return store.pointee.find(text, key)
    }
    guard let word = base.find(text), Int(word) < base.count else { return nil }
    if store.pointee.entries[Int(word)].start == nil { store.pointee.install(text, key, as: word) }
    return word
  }

  @inline(never)
  private func loadedEntry(of word: Word) -> SymbolStore.Entry {
    guard let base else { preconditionFailure("only a word of the file can be without text") }
    if isAskedOften() { loadAll() }
    if store.pointee.entries[Int(word)].start == nil {
      base.load(word).withUnsafeBufferPointer { text in
        store.pointee.install(text, TextKey(text, seed: store.pointee.seed), as: word)
      }
    }
    return store.pointee.entries[Int(word)]
  }

  /// Counts a question to the base; true when reading it as a whole is cheaper than going on.
  private func isAskedOften() -> Bool {
    guard let base, let asked = askedCount else { return false }
    askedCount = asked + 1
    return asked >= min(max(base.count / 16, 16), 5_000)
  }
}

import Glibc

/// The places of the words of one type in the order of their values.
final class Ranking {
  /// Of each word its place.
  let places: UnsafePointer<UInt32>
  /// How many words are ranked.
  let count: Int
  /// Whether the places are those of the values; else all are 0.
  let isComplete: Bool

  /// A value's sort key with its word.
  private struct Item: BitwiseCopyable {
    var key: UInt64
    var word: Word
  }

  /// A stretch of items that agree before `offset`.
  private struct Stretch {
    var start: Int
    var count: Int
    var offset: Int
  }

  /// No words.
  init() {
    count = 0
    isComplete = true
    places = UnsafePointer(zeroedMemory(of: UInt32.self, count: 1))
  }

  /// Ranks all the words of `type`, unless the evaluation that the account belongs to is to end before.
  init(of type: WordType, in values: Values, account: MemoryAccount) {
    if type == .symbol { values.symbols.loadAll() }
    let count = values.count(of: type)
    var items = Vector<Item>(capacity: count, account: account)
    items.count = count
    let spare = Vector<Item>(capacity: count, account: account)
    let base = items.base
    let areKeyed = account.inStretches(of: count) { stretch in
      for index in stretch {
        let word = Word(truncatingIfNeeded: index)
        base[index] = Item(key: Ranking.key(of: word, type, values), word: word)
      }
    }
    if areKeyed {
      Ranking.sort(base, count, spare.base, account)
      if type == .symbol { Ranking.separate(base, count, spare.base, values.symbols, account) }
    }
    self.count = count
    isComplete = !account.shouldStop
    let places = zeroedMemory(of: UInt32.self, count: count)
    if isComplete { for place in 0..<count { places[Int(base[place].word)] = UInt32(truncatingIfNeeded: place) } }
    self.places = UnsafePointer(places)
    // SAFETY: `items` and `spare` own what was sorted until here.
    _ = (items.capacity, spare.capacity)
  }

  deinit { free(UnsafeMutablePointer(mutating: places)) }

  /// The bytes held.
  var byteCount: Int { count * MemoryLayout<UInt32>.stride }

  /// A key whose unsigned order is the order of the values, as far as eight bytes tell.
  @inline(__always)
  private static func key(of word: Word, _ type: WordType, _ values: Values) -> UInt64 {
    let sign: UInt64 = 1 << 63
    switch type {
    case .symbol: return values.symbols.entry(of: word).prefix
    case .number: return UInt64(bitPattern: values.numbers[word]) ^ sign
    case .float:
      let bits = values.floats[word].bitPattern
      return bits & sign == 0 ? bits ^ sign : ~bits
    case .date: return UInt64(truncatingIfNeeded: values.dates[word])
    }
  }

  /// Sorts by key: byte by byte from the lowest, leaving out bytes that all keys share; by some of them if the
  /// evaluation is to end before.
  private static func sort(
    _ items: UnsafeMutablePointer<Item>,
    _ count: Int,
    _ spare: UnsafeMutablePointer<Item>,
    _ account: MemoryAccount
  ) {
    guard count > 64 else { return insertionSort(items, count) }
    var varying: UInt64 = 0
    for index in 1..<count { varying |= items[index].key ^ items[0].key }
    var source = items
    var target = spare
    for shift in stride(from: UInt64(0), to: 64, by: 8) where varying &>> shift & 0xFF != 0 {
      guard scatter(source, count, into: target, shift, account) else { break }
      swap(&source, &target)
    }
    if source != items { items.update(from: source, count: count) }
  }

  private static func scatter(
    _ source: UnsafeMutablePointer<Item>,
    _ count: Int,
    into target: UnsafeMutablePointer<Item>,
    _ shift: UInt64,
    _ account: MemoryAccount
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { starts in
      starts.initialize(repeating: 0)
      let isCounted = account.inStretches(of: count) { stretch in
        for index in stretch { starts[Int(source[index].key &>> shift & 0xFF)] &+= 1 }
      }
      guard isCounted else { return false }
      var start = 0
      for digit in 0..<256 {
        let size = starts[digit]
        starts[digit] = start
        start += size
      }
      return account.inStretches(of: count) { stretch in
        for index in stretch {
          let digit = Int(source[index].key &>> shift & 0xFF)
          target[starts[digit]] = source[index]
          starts[digit] &+= 1
        }
      }
    }
  }

  private static func insertionSort(_ items: UnsafeMutablePointer<Item>, _ count: Int) {
    for index in stride(from: 1, to: count, by: 1) {
      let item = items[index]
      var place = index
      while place > 0, items[place - 1].key > item.key {
        items[place] = items[place - 1]
        place -= 1
      }
      items[place] = item
    }
  }

  /// Orders the texts that agree in their first eight bytes by the next eight, and so on.
  private static func separate(
    _ items: UnsafeMutablePointer<Item>,
    _ count: Int,
    _ spare: UnsafeMutablePointer<Item>,
    _ symbols: SymbolTable,
    _ account: MemoryAccount
  ) {
    var open: [Stretch] = []
    collect(items, Stretch(start: 0, count: count, offset: 0), &open)
    var work = 0
    while let stretch = open.popLast() {
      work += stretch.count
      if work > pollInterval {
        work = 0
        if account.shouldStop { return }
      }
      let part = items + stretch.start
      var isEnded = true
      for index in 0..<stretch.count {
        let entry = symbols.entry(of: part[index].word)
        part[index].key = key(entry, at: stretch.offset)
        isEnded = isEnded && Int(entry.length) <= stretch.offset
      }
      // Only texts that differ in the number of NULs at their ends can have ended alike.
      if stretch.count <= 16 || isEnded {
        sortByText(part, stretch.count, symbols)
      } else {
        sort(part, stretch.count, spare, account)
        collect(items, stretch, &open)
      }
    }
  }

  /// Items ordered between two questions whether to stop.
  private static let pollInterval = 1 << 14

  private static func sortByText(_ items: UnsafeMutablePointer<Item>, _ count: Int, _ symbols: SymbolTable) {
    for index in stride(from: 1, to: count, by: 1) {
      let item = items[index]
      var place = index
      while place > 0, symbols.compare(items[place - 1].word, item.word) > 0 {
        items[place] = items[place - 1]
        place -= 1
      }
      items[place] = item
    }
  }

  /// Adds the stretches of more than one item with equal keys.
  private static func collect(_ items: UnsafeMutablePointer<Item>, _ stretch: Stretch, _ open: inout [Stretch]) {
    var start = stretch.start
    let end = stretch.start + stretch.count
    while start < end {
      var next = start + 1
      while next < end, items[next].key == items[start].key { next += 1 }
      if next - start > 1 { open.append(Stretch(start: start, count: next - start, offset: stretch.offset + 8)) }
      start = next
    }
  }

  @inline(__always)
  private static func key(_ entry: SymbolStore.Entry, at offset: Int) -> UInt64 {
    guard let start = entry.start, offset < Int(entry.length) else { return 0 }
    // SAFETY: the arena lets eight bytes behind any text be read; those behind this one are cleared.
    let bits = UInt64(bigEndian: UnsafeRawPointer(start + offset).loadUnaligned(as: UInt64.self))
    let count = Int(entry.length) - offset
    return count >= 8 ? bits : bits & ~(UInt64.max &>> UInt64(8 * count))
  }
}

import Glibc

/// The places of the words of one type in the order of their values.
final class Ranking {
  /// Of each word its place.
  let places: UnsafePointer<UInt32>
  /// How many words are ranked.
  let count: Int

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
    places = UnsafePointer(zeroedMemory(of: UInt32.self, count: 1))
  }

  /// Ranks all the words of `type`.
  init(of type: WordType, in values: Values) {
    if type == .symbol { values.symbols.loadAll() }
    count = values.count(of: type)
    let items = UnsafeMutablePointer<Item>.allocate(capacity: max(count, 1))
    let spare = UnsafeMutablePointer<Item>.allocate(capacity: max(count, 1))
    defer {
      items.deallocate()
      spare.deallocate()
    }
    for index in 0..<count {
      let word = Word(truncatingIfNeeded: index)
      items[index] = Item(key: Ranking.key(of: word, type, values), word: word)
    }
    Ranking.sort(items, count, spare)
    if type == .symbol { Ranking.separate(items, count, spare, values.symbols) }
    let places = zeroedMemory(of: UInt32.self, count: count)
    for place in 0..<count { places[Int(items[place].word)] = UInt32(truncatingIfNeeded: place) }
    self.places = UnsafePointer(places)
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

  /// Sorts by key: byte by byte from the lowest, leaving out bytes that all keys share.
  private static func sort(_ items: UnsafeMutablePointer<Item>, _ count: Int, _ spare: UnsafeMutablePointer<Item>) {
    guard count > 64 else { return insertionSort(items, count) }
    var varying: UInt64 = 0
    for index in 1..<count { varying |= items[index].key ^ items[0].key }
    var source = items
    var target = spare
    for shift in stride(from: UInt64(0), to: 64, by: 8) where varying &>> shift & 0xFF != 0 {
      scatter(source, count, into: target, shift)
      swap(&source, &target)
    }
    if source != items { items.update(from: source, count: count) }
  }

  private static func scatter(
    _ source: UnsafeMutablePointer<Item>,
    _ count: Int,
    into target: UnsafeMutablePointer<Item>,
    _ shift: UInt64
  ) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { starts in
      starts.initialize(repeating: 0)
      for index in 0..<count { starts[Int(source[index].key &>> shift & 0xFF)] &+= 1 }
      var start = 0
      for digit in 0..<256 {
        let size = starts[digit]
        starts[digit] = start
        start += size
      }
      for index in 0..<count {
        let digit = Int(source[index].key &>> shift & 0xFF)
        target[starts[digit]] = source[index]
        starts[digit] &+= 1
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
    _ symbols: SymbolTable
  ) {
    var open: [Stretch] = []
    collect(items, Stretch(start: 0, count: count, offset: 0), &open)
    while let stretch = open.popLast() {
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
        sort(part, stretch.count, spare)
        collect(items, stretch, &open)
      }
    }
  }

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

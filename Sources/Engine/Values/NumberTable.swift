import Glibc

/// The dictionary of the 64-bit numbers.
///
/// Small numbers, the usual ones, find their word in a direct table once there are many; the others by hash.
public final class NumberTable {
  /// Behind a pointer, so that access to it needs no exclusivity check.
  private let dictionary: UnsafeMutablePointer<DenseDictionary<Int64>>
  /// A word plus one for each small number, 0 for none.
  private var direct: UnsafeMutablePointer<UInt32>?
  /// Behind the highest entry of the direct table: no memory was touched from here on.
  private var directEnd = 0
  /// What was loaded ahead, so that it is.
  private var fetched: UInt64 = 0

  private static let directStart: Int64 = -1024
  private static let directCount: UInt64 = 1 << 20
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
    free(direct)
  }

  /// The numbers seen; words are `0..<count`.
  public var count: Int { dictionary.pointee.count }

  /// The numbers by word, until the next one is interned.
  public var values: UnsafePointer<Int64> { UnsafePointer(dictionary.pointee.values) }

  /// The bytes held.
  public var byteCount: Int {
    dictionary.pointee.byteCount + directEnd * MemoryLayout<UInt32>.stride
  }

  /// The number of `word`, which must be one of this table's.
  public subscript(word: Word) -> Int64 {
    precondition(Int(word) < count, "a word of another dictionary")
    return dictionary.pointee.values[Int(word)]
  }

  /// The word of `number`, a new one if it has none.
  public func intern(_ number: Int64) -> Word {
    let offset = UInt64(bitPattern: number &- NumberTable.directStart)
    guard NumberTable.isDirect(number), let direct = directTable(for: 1) else {
      return dictionary.pointee.intern(number)
    }
    return NumberTable.intern(number, at: offset, in: direct, &directEnd, &dictionary.pointee)
  }

  /// The word of `number`, if it has one.
  public func find(_ number: Int64) -> Word? {
    let offset = UInt64(bitPattern: number &- NumberTable.directStart)
    guard NumberTable.isDirect(number), let direct else { return dictionary.pointee.find(number) }
    return direct[Int(offset)] != 0 ? direct[Int(offset)] &- 1 : nil
  }

  /// Interns `count` numbers; `words` may not overlap them.
  public func intern(_ numbers: UnsafePointer<Int64>, count: Int, into words: UnsafeMutablePointer<Word>) {
    guard count > 0, let direct = directTable(for: count) else {
      for index in 0..<count { words[index] = dictionary.pointee.intern(numbers[index]) }
      return
    }
    // Sorted columns repeat their numbers.
    var (last, lastWord) = (numbers[0], intern(numbers[0]))
    var (end, fetched) = (directEnd, fetched)
    for start in stride(from: 0, to: count, by: NumberTable.groupSize) {
      let size = min(NumberTable.groupSize, count &- start)
      if !NumberTable.isDirect(numbers[start]) {
        fetched &+= dictionary.pointee.fetch(numbers + start, count: size)
      }
      for index in start..<start &+ size {
        let number = numbers[index]
        if number != last {
          let offset = UInt64(bitPattern: number &- NumberTable.directStart)
          lastWord =
            offset < NumberTable.directCount
            ? NumberTable.intern(number, at: offset, in: direct, &end, &dictionary.pointee)
            : dictionary.pointee.intern(number)
          last = number
        }
        words[index] = lastWord
      }
    }
    (directEnd, self.fetched) = (end, fetched)
  }

  @inline(__always)
  private static func isDirect(_ number: Int64) -> Bool {
    UInt64(bitPattern: number &- NumberTable.directStart) < NumberTable.directCount
  }

  @inline(__always)
  private static func intern(
    _ number: Int64,
    at offset: UInt64,
    in direct: UnsafeMutablePointer<UInt32>,
    _ end: inout Int,
    _ dictionary: inout DenseDictionary<Int64>
  ) -> Word {
    // SAFETY: the callers test `offset` against the size of the table.
    let stored = direct[Int(offset)]
    if stored != 0 { return stored &- 1 }
    let word = dictionary.append(number)
    direct[Int(offset)] = word &+ 1
    end = max(end, Int(offset) &+ 1)
    return word
  }

  /// The direct table, made when there may be many numbers with so many more.
  @inline(__always)
  private func directTable(for added: Int) -> UnsafeMutablePointer<UInt32>? {
    if let direct { return direct }
    return count &+ added < NumberTable.manyNumbers ? nil : makeDirectTable()
  }

  @inline(never)
  private func makeDirectTable() -> UnsafeMutablePointer<UInt32> {
    let table = zeroedMemory(of: UInt32.self, count: Int(NumberTable.directCount))
    for word in 0..<count {
      let offset = UInt64(bitPattern: values[word] &- NumberTable.directStart)
      guard offset < NumberTable.directCount else { continue }
      table[Int(offset)] = UInt32(word) + 1
      directEnd = max(directEnd, Int(offset) + 1)
    }
    direct = table
    return table
  }
}

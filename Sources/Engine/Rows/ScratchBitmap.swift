/// A set of words that is filled, read out in order and cleared again, many times over.
///
/// Two levels: a bit per word, and a bit per 64 of those that says where to look, so that reading out and clearing cost by
/// what was marked, not by the domain. Marking is free of branches. Invariant between uses: everything is zero.
struct ScratchBitmap: ~Copyable {
  private var bits: ZeroedMemory<UInt64>
  private var summary: ZeroedMemory<UInt64>
  /// Where something is marked, while it is read out.
  private var places: ZeroedMemory<UInt32>
  /// Words below this can be marked.
  private(set) var domain: Int
  private let account: MemoryAccount

  init(domain: Int, account: MemoryAccount) {
    let wordCount = (domain / 4096 + 1) * 64
    bits = ZeroedMemory(count: wordCount, account: account)
    summary = ZeroedMemory(count: wordCount / 64, account: account)
    places = ZeroedMemory(count: wordCount + wordCount / 64 + ScratchBitmap.slack, account: account)
    self.domain = wordCount * 64
    self.account = account
  }

  /// Larger, while nothing is marked.
  mutating func ensureDomain(_ needed: Int) {
    if needed > domain { self = ScratchBitmap(domain: max(needed, domain * 2), account: account) }
  }

  var view: View { View(bits: bits.base, summary: summary.base) }

  /// The pointers, for loops; valid until the owner grows.
  struct View {
    let bits: UnsafeMutablePointer<UInt64>
    let summary: UnsafeMutablePointer<UInt64>

    @inline(__always)
    func mark(_ word: Word) {
      let index = Int(truncatingIfNeeded: word &>> 6)
      bits[index] |= 1 &<< UInt64(word & 63)
      summary[index &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: index & 63)
    }

    @inline(__always)
    func contains(_ word: Word) -> Bool {
      bits[Int(truncatingIfNeeded: word &>> 6)] &>> UInt64(word & 63) & 1 != 0
    }

    @inline(__always)
    func clear(_ word: Word) {
      bits[Int(truncatingIfNeeded: word &>> 6)] &= ~(1 &<< UInt64(word & 63))
    }

    /// Forgets all of what holds `word`; used word by word where few were marked.
    @inline(__always)
    func forget(_ word: Word) {
      bits[Int(truncatingIfNeeded: word &>> 6)] = 0
      summary[Int(truncatingIfNeeded: word &>> 12)] = 0
    }
  }
}

// MARK: Reading out

/// In three passes, each from a list of the places that hold anything: the summary's words, the words of bits, the bits.
/// The usual few that each place holds are written without asking whether they are there, and counted if they are, so that
/// a branch is nearly always the same: 16 ns a word instead of 29 where a row of a million ids has some sixty (measured,
/// 2026-11).
extension ScratchBitmap {
  /// Entries written behind the last one that counts.
  private static var slack: Int { 8 }
  /// Words of bits for which room is made together.
  private static var groupSize: Int { 64 }

  /// Appends the marked words in ascending order and clears everything.
  @inline(never)
  func drain(into target: inout Vector<Word>) {
    let placeCount = listPlaces(listSummary())
    let (bits, places) = (bits.base, places.base)
    var start = 0
    while start < placeCount {
      let end = min(start &+ ScratchBitmap.groupSize, placeCount)
      target.reserve((end &- start) &* 64 &+ ScratchBitmap.slack)
      let out = target.base
      var count = target.count
      for index in start..<end {
        let place = Int(places[index])
        let word = bits[place]
        bits[place] = 0
        ScratchBitmap.list(word, after: place, usually: 3, to: out, &count)
      }
      target.count = count
      start = end
    }
  }

  /// Lists the words of the summary that are not zero at the end of `places`.
  @inline(__always)
  private func listSummary() -> Range<Int> {
    let (summary, places) = (summary.base, places.base)
    let first = bits.count
    var count = first
    var index = 0
    while index &+ 8 <= self.summary.count {
      var marked: UInt64 = 0
      for place in index..<index &+ 8 { marked |= summary[place] }
      if marked != 0 {
        for place in index..<index &+ 8 {
          places[count] = UInt32(truncatingIfNeeded: place)
          count &+= summary[place] != 0 ? 1 : 0
        }
      }
      index &+= 8
    }
    while index < self.summary.count {
      places[count] = UInt32(truncatingIfNeeded: index)
      count &+= summary[index] != 0 ? 1 : 0
      index &+= 1
    }
    return first..<count
  }

  /// Lists the words of bits that those words of the summary name, and clears these.
  @inline(__always)
  private func listPlaces(_ listed: Range<Int>) -> Int {
    let (summary, places) = (summary.base, places.base)
    var count = 0
    for entry in listed {
      let index = Int(places[entry])
      let groups = summary[index]
      summary[index] = 0
      ScratchBitmap.list(groups, after: index, usually: 2, to: places, &count)
    }
    return count
  }

  /// Appends the numbers of the bits that are set in the word at a place.
  ///
  /// - Parameter few: so many are written at once; behind `count` there is room for them.
  @inline(__always)
  private static func list(
    _ bits: UInt64,
    after place: Int,
    usually few: Int,
    to out: UnsafeMutablePointer<UInt32>,
    _ count: inout Int
  ) {
    let first = UInt32(truncatingIfNeeded: place &* 64)
    var bits = bits
    for _ in 0..<few {
      out[count] = first &+ UInt32(truncatingIfNeeded: (bits | 1 &<< 63).trailingZeroBitCount)
      count &+= bits != 0 ? 1 : 0
      bits &= bits &- 1
    }
    while bits != 0 {
      out[count] = first &+ UInt32(truncatingIfNeeded: bits.trailingZeroBitCount)
      count &+= 1
      bits &= bits &- 1
    }
  }
}

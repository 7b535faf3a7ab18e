/// A set of words that is filled, read out in order and cleared again, many times over.
///
/// Two levels: a bit per word, and a bit per 64 of those that says where to look, so that reading out and clearing cost by
/// what was marked, not by the domain. Marking is free of branches. Invariant between uses: everything is zero.
struct ScratchBitmap: ~Copyable {
  private var bits: ZeroedMemory<UInt64>
  private var summary: ZeroedMemory<UInt64>
  /// Words below this can be marked.
  private(set) var domain: Int
  private let account: MemoryAccount

  init(domain: Int, account: MemoryAccount) {
    let wordCount = (domain / 4096 + 1) * 64
    bits = ZeroedMemory(count: wordCount, account: account)
    summary = ZeroedMemory(count: wordCount / 64, account: account)
    self.domain = wordCount * 64
    self.account = account
  }

  /// Larger, while nothing is marked.
  mutating func ensureDomain(_ needed: Int) {
    if needed > domain { self = ScratchBitmap(domain: max(needed, domain * 2), account: account) }
  }

  var view: View { View(bits: bits.base, summary: summary.base, summaryCount: summary.count) }

  /// The pointers, for loops; valid until the owner grows.
  struct View {
    let bits: UnsafeMutablePointer<UInt64>
    let summary: UnsafeMutablePointer<UInt64>
    let summaryCount: Int

    @inline(__always)
    func mark(_ word: Word) {
      mark(word, if: 1)
    }

    /// Marks when `condition` is 1, does nothing when it is 0.
    @inline(__always)
    func mark(_ word: Word, if condition: UInt64) {
      let index = Int(truncatingIfNeeded: word &>> 6)
      bits[index] |= condition &<< UInt64(word & 63)
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

    /// Appends the marked words in ascending order and clears everything.
    @inline(never)
    func drain(into target: inout Vector<Word>) {
      var index = 0
      while index < summaryCount {
        if index &+ 8 <= summaryCount,
          UnsafeRawPointer(summary + index).loadUnaligned(as: SIMD8<UInt64>.self) == SIMD8(repeating: 0)
        {
          index &+= 8
          continue
        }
        drainGroup(index, into: &target)
        index &+= 1
      }
    }

    @inline(__always)
    private func drainGroup(_ index: Int, into target: inout Vector<Word>) {
      var groups = summary[index]
      guard groups != 0 else { return }
      summary[index] = 0
      while groups != 0 {
        let place = index &* 64 &+ groups.trailingZeroBitCount
        groups &= groups &- 1
        var word = bits[place]
        bits[place] = 0
        target.reserve(64)
        var count = target.count
        let out = target.base
        let first = Word(truncatingIfNeeded: place &* 64)
        while word != 0 {
          out[count] = first &+ Word(truncatingIfNeeded: word.trailingZeroBitCount)
          count &+= 1
          word &= word &- 1
        }
        target.count = count
      }
    }
  }
}

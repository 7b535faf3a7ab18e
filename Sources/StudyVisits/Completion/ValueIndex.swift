internal import Datalog
internal import Glibc

/// Values found by what is typed of their identifier, a name or an alias.
///
/// Each of these texts is folded once, and each place where a word of it begins is a key; the keys are sorted, so that
/// those with a beginning are a range.
///
///     univ_tokyo, "University of Tokyo" → keys `tokyo`, `univ tokyo`, `university of tokyo`, `of tokyo`, `tokyo`
struct ValueIndex: Sendable {
  /// How well a key fits, the best first.
  private enum Rank: UInt8 {
    case identifier, name, word, none
  }

  private struct Key {
    let start: UInt32
    let end: UInt32
    let entry: UInt32
    let rank: Rank
  }

  /// Sorted by their texts.
  private let entries: [KnownValue]
  private let arena: [UInt8]
  private let keys: [Key]

  /// - Parameter values: with what each is called besides its text and its name.
  init(_ values: [(value: KnownValue, otherNames: [String])]) {
    let sorted = values.sorted { Symbol.precedes($0.value.text, $1.value.text) }
    var arena: [UInt8] = []
    var keys: [Key] = []
    for (entry, (value, otherNames)) in sorted.enumerated() {
      ValueIndex.append(folded(value.text), .identifier, of: entry, &arena, &keys)
      for name in [value.name] + otherNames where !name.isEmpty {
        ValueIndex.append(folded(name), .name, of: entry, &arena, &keys)
      }
    }
    arena.withUnsafeBufferPointer { bytes in
      keys.sort { a, b in
        ValueIndex.order(bytes[Int(a.start)..<Int(a.end)], bytes[Int(b.start)..<Int(b.end)]) < 0
      }
    }
    entries = sorted.map(\.value)
    self.arena = arena
    self.keys = keys
  }

  private static func append(_ text: [UInt8], _ rank: Rank, of entry: Int, _ arena: inout [UInt8], _ keys: inout [Key])
  {
    let start = arena.count
    arena += text
    for place in text.indices where text[place] != 0x20 && (place == 0 || text[place - 1] == 0x20) {
      keys.append(
        Key(
          start: UInt32(truncatingIfNeeded: start + place),
          end: UInt32(truncatingIfNeeded: arena.count),
          entry: UInt32(truncatingIfNeeded: entry),
          rank: place == 0 ? rank : .word
        )
      )
    }
  }

  /// The values that fit, at most `limit` of them listed. O(keys that fit + values).
  func matching(_ typed: String, limit: Int) -> FoundValues {
    let prefix = folded(typed)
    var found = FoundValues()
    guard !prefix.isEmpty else {
      // Nothing is typed, or only what is left out in comparing.
      guard typed.allSatisfy({ $0 == " " }) else { return found }
      found.values = Array(entries.prefix(limit))
      found.totalCount = entries.count
      if let first = entries.first, let last = entries.last { found.common = commonBeginning(first.text, last.text) }
      return found
    }
    var ranks = [UInt8](repeating: Rank.none.rawValue, count: entries.count)
    for place in firstPlace(of: prefix)..<keys.count {
      let key = keys[place]
      guard arena[Int(key.start)..<Int(key.end)].starts(with: prefix) else { break }
      ranks[Int(key.entry)] = min(ranks[Int(key.entry)], key.rank.rawValue)
    }
    collect(ranks, limit: limit, into: &found)
    return found
  }

  /// The values that fit a text as it stands or, where none does, each of its words.
  func fitting(_ text: String) -> [KnownValue] {
    let whole = matching(text, limit: entries.count).values
    let words = text.split { $0.isWhitespace || $0 == "," }.map(String.init)
    guard whole.isEmpty, words.count > 1 else { return whole }
    return words.dropFirst().reduce(matching(words[0], limit: entries.count).values) { found, word in
      let others = Set(matching(word, limit: entries.count).values.map(\.text))
      return found.filter { others.contains($0.text) }
    }
  }

  private func collect(_ ranks: [UInt8], limit: Int, into found: inout FoundValues) {
    var first: Int?
    var last = 0
    for entry in ranks.indices where ranks[entry] != Rank.none.rawValue {
      first = first ?? entry
      last = entry
      found.totalCount += 1
    }
    guard let first else { return }
    // They are sorted: what the outermost share, all share.
    found.common = commonBeginning(entries[first].text, entries[last].text)
    for rank in [Rank.identifier, .name, .word] {
      for entry in first...last where ranks[entry] == rank.rawValue {
        guard found.values.count < limit else { return }
        found.values.append(entries[entry])
      }
    }
  }

  /// The first key that is not before the prefix.
  private func firstPlace(of prefix: [UInt8]) -> Int {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      let key = keys[middle]
      if arena[Int(key.start)..<Int(key.end)].lexicographicallyPrecedes(prefix) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  private static func order(_ a: Slice<UnsafeBufferPointer<UInt8>>, _ b: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    let (a, b) = (UnsafeBufferPointer(rebasing: a), UnsafeBufferPointer(rebasing: b))
    guard let first = a.baseAddress, let second = b.baseAddress else { return a.count - b.count }
    let order = memcmp(first, second, min(a.count, b.count))
    return order != 0 ? Int(order) : a.count - b.count
  }
}

/// What two texts begin with, up to a whole character.
package func commonBeginning(_ a: String, _ b: String) -> String {
  String(zip(a, b).prefix { $0.utf8.elementsEqual($1.utf8) }.map(\.0))
}

extension Symbol {
  /// The order of symbols.
  fileprivate static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
}

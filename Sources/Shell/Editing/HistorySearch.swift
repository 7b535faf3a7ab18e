/// An incremental search in the entries of a history.
///
/// Each key that is added looks from the entry shown towards older ones. Where nothing is found the last entry stays.
struct HistorySearch {
  /// The newest first.
  private let entries: [[UInt8]]
  private(set) var pattern = ""
  /// Whether the entry shown has the pattern.
  private(set) var isFound = true
  /// The place of the entry shown; `nil` before the first.
  private var place: Int?

  init(entries: [[UInt8]]) {
    self.entries = entries
  }

  /// The entry shown, and the offset in bytes of the pattern in it.
  var shown: (entry: [UInt8], offset: Int)? {
    place.map { (entries[$0], HistorySearch.offset(of: Array(pattern.utf8), in: entries[$0]) ?? 0) }
  }

  mutating func add(_ text: String) {
    pattern += text
    find(in: Array((place ?? 0)..<entries.count))
  }

  /// Takes the last character back, and looks from the newest entry on.
  mutating func removeLast() {
    guard !pattern.isEmpty else { return }
    pattern.removeLast()
    place = nil
    isFound = true
    if !pattern.isEmpty { find(in: Array(entries.indices)) }
  }

  mutating func goOlder() {
    guard let place else { return }
    find(in: Array((place + 1)..<entries.count))
  }

  mutating func goNewer() {
    guard let place else { return }
    find(in: (0..<place).reversed())
  }

  /// The first of some entries that has the pattern, and is another than the one shown.
  private mutating func find(in places: [Int]) {
    let text = Array(pattern.utf8)
    let found = places.first { candidate in
      let isRepeat = place.map { candidate != $0 && entries[candidate] == entries[$0] } ?? false
      return !isRepeat && HistorySearch.offset(of: text, in: entries[candidate]) != nil
    }
    isFound = found != nil
    if let found { place = found }
  }

  private static func offset(of text: [UInt8], in entry: [UInt8]) -> Int? {
    guard let first = text.first, entry.count >= text.count else { return text.isEmpty ? 0 : nil }
    return (0...(entry.count - text.count)).first { start in
      entry[start] == first && entry[start..<(start + text.count)].elementsEqual(text)
    }
  }
}

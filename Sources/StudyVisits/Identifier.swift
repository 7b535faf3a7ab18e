internal import Foundation

/// Identifiers made of names.
enum Identifier {
  /// Chosen: two fit a line beside each other.
  private static let longest = 40

  /// The name in ASCII, lower case, its words joined by `_`; `_2` and so on behind it when it is taken.
  ///
  /// Letters of other scripts are written as Unicode's general transliteration has them (UTS 35); a name without any
  /// letter gives `entity`.
  static func coined(for name: String, isTaken: (String) -> Bool) -> String {
    let latin = name.applyingTransform(.toLatin, reverse: false) ?? name
    let plain = (latin.applyingTransform(.stripDiacritics, reverse: false) ?? latin).lowercased()
    var words: [String] = []
    for word in plain.split(whereSeparator: { !$0.isASCII || !($0.isLetter || $0.isNumber) && $0 != "'" }) {
      words.append(word.filter { $0 != "'" })
    }
    // A name begins with a letter.
    if words.first?.first?.isLetter != true { words.insert("entity", at: 0) }
    var base = ""
    for word in words where base.count + word.count < longest { base += (base.isEmpty ? "" : "_") + word }
    if base.isEmpty { base = String(words[0].prefix(longest)) }
    return free(base, isTaken: isTaken)
  }

  private static func free(_ base: String, isTaken: (String) -> Bool) -> String {
    func numbered(_ number: Int) -> String {
      let ending = "_\(number)"
      return base.prefix(longest - ending.count) + ending
    }
    guard isTaken(base) else { return base }
    // Numbers are mostly taken one after the other, and there may be thousands.
    var (taken, free) = (1, 2)
    while isTaken(numbered(free)) { (taken, free) = (free, free * 2) }
    while free - taken > 1 {
      let middle = (taken + free) / 2
      if isTaken(numbered(middle)) { taken = middle } else { free = middle }
    }
    return numbered(free)
  }

  /// The next of those that are letters and a number, such as `m5` after `m1` to `m4`; `nil` where none is.
  static func following(_ bearers: [String], isTaken: (String) -> Bool) -> String? {
    var last: [Substring: (count: Int, number: Int)] = [:]
    for bearer in bearers {
      let letters = bearer.prefix { $0.isASCII && $0.isLetter }
      guard !letters.isEmpty, let number = Int(bearer.dropFirst(letters.count)), number < Int.max else { continue }
      let (count, highest) = last[letters] ?? (0, 0)
      last[letters] = (count + 1, Swift.max(highest, number))
    }
    guard let (letters, found) = last.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else {
      return nil
    }
    return free("\(letters)\(found.number + 1)", isTaken: isTaken)
  }
}

internal import Foundation

/// Identifiers made of names.
enum Identifier {
  /// Chosen: two fit a line beside each other.
  private static let longest = 40

  /// The name in ASCII, lower case, its words joined by `_`; `_2` and so on behind it while it is taken.
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
    var identifier = base
    var number = 2
    while isTaken(identifier) {
      let ending = "_\(number)"
      identifier = base.prefix(longest - ending.count) + ending
      number += 1
    }
    return identifier
  }
}

internal import Datalog
internal import Foundation

/// Text as it is compared with what somebody types: without case, accents and width, in Latin letters.
///
/// Cyrillic letters are written in Latin as Uzbek and Russian mostly are; what stands between words is one space each.
///
///     Тошкент, Toshkent → toshkent     Tōkyō → tokyo     O‘zbekiston, Ўзбекистон → ozbekiston     univ_tokyo → univ tokyo
package func folded(_ text: String) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.utf8.count)
  if text.utf8.allSatisfy({ $0 < 0x80 }) {
    for byte in text.utf8 { append(asciiByte: byte, to: &result) }
  } else {
    let composed = text.precomposedStringWithCompatibilityMapping.lowercased()
    var latin = String.UnicodeScalarView()
    for scalar in composed.unicodeScalars {
      if let letters = latinLetters[scalar] {
        latin.append(contentsOf: letters.unicodeScalars)
      } else {
        latin.append(scalar)
      }
    }
    for scalar in String(latin).decomposedStringWithCanonicalMapping.unicodeScalars {
      append(scalar, to: &result)
    }
  }
  return result
}

/// The texts whose folded forms are nearest to a folded text in spelling.
///
/// - Parameter forEach: lends each text.
func nearest(toFolded key: [UInt8], among forEach: ((UnsafeBufferPointer<UInt8>) -> Void) -> Void) -> [Symbol] {
  var search = SpellingSearch(for: key)
  var written: [[UInt8]: [Symbol]] = [:]
  forEach { text in
    let form = folded(String(decoding: text, as: UTF8.self))
    form.withUnsafeBufferPointer { search.consider($0) }
    written[form, default: []].append(Symbol(utf8: text))
  }
  return search.nearest.flatMap { written[$0] ?? [] }
}

private func append(asciiByte byte: UInt8, to result: inout [UInt8]) {
  switch byte {
  case 0x30...0x39, 0x61...0x7A: result.append(byte)
  case 0x41...0x5A: result.append(byte | 0x20)
  // Oʻzbek with an apostrophe of a typewriter.
  case UInt8(ascii: "'"), UInt8(ascii: "`"): break
  default: if let last = result.last, last != 0x20 { result.append(0x20) }
  }
}

private func append(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
  if scalar.isASCII { return append(asciiByte: UInt8(scalar.value), to: &result) }
  switch scalar.properties.generalCategory {
  case .nonspacingMark where scalar != "\u{3099}" && scalar != "\u{309A}": break
  // Apostrophes that are letters.
  case .modifierLetter where (0x2B0...0x2FF).contains(scalar.value): break
  case .uppercaseLetter, .titlecaseLetter, .lowercaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
    .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
    result += Array(String(scalar).utf8)
  default:
    if scalar == "\u{2018}" || scalar == "\u{2019}" { return }
    append(asciiByte: 0x20, to: &result)
  }
}

private let latinLetters: [Unicode.Scalar: String] = [
  "а": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j", "з": "z", "и": "i",
  "й": "y", "к": "k", "қ": "q", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
  "у": "u", "ў": "o", "ф": "f", "х": "x", "ҳ": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i",
  "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "i", "є": "e", "ґ": "g", "ә": "a", "ө": "o", "ү": "u",
  "ұ": "u", "ң": "ng", "һ": "h", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe",
]

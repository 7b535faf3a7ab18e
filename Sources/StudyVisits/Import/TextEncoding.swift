internal import Foundation

/// An encoding that lists come in, by the name that it has in the registry of IANA.
public enum TextEncoding: String, CaseIterable, Sendable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case windows1250 = "windows-1250"
  case windows1251 = "windows-1251"
  case windows1252 = "windows-1252"
  case latin2 = "iso-8859-2"
  case koi8r = "koi8-r"
  case shiftJIS = "shift_jis"
  case eucJP = "euc-jp"

  /// For reports.
  var title: String { rawValue.hasPrefix("windows") ? rawValue.capitalized : rawValue.uppercased() }

  private var foundation: String.Encoding {
    switch self {
    case .utf8: .utf8
    case .utf16LittleEndian: .utf16LittleEndian
    case .utf16BigEndian: .utf16BigEndian
    case .windows1250: .windowsCP1250
    case .windows1251: .windowsCP1251
    case .windows1252: .windowsCP1252
    case .latin2: .isoLatin2
    // kCFStringEncodingKOI8_R, for which Foundation has no name.
    case .koi8r: String.Encoding(rawValue: 0x8000_0A02)
    case .shiftJIS: .shiftJIS
    case .eucJP: .japaneseEUC
    }
  }

  /// What a text begins with that says so.
  private var mark: [UInt8] {
    switch self {
    case .utf8: [0xEF, 0xBB, 0xBF]
    case .utf16LittleEndian: [0xFF, 0xFE]
    case .utf16BigEndian: [0xFE, 0xFF]
    case .windows1250, .windows1251, .windows1252, .latin2, .koi8r, .shiftJIS, .eucJP: []
    }
  }

  // MARK: Decoding

  struct Fault: Error {
    /// The line, from 1, where it is known.
    let line: Int?
  }

  /// The text as UTF-8, without its mark.
  ///
  /// - Throws: where bytes stand for no character, or for a control character that no text has (C1): there the encoding
  ///   is another one.
  func decoded(_ bytes: [UInt8]) throws(Fault) -> [UInt8] {
    let content = mark.isEmpty || !bytes.starts(with: mark) ? bytes[...] : bytes.dropFirst(mark.count)
    if self == .utf8 {
      guard String(validating: content, as: UTF8.self) != nil else {
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        throw Fault(line: lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 })
      }
      return Array(content)
    }
    // Foundation passes over half a unit of UTF-16.
    let isWhole = self != .utf16LittleEndian && self != .utf16BigEndian || content.count.isMultiple(of: 2)
    guard isWhole, let text = String(data: Data(content), encoding: foundation) else {
      throw Fault(line: firstFault(content))
    }
    var line = 1
    for scalar in text.unicodeScalars {
      if scalar == "\n" { line += 1 }
      if (0x80...0x9F).contains(scalar.value) || scalar == "\u{FFFD}" { throw Fault(line: line) }
    }
    return Array(text.utf8)
  }

  /// The first line that cannot be decoded; in the encodings of Japan too no other character has the byte of a newline.
  private func firstFault(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard self != .utf16LittleEndian, self != .utf16BigEndian else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.firstIndex { String(data: Data($0), encoding: foundation) == nil }.map { $0 + 1 }
  }

  // MARK: Recognising

  /// The encoding that bytes seem to be in, how that is told, and whether it could as well be another.
  static func recognised(in bytes: [UInt8]) -> (encoding: TextEncoding, told: String, isGuess: Bool) {
    if let marked = allCases.first(where: { !$0.mark.isEmpty && bytes.starts(with: $0.mark) }) {
      return (marked, marked == .utf8 ? "UTF-8 with BOM" : "UTF-16", false)
    }
    // In UTF-16 a NUL stands beside the newline, where no text in another encoding has one.
    if bytes.count.isMultiple(of: 2), let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      if newline.isMultiple(of: 2), newline + 1 < bytes.count, bytes[newline + 1] == 0 {
        return (.utf16LittleEndian, "UTF-16 without a mark", false)
      }
      if !newline.isMultiple(of: 2), bytes[newline - 1] == 0 {
        return (.utf16BigEndian, "UTF-16 without a mark", false)
      }
    }
    if String(validating: bytes, as: UTF8.self) != nil { return (.utf8, "UTF-8", false) }
    let guess = looksCyrillic(bytes) ? TextEncoding.windows1251 : .windows1252
    return (guess, "\(guess.title) (guessed)", true)
  }

  /// In Cyrillic words letters beyond ASCII stand beside each other, in those of western Europe mostly alone.
  private static func looksCyrillic(_ bytes: [UInt8]) -> Bool {
    var (alone, together) = (0, 0)
    for place in bytes.indices where bytes[place] >= 0xC0 {
      let isBeside = place > 0 && bytes[place - 1] >= 0xC0 || place + 1 < bytes.count && bytes[place + 1] >= 0xC0
      if isBeside { together += 1 } else { alone += 1 }
    }
    return together > alone
  }
}

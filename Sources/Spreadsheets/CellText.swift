/// How workbooks write places, texts and days.
enum CellText {
  /// The column and the row of a reference such as `AB12`, from 1.
  static func place(_ reference: String) -> (column: Int, row: Int)? {
    var (column, row) = (0, 0)
    for byte in reference.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z") where row == 0: column = column * 26 + Int(byte) - 64
      case UInt8(ascii: "0")...UInt8(ascii: "9") where column > 0: row = row * 10 + Int(byte) - 48
      case UInt8(ascii: "$"): break
      default: return nil
      }
      guard column < 1 << 20, row < 1 << 24 else { return nil }
    }
    return column > 0 && row > 0 ? (column, row) : nil
  }

  /// The text with `_x000D_` and the like as the characters that they stand for.
  static func unescaped(_ text: String) -> String {
    guard text.contains("_x") else { return text }
    var result = ""
    var rest = Substring(text)
    while let character = rest.first {
      let code = rest.dropFirst(2).prefix(4)
      if rest.hasPrefix("_x"), code.count == 4, rest.dropFirst(6).first == "_",
        let scalar = UInt32(code, radix: 16).flatMap({ Unicode.Scalar($0) })
      {
        result.unicodeScalars.append(scalar)
        rest = rest.dropFirst(7)
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// The text with what XML cannot hold, and what would be taken for an escape, as `_x000D_` and the like.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "_") || $0 == 0xEF }) else { return text }
    var result = String.UnicodeScalarView()
    for (place, scalar) in zip(text.unicodeScalars.indices, text.unicodeScalars) {
      let isNoCharacter = scalar.value < 0x20 && scalar != "\t" && scalar != "\n" || scalar.value & ~1 == 0xFFFE
      if isNoCharacter || scalar == "_" && isEscape(text.unicodeScalars[place...]) {
        result += escape(scalar).unicodeScalars
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "_x" + String(repeating: "0", count: 4 - digits.count) + digits + "_"
  }

  /// Whether it begins with what `unescaped` takes for a character.
  private static func isEscape(_ text: Substring.UnicodeScalarView) -> Bool {
    let head = Array(text.prefix(7))
    return head.count == 7 && head[1] == "x" && head[6] == "_" && head[2..<6].allSatisfy(\.properties.isASCIIHexDigit)
  }

  /// A column and a row, from 0, as a reference such as `AB12`.
  static func reference(column: Int, row: Int) -> String {
    var letters = ""
    var rest = column + 1
    while rest > 0 {
      letters = String(Unicode.Scalar(UInt8(65 + (rest - 1) % 26))) + letters
      rest = (rest - 1) / 26
    }
    return "\(letters)\(row + 1)"
  }

  /// The number that stands for a day of ISO 8601; `nil` for days that workbooks do not count: before 1900, after 9999,
  /// and those that are not stated in full.
  static func number(ofDay text: String) -> Double? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1900...9999).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    // In the Gregorian calendar, by eras of 400 years that begin in March.
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468 + 25_569
    // Workbooks have a 29 February 1900, the 60th day.
    return Double(days > 60 ? days : days - 1)
  }

  /// The numbers of formats that every workbook knows and that show days, those of East Asia included.
  static let builtInDayFormats: Set<Int> = [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]

  /// Whether a format shows a day: it has a letter for years or days outside quotation marks and brackets.
  static func isDayFormat(_ format: String) -> Bool {
    var isQuoted = false
    var isBracketed = false
    var isEscaped = false
    for character in format.lowercased() {
      if isEscaped {
        isEscaped = false
      } else if character == "\"" {
        isQuoted.toggle()
      } else if isQuoted {
        continue
      } else if character == "\\" || character == "_" || character == "*" {
        isEscaped = true
      } else if character == "[" || character == "]" {
        isBracketed = character == "["
      } else if !isBracketed, character == "y" || character == "d" {
        return true
      }
    }
    return false
  }

  /// The day of a number of days; `nil` where there is none, as 29 February 1900, which only workbooks know.
  static func day(_ number: Double, countsFrom1904: Bool) -> String? {
    // Chosen by the format: 31 December 9999 is the last.
    guard number >= 0, number < 2_958_466 else { return nil }
    let days = Int(number)
    if countsFrom1904 { return text(daysSince1970: days - 24_107) }
    guard days > 0, days != 60 else { return nil }
    return text(daysSince1970: days - (days < 60 ? 25_568 : 25_569))
  }

  /// In the Gregorian calendar, by eras of 400 years that begin in March.
  private static func text(daysSince1970 days: Int) -> String {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}

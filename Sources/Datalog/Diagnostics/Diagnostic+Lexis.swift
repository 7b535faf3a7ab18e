// The wording of what the lexer finds: one function for each fault.

extension Diagnostic {
  static func notText(_ fault: TextFault, in text: UnsafeBufferPointer<UInt8>, source: SourceID) -> Diagnostic {
    switch fault {
    case .notUTF8(let offset):
      return Diagnostic(
        .notUTF8,
        at: Span(source: source, start: offset, end: offset + 1),
        "the byte `0x\(hexadecimal(UInt32(text[offset]), width: 2))` is not UTF-8, and all text is read as UTF-8",
        help: "save the file as UTF-8"
      )
    case .nul(let offset):
      return Diagnostic(
        .nulCharacter,
        at: Span(source: source, start: offset, end: offset + 1),
        "a NUL character (U+0000) stands in the text, and no text holds one",
        help: "take it out; a file with many of them is likely UTF-16: save it as UTF-8"
      )
    }
  }

  /// - Parameter alike: where the same is to be mended.
  static func unexpectedCharacter(
    _ scalar: Unicode.Scalar,
    meant: String?,
    at span: Span,
    alike: [Span]
  ) -> Diagnostic {
    let code = "U+" + hexadecimal(scalar.value, width: 4)
    let name = scalar.properties.name.map { "\(code), \($0.lowercased())" } ?? code
    let help: String? =
      switch meant {
      case " ": "write a plain space"
      case "\"": "write plain quotes: `\"…\"`"
      case let meant?: "write `\(meant)`"
      case nil:
        switch scalar {
        case "'": "text is quoted with `\"`"
        case "#": "a comment begins with `%`"
        case "[", "]": "there are no lists; write one fact for each element"
        case "|": "write `;` for or"
        case "&": "write `,` for and"
        default: nil
        }
      }
    return Diagnostic(
      .unexpectedCharacter,
      at: span,
      "the character `\(scalar)` (\(name)) has no meaning outside quotes",
      help: help,
      repair: Repair([scalar == "'" ? "\"" : meant].compactMap(\.self), at: alike)
    )
  }

  static func foreignOperator(_ text: String, meant: String, at span: Span) -> Diagnostic {
    Diagnostic(.unexpectedCharacter, at: span, "`\(text)` is no operator", help: "write `\(meant)`")
  }

  static func parameterWithoutName(at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedCharacter,
      at: span,
      "`$` stands without a name",
      help: "a parameter is written `$name`; its value is given by `.param name value`"
    )
  }

  static func unterminatedString(at span: Span) -> Diagnostic {
    Diagnostic(
      .unterminatedString,
      at: span,
      "this quoted text has no closing `\"` on its line",
      help: "end it with `\"`; within it a line break is written `\\n` and a quote `\\\"`"
    )
  }

  static func unknownEscape(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unknownEscape,
      at: span,
      "`\(text)` is no escape",
      help: "the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{…}`; a backslash itself is written `\\\\`"
    )
  }

  static func malformedScalarEscape(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unknownEscape,
      at: span,
      "`\(text)` names no character",
      help: "write the character's number in hexadecimal, other than 0: `\\u{2019}`"
    )
  }

  static func unterminatedComment(at span: Span) -> Diagnostic {
    Diagnostic(.unterminatedComment, at: span, "this comment has no end", help: "end it with `*/`")
  }

  static func integerOutOfRange(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .integerOutOfRange,
      at: span,
      "the number `\(text)` is out of range: numbers go from -9223372036854775808 to 9223372036854775807",
      help: "write it as a float (`1e20`), or in quotes when it is not for calculating"
    )
  }

  static func floatOutOfRange(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedNumber,
      at: span,
      "the float `\(text)` is out of range: the largest is about 1.8e308"
    )
  }

  static func malformedNumber(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedNumber,
      at: span,
      "`\(text)` begins like a number and does not go on like one",
      help: "a name begins with a letter; text that begins with a digit is quoted: `\"\(text)\"`"
    )
  }

  /// - Parameter days: what it may mean, as the language writes it.
  static func foreignDate(_ text: String, days: [String], at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedNumber,
      at: span,
      "`\(text)` is no date of the language, which writes the year first",
      help: "write \(days.isEmpty ? "`2018-06-25`" : list(days, "or"))",
      repair: days.count == 1 ? Repair(days, at: span) : nil
    )
  }

  static func impossibleDate(year: Int, month: Int, day: Int?, _ text: String, at span: Span) -> Diagnostic {
    let fact = impossibility(year: year, month: month)
    let subtraction = text.split(separator: "-").joined(separator: " - ")
    return Diagnostic(
      .impossibleDate,
      at: span,
      "`\(text)` is written like a date, but \(fact)",
      help:
        "if a subtraction is meant, put spaces around each minus: `\(subtraction)`"
    )
  }

  /// A time of `.stated` that no calendar or clock has.
  static func impossibleTime(year: Int, month: Int, day: Int, _ text: String, at span: Span) -> Diagnostic {
    let isDay = PartialDate(year: year, month: month, day: day) != nil
    let fact = isDay ? "the last of a day is 23:59:59" : impossibility(year: year, month: month)
    return Diagnostic(.impossibleDate, at: span, "`\(text)` is written like a time, but \(fact)")
  }

  /// Why a year, a month and perhaps a day make no date.
  private static func impossibility(year: Int, month: Int) -> String {
    if year == 0 { return "years go from 0001 to 9999" }
    if !(1...12).contains(month) { return "there is no month \(month)" }
    return "that month has \(PartialDate.dayCount(year: year, month: month)) days"
  }

  /// The last line of a list that was cut.
  static func furtherFaults(_ count: Int, like last: Diagnostic) -> Diagnostic {
    Diagnostic(last.code, at: nil, "\(count) more \(count == 1 ? "error" : "errors") in this text")
  }

  private static func hexadecimal(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

// Constants as they are written in the text of a program, so that they read back as the same value.

extension Symbol {
  /// Bare when it reads back as a name, else quoted.
  public var literalText: String { isName ? description : Symbol.quoted(description) }

  /// In quotes.
  public var quotedText: String { Symbol.quoted(description) }

  /// Whether it may stand bare.
  public var isName: Bool {
    guard let first = description.unicodeScalars.first, first.startsName, self != Symbol("not") else { return false }
    return description.unicodeScalars.allSatisfy { $0.continuesWord }
  }

  /// Text in quotes, with escapes for what cannot stand there or would not be seen.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where isHidden(scalar): quoted += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension Constant {
  /// As a program writes it; a float always with point or exponent.
  public var literalText: String {
    switch self {
    case .symbol(let symbol): symbol.literalText
    case .number(let number): String(number)
    case .float(let float): float.description
    case .date(let date): date.description
    }
  }
}

extension Symbol {
  /// As the text would write it: bare when it reads back as one name, else quoted.
  var sourceText: String {
    let text = description
    guard !isName(text) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case let control where control.properties.generalCategory == .control || control.value == 0xFEFF:
        quoted += "\\u{" + String(control.value, radix: 16) + "}"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A letter that begins no variable, then letters, marks, digits and `_`; `not` is the one word that is none.
  private func isName(_ text: String) -> Bool {
    guard text != "not", let first = text.unicodeScalars.first else { return false }
    switch first.properties.generalCategory {
    case .lowercaseLetter, .modifierLetter, .otherLetter: break
    default: return false
    }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
        .spacingMark, .enclosingMark, .decimalNumber:
        true
      default: scalar == "_"
      }
    }
  }
}

extension Constant {
  /// As the text would write it.
  var sourceText: String {
    switch self {
    case .symbol(let symbol): symbol.sourceText
    case .number(let number): String(number)
    case .float(let float): float.description
    case .date(let date): date.description
    }
  }
}

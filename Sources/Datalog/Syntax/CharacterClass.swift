// What a byte or a scalar may do in a word of the language. ASCII is decided by ranges, the rest by the Unicode general
// category, which the standard library knows.

extension UInt8 {
  @inline(__always)
  var isDigit: Bool { self &- 0x30 < 10 }

  /// `a` to `z`.
  @inline(__always)
  var isLowerCaseLetter: Bool { self &- 0x61 < 26 }

  /// `A` to `Z`.
  @inline(__always)
  var isUpperCaseLetter: Bool { self &- 0x41 < 26 }

  /// ASCII letter, digit or `_`.
  @inline(__always)
  var isWordByte: Bool { (self | 0x20) &- 0x61 < 26 || isDigit || self == 0x5F }

  @inline(__always)
  var isLineEnd: Bool { self == 0x0A || self == 0x0D }

  @inline(__always)
  var isBlank: Bool { self == 0x20 || self == 0x09 }
}

extension Unicode.Scalar {
  /// Upper-case and title-case letters and `_` begin a variable.
  var startsVariable: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: true
    default: self == "_"
    }
  }

  /// All other letters begin a name.
  var startsName: Bool {
    switch properties.generalCategory {
    case .lowercaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Letters, marks, digits and `_` continue a word.
  var continuesWord: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter, .lowercaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber:
      true
    default:
      self == "_"
    }
  }
}

/// What the named classes of patterns ask of a scalar.
struct ScalarProperties: OptionSet {
  let rawValue: UInt16

  static let alphabetic = ScalarProperties(rawValue: 1)
  static let digit = ScalarProperties(rawValue: 1 << 1)
  static let alphanumeric = ScalarProperties(rawValue: 1 << 2)
  static let upper = ScalarProperties(rawValue: 1 << 3)
  static let lower = ScalarProperties(rawValue: 1 << 4)
  static let space = ScalarProperties(rawValue: 1 << 5)
  static let blank = ScalarProperties(rawValue: 1 << 6)
  static let punctuation = ScalarProperties(rawValue: 1 << 7)
  static let control = ScalarProperties(rawValue: 1 << 8)
  static let graphic = ScalarProperties(rawValue: 1 << 9)
  static let printable = ScalarProperties(rawValue: 1 << 10)
  static let hexadecimalDigit = ScalarProperties(rawValue: 1 << 11)
  static let word = ScalarProperties(rawValue: 1 << 12)

  /// The classes written `[:name:]`.
  static let named: [String: ScalarProperties] = [
    "alpha": .alphabetic, "digit": .digit, "alnum": .alphanumeric, "upper": .upper, "lower": .lower,
    "space": .space, "blank": .blank, "punct": .punctuation, "cntrl": .control, "graph": .graphic,
    "print": .printable, "xdigit": .hexadecimalDigit, "word": .word,
  ]

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The properties of `scalar`: digits are ASCII's only, so that what they match is a number; all else is Unicode's.
  init(of scalar: Unicode.Scalar) {
    let properties = scalar.properties
    let category = properties.generalCategory
    var result: ScalarProperties = []
    if properties.isAlphabetic { result.formUnion([.alphabetic, .alphanumeric, .word]) }
    if properties.isUppercase { result.insert(.upper) }
    if properties.isLowercase { result.insert(.lower) }
    if properties.isWhitespace { result.insert(.space) }
    if ("0"..."9").contains(scalar) { result.formUnion([.digit, .hexadecimalDigit]) }
    if ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar) { result.insert(.hexadecimalDigit) }
    if scalar == "\t" { result.insert(.blank) }
    result.formUnion(ScalarProperties(of: category))
    if !result.contains(.space), !result.contains(.control), ![.unassigned, .surrogate].contains(category) {
      result.formUnion([.graphic, .printable])
    }
    self = result
  }

  private init(of category: Unicode.GeneralCategory) {
    switch category {
    case .decimalNumber: self = [.alphanumeric, .word]
    case .nonspacingMark, .spacingMark, .enclosingMark: self = .word
    case .connectorPunctuation: self = [.punctuation, .word]
    case .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      self = .punctuation
    case .control: self = .control
    case .spaceSeparator: self = [.blank, .printable]
    default: self = []
    }
  }
}

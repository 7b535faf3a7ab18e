/// Reads the text of a pattern.
struct PatternParser {
  /// Why a text is no pattern.
  struct Fault: Error {
    /// Lower case, without full stop.
    let message: String
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  /// The classes that the nodes name.
  private(set) var classes: [PatternClass] = []

  /// Groups may be nested so deep.
  private static let maximalDepth = 200
  /// A repetition may ask for so many.
  private static let maximalRepetition = 10_000

  init(_ text: some StringProtocol) {
    scalars = Array(text.unicodeScalars)
  }

  /// The whole pattern.
  mutating func parse() throws(Fault) -> PatternNode {
    let node = try parseChoice()
    if let next = peek() { throw Fault(message: "`\(next)` closes no group; write `\\\(next)` for the character") }
    return node
  }

  private func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    position += 1
    return true
  }

  private mutating func parseChoice() throws(Fault) -> PatternNode {
    var branches = [try parseSequence()]
    while accept("|") { branches.append(try parseSequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func parseSequence() throws(Fault) -> PatternNode {
    var parts: [PatternNode] = []
    while let next = peek(), next != "|", next != ")" { parts.append(try parseRepetition()) }
    return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func parseRepetition() throws(Fault) -> PatternNode {
    let first = scalars[position]
    if ["*", "+", "?", "{"].contains(first) {
      throw Fault(message: "`\(first)` has nothing before it to repeat; write `\\\(first)` for the character")
    }
    let node = try parseSingle()
    guard let bounds = try parseBounds() else { return node }
    if let next = peek(), ["*", "+", "?", "{"].contains(next) {
      throw Fault(message: "`\(next)` follows a repetition; put what it repeats in parentheses")
    }
    return .repetition(node, least: bounds.least, most: bounds.most)
  }

  private mutating func parseBounds() throws(Fault) -> (least: Int, most: Int?)? {
    if accept("*") { return (0, nil) }
    if accept("+") { return (1, nil) }
    if accept("?") { return (0, 1) }
    guard accept("{") else { return nil }
    let shape = "a repetition is written `{3}`, `{3,}` or `{3,5}`; write `\\{` for the character"
    guard let least = try parseCount() else { throw Fault(message: shape) }
    var most: Int? = least
    if accept(",") { most = try parseCount() }
    guard accept("}") else { throw Fault(message: shape) }
    if let most, most < least { throw Fault(message: "a repetition of at least \(least) and at most \(most)") }
    return (least, most)
  }

  private mutating func parseCount() throws(Fault) -> Int? {
    var count: Int?
    while let next = peek(), ("0"..."9").contains(next) {
      position += 1
      count = (count ?? 0) * 10 + Int(next.value - 48)
      if let count, count > PatternParser.maximalRepetition {
        throw Fault(message: "a repetition of more than \(PatternParser.maximalRepetition) times")
      }
    }
    return count
  }

  private mutating func parseSingle() throws(Fault) -> PatternNode {
    let scalar = scalars[position]
    position += 1
    switch scalar {
    case "(": return try parseGroup()
    case "[": return add(try parseClass())
    case ".": return add(PatternClass(isNegated: true))
    case "^": return .start
    case "$": return .end
    case "\\": return add(try parseEscape())
    default: return add(PatternClass(ranges: [scalar.value...scalar.value]))
    }
  }

  private mutating func add(_ newClass: PatternClass) -> PatternNode {
    classes.append(newClass)
    return .scalar(classes.count - 1)
  }

  private mutating func parseGroup() throws(Fault) -> PatternNode {
    depth += 1
    if depth > PatternParser.maximalDepth {
      throw Fault(message: "groups nested more than \(PatternParser.maximalDepth) deep")
    }
    if accept("?"), !accept(":") { throw Fault(message: "`(?` begins a group that is not known; `(?:` is") }
    let node = try parseChoice()
    guard accept(")") else { throw Fault(message: "`(` is not closed; write `\\(` for the character") }
    depth -= 1
    return node
  }
}

extension PatternParser {
  /// What follows a backslash.
  private mutating func parseEscape() throws(Fault) -> PatternClass {
    guard let scalar = peek() else { throw Fault(message: "`\\` at the end; write `\\\\` for the character") }
    position += 1
    switch scalar {
    case "d": return PatternClass(properties: .digit)
    case "w": return PatternClass(properties: .word)
    case "s": return PatternClass(properties: .space)
    case "D": return PatternClass(absentProperties: [.digit])
    case "W": return PatternClass(absentProperties: [.word])
    case "S": return PatternClass(absentProperties: [.space])
    case "n": return PatternClass(ranges: [10...10])
    case "r": return PatternClass(ranges: [13...13])
    case "t": return PatternClass(ranges: [9...9])
    case "1"..."9": throw Fault(message: "`\\\(scalar)`: there are no back-references")
    default:
      if !ScalarProperties(of: scalar).isDisjoint(with: [.alphanumeric]) {
        throw Fault(message: "`\\\(scalar)` is not a known escape")
      }
      return PatternClass(ranges: [scalar.value...scalar.value])
    }
  }

  /// What follows an opening bracket; a `]` or `-` that comes first, and a `-` that comes last, stand for themselves.
  private mutating func parseClass() throws(Fault) -> PatternClass {
    var result = PatternClass(isNegated: accept("^"))
    var isFirst = true
    while isFirst || peek() != "]" {
      guard peek() != nil else { throw Fault(message: "`[` is not closed; write `\\[` for the character") }
      isFirst = false
      try parseItem(into: &result)
    }
    position += 1
    return result
  }

  private mutating func parseItem(into result: inout PatternClass) throws(Fault) {
    if try parseNamedClass(into: &result) { return }
    let item = try parseEnd()
    result.properties.formUnion(item.properties)
    result.absentProperties += item.absentProperties
    result.ranges += item.ranges
    let isRange = peek() == "-" && position + 1 < scalars.count && scalars[position + 1] != "]"
    guard isRange else { return }
    position += 1
    let last = try parseEnd()
    guard let from = item.ranges.first?.lowerBound, let to = last.ranges.first?.lowerBound else {
      throw Fault(message: "a class cannot be the end of a range; write `-` first or last for the character")
    }
    guard from <= to else { throw Fault(message: "a range whose end is before its beginning") }
    result.ranges.append(from...to)
  }

  private mutating func parseEnd() throws(Fault) -> PatternClass {
    guard let scalar = peek() else { throw Fault(message: "`[` is not closed; write `\\[` for the character") }
    position += 1
    return scalar == "\\" ? try parseEscape() : PatternClass(ranges: [scalar.value...scalar.value])
  }

  private mutating func parseNamedClass(into result: inout PatternClass) throws(Fault) -> Bool {
    guard peek() == "[", position + 1 < scalars.count, scalars[position + 1] == ":" else { return false }
    var end = position + 2
    var name = ""
    while end < scalars.count, scalars[end] != ":", scalars[end] != "]" {
      name.unicodeScalars.append(scalars[end])
      end += 1
    }
    guard end + 1 < scalars.count, scalars[end] == ":", scalars[end + 1] == "]" else {
      throw Fault(message: "`[:` begins a class such as `[:digit:]` and is not closed")
    }
    guard let properties = ScalarProperties.named[name] else {
      throw Fault(message: "there is no class `[:\(name):]`")
    }
    result.properties.formUnion(properties)
    position = end + 2
    return true
  }
}

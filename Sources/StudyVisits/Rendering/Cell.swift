import Engine

/// A value as people are shown it: its text or, where it is an entity that has a name, the name and behind it the
/// identifier.
struct Cell {
  /// Cells between a name and its identifier.
  private static let gap = 2
  /// So much of a name is kept before its identifier is cut, and so much of the identifier before it is left out.
  private static let narrowestName = 8
  private static let narrowestIdentifier = 4

  private(set) var text: [UInt8] = []
  /// Empty where there is no name.
  private(set) var identifier: [UInt8] = []

  mutating func take(_ row: Int, _ column: Int, of answer: Answer, _ options: RenderingOptions) {
    let (word, type) = (answer.word(row, column), answer.columns[column].type)
    text.removeAll(keepingCapacity: true)
    identifier.removeAll(keepingCapacity: true)
    guard let name = options.name?(word, type) else {
      answer.values.text(of: word, type, into: &text)
      return
    }
    text.append(contentsOf: name.utf8)
    answer.values.text(of: word, type, into: &identifier)
  }

  mutating func take(_ text: String) {
    self.text.removeAll(keepingCapacity: true)
    identifier.removeAll(keepingCapacity: true)
    self.text.append(contentsOf: text.utf8)
  }

  /// The terminal's cells that it takes in one line.
  var width: Int {
    let width = TerminalText.width(of: text[...])
    return identifier.isEmpty ? width : width + Cell.gap + TerminalText.width(of: identifier[...])
  }

  /// Appends it, cut to `limit` cells of the terminal, the name first; its answer is the cells taken.
  func append(limit: Int = .max, _ options: RenderingOptions, to bytes: inout [UInt8]) -> Int {
    guard !identifier.isEmpty else { return append(text, limit, options, to: &bytes) }
    let natural = TerminalText.width(of: text[...])
    let behind = TerminalText.width(of: identifier[...])
    let kept = limit == .max ? natural : max(limit - Cell.gap - behind, min(natural, Cell.narrowestName))
    let room = limit == .max ? behind : limit - min(kept, natural) - Cell.gap
    guard room >= min(behind, Cell.narrowestIdentifier) else { return append(text, limit, options, to: &bytes) }
    let width = append(text, kept, options, to: &bytes)
    bytes.append("  ")
    return width + Cell.gap + appendIdentifier(identifier, room, options, to: &bytes)
  }

  private func append(_ text: [UInt8], _ limit: Int, _ options: RenderingOptions, to bytes: inout [UInt8]) -> Int {
    TerminalText.append(text[...], limit: limit, ellipsis: options.borders.ellipsis, to: &bytes)
  }

  private func appendIdentifier(
    _ text: [UInt8],
    _ limit: Int,
    _ options: RenderingOptions,
    to bytes: inout [UInt8]
  ) -> Int {
    if options.isColoured { bytes.append(Dimming.on) }
    defer { if options.isColoured { bytes.append(Dimming.off) } }
    return append(text, limit, options, to: &bytes)
  }

  /// The lines of at most `limit` cells that it takes; the identifier begins one of its own where it does not fit behind
  /// the name.
  func lines(limit: Int, _ options: RenderingOptions) -> [TerminalText.Line] {
    var lines = TerminalText.lines(of: text[...], limit: limit, ellipsis: options.borders.ellipsis)
    guard !identifier.isEmpty else { return lines }
    var others = TerminalText.lines(of: identifier[...], limit: limit, ellipsis: options.borders.ellipsis)
    if options.isColoured {
      for place in others.indices { others[place].bytes = Dimming.applied(to: others[place].bytes) }
    }
    let last = lines.count - 1
    if others.count == 1, lines[last].width + Cell.gap + others[0].width <= limit {
      lines[last].bytes.append("  ")
      lines[last].bytes += others[0].bytes
      lines[last].width += Cell.gap + others[0].width
      return lines
    }
    return lines + others
  }
}

/// The sequences (ECMA-48, SGR) that make text dim and normal again.
enum Dimming {
  static let on: StaticString = "\u{1B}[2m"
  static let off: StaticString = "\u{1B}[0m"

  static func applied(to text: [UInt8]) -> [UInt8] {
    var dimmed: [UInt8] = []
    dimmed.append(on)
    dimmed += text
    dimmed.append(off)
    return dimmed
  }
}

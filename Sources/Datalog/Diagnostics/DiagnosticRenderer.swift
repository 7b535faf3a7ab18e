/// The layout of diagnostics as text.
///
///     error[S501]: `guest` is used in the head but bound by no positive atom of the body
///      --> visits.dl:3:7
///       |
///     3 | met(A, guest) :- …
///       |        ^^^^^
///       = note: each head variable must occur in a positive atom
///       = help: …
public struct DiagnosticRenderer {
  /// Whether severities and underlines are coloured by ANSI sequences.
  public enum Style: Sendable {
    case plain, coloured
  }

  private let sources: [SourceText]
  private let style: Style
  private var maps: [SourceID: SourceMap] = [:]
  /// The last column that was counted, from which one further on in the same line is counted on.
  private var lastPlace: (source: SourceID, line: Int, offset: Int, column: Int)?

  /// A renderer for diagnostics whose spans' sources index `sources`.
  public init(_ sources: [SourceText], style: Style = .plain) {
    self.sources = sources
    self.style = style
  }

  /// All of them, with an empty line between two.
  public mutating func render(_ diagnostics: [Diagnostic]) -> String {
    var texts: [String] = []
    for diagnostic in diagnostics { texts.append(render(diagnostic)) }
    return texts.joined(separator: "\n")
  }

  /// One, each line ended.
  public mutating func render(_ diagnostic: Diagnostic) -> String {
    let colour = Colour(diagnostic.severity)
    let heading = "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]"
    var output = paint(heading, colour) + paint(": " + visible(diagnostic.message), .bold) + "\n"
    let gutter = gutterWidth(diagnostic)
    if let span = diagnostic.span { output += excerpt(span, gutter, colour) }
    for note in diagnostic.notes {
      if let span = note.span {
        output += paint("note", .cyan) + ": " + visible(note.message) + "\n" + excerpt(span, gutter, .cyan)
      } else {
        output += margin(gutter) + " = " + paint("note", .cyan) + ": " + visible(note.message) + "\n"
      }
    }
    if let help = diagnostic.help {
      output += margin(gutter) + " = " + paint("help", .green) + ": " + visible(help) + "\n"
    }
    return output
  }

  // MARK: Places

  private mutating func map(_ source: SourceID) -> SourceMap? {
    if let known = maps[source] { return known }
    guard sources.indices.contains(source.index) else { return nil }
    let map = SourceMap(sources[source.index])
    maps[source] = map
    return map
  }

  /// The width of the widest line number shown.
  private mutating func gutterWidth(_ diagnostic: Diagnostic) -> Int {
    var width = 1
    for span in [diagnostic.span] + diagnostic.notes.map(\.span) {
      guard let span, let map = map(span.source) else { continue }
      width = max(width, String(map.line(at: span.start)).utf8.count)
    }
    return width
  }

  private mutating func excerpt(_ span: Span, _ gutter: Int, _ colour: Colour) -> String {
    guard let map = map(span.source) else { return "" }
    let start = min(max(span.start, 0), map.text.bytes.count)
    let line = map.line(at: start)
    let column = column(at: start, line, span.source, map)
    let excerpt = SourceExcerpt(of: map, line: line, start: start, end: span.end)
    let blank = margin(gutter)
    let number = String(line)
    var output = "\(blank)\(paint("-->", .blue)) \(visible(map.text.name)):\(line):\(column)\n"
    output += "\(blank) \(paint("|", .blue))\n"
    output += paint(margin(gutter - number.utf8.count) + number + " |", .blue) + " \(excerpt.text)\n"
    output += "\(blank) \(paint("|", .blue)) " + margin(excerpt.indent)
    output += paint(String(repeating: "^", count: excerpt.width), colour) + "\n"
    return output
  }

  private mutating func column(at offset: Int, _ line: Int, _ source: SourceID, _ map: SourceMap) -> Int {
    var column: Int
    if let last = lastPlace, last.source == source, last.line == line, last.offset <= offset {
      column = last.column + map.characterCount(last.offset..<offset)
    } else {
      column = map.position(at: offset).column
    }
    column = max(column, 1)
    lastPlace = (source, line, offset, column)
    return column
  }

  // MARK: Text

  private enum Colour: String {
    case red = "1;31"
    case yellow = "1;33"
    case cyan = "1;36"
    case green = "1;32"
    case blue = "1;34"
    case bold = "1"

    init(_ severity: Diagnostic.Severity) {
      switch severity {
      case .error: self = .red
      case .warning: self = .yellow
      case .note: self = .cyan
      }
    }
  }

  private func paint(_ text: String, _ colour: Colour) -> String {
    style == .coloured && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  private func margin(_ width: Int) -> String { String(repeating: " ", count: max(0, width)) }
}

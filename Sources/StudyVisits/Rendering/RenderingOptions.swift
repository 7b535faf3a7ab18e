public import Engine

/// What rendering takes besides the answer.
public struct RenderingOptions {
  /// What becomes of text that a column is too narrow for.
  public enum Overflow: String, CaseIterable, Sendable {
    /// It ends with `…`.
    case cut
    /// It goes on in further lines.
    case wrap
  }

  /// What borders and the mark of a cut are made of.
  public enum Borders: Hashable, Sendable {
    case unicode
    /// For a locale that is not UTF-8; the data is not touched.
    case ascii
  }

  /// The cells of a terminal's line, which columns share; `nil` bounds nothing.
  public var lineWidth: Int?
  public var overflow = Overflow.cut
  public var borders = Borders.unicode
  /// Whether what is less important is dim.
  public var isColoured = false
  /// Whether a terminal shows the bytes: formats that keep text as it is escape what would lead it astray.
  public var isAtTerminal = false
  /// Whether CSV is for a spreadsheet program: with a byte order mark, and no cell that it would take for a formula.
  public var isForSpreadsheets = false
  /// How long the answer took, for the last line of a table; `nil` says nothing of it.
  public var elapsed: Duration?
  /// The name of an entity, to be shown with its identifier; `nil` shows identifiers alone.
  public var name: ((Word, WordType) -> String?)?

  public init(lineWidth: Int? = nil) {
    self.lineWidth = lineWidth
  }
}

extension RenderingOptions {
  /// Has entities shown by these names.
  public mutating func show(_ names: EntityNames) {
    name = { word, type in type == .symbol ? names[word] : nil }
  }
}

extension RenderingOptions.Borders {
  /// The mark of a cut, one cell wide.
  var ellipsis: StaticString {
    switch self {
    case .unicode: "…"
    case .ascii: "~"
    }
  }
}

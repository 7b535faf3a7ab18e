/// What stands around and between the columns of a table.
enum TableFrame {
  /// A gap between columns and a rule below their names.
  case none
  case unicode
  case ascii

  init(_ format: OutputFormat, _ borders: RenderingOptions.Borders) {
    switch (format, borders) {
    case (.box, .unicode): self = .unicode
    case (.box, .ascii): self = .ascii
    case (_, _): self = .none
    }
  }

  /// A line across the table.
  struct Rule {
    let left: StaticString
    let stroke: StaticString
    let crossing: StaticString
    let right: StaticString
  }

  var top: Rule? {
    switch self {
    case .none: nil
    case .unicode: Rule(left: "┌─", stroke: "─", crossing: "─┬─", right: "─┐\n")
    case .ascii: Rule(left: "+-", stroke: "-", crossing: "-+-", right: "-+\n")
    }
  }

  /// Below the names.
  var middle: Rule {
    switch self {
    case .none: Rule(left: "", stroke: "-", crossing: "  ", right: "\n")
    case .unicode: Rule(left: "├─", stroke: "─", crossing: "─┼─", right: "─┤\n")
    case .ascii: Rule(left: "+-", stroke: "-", crossing: "-+-", right: "-+\n")
    }
  }

  var bottom: Rule? {
    switch self {
    case .none: nil
    case .unicode: Rule(left: "└─", stroke: "─", crossing: "─┴─", right: "─┘\n")
    case .ascii: top
    }
  }

  /// What the cells of a line stand in.
  var line: (left: StaticString, between: StaticString, right: StaticString) {
    switch self {
    case .none: ("", "  ", "\n")
    case .unicode: ("│ ", " │ ", " │\n")
    case .ascii: ("| ", " | ", " |\n")
    }
  }

  /// The terminal's cells that a line takes besides those of `columnCount` columns.
  func width(around columnCount: Int) -> Int {
    switch self {
    case .none: 2 * max(0, columnCount - 1)
    case .unicode, .ascii: 3 * columnCount + 1
    }
  }
}

/// What output goes by of a process's surroundings: what its streams are, and what the environment asks for.
public struct OutputSurroundings {
  /// A terminal's lines and the cells of each.
  public struct Size: Hashable, Sendable {
    public let columns: Int
    public let rows: Int

    public init(columns: Int, rows: Int) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// Where the terminal does not say; what terminals have had since the VT100.
  private static let usualSize = Size(columns: 80, rows: 24)

  /// The variables of the environment, which are passed on to commands.
  public let environment: [String: String]
  public let isInputTerminal: Bool
  public let isOutputTerminal: Bool
  /// Whether messages go to a terminal.
  public let isErrorTerminal: Bool
  /// What the terminal says now; `nil` when it does not.
  private let measure: () -> Size?

  public init(
    environment: [String: String],
    isInputTerminal: Bool,
    isOutputTerminal: Bool,
    isErrorTerminal: Bool,
    measure: @escaping () -> Size?
  ) {
    self.environment = environment
    self.isInputTerminal = isInputTerminal
    self.isOutputTerminal = isOutputTerminal
    self.isErrorTerminal = isErrorTerminal
    self.measure = measure
  }

  /// The terminal's size now; COLUMNS and LINES are believed more than the terminal.
  public var size: Size {
    let said = measure()
    return Size(
      columns: number("COLUMNS") ?? said?.columns ?? OutputSurroundings.usualSize.columns,
      rows: number("LINES") ?? said?.rows ?? OutputSurroundings.usualSize.rows
    )
  }

  /// Whether answers may be coloured: at a terminal that can, unless NO_COLOR (https://no-color.org) is set.
  public var isColoured: Bool { isOutputTerminal && allowsColour }

  /// Whether messages may be coloured.
  public var areMessagesColoured: Bool { isErrorTerminal && allowsColour }

  private var allowsColour: Bool { value("NO_COLOR") == nil && !isDumb }

  /// A terminal that can do nothing but print.
  private var isDumb: Bool { value("TERM") == "dumb" }

  /// Whether the locale's text is UTF-8: what LC_ALL, else LC_CTYPE, else LANG names, else the C locale, which is not.
  public var isUTF8: Bool {
    let locale = value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "C"
    let codeset = locale.lowercased().split(separator: "@")[0].split(separator: ".").dropFirst().joined()
    return codeset == "utf-8" || codeset == "utf8"
  }

  /// The shell command that shows what is longer than the screen: PAGER, else `less`; `nil` where PAGER is empty or
  /// `cat`, and at a terminal that cannot move its cursor.
  public var pager: String? {
    guard let chosen = environment["PAGER"] else { return isDumb ? nil : "less -SRXF" }
    return chosen.allSatisfy(\.isWhitespace) || chosen == "cat" || isDumb ? nil : chosen
  }

  /// A variable's value; an empty one counts as none.
  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func number(_ name: String) -> Int? {
    value(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }
}

import Datalog

/// Texts checked against a small knowledge base, with all that is said about them.
struct CheckedText {
  let program: CheckedProgram?
  /// Of the parser and the checker, errors and warnings.
  let diagnostics: [Diagnostic]
  let sources: [SourceText]

  /// `stored` is the text of rules that the knowledge base holds.
  init(_ text: String, mode: CheckedProgram.Mode = .run, stored: String? = nil) {
    let sink = SymbolSink()
    var diagnostics: [Diagnostic] = []
    sources =
      [SourceText(name: "checked.dl", text: text)]
      + (stored.map { [SourceText(name: "<stored>", text: $0)] } ?? [])
    let trees = sources.enumerated().map { place, source in
      SyntaxTree(
        parsing: source,
        as: SourceID(place),
        dialect: place == 0 && mode == .prompt ? .prompt : .file,
        into: sink,
        diagnostics: &diagnostics
      )
    }
    program = CheckedProgram(
      checking: trees,
      mode: mode,
      catalogue: CheckedText.catalogue(symbols: sink.symbols),
      storedSources: [SourceID(1)],
      diagnostics: &diagnostics
    )
    self.diagnostics = diagnostics + (program?.warnings ?? [])
  }

  /// The diagnostics as a user sees them.
  var rendered: String {
    var renderer = DiagnosticRenderer(sources)
    return diagnostics.isEmpty ? "" : renderer.render(diagnostics) + "\n"
  }

  var codes: [String] { diagnostics.map(\.code.rawValue) }

  /// A knowledge base that declares `visit`, with the symbols given.
  private static func catalogue(symbols: Set<Symbol>) -> Catalogue {
    let names = ["id", "kind", "title"]
    return Catalogue(
      declarations: [
        StoredDeclaration(
          predicate: "visit",
          columns: names.map { Column(name: $0, type: .symbol) },
          keys: [[0]]
        )
      ],
      containsSymbol: { symbols.contains($0) },
      nearestSymbols: { nearest(to: $0.description, among: symbols.sorted().map(\.description)).map { Symbol($0) } },
      patternFault: { $0 == Symbol("(") ? "a `(` is not closed" : nil },
      parameters: ["year": .number(2018)],
      today: today
    )
  }

  private static var today: PartialDate {
    guard let day = PartialDate(year: 2018, month: 6, day: 29) else { preconditionFailure("29 June 2018 is a day") }
    return day
  }
}

/// Keeps the symbols of plain facts.
private final class SymbolSink: FactSink {
  private(set) var symbols: Set<Symbol> = [Symbol("study_visit")]

  func receive(
    summary: Int,
    predicate: String,
    arguments: UnsafeBufferPointer<FactArgument>,
    sources: SourceSetID
  ) {
    for argument in arguments where argument.kind == .symbol { symbols.insert(Symbol(utf8: argument.text)) }
  }
}

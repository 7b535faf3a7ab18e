import Datalog

/// A sink that keeps the facts as text.
final class FactRecorder: FactSink {
  private(set) var facts: [String] = []
  private(set) var summaries: [Int] = []

  func receive(
    summary: Int,
    predicate: String,
    arguments: UnsafeBufferPointer<FactArgument>,
    sources: SourceSetID
  ) {
    let list = arguments.map { argument -> String in
      switch argument.kind {
      case .symbol: Symbol(utf8: argument.text).literalText
      case .number, .year: String(Int64(bitPattern: argument.bits))
      case .float: Double(bitPattern: argument.bits).description
      case .date: PartialDate(key: Int32(truncatingIfNeeded: argument.bits))?.description ?? "no date"
      }
    }
    facts.append("\(predicate)(\(list.joined(separator: ", ")))" + (sources == .none ? "" : " @ \(sources.index)"))
    summaries.append(summary)
  }
}

/// What parsing a text gave.
struct Parsed {
  let source: SourceText
  let tree: SyntaxTree
  let facts: [String]
  let diagnostics: [Diagnostic]

  init(_ bytes: [UInt8], name: String = "text", dialect: Dialect = .file) {
    source = SourceText(name: name, bytes: bytes)
    let recorder = FactRecorder()
    var diagnostics: [Diagnostic] = []
    tree = SyntaxTree(parsing: source, as: SourceID(0), dialect: dialect, into: recorder, diagnostics: &diagnostics)
    facts = recorder.facts
    self.diagnostics = diagnostics
  }

  init(_ text: String, dialect: Dialect = .file) {
    self.init(Array(text.utf8), dialect: dialect)
  }

  var codes: [DiagnosticCode] { diagnostics.map(\.code) }

  /// The tree, the plain facts, the sets of sources and the diagnostics, as text.
  var report: String {
    var text = tree.description
    for fact in facts { text += "fact \(fact)\n" }
    for (index, set) in tree.sourceSets.enumerated() where index > 0 {
      text += "sources \(index): \(set.map(\.description).joined(separator: ", "))\n"
    }
    var renderer = DiagnosticRenderer([source])
    if !diagnostics.isEmpty { text += "\n" + renderer.render(diagnostics) }
    return text
  }
}

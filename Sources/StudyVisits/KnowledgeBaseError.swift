public import Datalog
internal import Engine
internal import Spreadsheets
public import Storage

/// Diagnostics and the texts that they point into.
public struct Findings: Sendable {
  public let diagnostics: [Diagnostic]
  public let texts: [SourceText]

  public init(_ diagnostics: [Diagnostic], in texts: [SourceText]) {
    self.diagnostics = diagnostics
    self.texts = texts
  }

  public var isEmpty: Bool { diagnostics.isEmpty }

  /// The text of a name as it would be with what the diagnostics suggest; `nil` when they suggest nothing for it.
  public func repaired(named name: String) -> [UInt8]? {
    guard let place = texts.lastIndex(where: { $0.name == name }) else { return nil }
    return texts[place].repaired(by: diagnostics.compactMap(\.repair), as: SourceID(place))
  }

  /// Each in a line, without its place.
  public var briefs: [String] {
    diagnostics.map { diagnostic in
      let help = diagnostic.help.map { "; \($0)" } ?? ""
      let heading = diagnostic.severity == .note ? "" : "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]: "
      return "\(heading)\(diagnostic.message)\(help)"
    }
  }

  /// Laid out as text.
  public func rendered(isColoured: Bool = false) -> String {
    var renderer = DiagnosticRenderer(texts, style: isColoured ? .coloured : .plain)
    return renderer.render(diagnostics)
  }
}

/// Why a knowledge base could not do what it was asked.
public enum KnowledgeBaseError: Error {
  /// The text has errors; nothing was evaluated or stored.
  case rejected(Findings)
  /// The evaluation ended early: an arithmetic error, a budget, or Ctrl-C.
  case stopped(Findings, isInterruption: Bool)
  case file(FileError)
  case input(InputFaults)
  case storage(StorageError)
  case output(path: String, ByteSinkError)
  case rendering(RenderingError)
  /// The change would violate constraints or keys; nothing was stored.
  case violated([Violation])
  /// The knowledge base is no file, so nothing can be stored in it.
  case notStored
  /// A derived tuple cannot be retracted: only the facts it follows from can.
  case retractsDerived(predicate: String, rule: String, place: String)

  /// A name that a command was given and that nothing bears: of what kind of thing, and those that come close.
  case unknown(String, String, nearest: [String])
  case history(HistoryFault)
  case graph(GraphFault)
  /// Nothing of a file could be imported.
  case importing(ImportFault)
  /// A file whose answer was wanted asks no question, or several.
  case notOneQuestion(path: String, found: Int)

  /// Whether the user wanted an end, by Ctrl-C.
  public var isInterruption: Bool {
    switch self {
    case .stopped(_, let isInterruption): isInterruption
    case .output(_, .interrupted), .rendering(.sink(.interrupted)), .storage(.interrupted): true
    case .rejected, .file, .input, .storage, .output, .rendering, .violated, .notStored, .retractsDerived, .unknown,
      .history, .graph, .notOneQuestion, .importing:
      false
    }
  }

  /// Whether there is no knowledge base file where one was to be opened.
  public var isMissingFile: Bool {
    if case .storage(.missing) = self { true } else { false }
  }

  /// In a sentence, for those that are not diagnostics.
  public var summary: String {
    switch self {
    case .rejected(let findings), .stopped(let findings, _): findings.rendered()
    case .file(let error): error.description
    case .input(let faults):
      faults.faults.map(\.description).joined(separator: "\nerror: ")
        + (faults.mayHaveMore ? "\nerror: and there may be more" : "")
    case .storage(let error): "\(error)"
    case .output(let path, .closedPipe): "cannot write \(path): nobody reads it any more"
    case .output(let path, .interrupted): "writing \(path) was interrupted"
    case .output(let path, .system(let code)): "cannot write \(path): \(FileError.reason(code))"
    case .rendering(.graphNeedsTwoColumns(let found)):
      "a graph needs an answer of two or more columns, from the first to the second; this one has \(found)"
    case .rendering(.workbook(let error)): error.description
    case .rendering(.sink): "cannot write the answer"
    case .violated(let violations): "\(violations.count) constraints or keys are violated; nothing was stored"
    case .history(let fault): fault.description
    case .graph(let fault): fault.description
    case .importing(let fault): fault.description
    case .notOneQuestion(let path, let found):
      "`\(path)` asks \(found == 0 ? "no question" : "\(found) questions"); one is wanted"
    case .notStored: "no knowledge base file is open; `--db FILE` opens one"
    case .unknown(let kind, let name, let nearest):
      "there is no \(kind) `\(name)`" + (nearest.isEmpty ? "" : "; did you mean \(Diagnostic.list(nearest, "or"))?")
    case .retractsDerived(let predicate, let rule, let place):
      "`\(predicate)` is derived, by `\(rule)` (\(place)): retract the facts that it follows from instead"
    }
  }
}

/// A constraint or key that does not hold.
public struct Violation: Sendable {
  /// What is violated, where it stands, and the bindings that show it as a table.
  public var text: String { heading + "\n" + table }

  private let heading: String
  private let table: String
  /// The bindings, each as a line.
  private let rows: Set<Substring>
  /// What the bindings hold.
  let values: Set<String>

  /// - Parameters:
  ///   - statement: the constraint as written, or the key in words.
  ///   - place: `file:line`.
  init(statement: String, place: String?, answer: Answer) {
    heading = "violated: \(statement)\(place.map { "  (\($0))" } ?? "")"
    table = Violation.bindings(of: answer, as: .table)
    rows = Set(Violation.bindings(of: answer, as: .jsonl).split(separator: "\n"))
    let width = answer.columns.count
    values = Set(
      answer.words.indices.map { place in
        answer.values.text(of: answer.words[place], answer.columns[place % width].type)
      }
    )
  }

  private static func bindings(of answer: Answer, as format: OutputFormat) -> String {
    let sink = MemorySink()
    // Memory takes all that is written.
    try? answer.write(as: format, to: sink)
    return sink.text
  }

  /// What is violated, by each of the bindings.
  var instances: Set<String> { Set(rows.map { "\(heading)\n\($0)" }) }

  /// What is violated, and one of the bindings.
  var brief: String {
    let statement = heading.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return rows.min().map { "\(statement) by \($0)" } ?? statement
  }

  /// Whether it has all the bindings of another violation of the same.
  func includes(_ other: Violation) -> Bool { heading == other.heading && rows.isSuperset(of: other.rows) }
}

import Datalog

/// A program from text, with the facts that stand in it.
struct ParsedProgram {
  /// What was wrong with the text, a line each.
  struct Rejection: Error, CustomStringConvertible {
    let description: String
  }

  let program: CheckedProgram
  let facts: Facts

  init(_ text: String) throws(Rejection) {
    var diagnostics: [Diagnostic] = []
    let sink = CollectedFacts()
    let tree = SyntaxTree(
      parsing: SourceText(name: "test.dl", text: text),
      as: SourceID(0),
      dialect: .file,
      into: sink,
      diagnostics: &diagnostics
    )
    guard let today = PartialDate(year: 2018, month: 6, day: 29) else { preconditionFailure("a date that exists") }
    let checked = CheckedProgram(
      checking: [tree],
      mode: .run,
      catalogue: Catalogue(today: today),
      diagnostics: &diagnostics
    )
    guard let checked, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw Rejection(description: diagnostics.map { "\($0.code.rawValue): \($0.message)" }.joined(separator: "\n"))
    }
    program = checked
    facts = sink.facts(of: checked)
  }

  /// All tuples of all predicates, and the rows of all questions as asked, as sorted text.
  func text(of relations: Facts) -> String {
    let named = program.predicates.indices.filter { program.predicates[$0].kind == .ordinary }
    let predicates = named.sorted { program.predicates[$0].name < program.predicates[$1].name }.map { index in
      let rows = relations[PredicateID(index), default: []].sorted(by: NaiveFunctions.precedes)
      return program.predicates[index].name + ":\n" + ParsedProgram.text(of: rows)
    }
    return (predicates + answers(from: relations).map { "?-\n" + ParsedProgram.text(of: $0) }).joined()
  }

  /// The rows of each question, in the order it asks for.
  func answers(from relations: Facts) -> [[[Constant]]] {
    program.requests.compactMap { request in
      guard case .question(let question) = request else { return nil }
      var rows = relations[question.answers, default: []].sorted(by: NaiveFunctions.precedes)
      for order in question.order.reversed() {
        // Stable, so the least important order first.
        rows = rows.enumerated().sorted { a, b in
          let (x, y) = order.isDescending ? (b, a) : (a, b)
          if x.element[order.column] == y.element[order.column] { return a.offset < b.offset }
          return NaiveFunctions.holds(.less, x.element[order.column], y.element[order.column])
        }.map(\.element)
      }
      return question.limit.map { Array(rows.prefix($0)) } ?? rows
    }
  }

  static func text(of rows: [[Constant]]) -> String {
    rows.map { "(" + $0.map(NaiveFunctions.text).joined(separator: ", ") + ")\n" }.joined()
  }
}

/// Keeps the plain facts until the types of their columns are known.
private final class CollectedFacts: FactSink {
  private struct Argument {
    let kind: LiteralKind
    let bits: UInt64
    let text: [UInt8]
  }

  private var rows: [String: [[Argument]]] = [:]

  func receive(
    summary: Int,
    predicate: String,
    arguments: UnsafeBufferPointer<FactArgument>,
    sources: SourceSetID
  ) {
    rows[predicate, default: []].append(arguments.map { Argument(kind: $0.kind, bits: $0.bits, text: Array($0.text)) })
  }

  func facts(of program: CheckedProgram) -> Facts {
    var facts: Facts = [:]
    for (index, predicate) in program.predicates.enumerated() where predicate.kind == .ordinary {
      let tuples = rows[predicate.name, default: []].map { row in
        zip(row, predicate.columns).map { constant($0, $1.type) }
      }
      facts[PredicateID(index)] = Set(tuples)
    }
    return facts
  }

  private func constant(_ argument: Argument, _ type: ValueType) -> Constant {
    let number = Int64(bitPattern: argument.bits)
    switch (argument.kind, type) {
    case (.symbol, _): return .symbol(Symbol(utf8: argument.text))
    case (.number, .float), (.year, .float): return .float(Double(number))
    case (.year, .date):
      guard let year = Int(exactly: number), let date = PartialDate(year: year) else { break }
      return .date(date)
    case (.number, _), (.year, _): return .number(number)
    case (.float, _): return .float(Double(bitPattern: argument.bits))
    case (.date, _):
      guard let key = Int32(exactly: number), let date = PartialDate(key: key) else { break }
      return .date(date)
    }
    preconditionFailure("the checker lets no such literal into the column")
  }
}

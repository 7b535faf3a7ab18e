import Datalog
import Testing

@Suite struct SyntaxGoldenTests {
  static let cases = GoldenCase.all(in: "syntax")

  /// The dialect stands at the start of the name.
  static func dialect(of name: String) -> Dialect {
    name.hasPrefix("prompt") ? .prompt : name.hasPrefix("question") ? .question : .file
  }

  @Test(arguments: cases)
  func `a text gives the expected tree and diagnostics`(golden: GoldenCase) throws {
    let parsed = Parsed(
      try golden.bytes(),
      name: golden.name + ".dl",
      dialect: SyntaxGoldenTests.dialect(of: golden.name)
    )
    try golden.check(parsed.report)
  }

  @Test func `every code of lexis and grammar has a golden`() throws {
    var seen: Set<DiagnosticCode> = []
    for golden in SyntaxGoldenTests.cases {
      let dialect = SyntaxGoldenTests.dialect(of: golden.name)
      seen.formUnion(Parsed(try golden.bytes(), dialect: dialect).codes)
    }
    // P213 and P214 are found when alternatives are multiplied out, after parsing.
    let later: [DiagnosticCode] = [.tooManyAlternatives, .tooManyLiterals]
    let wanted = DiagnosticCode.allCases.filter {
      ($0.rawValue.hasPrefix("L") || $0.rawValue.hasPrefix("P")) && !later.contains($0)
    }
    #expect(wanted.filter { !seen.contains($0) } == [])
  }

  @Test(arguments: cases)
  func `the printed tree parses to the same tree`(golden: GoldenCase) throws {
    let dialect = SyntaxGoldenTests.dialect(of: golden.name)
    let first = Parsed(try golden.bytes(), dialect: dialect)
    guard first.diagnostics.isEmpty else { return }
    let lines = first.tree.clauses.isEmpty ? "" : first.tree.description
    guard !lines.isEmpty else { return }
    let again = Parsed(lines, dialect: dialect)
    #expect(again.diagnostics == [])
    let clauses = { (tree: SyntaxTree) in
      tree.description.split(separator: "\n").filter { !$0.hasPrefix("% ") }.map(String.init)
    }
    #expect(clauses(again.tree) == clauses(first.tree))
  }

  @Test(arguments: cases)
  func `every prefix of a text is read in all dialects`(golden: GoldenCase) throws {
    let bytes = try golden.bytes()
    // All prefixes of a text of a usual length; some of the few long ones, whose parts are alike.
    let step = bytes.count < 2000 ? 1 : bytes.count / 300
    for end in stride(from: 0, through: bytes.count, by: step) {
      for dialect in Dialect.allCases {
        let parsed = Parsed(Array(bytes.prefix(end)), dialect: dialect)
        for diagnostic in parsed.diagnostics {
          guard let span = diagnostic.span else { continue }
          #expect(0 <= span.start && span.start <= span.end && span.end <= parsed.source.bytes.count)
        }
      }
    }
  }
}

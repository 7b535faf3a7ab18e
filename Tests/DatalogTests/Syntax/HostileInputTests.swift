import Datalog
import Testing

@Suite struct HostileInputTests {
  /// Reads a text and lays out what is wrong with it.
  private func read(_ bytes: [UInt8], dialect: Dialect = .file) -> Parsed {
    let parsed = Parsed(bytes, dialect: dialect)
    var renderer = DiagnosticRenderer([parsed.source])
    _ = renderer.render(parsed.diagnostics)
    return parsed
  }

  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  @Test(arguments: [
    "(", "p(", "{", "X = count : {", "-", "X = 2^", "not ", "!", "X = 1+", ".", "\"", "p(a) @ ", "%", "$",
  ])
  func `twenty thousand openings are one fault or few`(opening: String) {
    for prefix in ["", "?- ", "q(X) :- ", "q("] {
      for dialect in Dialect.allCases {
        let parsed = read(Array((prefix + repeated(opening, 20_000)).utf8), dialect: dialect)
        #expect(parsed.diagnostics.count <= 101)
      }
    }
  }

  @Test func `nesting up to the limit is read, and beyond it is refused`() {
    for (depth, codes) in [(399, []), (401, [DiagnosticCode.nestedTooDeeply])] {
      #expect(Parsed("q(X) :- X = \(repeated("(", depth))1\(repeated(")", depth)).").codes == codes)
      #expect(Parsed("q(X) :- X = 1\(repeated(" + 1", depth)).").codes == codes)
      #expect(Parsed("q(X) :- X = 2\(repeated(" ^ 2", depth)).").codes == codes)
      #expect(Parsed("q(X) :- X = \(repeated("-", depth))Y.").codes == codes)
    }
  }

  @Test func `a body of ten thousand atoms is read`() {
    let parsed = Parsed("q(X) :- p(X)\(repeated(", p(X)", 9999)).")
    #expect(parsed.diagnostics == [])
    guard case .rule(let rule)? = parsed.tree.clauses.first else {
      Issue.record("no rule")
      return
    }
    #expect(rule.body.alternatives.map(\.count) == [10_000])
  }

  @Test func `a line of many megabytes is read, and its faults are shown cut`() {
    let line = Array(repeated("p(abc, \"déf\").", 300_000).utf8) + Array("p(a b).".utf8)
    let parsed = read(line)
    #expect(parsed.facts.count == 300_000)
    #expect(parsed.codes == [.unexpectedToken])
    var renderer = DiagnosticRenderer([parsed.source])
    #expect(renderer.render(parsed.diagnostics).utf8.count < 1000)
  }

  @Test func `a symbol of a megabyte arrives whole`() {
    let text = repeated("x", 1_000_000)
    #expect(Parsed("p(\"\(text)\").").facts == ["p(\(text))"])
    #expect(Parsed("p(\(text)).").facts == ["p(\(text))"])
    #expect(Parsed("p(\"\\n\(text)\").").facts == ["p(\"\\n\(text)\")"])
  }

  @Test func `random bytes are read in all dialects`() {
    var random = SeededGenerator(seed: 11)
    let alphabet = Array("pqXY_09.,;:-?~@()={}<>!\"\\ \n%/*$^+'not count limit .decl order by\u{301}日".utf8)
    for round in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ -> UInt8 in
        round % 4 == 0 ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
      }
      for dialect in Dialect.allCases {
        let parsed = Parsed(bytes, dialect: dialect)
        var renderer = DiagnosticRenderer([parsed.source])
        let rendered = renderer.render(parsed.diagnostics)
        #expect(parsed.diagnostics.isEmpty == rendered.isEmpty)
        let starts = parsed.diagnostics.compactMap(\.span?.start)
        #expect(starts == starts.sorted())
      }
    }
  }
}

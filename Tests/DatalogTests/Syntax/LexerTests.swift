import Testing

@testable import Datalog

// The lexer is not public: the kinds of its tokens are what its callers rely on.
@Suite struct LexerTests {
  private func kinds(_ text: String) -> [TokenKind] {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      var lexer = Lexer(bytes, source: SourceID(0))
      var kinds: [TokenKind] = []
      while true {
        let token = lexer.next()
        if token.kind == .end { return kinds }
        kinds.append(token.kind)
      }
    }
  }

  @Test(
    arguments: [
      (
        "keio Keio _ _x ǅa ʻa 日 ა Ა",
        [.name, .variable, .wildcard, .variable, .variable, .name, .name, .name, .variable]
      ),
      ("2018-06-29", [.date]), ("2018-06", [.date]), ("2018-6", [.year, .minus, .number]),
      ("10-3", [.number, .minus, .number]), ("10-2018-06", [.number, .minus, .year, .minus, .number]),
      ("2018-06-2", [.year, .minus, .number, .minus, .number]), ("2018-06-D", [.date, .minus, .variable]),
      ("-2018-06", [.minus, .date]), ("1.5.", [.float, .dot]), ("1.p", [.number, .dot, .name]),
      ("1e5 1E-5 0042 1_0", [.float, .float, .year, .number]),
      ("X % 2", [.variable, .percent, .number]), ("X % two", [.variable]),
      ("p(X) % The host", [.name, .leftParenthesis, .variable, .rightParenthesis]),
      ("X % abs(Y)", [.variable, .percent, .name, .leftParenthesis, .variable, .rightParenthesis]),
      ("X\n% 2", [.variable]), ("a % 2", [.name]), ("X % -2,", [.variable, .percent, .minus, .number, .comma]),
      (".decl", [.directive]), ("  .decl", [.directive]), ("a.decl", [.name, .dot, .name]),
      (".Decl", [.dot, .variable]),
      ("/* */ .decl", [.dot, .name]), ("\r.decl", [.directive]),
      (
        "?- :- != <= >= < > = ! ~ @",
        [.ask, .when, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater, .equal, .bang, .tilde, .at]
      ),
      ("// a\n/* b\n */ c % d\r e", [.name, .name]), ("$name $Name", [.parameter, .parameter]),
    ] as [(String, [TokenKind])]
  )
  func `text is cut into tokens`(text: String, expected: [TokenKind]) {
    #expect(kinds(text) == expected)
  }
}

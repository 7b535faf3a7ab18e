import Datalog
import Testing

@Suite("Checking")
struct CheckerTests {
  @Test(
    "one cause has one diagnostic",
    arguments: [
      ("?- met_ta(X), X < Y.", ["N301"]),
      ("p(a). h(X) :- q(X), p(Y).", ["N301"]),
      ("p(a). h(X) :- X = Y, Y = Z, p(_).", ["S501"]),
      ("p(a). q(1). h(X) :- p(X), q(X), X < 3, X > 2.", ["T401"]),
      ("p(a). h(_) :- p(_).", ["P210"]),
      (".decl p(a: strng)\np(1). q(X) :- p(X).", ["T403"]),
      ("p(a). h(N) :- p(X), N = nonesuch(X), N > 3.", ["N309"]),
      ("p(a). h(X) :- p(X), not h(X), not h(X).", ["S503"]),
    ]
  )
  func onePerCause(text: String, codes: [String]) {
    #expect(CheckedText(text).codes == codes)
  }

  @Test("diagnostics come in the order of the text, whatever pass finds them")
  func sorted() {
    let checked = CheckedText(
      """
      .decl p(a: symbol, n: number)
      h(X) :- p(Y, _), q(Y).
      i(X) :- p(Y, _), Y = Y.
      j(X) :- p(X, N), N = strlen(N).
      k(X) :- p(X).
      l(X) :- p(X, _), not l(X).
      """
    )
    #expect(checked.codes == ["N301", "S501", "T402", "N303", "S503"])
  }

  @Test("what binds a variable does not depend on the order of the literals")
  func orderIndependent() {
    let literals = ["p(X)", "Y = X + 1", "Z = Y * 2", "N = count : { p(Z) }", "N >= 0", "not p(Z)"]
    var order = literals
    for _ in literals {
      order.append(order.removeFirst())
      let checked = CheckedText("p(1). h(X, Y, Z, N) :- \(order.joined(separator: ", ")).")
      #expect(checked.codes.isEmpty, "\(order)")
      let reversed = CheckedText("p(1). h(X, Y, Z, N) :- \(order.reversed().joined(separator: ", ")).")
      #expect(reversed.codes.isEmpty, "\(order)")
    }
  }

  @Test("every predicate comes after those it depends on")
  func strataOrder() throws {
    let checked = CheckedText(
      """
      a(1).
      e(X) :- d(X), not c(X).
      d(X) :- b(X).
      b(X) :- a(X).
      c(X) :- b(X), e2(X).
      e2(X) :- c(X).
      e2(X) :- a(X).
      """
    )
    let program = try #require(checked.program)
    let names = program.strata.map { $0.predicates.map { program.predicates[$0.index].name } }
    let place = { (name: String) in names.firstIndex { $0.contains(name) } }
    let pairs = [("b", "d"), ("b", "c"), ("d", "e"), ("c", "e")]
    for (first, second) in pairs { #expect(try #require(place(first)) < #require(place(second))) }
    #expect(names.filter { $0.count > 1 } == [["c", "e2"]])
    #expect(program.strata.filter(\.isRecursive).count == 1)
  }

  @Test("what has an operand of a type has a type", arguments: ["X + 0.5", "0.5 * X", "X - 0.5 - 1", "max(X, 0.5)"])
  func floatSpreads(expression: String) throws {
    let program = try #require(CheckedText("p(1). h(X) :- p(X), 0 < \(expression).").program)
    #expect(program.predicates.filter { $0.name == "p" || $0.name == "h" }.allSatisfy { $0.columns[0].type == .float })
  }

  @Test("a variable of an alternative that binds it and of one that does not is an error")
  func halfBoundGroup() {
    #expect(CheckedText("p(1). q(2). h(N) :- (p(X) ; q(_)), N = count : { q(X) }.").codes == ["S501"])
    #expect(CheckedText("p(1). q(2). h(N) :- (p(X) ; q(X)), N = count : { q(X) }.").codes.isEmpty)
  }

  @Test("long chains and wide bodies are checked without deep recursion")
  func largePrograms() throws {
    let count = 10_000
    let chain = (0..<count).map { "p\($0 + 1)(X) :- p\($0)(X)." }.joined(separator: "\n")
    #expect(try #require(CheckedText("p0(a).\n" + chain).program).strata.count == count)
    let ring = CheckedText("e(a).\np0(X) :- p\(count)(X).\np0(X) :- e(X).\n" + chain)
    #expect(try #require(ring.program).strata.count == 1)
    let width = 999
    let body = (0..<width).map { "e(X\($0), X\($0 + 1))" }.joined(separator: ", ")
    #expect(CheckedText("e(a, b). h(X0, X\(width)) :- \(body).").codes.isEmpty)
    let equations = (0..<width).map { "X\($0) = X\($0 + 1) + 1" }.joined(separator: ", ")
    #expect(CheckedText("e(1). h(X0) :- \(equations), e(X\(width)).").codes.isEmpty)
    #expect(CheckedText("e(1). h(X0) :- \(equations), e(_).").codes == ["S501"])
  }

  @Test("alternatives are counted without overflow")
  func countedAlternatives() {
    let groups = Array(repeating: "(p(X) ; p(X) ; p(X))", count: 400).joined(separator: ", ")
    #expect(CheckedText("p(1). h(X) :- \(groups).").codes == ["P213"])
    #expect(CheckedText("p(1). h(N) :- N = count : { \(groups) }.").codes == ["P213"])
    let fitting = Array(repeating: "(p(X) ; p(X))", count: 9).joined(separator: ", ")
    #expect(CheckedText("p(1). h(X) :- \(fitting).").program?.rules.count == 512)
  }

  @Test("in the prompt a declaration of the knowledge base is not repeated")
  func repeatedDeclaration() {
    let declaration = ".decl visit(id: symbol, kind: symbol, title: symbol) key(id)"
    #expect(CheckedText(declaration).codes.isEmpty)
    #expect(CheckedText(declaration, mode: .load).codes.isEmpty)
    #expect(CheckedText(declaration, mode: .prompt).codes == ["N306"])
  }

  @Test("every prefix of every golden is checked without a crash", arguments: try Golden.all("checking"))
  func prefixes(golden: Golden) throws {
    let text = Array(try golden.input().utf8)
    for end in stride(from: 0, through: text.count, by: 5) {
      _ = CheckedText(String(decoding: text[..<end], as: UTF8.self), mode: golden.mode)
    }
  }
}

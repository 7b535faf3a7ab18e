import Datalog
import Testing

@Suite struct CursorPlaceTests {
  /// Text with `|` at the cursor, what is there, and what is typed of it.
  static let places: [(text: String, kind: CursorPlace.Kind, typed: String)] = [
    ("|", .literal, ""),
    ("o|", .literal, "o"),
    ("?- or|", .literal, "or"),
    ("p(X), not q|", .literal, "q"),
    ("p(X), (q(X); r|", .literal, "r"),
    ("h(X) :- a|", .literal, "a"),
    ("p(a). q|", .literal, "q"),
    ("N = count : { m|", .literal, "m"),
    ("p(|", argument("p", 0), ""),
    ("p(a, |", argument("p", 1), ""),
    ("p(a,\n  ke|", argument("p", 1), "ke"),
    ("p(a, f(b, c), d|)", argument("p", 2), "d"),
    ("p(a, name: |", argument("p", name: "name"), ""),
    ("p(a, name: \"Ke|", argument("p", name: "name"), "\"Ke"),
    ("p(a, name: \"Ke|\")", argument("p", name: "name"), "\"Ke\""),
    ("not p(унив|", argument("p", 0), "унив"),
    ("p(X), X = to|", .operand(beside: "X"), "to"),
    ("p(X), X != |", .operand(beside: "X"), ""),
    ("p(X), contains(\"a\", X|", .operand(beside: nil), "X"),
    ("p(X) @ osce|", .source, "osce"),
    ("?- p(X) or|", .tail, "or"),
    ("p(a |", .nothing, ""),
    ("% p(|", .nothing, ""),
    ("p(a). // q(|", .nothing, ""),
    ("/* p(|", .nothing, ""),
    ("p(\"a\"|", .nothing, ""),
    (".decl p(a: sy|", .directive(".decl"), "sy"),
    (".decl p(a: symbol)\nq|", .literal, "q"),
    ("starts(V, 20|", argument("starts", 1), "20"),
  ]

  private static func argument(_ predicate: String, _ position: Int? = nil, name: String? = nil) -> CursorPlace.Kind {
    .argument(CursorPlace.Argument(predicate: predicate, position: position, name: name))
  }

  @Test("the lexer tells what a cursor stands at", arguments: places.indices)
  func findsPlace(_ index: Int) {
    let (text, kind, typed) = CursorPlaceTests.places[index]
    let (bytes, cursor) = marked(text)
    let place = CursorPlace(in: bytes, cursor: cursor)
    #expect(place.kind == kind, "\(text)")
    #expect(String(decoding: bytes[place.typed], as: UTF8.self) == typed, "\(text)")
  }

  @Test("variables are those of the clause, before the cursor and behind it")
  func findsVariables() {
    let (bytes, cursor) = marked("p(A). h(X, Y) :- p(X, |), q(Zed, _), r(Y). s(B).")
    #expect(CursorPlace(in: bytes, cursor: cursor).variables == ["X", "Y", "Zed"])
  }

  @Test("any beginning of any text has a place")
  func survivesAnything() {
    let text = Array("a(X, \"b\\\"c\", {2018-06} @ d:4 :- ?- ~.x % y\n/* z */ 日本 ў̆(\u{0}".utf8)
    for cursor in text.indices { _ = CursorPlace(in: text, cursor: cursor) }
  }

  private func marked(_ text: String) -> (bytes: [UInt8], cursor: Int) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map { Array($0.utf8) }
    return (parts[0] + (parts.count > 1 ? parts[1] : []), parts[0].count)
  }
}

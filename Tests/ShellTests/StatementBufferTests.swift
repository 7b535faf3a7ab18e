import Shell
import Testing

@Suite struct StatementBufferTests {
  /// The lines of one entry: only after the last of them it ends.
  static let entries: [[String]] = [
    ["p(a)."],
    ["p(a). q(b)."],
    ["p(a)", "."],
    ["p(X)?"],
    ["p(X)?."],
    ["?- p(X), X > 2."],
    ["?- p(X),", "", "   q(X)."],
    ["p(a, _)~"],
    ["h(X) :-", "  b(X, Y),  % why. it is so?", "  Y > 1.5,", "  Y = 2018-06-29."],
    ["p(1.5", ")."],
    [#"p("a. b? c~")."#],
    [#"p("a \" b"#],
    ["p(a) // not yet.", "."],
    ["p(a) /* not", "yet. */ ."],
    ["p(a). /* and", "*/"],
    ["/* nothing yet. */ p", "."],
    [".help"],
    [".help me (please)"],
    [".decl p(a: symbol, b: number) key(a)"],
    [".decl p(", "  a: symbol,", "  b: number) key(a)"],
    [".limit time=10m."],
    ["p(a),", ".help"],
    ["p(a). q(b", ")."],
    ["p(a). .5", "."],
    ["p(X) :- q(X), X % 2 = 0."],
    ["?- p(D) order by D desc limit 10."],
    ["?- p(X) expect { (a, 1),", "(b, 2) }."],
  ]

  @Test("an entry ends with its statements", arguments: entries)
  func endsWithStatement(_ lines: [String]) {
    var buffer = StatementBuffer()
    for line in lines.dropLast() {
      let isWhole = buffer.append(Array(line.utf8))
      #expect(!isWhole, "after \(line)")
    }
    let isWhole = buffer.append(Array(lines[lines.count - 1].utf8))
    #expect(isWhole)
    let text = buffer.take()
    #expect(text == lines.flatMap { Array($0.utf8) + [0x0A] })
    #expect(buffer.text.isEmpty && buffer.isBlank)
  }

  @Test("blanks and comments are no entry", arguments: ["", "  \t", "% p(a).", "// p(a).", "/* p(a). */"])
  func staysBlank(_ line: String) {
    var buffer = StatementBuffer()
    let isWhole = buffer.append(Array(line.utf8))
    #expect(!isWhole && buffer.isBlank && !buffer.isUnfinished)
  }

  @Test("what is open asks for more", arguments: ["p(a", "p(a) :-", "?-", "/* p", ".decl p(", "p(X), q(X)"])
  func isUnfinished(_ line: String) {
    var buffer = StatementBuffer()
    let isWhole = buffer.append(Array(line.utf8))
    #expect(!isWhole && buffer.isUnfinished && !buffer.isBlank)
  }

  @Test("bytes that are no text end the entry, to be refused")
  func endsAtNoText() {
    for bytes: [UInt8] in [[0xFF], [0x70, 0], [0xC3]] {
      var buffer = StatementBuffer()
      let isWhole = buffer.append(bytes)
      #expect(isWhole)
    }
  }

  @Test("an endless entry ends")
  func endsWhenTooLong() {
    var buffer = StatementBuffer()
    let line = Array(repeating: UInt8(ascii: "a"), count: 4000)
    var count = 1
    while !buffer.append(line) { count += 1 }
    #expect((60...70).contains(count))
  }
}

import Foundation
import Testing

/// Input that nobody means well, or that went wrong on its way: each gets a message and a status, never a crash.
@Suite(.serialized)
struct HostileInputTests {
  /// A program, and what running it comes to.
  struct Program: Sendable, CustomTestStringConvertible {
    let fact: String
    let status: Int32
    /// Stands in the errors if the status is 2, else in the output.
    let part: String
    /// Made when the test runs: some are large.
    let bytes: @Sendable () -> [UInt8]

    var testDescription: String { fact }

    init(_ fact: String, _ status: Int32, _ part: String, _ bytes: @escaping @Sendable () -> [UInt8]) {
      self.fact = fact
      self.status = status
      self.part = part
      self.bytes = bytes
    }

    init(_ fact: String, _ status: Int32, _ part: String, _ text: @autoclosure @escaping @Sendable () -> String) {
      self.init(fact, status, part) { Array(text().utf8) }
    }
  }

  private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  static let encodings: [Program] = [
    Program("bytes that are not UTF-8", 2, "error[L101]") { Array("p(\"a".utf8) + [0xFF, 0xFE] + Array("\").".utf8) },
    Program("a character cut off in a comment", 2, "error[L101]") { Array("% \u{436}".utf8).dropLast() + [10] },
    Program("a NUL", 2, "error[L102]") { Array("p(a\0).\n".utf8) },
    Program("CRLF", 0, "a\n", "p(a).\r\n?- p(X).\r\n"),
    Program("a byte order mark", 0, "a\n", "\u{FEFF}p(a).\n?- p(X).\n"),
    Program("a byte order mark alone", 0, "", "\u{FEFF}"),
    Program("an empty file", 0, "", ""),
    Program("control characters", 2, "error[L103]", repeated("\u{1}", 100_000)),
  ]

  static let sizes: [Program] = [
    Program("a line of 20 MB", 0, "20000000\n", "p(\"\(repeated("x", 20_000_000))\").\n?- p(_X), N = strlen(_X).\n"),
    Program("a line of 20 MB that breaks off", 2, "error[P202]", "p(\(repeated("x", 20_000_000))"),
    Program("a symbol of 1 MB", 0, "500000\n", "p(\"\(repeated("\u{40E}", 500_000))\").\n?- p(_X), N = strlen(_X).\n"),
    Program("100,000 facts in a line", 0, "100000\n") {
      Array(((0..<100_000).map { "p(\($0))." }.joined() + "\n?- N = count : { p(_) }.\n").utf8)
    },
    Program(
      "100,000 nested parentheses",
      2,
      "error[P203]",
      "?- X = \(repeated("(", 100_000))1\(repeated(")", 100_000))."
    ),
    Program(
      "100,000 nested groups",
      2,
      "error[P203]",
      "p(1).\n?- \(repeated("(", 100_000))p(X)\(repeated(")", 100_000))."
    ),
    Program("100,000 parentheses that never close", 2, "error[P203]", "?- X = \(repeated("(", 100_000))"),
    Program("100,000 minus signs", 2, "error[P203]", "?- X = \(repeated("-", 100_000))1."),
    Program("100,000 powers", 2, "error[P203]", "?- X = 1\(repeated("^1", 100_000))."),
    Program("100,000 summands", 2, "error[P203]", "?- X = 1\(repeated("+1", 100_000))."),
    Program("100,000 nested calls", 2, "error[P203]", "?- X = \(repeated("abs(", 100_000))1\(repeated(")", 100_000))."),
    Program("50,000 nested braces", 2, "error[P203]", "?- \(repeated("X = count : { ", 50_000))"),
    Program("a comment opened 100,000 times", 2, "error[P201]", repeated("/*", 100_000)),
    Program("10,000 alternatives", 2, "error[P213]", "p(1).\n?- p(X)\(repeated("; p(X)", 10_000))."),
    Program("10,000 atoms", 2, "error[P214]", "p(1).\n?- p(X)\(repeated(", p(X)", 9_999))."),
    Program("a body of 1,000 atoms", 0, "3\n") {
      let chain = (0..<1_000).map { "e(X\($0), X\($0 + 1))" }.joined(separator: ", ")
      return Array("e(1, 2). e(2, 3). e(3, 1).\nq(X1000) :- \(chain).\n?- q(X), X > 2.\n".utf8)
    },
    Program("a body of 1,000 literals without a value", 0, "") {
      let sums = (1..<1_000).map { "X\($0) = X\($0 - 1) + 1" }.joined(separator: ", ")
      return Array("p(1).\nq(X999) :- p(X0), \(sums).\n?- q(X), X > 1_000.\n".utf8)
    },
    Program("5,000 columns", 0, "1\t1\t1", "p(1\(repeated(",1", 4999))).\n.output p\n"),
    Program("a chain of 2,000 rules", 0, "1\n") {
      let rules = (0..<2_000).map { "p\($0 + 1)(X) :- p\($0)(X).\n" }.joined()
      return Array("p0(1).\n\(rules)?- p2000(X).\n".utf8)
    },
    Program("a pattern of many states", 2, "error[T404]", "p(a).\n?- p(X), match(\"((a{1000}){1000}){1000}\", X).\n"),
    Program(
      "a pattern of nested groups",
      2,
      "error[T404]",
      "p(a).\n?- p(X), match(\"\(repeated("(", 100_000))\", X).\n"
    ),
    Program("a pattern that backtracking never ends", 0, "no-match\n") {
      Array("p(\"\(repeated("a", 2_000))\").\n?- p(X), not match(\"(a|a)*(a|a)*b\", X), R = \"no-match\".\n".utf8)
    },
  ]

  static let values: [Program] = [
    Program("the greatest and the least number", 0, "-9223372036854775808\n9223372036854775807\n") {
      Array("p(9223372036854775807). p(-9223372036854775808).\n?- p(X).\n".utf8)
    },
    Program("one more than the greatest", 2, "error[L107]", "p(9223372036854775808).\n"),
    Program("one less than the least", 2, "error[L107]", "p(-9223372036854775809).\n"),
    Program("a hexadecimal number of 64 bits", 2, "error[L107]", "p(0x8000000000000000).\n"),
    Program("a float beyond the greatest", 2, "error[L108]", "p(1e309).\n"),
    Program("the least number without its sign", 2, "error[E601]", "p(-9223372036854775808).\n?- p(X), Y = -X.\n"),
    Program("the least number through -1", 2, "error[E601]", "p(-9223372036854775808).\n?- p(X), Y = X / -1.\n"),
    Program("the rest of the least number by -1", 0, "0\n", "p(-9223372036854775808).\n?- p(_X), Y = _X % -1.\n"),
    Program("the amount of the least number", 2, "error[E601]", "p(-9223372036854775808).\n?- p(X), Y = abs(X).\n"),
    Program("a sum that does not fit", 2, "error[E601]", "p(9223372036854775807). p(1).\n?- S = sum X : { p(X) }.\n"),
    Program("a sum whose parts do not fit", 0, "0\n") {
      Array("p(9223372036854775807). p(1). p(-9223372036854775807). p(-1).\n?- S = sum X : { p(X) }.\n".utf8)
    },
    Program("a sequence up to the greatest number", 0, "9223372036854775807\n") {
      Array("?- Y = range(9223372036854775806, 9223372036854775807).\n".utf8)
    },
    Program("a text cut with edge numbers", 0, "bc\n", "?- Y = substr(\"abc\", 1, 9223372036854775807).\n"),
    Program("a float too large to round", 2, "error[E601]", "?- X = round(1e300).\n"),
    Program("the day after the last", 2, "error[E601]", "?- X = 9999-12-31 + 1.\n"),
    Program("a date and the greatest number", 2, "error[E601]", "?- X = 2018-01-01 + 9223372036854775807.\n"),
    Program("a day that its month lacks", 2, "error[L109]", "p(2018-02-30).\n"),
    Program("the 29th of February of another year", 2, "error[L109]", "p(2019-02-29).\n"),
    Program("a thirteenth month", 2, "error[L109]", "p(2018-13).\n"),
    Program("month zero", 2, "error[L109]", "p(2018-00-10).\n"),
    Program("year zero", 2, "error[L109]", "p(0000-01-01).\n"),
    Program("a limit beyond all numbers", 2, "error[L107]", "p(1).\n?- p(X) limit 99999999999999999999.\n"),
    Program("the greatest limit", 0, "1\n", "p(1).\n?- p(X) limit 9223372036854775807.\n"),
  ]

  @Test(arguments: encodings + sizes + values)
  func `a program gets an answer or a message`(_ program: Program) throws {
    let folder = try TemporaryFolder()
    try Data(program.bytes()).write(to: folder.url.appendingPathComponent("program.dl"))
    let result = try CommandLineRun(folder: folder.url).run(["visitlog run program.dl"])
    let text = program.status == 2 ? result.errors : result.output
    #expect(result.statuses == [program.status], "\(result.errors.prefix(2000))")
    #expect(program.part.isEmpty || text.contains(program.part), "\(text.prefix(2000))")
    // What a person reads stays readable whatever it is about.
    #expect(result.errors.utf8.count < 100_000)
  }

  @Test(arguments: [
    "visitlog ask 'org(O, K, N)' --format csv", "visitlog ask 'org(O, K, N)' --format table", "visitlog schema",
    "visitlog graph 'org(O, K, _)'", "visitlog --help", "visitlog --version", "visitlog help run",
    "echo '.printsize org' | visitlog run - --example", "echo 'org(O, K, N).' | visitlog",
    "printf 'p(1).\\n.output p\\n' | visitlog run -",
  ])
  func `a full disk below standard output is told`(_ command: String) throws {
    let folder = try TemporaryFolder()
    let result = try CommandLineRun(folder: folder.url).run(["\(command) > /dev/full"])
    #expect(result.statuses == [2])
    #expect(result.errors.contains("error: cannot write standard output: no space left on device"), "\(result.errors)")
  }

  @Test func `closed standard streams are told, or not needed`() throws {
    let folder = try TemporaryFolder()
    let result = try CommandLineRun(folder: folder.url).run([
      "visitlog ask 'org(O, K, N)' >&-", "visitlog ask 'org(O, embassy, N)' 2>&-", "visitlog <&-",
      "visitlog run - <&-",
    ])
    #expect(result.statuses == [2, 0, 0, 2])
    #expect(result.output == "uz_embassy_jp\tEmbassy of Uzbekistan in Japan\n")
    #expect(result.errors.contains("error: cannot write standard output: bad file descriptor"))
    #expect(result.errors.contains("error: cannot read `-`: bad file descriptor"))
  }

  @Test func `an output that cannot be written is told and leaves nothing behind`() throws {
    let folder = try TemporaryFolder()
    let program = folder.url.appendingPathComponent("o.dl")
    try Data("p(1).\n.output p\n".utf8).write(to: program)
    try Data("p(1).\n.output p to \"/dev/full\"\n".utf8).write(to: folder.url.appendingPathComponent("full.dl"))
    let result = try CommandLineRun(folder: folder.url).run([
      "visitlog run o.dl --output nowhere", "visitlog run o.dl --output o.dl",
      "mkdir -p taken/p.tsv && visitlog run o.dl --output taken", "ls -A taken", "visitlog run full.dl --allow-paths",
      "test -c /dev/full",
    ])
    #expect(result.statuses == [2, 2, 2, 0, 2, 0])
    #expect(result.output == "p.tsv\n")
    #expect(
      result.errors == """
        error: cannot write `nowhere/p.tsv`: no such file or directory
        error: cannot write `o.dl/p.tsv`: not a directory
        error: cannot write `taken/p.tsv`: is a directory
        error: cannot write `/dev/full`: no space left on device

        """
    )
  }

  @Test(.enabled("the system's owner may write everywhere", { geteuid() != 0 }))
  func `a folder that may not be written to is told`() throws {
    let folder = try TemporaryFolder()
    let result = try CommandLineRun(folder: folder.url).run([
      "mkdir locked && chmod 555 locked", "printf 'p(1).\\n.output p\\n' | visitlog run - --output locked",
      "chmod 755 locked",
    ])
    #expect(result.statuses == [0, 2, 0])
    #expect(result.errors == "error: cannot write `locked/p.tsv`: permission denied\n")
  }

  @Test func `an output goes through a link, and to a place of its own from any folder`() throws {
    let folder = try TemporaryFolder()
    let result = try CommandLineRun(folder: folder.url).run([
      "mkdir results && ln -s ../kept.tsv results/p.tsv && echo before > kept.tsv",
      "printf 'p(1).\\n.output p\\n.output p to \"%s/absolute.csv\"\\n' \"$PWD\" | visitlog run - --output results",
      "cat kept.tsv absolute.csv && test -L results/p.tsv",
    ])
    #expect(result.statuses == [0, 0, 0])
    #expect(result.output == "1\nc1\n1\n")
    #expect(result.errors == "")
  }

  @Test func `a knowledge base that is cut off or not to be written to is told, and left as it is`() throws {
    let folder = try TemporaryFolder()
    let seeds = CommandLineRun.package.appendingPathComponent("seeds").path
    let result = try CommandLineRun(folder: folder.url).run([
      "visitlog load '\(seeds)/vocabulary.dl' --db kb.visitlog",
      "head -c 5000 kb.visitlog > cut.visitlog && cp cut.visitlog before",
      "visitlog ask 'org(O, K, N)' --db cut.visitlog", "visitlog load '\(seeds)/vocabulary.dl' --db cut.visitlog",
      "cmp cut.visitlog before", "chmod 444 kb.visitlog", "visitlog ask 'org(O, K, N)' --db kb.visitlog",
    ])
    #expect(result.statuses == [0, 0, 2, 2, 0, 0, 1])
    #expect(result.errors.contains("`FOLDER/cut.visitlog` is damaged"), "\(result.errors)")
  }

  /// `timeout` sends SIGINT, and SIGKILL (status 137) after a minute that nothing needs.
  @Test(arguments: [
    ("n(0).\nn(X + 1) :- n(X).\n?- n(X).\n", "n(X + 1) :- n(X)."),
    ("n(0).\nn(X + 1) :- n(X).\n?- N = count : { n(_) }.\n", "n(X + 1) :- n(X)."),
    (
      "a(X) :- X = range(1, 20000).\nc(X, Y, Z) :- a(X), a(Y), a(Z).\n?- c(1, Y, Z).\n",
      "c(X, Y, Z) :- a(X), a(Y), a(Z)."
    ),
    ("p(1).\nq(Y) :- p(_), Y = range(1, 9223372036854775807).\n?- q(Y).\n", "q(Y) :- p(_), Y = range("),
    ("a(X) :- X = range(1, 100000).\n?- N = count : { a(X), a(Y), a(Z), X + Y + Z = 7 }.\n", "?- N = count"),
  ])
  func `an interrupted run says which rule was running`(_ program: String, _ rule: String) throws {
    let folder = try TemporaryFolder()
    try Data(program.utf8).write(to: folder.url.appendingPathComponent("endless.dl"))
    var result = CommandLineRun.Result()
    // A slow machine may need more than a second to come to the rule.
    for seconds in [1, 4, 16] where !result.errors.contains(rule) {
      result = try CommandLineRun(folder: folder.url).run([
        "timeout --preserve-status -s INT -k 60 \(seconds) visitlog run endless.dl"
      ])
    }
    #expect(result.statuses == [130], "\(result.errors)")
    #expect(result.errors.contains("error[E604]: interrupted after"), "\(result.errors)")
    #expect(result.errors.contains(rule), "\(result.errors)")
    #expect(result.output == "")
  }

  @Test func `a budget of time ends what would not end`() throws {
    let folder = try TemporaryFolder()
    try Data("n(0).\nn(X + 1) :- n(X).\n?- n(X).\n".utf8).write(to: folder.url.appendingPathComponent("endless.dl"))
    let result = try CommandLineRun(folder: folder.url).run(["visitlog run endless.dl --limit time=200ms"])
    #expect(result.statuses == [2])
    #expect(result.errors.contains("error[E603]"), "\(result.errors)")
  }

  @Test(arguments: ["memory=2M", "time=0ms"])
  func `a budget ends the reading of a file`(_ limit: String) throws {
    let folder = try TemporaryFolder()
    let lines = (0..<200_000).map { "\($0)\ttext \($0)\n" }.joined()
    try Data(lines.utf8).write(to: folder.url.appendingPathComponent("p.tsv"))
    let program = ".decl p(x: number, y: symbol)\n.input p\n.printsize p\n"
    try Data(program.utf8).write(to: folder.url.appendingPathComponent("large.dl"))
    let result = try CommandLineRun(folder: folder.url).run(["visitlog run large.dl --limit \(limit)"])
    #expect(result.statuses == [2])
    #expect(result.errors.contains("error[E603]"), "\(result.errors)")
    #expect(result.errors.contains(".input p"), "\(result.errors)")
    #expect(result.output == "")
  }
}

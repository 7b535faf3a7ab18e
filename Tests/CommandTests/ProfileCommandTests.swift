import Foundation
import Testing

/// What `--profile` and `.show profile` tell. Times differ from run to run, so the figures beside them are compared.
@Suite(.serialized)
struct ProfileCommandTests {
  private static let program = """
    .decl edge(from: number, to: number)
    edge(1, 2). edge(2, 3). edge(3, 4). edge(4, 5). edge(5, 6). edge(1, 3).
    path(X, Y) :- edge(X, Y).
    path(X, Z) :- path(X, Y), edge(Y, Z), Z < 100.
    fan(X, count(Y)) :- path(X, Y).
    .printsize path
    ?- fan(X, N), N > 3.
    """

  private static func run(_ command: String, input: String? = nil) throws -> CommandLineRun.Result {
    let folder = try TemporaryFolder()
    try Data(program.utf8).write(to: folder.url.appendingPathComponent("paths.dl"))
    let stdin = folder.url.appendingPathComponent("stdin")
    if let input { try Data(input.utf8).write(to: stdin) }
    return try CommandLineRun(folder: folder.url).run([command], input: input == nil ? nil : stdin)
  }

  /// Sections between empty lines, each as lines of words.
  private static func sections(_ text: String) -> [[[Substring]]] {
    text.split(separator: "\n\n").map { section in
      section.split(separator: "\n").map { $0.split(separator: " ") }
    }
  }

  /// The section whose first line is this heading, without it.
  private static func section(_ heading: String, of text: String) throws -> [[Substring]] {
    let heading = heading.split(separator: " ")
    let found = sections(text).first { $0.first == heading }
    return Array(try #require(found, "no `\(heading.joined(separator: " "))` in\n\(text)").dropFirst())
  }

  /// A line of the table of rules without its time and share: figures, then the rule.
  private static func figures(_ line: [Substring]) -> String {
    // `12 ms 34 % 5 6 …`
    line.dropFirst(4).joined(separator: " ")
  }

  /// The first table of rounds, a line each.
  private static func rounds(in text: String) throws -> [[Substring]] {
    let section = sections(text).first { $0.count > 1 && $0[1] == ["round", "time", "derived", "attempted"] }
    return Array(try #require(section, "no rounds in\n\(text)").dropFirst(2))
  }

  /// A line of a table of rounds without its time.
  private static func round(_ line: [Substring]) -> String { "\(line[0]) \(line[3]) \(line[4])" }

  private static let heading = "time share derived attempted rounds rule"

  @Test func `a profile counts what each rule derived and attempted`() throws {
    let result = try ProfileCommandTests.run("visitlog run paths.dl --profile")
    #expect(result.statuses == [0])
    #expect(result.output == "path\t15\n1\t5\n2\t4\n")
    let rules = try ProfileCommandTests.section(ProfileCommandTests.heading, of: result.errors)
    let expected = [
      "0 0 between rounds of path(c1, c2)",
      "0 15 fan(X, count(Y)) :- path(X, Y). paths.dl:5",
      "2 2 ?- fan(X, N), N > 3. paths.dl:7",
      "5 0 grouping of fan(X, count(Y)) :- path(X, Y). paths.dl:5",
      "6 6 path(X, Y) :- edge(X, Y). paths.dl:3",
      "9 10 4 path(X, Z) :- path(X, Y), edge(Y, Z), Z < 100. paths.dl:4",
    ]
    #expect(rules.map(ProfileCommandTests.figures).sorted() == expected)
    let rounds = try ProfileCommandTests.rounds(in: result.errors)
    #expect(rounds.map(ProfileCommandTests.round) == ["1 4 5", "2 3 3", "3 2 2", "4 0 0"])
    let relations = try ProfileCommandTests.section("tuples memory relation kept as", of: result.errors)
    #expect(relations.map { $0[0] } == ["15", "5", "2"])
    #expect(relations.map { $0[3] } == ["path(c1,", "fan(c1,", "answer(X,"])
  }

  @Test func `the rule that is named first is the one with the longest time`() throws {
    let many = (0..<300).map { "n(\($0))." }.joined(separator: " ")
    let program =
      ".decl n(a: number)\n\(many)\nq(X) :- n(X), X > 5.\nsums(X + Y) :- n(X), n(Y), X != Y.\n.printsize sums\n.printsize q\n"
    let result = try ProfileCommandTests.run("visitlog run - --profile", input: program)
    #expect(result.output == "sums\t597\nq\t294\n")
    let sections = ProfileCommandTests.sections(result.errors)
    let rules = try ProfileCommandTests.section(ProfileCommandTests.heading, of: result.errors)
    // Named only where it takes half of the time.
    if let first = sections.first, first[1].first == "takes" {
      #expect(ProfileCommandTests.figures(rules[0]).hasSuffix(first[0].joined(separator: " ")))
    }
    let shares = rules.compactMap { Int($0[2]) }
    #expect(shares.count == rules.count)
    #expect(shares == shares.sorted(by: >))
  }

  @Test func `a run that a budget ends tells what it did until then`() throws {
    let program =
      ProfileCommandTests.program + "\nbig(X, Y, Z) :- path(X, _), path(Y, _), path(Z, _).\n.printsize big\n"
    let result = try ProfileCommandTests.run("visitlog run - --profile --limit tuples=60", input: program)
    #expect(result.statuses == [2])
    #expect(result.errors.contains("error["))
    let rules = try ProfileCommandTests.section(ProfileCommandTests.heading, of: result.errors)
    #expect(rules.contains { ProfileCommandTests.figures($0).contains("big(X, Y, Z) :-") })
  }

  @Test func `the prompt shows each round when it is asked to`() throws {
    let chain = (0..<40).map { "step(\($0), \($0 + 1))." }.joined(separator: " ")
    let rules = "way(X, Y) :- step(X, Y). way(X, Z) :- way(X, Y), step(Y, Z), Z > 0."
    func rounds(_ command: String) throws -> [[Substring]] {
      let script = ".decl step(from: number, to: number)\n\(chain)\n\(rules)\nway(X, Y), X > Y.\n\(command)\n"
      let result = try ProfileCommandTests.run("visitlog", input: script)
      #expect(result.output == "", "\(result.errors)")
      return try ProfileCommandTests.rounds(in: result.errors)
    }
    let all = try rounds(".show profile rounds")
    let numbers = all.compactMap { Int($0[0]) }
    #expect(numbers == Array(1...40))
    let few = try rounds(".show profile")
    #expect(few.count <= 12)
    #expect(few.first?.first == "1-4")
    #expect(few.last?.first == "37-40")
    for entries in [all, few] {
      // All ways of two steps or more.
      let derived: Int = entries.reduce(0) { sum, entry in sum + (Int(entry[3]) ?? 0) }
      #expect(derived == 780)
    }
  }

  @Test func `an answer is the same with a profile beside it`() throws {
    let plain = try ProfileCommandTests.run("visitlog ask 'met(X, Y)'")
    let profiled = try ProfileCommandTests.run("visitlog ask 'met(X, Y)' --profile --plan")
    #expect(profiled.output == plain.output)
    #expect(profiled.statuses == plain.statuses)
    #expect(profiled.errors.contains("\n1. "))
    #expect(!(try ProfileCommandTests.section(ProfileCommandTests.heading, of: profiled.errors)).isEmpty)
  }
}

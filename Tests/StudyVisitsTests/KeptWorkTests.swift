import Engine
import Foundation
import StudyVisits
import Testing

/// What an open knowledge base keeps from entry to entry never shows in what it answers.
struct KeptWorkTests {
  private static let program = """
    .decl org(o: symbol, kind: symbol)
    .decl part_of(o: symbol, whole: symbol)
    .decl visit(o: symbol, day: symbol, people: number)
    org(a, university). org(b, ministry). org(c, company). org(d, university).
    part_of(a, b). part_of(b, c).
    visit(a, "12", 3). visit(b, "late", 4). visit(c, "7", 5).
    % constraint
    :- part_of(X, X).
    within(X, Y) :- part_of(X, Y).
    within(X, Y) :- part_of(X, Z), within(Z, Y).
    alone(X) :- org(X, _), not within(X, _).
    visited(Y, sum(N, X)) :- visit(X, _, N), within(X, Y).
    number_of(K, N) :- org(_, K), N = count : { org(_, K) }.
    label(X, L) :- org(X, K), L = cat(X, cat(" is a ", K)).
    day(X, N) :- visit(X, D, _), N = to_number(D).

    """

  private static let questions = [
    "?- within(X, Y).", "?- within(a, Y).", "?- alone(X).", "?- visited(X, N).", "?- number_of(K, N).",
    "?- label(X, L).", "?- label(X, \"a is a university\").", "?- day(X, N).", "?- org(X, K), not part_of(X, _).",
    "?- evidence(P, D, N).", "?- org(X, K) @ D:N.", "?- mine(X, Y).", "?- visit(X, D, N), N > 3.",
  ]

  private static let entries = [
    "part_of(c, d).", "part_of(d, a).", "part_of(a, d).", "part_of(e, e).", "part_of(e, a).", "part_of(a, b)~",
    "part_of(_, d)~", "part_of(_, _)~", "org(e, museum).", "org(\"f is a company\", company).", "org(e, _)~",
    "org(zzz, university). part_of(zzz, a).", "visit(e, \"8\", 2).", "visit(_, \"late\", _)~", "visit(a, \"soon\", 9).",
    "visit(b, \"12\", 1) @ report:3.", "part_of(b, c) @ report:4.", "mine(X, Y) :- within(Y, X), X != Y.",
    "mine(X, X) :- alone(X).", "org(a, university).", "part_of(a, b).", "visit(q, \"1\", 9223372036854775807).",
    "visit(q, _, _)~", "?- org(nobody, K).",
  ]

  @Test func `stating what is known already leaves all that is kept as it is`() throws {
    try KeptWorkTests.withFolder { folder in
      let sitting = try Sitting(.file(KeptWorkTests.loaded(into: folder)), ["?- within(X, Y)."])
      let explanation = Explanation()
      try sitting.enter("part_of(a, b).", explaining: explanation)
      try sitting.enter("?- within(X, Y), X != Y.", explaining: explanation)
      #expect(explanation.plan.contains("within: kept from an earlier question"), "\(explanation.plan)")
    }
  }

  /// One sitting at a knowledge base, and the entries that it has taken.
  private struct Sitting {
    let knowledgeBase: KnowledgeBase
    var taken: [String] = []

    static var options: RunOptions { RunOptions(today: (2026, 11, 23)) }

    init(_ location: KnowledgeBase.Location, _ entries: [String] = []) throws {
      knowledgeBase = try KnowledgeBase.open(location)
      for entry in entries { try enter(entry) }
    }

    mutating func enter(_ entry: String) throws {
      _ = try said(entry)
      taken.append(entry)
    }

    func enter(_ entry: String, explaining explanation: Explanation) throws {
      var options = Sitting.options
      options.explanation = explanation
      let note = ChangeNote(time: "2026-11-23T00:00:00Z", author: nil, reason: nil)
      _ = try knowledgeBase.enter(
        Array(entry.utf8),
        note: note,
        options: options,
        for: Correspondent(warn: { _ in }, emit: { _ in })
      )
    }

    /// All that an entry is told, as text.
    func said(_ entry: String) throws -> [String] {
      var said: [String] = []
      let note = ChangeNote(time: "2026-11-23T00:00:00Z", author: nil, reason: nil)
      func warn(_ findings: Findings) {
        if !findings.isEmpty { said.append(findings.rendered()) }
      }
      func emit(_ event: RunEvent) {
        guard case .answer(let answer) = event else { return }
        said.append(contentsOf: KeptWorkTests.rows(of: answer))
      }
      _ = try knowledgeBase.enter(
        Array(entry.utf8),
        note: note,
        options: Sitting.options,
        for: Correspondent(warn: warn, emit: emit)
      )
      return said
    }

    /// What a question is told, or that it is wrong.
    func answered(_ question: String) -> [String] {
      do { return try said(question) } catch { return ["\(error)"] }
    }
  }

  private static func rows(of answer: Answer) -> [String] {
    let width = answer.columns.count
    return (0..<answer.rowCount).map { row in
      answer.columns.indices.map { column in
        let word = answer.words[row * width + column]
        switch answer.columns[column].type {
        case .symbol: return answer.values.symbols[word]
        case .number: return "\(answer.values.numbers[word])"
        case .float: return "\(answer.values.floats[word])"
        case .date: return "\(answer.values.dates[word])"
        }
      }.joined(separator: " | ")
    }
  }

  private static func loaded(into folder: URL) throws -> String {
    let source = folder.appendingPathComponent("program.dl").path
    try program.write(toFile: source, atomically: true, encoding: .utf8)
    let path = folder.appendingPathComponent("base.visitlog").path
    _ = try KnowledgeBase.load(
      [source],
      into: path,
      note: ChangeNote(time: "2026-11-23T00:00:00Z", author: nil, reason: nil),
      allowsViolations: false,
      options: Sitting.options,
      warn: { _ in }
    )
    return path
  }

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kept-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func compare(_ sitting: Sitting, with fresh: () throws -> Sitting, _ trace: [String]) throws {
    for question in KeptWorkTests.questions {
      // Each of them from nothing.
      let expected = try fresh().answered(question)
      #expect(sitting.answered(question) == expected, "\(question) after \(trace)")
      #expect(sitting.answered(question) == expected, "\(question) again after \(trace)")
    }
  }

  @Test(arguments: UInt64(1)...12)
  func `a sitting in memory answers like one that has only been told`(_ seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let start = KeptWorkTests.program.split(separator: "\n").filter { !$0.hasPrefix("%") }.map(String.init)
    var sitting = try Sitting(.nothing, start)
    var trace: [String] = []
    for _ in 0..<10 {
      let entry = KeptWorkTests.entries.randomElement(using: &random) ?? ""
      trace.append(entry)
      try? sitting.enter(entry)
      guard trace.count.isMultiple(of: 2) else { continue }
      try compare(sitting, with: { try Sitting(.nothing, sitting.taken) }, trace)
    }
  }

  @Test(arguments: UInt64(1)...12)
  func `a sitting at a file answers like one that has just been opened`(_ seed: UInt64) throws {
    try KeptWorkTests.withFolder { folder in
      let path = try KeptWorkTests.loaded(into: folder)
      var random = SeededNumbers(seed: seed &* 31)
      var sitting = try Sitting(.file(path))
      var rules: [String] = []
      var trace: [String] = []
      for _ in 0..<10 {
        let entry = KeptWorkTests.entries.randomElement(using: &random) ?? ""
        // Somebody else changes the file every now and then.
        if Int.random(in: 0..<4, using: &random) == 0, !entry.contains(":-") {
          trace.append("elsewhere: " + entry)
          var other = try Sitting(.file(path))
          try? other.enter(entry)
        } else {
          trace.append(entry)
          let before = sitting.taken.count
          try? sitting.enter(entry)
          if sitting.taken.count > before, entry.contains(":-") { rules.append(entry) }
        }
        guard trace.count.isMultiple(of: 2) else { continue }
        try compare(sitting, with: { try Sitting(.file(path), rules) }, trace)
      }
    }
  }
}

/// Numbers from a seed (Steele, Lea, Flood: https://doi.org/10.1145/2660193.2660195).
private struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

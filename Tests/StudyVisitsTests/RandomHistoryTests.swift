import Engine
import Foundation
import StudyVisits
import Testing

/// A random history of statements, retractions, rules, renaming and undoing, beside a plain model. Every past state,
/// every difference and what undoing makes of them must be the model's, after reopening too. A failure names its seed;
/// `RANDOM_SEED=42` runs that seed alone, `RANDOM_CHANGES=1000` makes so many changes.
struct RandomHistoryTests {
  private static let environment = ProcessInfo.processInfo.environment

  static let seeds: [UInt64] = environment["RANDOM_SEED"].flatMap(UInt64.init).map { [$0] } ?? [1, 2, 3]
  private static let changeCount = environment["RANDOM_CHANGES"].flatMap { Int($0) } ?? 60

  @Test(arguments: seeds)
  func `every past state, difference and undoing is the model's`(_ seed: UInt64) throws {
    let folder = try HistoryFolder()
    var generator = SplitMix(state: seed)
    var history = try ModelledHistory(in: folder)
    while history.states.count <= RandomHistoryTests.changeCount { try history.makeChange(&generator) }
    // Reopened, one state after the other.
    for number in history.states.indices.dropFirst() {
      let moment = try history.moment(number)
      let knowledgeBase = try KnowledgeBase.open(.file(history.path), asOf: moment)
      let state = history.states[number]
      #expect(try history.facts(knowledgeBase) == state.facts, "seed \(seed), state \(number)")
      let derived = try history.rows("r(X)", knowledgeBase)
      #expect(derived == state.derived, "seed \(seed), what follows in state \(number)")
    }
    for _ in 0..<20 {
      let last = Int.random(in: 2..<history.states.count, using: &generator)
      let first = Int.random(in: 2...last, using: &generator)
      try history.compare(first, last, seed: seed)
    }
    #expect(history.refusedCount > 0 && history.undoneCount > 0, "both outcomes of undoing are met")
  }
}

/// What is known: each fact with the passages that it cites, and the number of the rules.
private struct ModelState: Equatable {
  var facts: [String: Set<String>] = [:]
  var rules = 0

  /// What the rules make of the facts.
  var derived: Set<String> {
    let arguments = facts.keys.filter { $0.hasPrefix("p(") }.map { $0.dropFirst(2).dropLast() }
    let pairs = arguments.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
    switch rules {
    case 1: return Set(pairs.map { $0[0] })
    case 2: return Set(pairs.map { $0[1] })
    default: return []
    }
  }
}

/// A knowledge base and the states that it should have been in, one for each change.
private struct ModelledHistory {
  let path: String
  private let folder: HistoryFolder
  private let knowledgeBase: KnowledgeBase
  private(set) var states: [ModelState] = [ModelState()]
  /// For each change that undid another, that one.
  private var undone: [Int: Int] = [:]
  private(set) var refusedCount = 0
  private(set) var undoneCount = 0

  private static let declarations = """
    .decl p(a: symbol, b: symbol)
    .decl n(a: symbol, count: number)
    .decl r(a: symbol)

    """

  init(in folder: HistoryFolder) throws {
    self.folder = folder
    path = folder.path + "/kb.visitlog"
    try folder.write(ModelledHistory.declarations, to: "base.dl")
    _ = try KnowledgeBase.load(
      [folder.path + "/base.dl"],
      into: path,
      note: ModelledHistory.note(1),
      allowsViolations: false,
      options: ModelledHistory.options,
      warn: { _ in }
    )
    knowledgeBase = try KnowledgeBase.open(.file(path))
    states.append(ModelState())
  }

  static var options: RunOptions { RunOptions(today: (2026, 11, 23)) }

  /// A minute for each change.
  private static func time(_ number: Int) -> String {
    let (hour, minute) = (number / 60, number % 60)
    let day = 1 + hour / 24
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "2020-01-\(two(day))T\(two(hour % 24)):\(two(minute)):00Z"
  }

  private static func note(_ number: Int) -> ChangeNote {
    ChangeNote(time: time(number), author: "tester", reason: nil)
  }

  private var note: ChangeNote { ModelledHistory.note(states.count) }

  func moment(_ number: Int) throws -> Moment {
    try Moment(ModelledHistory.time(number), now: "2026-11-23T00:00:00Z")
  }

  // MARK: Changes

  mutating func makeChange(_ generator: inout SplitMix) throws {
    let before = states[states.count - 1]
    switch Int.random(in: 0..<20, using: &generator) {
    case 0..<9: try state(&generator)
    case 9..<13: try retract(&generator)
    case 13..<15: try replaceRules(with: Int.random(in: 0...2, using: &generator))
    case 15..<19: try undo(Int.random(in: max(1, states.count - 12)..<states.count, using: &generator))
    default: try rename(&generator)
    }
    // What is known now, through what is kept.
    let after = states[states.count - 1]
    if before != after { #expect(try facts(knowledgeBase) == after.facts, "after change \(states.count - 1)") }
  }

  private static let symbols = ["a", "b", "c", "d", "\"E f\""]

  private static func fact(_ generator: inout SplitMix) -> String {
    let first = symbols.randomElement(using: &generator) ?? "a"
    return Bool.random(using: &generator)
      ? "p(\(first), \(symbols.randomElement(using: &generator) ?? "b"))"
      : "n(\(first), \(Int.random(in: 1...3, using: &generator)))"
  }

  private mutating func state(_ generator: inout SplitMix) throws {
    var next = states[states.count - 1]
    var entry = ""
    for _ in 0...Int.random(in: 0..<4, using: &generator) {
      let fact = ModelledHistory.fact(&generator)
      let source = Int.random(in: 0..<4, using: &generator)
      entry += source == 0 ? "\(fact) @ report:\(Int.random(in: 1...2, using: &generator)). " : "\(fact). "
      if source == 0, let number = entry.dropLast(2).last {
        next.facts[fact, default: []].insert("report:\(number)")
      } else {
        next.facts[fact, default: []].formUnion([])
      }
    }
    try enter(entry)
    record(next)
  }

  private mutating func retract(_ generator: inout SplitMix) throws {
    var next = states[states.count - 1]
    let symbol = ModelledHistory.symbols.randomElement(using: &generator) ?? "a"
    try enter("p(\(symbol), _)~")
    next.facts = next.facts.filter { !$0.key.hasPrefix("p(\(symbol),") }
    record(next)
  }

  private mutating func replaceRules(with number: Int) throws {
    var next = states[states.count - 1]
    let rules = ["", "r(X) :- p(X, _).\n", "r(X) :- p(_, X).\n"]
    try folder.write(rules[number], to: "rules.dl")
    _ = try KnowledgeBase.load(
      [folder.path + "/rules.dl"],
      into: path,
      note: note,
      allowsViolations: false,
      options: ModelledHistory.options,
      warn: { _ in }
    )
    next.rules = number
    record(next)
  }

  private mutating func undo(_ number: Int) throws {
    guard number > 1 else { return }
    let (before, after) = (states[number - 1], states[number])
    var next = states[states.count - 1]
    var isFree = true
    let later = standingChanges(after: number)
    for fact in Set(before.facts.keys).union(after.facts.keys) where before.facts[fact] != after.facts[fact] {
      if later.contains(where: { states[$0].facts[fact] != states[$0 - 1].facts[fact] }) { isFree = false }
      next.facts[fact] = before.facts[fact]
    }
    if before.rules != after.rules {
      if later.contains(where: { states[$0].rules != states[$0 - 1].rules }) { isFree = false }
      next.rules = before.rules
    }
    let isUndone = try amends(.undo(number))
    #expect(isUndone == isFree, "change \(number), and whether later ones build on it")
    if isUndone { undoneCount += 1 } else { refusedCount += 1 }
    if isUndone {
      undone[states.count] = number
      record(next)
    }
  }

  /// The changes after one, but for those that were undone since and those that undid them.
  private func standingChanges(after number: Int) -> [Int] {
    var reversed: Set<Int> = []
    for (change, former) in undone.sorted(by: { $0.key > $1.key })
    where former > number && reversed.isDisjoint(with: [change, former]) {
      reversed.formUnion([change, former])
    }
    return (number..<states.count).dropFirst().filter { !reversed.contains($0) }
  }

  /// Whether an amendment is made; `false` when later changes stand against it.
  private func amends(_ amendment: Amendment) throws -> Bool {
    do throws(KnowledgeBaseError) {
      _ = try knowledgeBase.amend(amendment, note: note, options: ModelledHistory.options) { _ in true }
      return true
    } catch {
      guard case .history(let fault) = error, case .builtUpon = fault else { throw error }
      return false
    }
  }

  private mutating func rename(_ generator: inout SplitMix) throws {
    var next = states[states.count - 1]
    let old = ModelledHistory.symbols.prefix(4).randomElement(using: &generator) ?? "a"
    let new = "z\(states.count)"
    let isThere = next.facts.keys.contains { ModelledHistory.rename(old, to: new, in: $0) != $0 }
    guard isThere else { return }
    _ = try knowledgeBase.amend(.rename(old, to: new), note: note, options: ModelledHistory.options) { _ in true }
    next.facts = Dictionary(uniqueKeysWithValues: next.facts.map { (ModelledHistory.rename(old, to: new, in: $0), $1) })
    record(next)
  }

  private static func rename(_ old: String, to new: String, in fact: String) -> String {
    fact.replacingOccurrences(of: "(\(old),", with: "(\(new),").replacingOccurrences(of: " \(old))", with: " \(new))")
  }

  private func enter(_ entry: String) throws {
    let correspondent = Correspondent(warn: { _ in }, emit: { _ in })
    _ = try knowledgeBase.enter(Array(entry.utf8), note: note, options: ModelledHistory.options, for: correspondent)
  }

  /// A change that changes nothing is none.
  private mutating func record(_ next: ModelState) {
    if next != states[states.count - 1] { states.append(next) }
  }

  // MARK: Reading

  func rows(_ question: String, _ knowledgeBase: KnowledgeBase) throws -> Set<String> {
    let answer = try knowledgeBase.ask(question, options: ModelledHistory.options, warn: { _ in })
    let width = answer.columns.count
    return Set(
      (0..<answer.rowCount).map { row in
        (0..<width).map { column in
          let type = answer.columns[column].type
          let text = answer.values.text(of: answer.words[row * width + column], type)
          return text.contains(" ") ? "\"\(text)\"" : text
        }.joined(separator: ", ")
      }
    )
  }

  /// Each fact with the passages that it cites.
  func facts(_ knowledgeBase: KnowledgeBase) throws -> [String: Set<String>] {
    var facts: [String: Set<String>] = [:]
    for predicate in ["p", "n"] {
      for row in try rows("\(predicate)(A, B)", knowledgeBase) { facts["\(predicate)(\(row))"] = [] }
      for row in try rows("\(predicate)(A, B) @ D:N", knowledgeBase) {
        let parts = row.components(separatedBy: ", ")
        facts["\(predicate)(\(parts[0]), \(parts[1]))", default: []].insert("\(parts[2]):\(parts[3])")
      }
    }
    return facts
  }

  /// Compares what is told to have changed with what did.
  func compare(_ first: Int, _ last: Int, seed: UInt64) throws {
    let (before, after) = (states[first - 1], states[last])
    let answer = try knowledgeBase.changedAnswers(
      to: "p(A, B)",
      since: moment(first),
      until: moment(last),
      options: ModelledHistory.options,
      warn: { _ in }
    )
    var told: Set<String> = []
    for row in 0..<answer.rowCount {
      let texts = (0..<3).map { answer.values.text(of: answer.words[row * 3 + $0], .symbol) }
      told.insert("\(texts[0])p(\(texts[1...].map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: ", ")))")
    }
    let known = (
      before: before.facts.keys.filter { $0.hasPrefix("p") }, after: after.facts.keys.filter { $0.hasPrefix("p") }
    )
    let came = Set(known.after).subtracting(known.before).map { "+\($0)" }
    let went = Set(known.before).subtracting(known.after).map { "-\($0)" }
    #expect(told == Set(came + went), "seed \(seed), from \(first) to \(last)")
    let changes = try knowledgeBase.changes(since: moment(first), until: moment(last))
    #expect(changes.entries.map(\.number) == Array(first...last))
    for entry in changes.entries {
      let (before, after) = (states[entry.number - 1], states[entry.number])
      let events = entry.events.filter { !$0.what.hasPrefix("the rules") && !$0.what.hasPrefix(".decl") }
      let expected = Set(before.facts.keys).union(after.facts.keys).filter { before.facts[$0] != after.facts[$0] }
      #expect(Set(events.map(\.what)) == expected, "seed \(seed), change \(entry.number)")
      for event in events {
        let kind =
          before.facts[event.what] == nil ? "+" : after.facts[event.what] == nil ? "-" : "~"
        #expect(event.kind.rawValue == kind, "seed \(seed), change \(entry.number), \(event.what)")
      }
    }
  }
}

/// A folder that goes when its owner does.
final class HistoryFolder {
  let path = NSTemporaryDirectory() + "/history-tests-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
  }
}

/// SplitMix64 (Steele, Lea, Flood, 2014): the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

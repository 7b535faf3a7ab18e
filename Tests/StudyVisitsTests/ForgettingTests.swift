import Engine
import Foundation
import StudyVisits
import Testing

/// After a random history one person is forgotten: neither the name may be left in the file, nor anything of others lost.
struct ForgettingTests {
  private static let identifiers = ["pa", "pb", "pc", "pd", "pe"]
  private static let questions = ["person(A, B)", "alias(A, B, C, D)", "member(A, B)"]

  private static let declarations = """
    .decl person(id: symbol, name: symbol) key(id)
    .decl alias(entity: symbol, name: symbol, lang: symbol, kind: symbol)
    .decl member(delegation: symbol, who: symbol)
    person(pa, "Name of first"). person(pb, "Name of second"). person(pc, "Name of third").
    member(d1, pa). member(d1, pb). member(d2, pc).

    """

  @Test(arguments: 1...20)
  func `one is forgotten, and no other`(_ seed: Int) throws {
    var generator = SplitMix(state: UInt64(seed))
    let folder = try HistoryFolder()
    let knowledgeBase = try ForgettingTests.knowledgeBase(in: folder)
    for number in 0..<Int.random(in: 3...14, using: &generator) {
      try ForgettingTests.change(knowledgeBase, number, &generator)
    }
    let people = try ForgettingTests.rows("person(A, B)", knowledgeBase)
    guard let person = people.sorted(by: { $0[0] < $1[0] }).randomElement(using: &generator) else { return }
    let expected = try ForgettingTests.questions.map { question in
      try ForgettingTests.rows(question, knowledgeBase).filter { !$0.contains(person[0]) }
    }
    try ForgettingTests.amend(.forget(person[0]), knowledgeBase)
    #expect(try ForgettingTests.questions.map { try ForgettingTests.rows($0, knowledgeBase) } == expected)
    guard !expected.joined().contains(where: { $0.contains(person[1]) }) else { return }
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasPrefix("kb.visitlog") {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(file)"))
      #expect(bytes.range(of: Data(person[1].utf8)) == nil, "`\(person[1])` is still in `\(file)`")
    }
  }

  private static var options: RunOptions { RunOptions(today: (2026, 11, 29)) }

  private static let note = ChangeNote(time: "2026-11-29T00:00:00Z", author: "tester", reason: nil)

  private static func knowledgeBase(in folder: HistoryFolder) throws -> KnowledgeBase {
    try folder.write(declarations, to: "v.dl")
    let path = folder.path + "/kb.visitlog"
    _ = try KnowledgeBase.load(
      [folder.path + "/v.dl"],
      into: path,
      note: note,
      allowsViolations: false,
      options: options,
      warn: { _ in }
    )
    return try KnowledgeBase.open(.file(path))
  }

  /// A change that may be refused.
  private static func change(_ knowledgeBase: KnowledgeBase, _ number: Int, _ generator: inout SplitMix) throws {
    let two = identifiers.shuffled(using: &generator)
    do throws(KnowledgeBaseError) {
      switch Int.random(in: 0..<20, using: &generator) {
      case 0..<5: try amend(.rename(two[0], to: two[1]), knowledgeBase)
      case 5..<8: try amend(.merge(two[0], into: two[1]), knowledgeBase)
      case 8..<10: try amend(.retract(about: two[0]), knowledgeBase)
      case 10..<15: try amend(.undo(Int.random(in: 2...(number + 2), using: &generator)), knowledgeBase)
      case 15..<18: try enter("person(\(two[0]), \"Name with number \(number)\").", knowledgeBase)
      default: try enter("member(d\(number % 3), \(two[0])).", knowledgeBase)
      }
    } catch {
      switch error {
      case .history, .unknown, .violated: break
      default: throw error
      }
    }
  }

  private static func amend(_ amendment: Amendment, _ knowledgeBase: KnowledgeBase) throws(KnowledgeBaseError) {
    _ = try knowledgeBase.amend(amendment, note: note, options: options) { _ in true }
  }

  private static func enter(_ entry: String, _ knowledgeBase: KnowledgeBase) throws(KnowledgeBaseError) {
    let correspondent = Correspondent(warn: { _ in }, emit: { _ in })
    _ = try knowledgeBase.enter(Array(entry.utf8), note: note, options: options, for: correspondent)
  }

  private static func rows(_ question: String, _ knowledgeBase: KnowledgeBase) throws -> Set<[String]> {
    let answer = try knowledgeBase.ask(question, options: options, warn: { _ in })
    let texts = answer.words.map { answer.values.text(of: $0, .symbol) }
    let width = answer.columns.count
    return Set(stride(from: 0, to: texts.count, by: width).map { Array(texts[$0..<($0 + width)]) })
  }
}

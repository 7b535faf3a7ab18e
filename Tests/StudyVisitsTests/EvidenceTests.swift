import Datalog
import Foundation
import Testing

@testable import StudyVisits

/// Proofs of what the shipped questions answer.
struct EvidenceTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("queries")

  static let files: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".dl") }.sorted()
  }()

  private static func answers(of file: String, tellsSources: Bool) throws -> [Answer] {
    let knowledgeBase = try KnowledgeBase.open(.shipped)
    var options = RunOptions(today: (2018, 7, 1))
    options.tellsSources = tellsSources
    var answers: [Answer] = []
    let path = folder.appendingPathComponent(file).path
    try knowledgeBase.run([path], options: options, warn: { _ in }, emit: { answers += $0.answers })
    return answers
  }

  @Test(arguments: files)
  func `every row of a shipped question goes back to passages`(_ file: String) throws {
    let knowledgeBase = try KnowledgeBase.open(.shipped)
    let options = RunOptions(today: (2018, 7, 1))
    let files = try SourceFile.readAll([EvidenceTests.folder.appendingPathComponent(file).path])
    let compilation = try knowledgeBase.compile(files, dialect: .file, mode: .run, options: options)
    let run = knowledgeBase.run(compilation, options: options)
    let told = try EvidenceTests.answers(of: file, tellsSources: true)
    #expect(!told.isEmpty)
    var rest = told[...]
    for case .question(let question) in compilation.program.requests {
      let answer = try knowledgeBase.provedAnswer(question, run, compilation)
      let sources = try #require(rest.popFirst()?.sources)
      let proof = try #require(answer.proof)
      #expect(proof.roots.count == answer.rowCount)
      #expect(sources.ofRow.count == answer.rowCount)
      if answer.rowCount <= ProofSearch.Breadth.many { #expect(sources.passages == proof.passages) }
      for conclusion in proof.conclusions {
        #expect(!conclusion.reasons.isEmpty, "\(conclusion.text)")
        for case .fact(let record) in conclusion.reasons {
          #expect(!record.passages.isEmpty || !record.files.isEmpty, "\(conclusion.text)")
          #expect(conclusion.height == 0)
        }
      }
      #expect(proof.passages.allSatisfy { $0.number == nil || $0.words != nil })
    }
    #expect(rest.isEmpty)
  }

  @Test(arguments: files)
  func `telling sources changes no answer`(_ file: String) throws {
    let plain = try EvidenceTests.answers(of: file, tellsSources: false)
    let sourced = try EvidenceTests.answers(of: file, tellsSources: true)
    #expect(plain.map(\.rowCount) == sourced.map(\.rowCount))
    #expect(plain.map(\.words) == sourced.map(\.words))
  }

  @Test(arguments: [30...30, 1...200])
  func `many aggregates are gone into wholly, or by equal shares`(_ range: ClosedRange<Int>) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("visitlog-\(UUID().uuidString).dl")
    defer { try? FileManager.default.removeItem(at: file) }
    let sizes = (0..<200).map { range.lowerBound + $0 % range.count }
    let facts = sizes.enumerated().flatMap { group, size in (0..<size).map { "in_group(\(group), \($0)).\n" } }
    let program = """
      .decl in_group(g: number, i: number)
      \(facts.joined())
      ?- in_group(G, _), N = count : { in_group(G, _) }.
      """
    try Data(program.utf8).write(to: file)
    var options = RunOptions(today: (2018, 7, 1))
    options.tellsSources = true
    var answers: [Answer] = []
    try KnowledgeBase.open(.shipped).run([file.path], options: options, warn: { _ in }, emit: { answers += $0.answers })
    let isPartial = try #require(answers.first?.sources).isPartial
    let share = sizes.reduce(0, +) > 10_000 ? 10_000 / sizes.count : .max
    #expect(isPartial == sizes.map { $0 > share })
  }
}

extension RunEvent {
  fileprivate var answers: [Answer] {
    if case .answer(let answer) = self { [answer] } else { [] }
  }
}

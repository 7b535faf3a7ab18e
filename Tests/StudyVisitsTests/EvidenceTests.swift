import Foundation
import StudyVisits
import Testing

/// Proofs of what the shipped questions answer.
struct EvidenceTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("queries")

  static let files: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".dl") }.sorted()
  }()

  private static func answers(of file: String, provesAnswers: Bool) throws -> [Answer] {
    let knowledgeBase = try KnowledgeBase.open(.shipped)
    var options = RunOptions(today: (2018, 7, 1))
    options.provesAnswers = provesAnswers
    var answers: [Answer] = []
    let path = folder.appendingPathComponent(file).path
    try knowledgeBase.run([path], options: options, warn: { _ in }, emit: { answers += $0.answers })
    return answers
  }

  @Test(arguments: files)
  func `every row of a shipped question goes back to passages`(_ file: String) throws {
    let answers = try EvidenceTests.answers(of: file, provesAnswers: true)
    #expect(!answers.isEmpty)
    for answer in answers {
      let proof = try #require(answer.proof)
      #expect(proof.roots.count == answer.rowCount)
      for conclusion in proof.conclusions {
        #expect(!conclusion.reasons.isEmpty, "\(conclusion.text)")
        for case .fact(let record) in conclusion.reasons {
          #expect(!record.passages.isEmpty || !record.files.isEmpty, "\(conclusion.text)")
          #expect(conclusion.height == 0)
        }
      }
      #expect(proof.passages.allSatisfy { $0.number == nil || $0.words != nil })
    }
  }

  @Test(arguments: files)
  func `proving changes no answer`(_ file: String) throws {
    let plain = try EvidenceTests.answers(of: file, provesAnswers: false)
    let proved = try EvidenceTests.answers(of: file, provesAnswers: true)
    #expect(plain.map(\.rowCount) == proved.map(\.rowCount))
    #expect(plain.map(\.words) == proved.map(\.words))
  }
}

extension RunEvent {
  fileprivate var answers: [Answer] {
    if case .answer(let answer) = self { [answer] } else { [] }
  }
}

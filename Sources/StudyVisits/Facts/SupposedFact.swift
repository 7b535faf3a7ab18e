internal import Datalog
internal import Engine

/// Facts as they would be with one more.
final class SupposedFact: FactSource {
  private let tuple: [Word]
  private let predicate: String
  private let facts: any FactSource

  init(_ tuple: [Word], of predicate: String, besides facts: any FactSource) {
    self.tuple = tuple
    self.predicate = predicate
    self.facts = facts
  }

  private func isOf(_ other: Predicate) -> Bool { other.kind == .ordinary && other.name == predicate }

  func load(_ predicate: Predicate, of program: CheckedProgram, into relation: Relation) throws(RunError) {
    try facts.load(predicate, of: program, into: relation)
    if isOf(predicate) { relation.load(rowMajor: tuple) }
  }

  func count(of predicate: Predicate) throws(RunError) -> Int? {
    isOf(predicate) ? nil : try facts.count(of: predicate)
  }

  func selectiveColumns(of predicate: Predicate) throws(RunError) -> [Int] {
    isOf(predicate) ? [] : try facts.selectiveColumns(of: predicate)
  }

  func load(_ predicate: Predicate, where column: Int, isOneOf words: [Word], into relation: Relation) throws(RunError)
  {
    try facts.load(predicate, where: column, isOneOf: words, into: relation)
  }
}

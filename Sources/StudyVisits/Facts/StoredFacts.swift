internal import Datalog
internal import Engine
internal import Storage

/// The facts of a knowledge base file.
final class StoredFacts {
  enum Mode { case read, write }
  let values: Values
  init(values: Values) { self.values = values }
  static func open(_ path: String, mode: Mode) throws(KnowledgeBaseError) -> StoredFacts { throw .notStored }
  func texts() throws(KnowledgeBaseError) -> [SourceText] { [] }
  func declarations() throws(KnowledgeBaseError) -> [StoredDeclaration] { [] }
  func holds(_ word: Word) -> Bool { false }
  func symbolTexts() -> [String] { [] }
  func load(_ predicate: Predicate, into relation: Relation) throws(RunError) {}

  func statements(of predicate: Predicate) throws(RunError) -> [FactBase.Statements] { [] }
}

internal import Datalog
internal import Engine
internal import Storage

/// The facts of a knowledge base file.
final class StoredFacts {
  func load(_ predicate: Predicate, into relation: Relation) throws(RunError) {}

  func statements(of predicate: Predicate) throws(RunError) -> [FactBase.Statements] { [] }
}

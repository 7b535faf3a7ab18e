internal import Datalog
internal import Engine

/// Why a run ended early.
enum RunError: Error {
  case evaluation(EvaluationError)
  case knowledgeBase(KnowledgeBaseError)
}

/// Where the facts of predicates come from.
protocol FactSource: AnyObject {
  func load(_ predicate: Predicate, of program: CheckedProgram, into relation: Relation) throws(RunError)

  /// How many facts a predicate has, where that is known without loading them.
  func count(of predicate: Predicate) throws(RunError) -> Int?

  /// Columns by which some of a predicate's many facts can be loaded without the others.
  func selectiveColumns(of predicate: Predicate) throws(RunError) -> [Int]

  /// Loads the facts that have one of the words in a column, and perhaps others.
  func load(_ predicate: Predicate, where column: Int, isOneOf words: [Word], into relation: Relation) throws(RunError)
}

import Datalog

/// The tuples of predicates.
typealias Facts = [PredicateID: Set<[Constant]>]

/// One way to evaluate a program: the oracle, or the engine in one of its configurations.
protocol ProgramEvaluator: Sendable {
  /// All tuples of all predicates, the given facts included.
  func evaluate(_ program: CheckedProgram, facts: Facts) throws -> Facts
}

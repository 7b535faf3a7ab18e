public import Datalog
public import Engine

/// The part of a program that one goal needs, by magic sets (Beeri, Ramakrishnan: On the Power of Magic, 1991,
/// doi:10.1016/0743-1066(91)90038-Q): constants of a question reach the rules of the predicates it names.
///
/// A demanded version of a predicate, `met^bf`, holds the tuples whose bound columns are in its magic set; a rule of the
/// magic set says how a demand for one atom follows from the demand for its rule's head. Predicates with aggregated heads
/// or with functions that may lack a value are not split: they are complete before.
public struct Demand {
  /// The program with the demanded predicates and their rules behind its own.
  public let program: CheckedProgram
  /// What the goal takes, in the order of evaluation, once all of `needed` is complete.
  public let strata: [Stratum]
  /// Predicates of the program itself that the rules above read.
  public let needed: [PredicateID]
  /// Has the goal's tuples.
  public let answers: PredicateID
  /// Added predicates that hold the facts, and nothing derived, of another.
  public let factsOf: [PredicateID: PredicateID]
  /// For each added rule the one it was made from.
  private let origins: [Int]

  /// - Parameters:
  ///   - evaluation: of the program; the facts that the goal can reach are loaded.
  ///   - isComplete: whether a predicate needs no evaluation any more.
  /// - Returns: `nil` when no constant of the goal reaches a rule.
  public init?(
    for goal: PredicateID,
    in program: CheckedProgram,
    evaluation: Evaluation,
    isComplete: (PredicateID) -> Bool
  ) {
    let open = Set(program.predicates.indices.map { PredicateID($0) }.filter { !isComplete($0) })
    guard open.contains(goal) else { return nil }
    var builder = DemandBuilder(program, statistics: Statistics(evaluation: evaluation, growing: open))
    answers = builder.add(goal: goal)
    guard builder.hasVersions else { return nil }
    builder.finish()
    self.program = program.adding(predicates: builder.predicates, rules: builder.rules)
    needed = builder.needed.sorted()
    factsOf = builder.factsOf
    origins = builder.origins
    strata = Demand.strata(of: self.program, from: program)
  }

  /// The number in the original program of a rule in plans of the added strata.
  public func origin(of rule: Int) -> Int {
    let added = rule - (program.rules.count - origins.count)
    return added < 0 ? rule : origins[added]
  }

  private static func strata(of program: CheckedProgram, from original: CheckedProgram) -> [Stratum] {
    let first = original.predicates.count
    var rulesOf: [[Int]] = Array(repeating: [], count: program.predicates.count - first)
    var successors = rulesOf
    for number in original.rules.count..<program.rules.count {
      let rule = program.rules[number]
      let head = rule.head.predicate.index - first
      rulesOf[head].append(number)
      for case .atom(let atom, false) in rule.body where atom.predicate.index >= first {
        successors[head].append(atom.predicate.index - first)
      }
    }
    return Components(successors).members.compactMap { members in
      let rules = members.flatMap { rulesOf[$0] }.sorted()
      guard !rules.isEmpty else { return nil }
      return Stratum(
        predicates: members.map { PredicateID(first + $0) },
        rules: rules,
        isRecursive: members.count > 1 || successors[members[0]].contains(members[0])
      )
    }
  }
}

/// A predicate with the columns that are known when it is asked.
struct DemandedVersion: Hashable {
  let predicate: PredicateID
  let bound: [Int]
}

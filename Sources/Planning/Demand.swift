public import Datalog
public import Engine

/// The part of a program that one goal needs, by magic sets (Beeri, Ramakrishnan: On the Power of Magic, 1991,
/// doi:10.1016/0743-1066(91)90038-Q): constants of a question reach the rules of the predicates it names.
///
/// A demanded version of a predicate, `met^bf`, holds the tuples whose bound columns are in its magic set; a rule of the
/// magic set says how a demand for one atom follows from the demand for its rule's head. Predicates with aggregated heads,
/// but for a minimum or maximum in a recursion, or with functions that may lack a value are not split: they are complete
/// before.
public struct Demand {
  /// The program with the demanded predicates and their rules behind its own.
  public let program: CheckedProgram
  /// What is to be done for an added predicate.
  public enum Step: Sendable {
    case evaluate(Stratum)
    /// Fills a demanded version of a predicate without rules: with the facts whose column has a word of the magic set.
    case select(PredicateID, from: PredicateID, column: Int, magic: PredicateID)
  }

  /// What the goal takes, in order, once all of `needed` is complete.
  public let steps: [Step]
  /// Predicates of the program itself that the rules above read.
  public let needed: [PredicateID]
  /// Has the goal's tuples.
  public let answers: PredicateID
  /// Added predicates that hold the facts, and nothing derived, of another.
  public let factsOf: [PredicateID: PredicateID]
  /// For each predicate its demanded versions, which together hold all of its tuples that the goal's derivation draws on.
  public let versions: [PredicateID: [PredicateID]]
  /// For each added rule the one it was made from.
  private let origins: [Int]

  /// - Parameters:
  ///   - evaluation: of the program; the facts that the goal can reach are loaded.
  ///   - isComplete: whether a predicate needs no evaluation any more.
  ///   - selectiveColumns: of a predicate without rules, the columns by which some of its facts can be had without all.
  ///   - skipsSteps: whether a chain of a right-linear recursion may be gone through without deriving the tuples between.
  /// - Returns: `nil` when no constant of the goal reaches a rule.
  public init?(
    for goal: PredicateID,
    in program: CheckedProgram,
    evaluation: Evaluation,
    isComplete: (PredicateID) -> Bool,
    selectiveColumns: [PredicateID: [Int]] = [:],
    skipsSteps: Bool = true
  ) {
    let open = Set(program.predicates.indices.map { PredicateID($0) }.filter { !isComplete($0) })
    let rules = program.rules.filter { $0.head.predicate == goal }
    let isRecursive = program.strata.contains { $0.isRecursive && $0.predicates.contains(goal) }
    guard open.contains(goal), !isRecursive, !rules.contains(where: \.head.isAggregate),
      evaluation.relations[goal.index].count == 0
    else { return nil }
    let statistics = Statistics(evaluation: evaluation, growing: open.union(selectiveColumns.keys))
    var selective = selectiveColumns
    var whole: Set<PredicateID> = []
    while true {
      var builder = DemandBuilder(
        program,
        statistics: statistics,
        selectiveColumns: selective,
        whole: whole,
        skipsSteps: skipsSteps
      )
      let answers = builder.add(goal: goal)
      guard builder.hasVersions else { return nil }
      builder.finish()
      let extended = program.adding(predicates: builder.predicates, rules: builder.rules)
      let (steps, cyclic, unsettled) = Demand.steps(of: extended, from: program, builder)
      if cyclic.isEmpty, unsettled.isEmpty {
        self.answers = answers
        self.program = extended
        self.steps = steps
        needed = builder.needed.sorted()
        factsOf = builder.factsOf
        origins = builder.origins
        versions = Dictionary(grouping: builder.versions, by: \.key.predicate).mapValues { $0.map(\.value).sorted() }
        return
      }
      // What is selected by what follows from the selection has to be there as a whole.
      for predicate in cyclic { selective[predicate] = nil }
      whole.formUnion(unsettled)
    }
  }

  /// The number in the original program of a rule in plans of the added strata.
  public func origin(of rule: Int) -> Int {
    let added = rule - (program.rules.count - origins.count)
    return added < 0 ? rule : origins[added]
  }

  /// The steps in order, the predicates of selections that depend on themselves, and those whose minima or maxima are
  /// demanded by what reads them, which would see them before they are settled. Magic sets may: they only demand more.
  private static func steps(
    of program: CheckedProgram,
    from original: CheckedProgram,
    _ builder: DemandBuilder
  ) -> (steps: [Step], cyclic: Set<PredicateID>, unsettled: Set<PredicateID>) {
    let (selections, magicSets) = (builder.selections, builder.magicSets)
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
    for (version, selection) in selections { successors[version.index - first].append(selection.magic.index - first) }
    var steps: [Step] = []
    var cyclic: Set<PredicateID> = []
    var unsettled: Set<PredicateID> = []
    for members in Components(successors).members {
      let selected = members.filter { selections[PredicateID(first + $0)] != nil }
      if let member = selected.first, let selection = selections[PredicateID(first + member)] {
        let version = PredicateID(first + member)
        steps.append(.select(version, from: selection.source, column: selection.column, magic: selection.magic))
        if members.count > 1 { cyclic.formUnion(selected.compactMap { selections[PredicateID(first + $0)]?.source }) }
        continue
      }
      let rules = members.flatMap { rulesOf[$0] }.sorted()
      guard !rules.isEmpty else { continue }
      let derived = members.map { PredicateID(first + $0) }.filter { !magicSets.contains($0) }
      for predicate in derived.compactMap(builder.predicateKeepingBest)
      where derived.contains(where: { builder.predicateKeepingBest($0) != predicate }) {
        unsettled.insert(predicate)
      }
      let stratum = Stratum(
        predicates: members.map { PredicateID(first + $0) },
        rules: rules,
        // What keeps a minimum or maximum does so as in a recursion, all its rules together.
        isRecursive: members.count > 1 || successors[members[0]].contains(members[0])
          || rules.contains { program.rules[$0].head.isAggregate }
      )
      steps.append(.evaluate(stratum))
    }
    return (steps, cyclic, unsettled)
  }
}

/// A predicate with the columns that are known when it is asked.
struct DemandedVersion: Hashable {
  let predicate: PredicateID
  let bound: [Int]
}

internal import Datalog
internal import Engine
internal import Planning

/// Rules asked besides a program, on relations of it that are there.
///
/// Predicates are added behind the program's; each is complete when it is added, and may be read by those that follow.
/// What a rule lacks or derives is no part of the program's run, but its limits hold.
struct Probe {
  /// A rule of an added predicate, made from a rule of the program; its own variables come behind that rule's.
  struct Rule {
    /// The number of the program's rule.
    let origin: Int
    let head: [HeadArgument]
    let body: [Literal]
    let variables: [Variable]
  }

  private(set) var program: CheckedProgram
  private(set) var relations: [Relation]
  private var origins: [Int] = []
  private let base: CheckedProgram
  private let context: EvaluationContext
  private let options: PlannerOptions
  private let heldByteCount: Int

  /// - Parameter relations: of the program's predicates, complete as far as the rules to come look.
  init(_ program: CheckedProgram, relations: [Relation], context: EvaluationContext, options: PlannerOptions) {
    base = program
    self.program = program
    self.relations = relations
    self.context = context
    self.options = options
    heldByteCount = context.heldByteCount
  }

  /// Adds a predicate with the given tuples, row after row.
  mutating func add(_ columns: [Column], rows words: [Word]) -> PredicateID {
    let relation = Relation(types: columns.map(\.type.wordType), context: context)
    relation.load(rowMajor: words)
    return add(columns, [], relation)
  }

  /// Adds a predicate with what the rules derive.
  mutating func add(_ columns: [Column], _ rules: [Rule]) throws(EvaluationError) -> PredicateID {
    let relation = Relation(types: columns.map(\.type.wordType), context: context)
    let first = program.rules.count
    let predicate = add(columns, rules, relation)
    let stratum = Stratum(
      predicates: [predicate],
      rules: Array(first..<program.rules.count),
      isRecursive: false
    )
    let evaluation = Evaluation(relations: relations, context: context.renewed())
    let planner = Planner(program, evaluation: evaluation, options: options, origin: origin, followsChange: true)
    try evaluation.run(planner.plan(stratum))
    return predicate
  }

  private mutating func add(_ columns: [Column], _ rules: [Rule], _ relation: Relation) -> PredicateID {
    let id = PredicateID(program.predicates.count)
    let added = rules.map { rule in
      let origin = base.rules[rule.origin]
      return Datalog.Rule(
        clause: origin.clause,
        headPlace: origin.headPlace,
        head: Head(predicate: id, arguments: rule.head),
        body: rule.body,
        variables: rule.variables,
        span: origin.span
      )
    }
    program = program.adding(predicates: [Predicate(name: "probe", columns: columns, isDerived: true)], rules: added)
    relations.append(relation)
    origins += rules.map(\.origin)
    return id
  }

  private var origin: (Int) -> Int {
    { [origins, count = base.rules.count] rule in rule < count ? rule : origins[rule - count] }
  }

  /// Takes away what was added.
  mutating func forgetAdded() {
    program = base
    relations.removeSubrange(base.predicates.count...)
    origins = []
  }

  /// Ends the work when it was cancelled or a limit has run out.
  ///
  /// - Parameter byteCount: what whoever asks holds by now.
  func poll(holding byteCount: Int) throws(EvaluationError) {
    context.heldByteCount = heldByteCount + byteCount
    defer { context.heldByteCount = heldByteCount }
    try context.poll()
  }

  func relation(_ predicate: PredicateID) -> Relation { relations[predicate.index] }
}

internal import Datalog
internal import Engine
internal import Planning

/// Small questions about bodies, answered on what a run has derived.
final class Inquiry {
  let run: ProgramRun
  let compilation: Compilation
  /// Whether conditions are written however long they are.
  let isWordy: Bool

  init(_ run: ProgramRun, of compilation: Compilation, isWordy: Bool = false) {
    self.run = run
    self.compilation = compilation
    self.isWordy = isWordy
  }

  var program: CheckedProgram { compilation.program }
  var values: Values { run.values }

  func predicate(_ id: PredicateID) -> Predicate { program.predicates[id.index] }

  // MARK: Bodies

  /// Whether some conditions have a solution together; those that cannot be evaluated count as if they had.
  func holds(_ situation: Situation, _ chosen: [Int]) throws(RunError) -> Bool {
    let body = situation.body(of: chosen)
    if body.isEmpty { return true }
    do throws(RunError) {
      return try run.solutions(of: body, [], in: situation.rule).count > 0
    } catch {
      guard error.isArithmetic else { throw error }
      return true
    }
  }

  /// How many different values some variables have together.
  func count(_ situation: Situation, _ chosen: [Int], of shown: [VariableID]) throws(RunError) -> Int {
    try run.solutions(of: situation.body(of: chosen), shown, in: situation.rule).count
  }

  /// The values of some variables, in the order of values; at most `limit` rows.
  func rows(
    _ situation: Situation,
    _ chosen: [Int],
    of shown: [VariableID],
    limit: Int? = nil
  ) throws(RunError) -> [[Constant]] {
    guard !shown.isEmpty, situation.safe(chosen).bound.isSuperset(of: shown) else { return [] }
    let relation = try run.solutions(of: situation.body(of: chosen), shown, in: situation.rule)
    let words = relation.sortedWords(limit: limit)
    try run.poll()
    return stride(from: 0, to: words.count, by: shown.count).map { start in
      shown.indices.map { values.constant(words[start + $0], relation.types[$0]) }
    }
  }

  /// The distinct values of an expression under some conditions; none where these leave its variables open.
  func values(_ situation: Situation, _ chosen: [Int], of expression: Expression) throws(RunError) -> SortedValues {
    let type = expression.type(situation.rule.variables)
    guard situation.safe(chosen).bound.isSuperset(of: expression.variables) else { return .none(type, self.values) }
    let (rule, variable) = situation.rule.adding(type)
    let equation = Literal.comparison(.equal, .variable(variable), expression, span: rule.span)
    return try sorted(situation.body(of: chosen) + [equation], variable, in: rule)
  }

  /// The distinct results of an aggregate under some conditions, whatever it is compared with.
  func values(_ situation: Situation, _ chosen: [Int], of aggregate: AggregateLiteral) throws(RunError) -> SortedValues
  {
    let (rule, variable) = situation.rule.adding(situation.rule.variables[aggregate.result.index].type)
    return try sorted(situation.body(of: chosen) + [.aggregate(aggregate.resulting(in: variable))], variable, in: rule)
  }

  /// The distinct values of a variable with which a body holds.
  func sorted(_ body: [Literal], _ variable: VariableID, in rule: Rule) throws(RunError) -> SortedValues {
    let relation = try run.solutions(of: body, [variable], in: rule)
    let words = relation.sortedWords()
    try run.poll()
    return SortedValues(words: words, type: relation.types[0], values: values)
  }

  // MARK: Single predicates

  /// Whether a predicate has a tuple with given values, and with one value wherever a variable stands twice.
  func holds(_ predicate: PredicateID, _ terms: [Term], in rule: Rule) throws(RunError) -> Bool {
    let isOpen = terms.allSatisfy { $0 == .wildcard }
    if isOpen, hasOnlyFacts(predicate) { return try run.count(of: predicate) > 0 }
    let atom = Atom(predicate: predicate, arguments: terms, span: rule.span)
    return try run.solutions(of: [.atom(atom, isNegated: false)], [], in: rule).count > 0
  }

  func hasOnlyFacts(_ id: PredicateID) -> Bool { !predicate(id).isDerived && predicate(id).kind == .ordinary }

  /// The distinct values of a column in the tuples that have the given values elsewhere.
  func column(_ column: Int, of predicate: PredicateID, _ terms: [Term], in rule: Rule) throws(RunError) -> SortedValues
  {
    let (rule, variable) = rule.adding(self.predicate(predicate).columns[column].type)
    var terms = terms
    terms[column] = .variable(variable)
    let atom = Atom(predicate: predicate, arguments: terms, span: rule.span)
    return try sorted([.atom(atom, isNegated: false)], variable, in: rule)
  }
}

/// Distinct values in order, read when they are asked for.
struct SortedValues: RandomAccessCollection {
  let words: [Word]
  let type: WordType
  let values: Values

  static func none(_ type: ValueType, _ values: Values) -> SortedValues {
    SortedValues(words: [], type: type.wordType, values: values)
  }

  var startIndex: Int { 0 }
  var endIndex: Int { words.count }
  subscript(place: Int) -> Constant { values.constant(words[place], type) }
}

extension Rule {
  /// With one more variable.
  fileprivate func adding(_ type: ValueType) -> (Rule, VariableID) {
    let rule = Rule(
      clause: clause,
      headPlace: headPlace,
      head: head,
      body: body,
      variables: variables + [Variable(name: "_", type: type, isGenerated: true)],
      span: span
    )
    return (rule, VariableID(variables.count))
  }

  /// What its variables are when its head is the tuple that an atom asks for; `nil` when it never is.
  ///
  /// Values of columns that are aggregated, or that the atom leaves open, say nothing of the body.
  func unified(with terms: [Term]) -> [VariableID: Constant]? {
    var given: [VariableID: Constant] = [:]
    for (argument, term) in zip(head.arguments, terms) {
      guard case .term(let own) = argument, case .constant(let value) = term else { continue }
      switch own {
      case .constant(let constant) where constant != value: return nil
      case .constant, .wildcard: break
      case .variable(let variable):
        if let known = given[variable], known != value { return nil }
        given[variable] = value
      }
    }
    return given
  }
}

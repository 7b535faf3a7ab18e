import Datalog
import Engine
import Planning
import Testing

@testable import StudyVisits

/// Proofs of tuples of random programs: each verifies, and is as low as can be.
struct ProofTests {
  @Test(arguments: RandomProgramTests.groups)
  func `every proof verifies, and none can be lower`(_ seeds: ClosedRange<UInt64>) throws {
    var proved = 0
    for seed in seeds {
      let random = RandomProgram(seed: seed)
      guard let parsed = try? ParsedProgram(random.text(.written)), parsed.program.computedFacts.isEmpty,
        let relations = try? NaiveEvaluator().evaluate(parsed.program, facts: parsed.facts),
        let oracle = try? NaiveHeights(of: parsed.program, facts: parsed.facts, relations: relations)
      else { continue }
      let message = "seed \(seed)\n\(random.text(.written))"
      for index in parsed.program.predicates.indices where parsed.program.predicates[index].isDerived {
        let predicate = PredicateID(index)
        let tuples = relations[predicate, default: []].sorted(by: NaiveFunctions.precedes).prefix(7)
        guard !tuples.isEmpty else { continue }
        let check = ProofCheck(parsed, oracle)
        var whole = ProofSearch.Breadth.whole
        whole.solutionsInside = whole.solutions
        whole.solutionsInsideTogether = .max
        proved += try check.check(Array(tuples), of: predicate, whole, message)
        // As if the rows were too many to find the lowest proof of each.
        proved += try check.check(Array(tuples), of: predicate, ProofSearch.Breadth(rowCount: 100_000), message)
      }
    }
    #expect(proved > seeds.count)
  }
}

/// Looks for proofs as the knowledge base does, on what one goal's derivation draws on, and checks them.
private struct ProofCheck {
  let parsed: ParsedProgram
  let oracle: NaiveHeights
  let values = Values()

  init(_ parsed: ParsedProgram, _ oracle: NaiveHeights) {
    self.parsed = parsed
    self.oracle = oracle
  }

  /// - Returns: how many proofs were checked.
  func check(
    _ tuples: [[Constant]],
    of predicate: PredicateID,
    _ breadth: ProofSearch.Breadth,
    _ message: String
  ) throws -> Int {
    let program = parsed.program
    let source = GivenFacts(parsed.facts, values)
    let run = ProgramRun(program, source: source, context: EvaluationContext(values: values))
    let probe = try run.grounds(of: predicate)
    var stated: [PredicateID: Relation] = [:]
    for (id, facts) in parsed.facts where program.predicates[id.index].isDerived && !facts.isEmpty {
      stated[id] = source.relation(of: id, program.predicates[id.index])
    }
    let (search, roots, choices, heights) = try ProofSearch.prove(
      tuples.map { tuple in tuple.map { values.word(of: $0) } },
      of: predicate,
      probe,
      facts: stated,
      values: values,
      breadth: breadth
    )
    for (root, tuple) in zip(roots, tuples) where !breadth.takesFirst {
      let expected = oracle.heights[predicate]?[tuple]
      #expect(heights.ofConclusion[root] == expected.map { Int32($0) }, "the height of \(tuple)\n\(message)")
    }
    var pending = roots
    var seen = Set(roots)
    while let next = pending.popLast() {
      guard let step = choices[next] else {
        #expect(search.graph.isLeaf(next), "a leaf is a fact\n\(message)")
        if case .tuple(let id, let words) = search.subjects[next] {
          let fact = zip(words, program.predicates[id.index].columns).map { constant($0, $1.type) }
          #expect(parsed.facts[id, default: []].contains(fact), "a leaf is a fact\n\(message)")
        }
        continue
      }
      try verify(step, of: next, in: search, heights, message)
      for premise in search.graph.premises(of: step) where seen.insert(premise).inserted { pending.append(premise) }
    }
    return roots.count
  }

  /// An instance satisfies its rule, gives the conclusion, and rests on what its atoms match.
  private func verify(
    _ step: Int,
    of conclusion: Int,
    in search: ProofSearch,
    _ heights: DerivationGraph.Heights,
    _ message: String
  ) throws {
    let instance = search.instances[step]
    let rule = parsed.program.rules[instance.form.rule]
    let premises = search.graph.premises(of: step)
    for premise in premises where search.subjects[premise] != .solution {
      #expect(
        heights.ofConclusion[premise] < heights.ofConclusion[conclusion] || search.subjects[conclusion] == .solution
      )
    }
    guard instance.groups.isEmpty else {
      #expect(instance.groups.reduce(0) { $0 + $1.listed } == premises.count)
      return try verify(instance, of: conclusion, in: search, message)
    }
    var start = NaiveBinding()
    for (variable, word) in zip(instance.form.columns, instance.row) where variable.index < rule.variables.count {
      start.values[variable] = constant(word, rule.variables[variable.index].type)
    }
    let body = instance.form.literals.map { $0.withoutVariables(from: rule.variables.count) }
    let solutions = try oracle.state.solutions(of: body, in: rule, from: start)
    #expect(!solutions.isEmpty, "an instance satisfies its body\n\(message)")
    if case .tuple(_, let words) = search.subjects[conclusion] {
      let columns = parsed.program.predicates[rule.head.predicate.index].columns
      let tuple = zip(words, columns).map { constant($0, $1.type) }
      #expect(solutions.contains { $0.parts(of: rule.head).map { $0[0] } == tuple }, "an instance gives it\n\(message)")
    }
    var rest = premises[...]
    for case .atom(let atom, false) in instance.form.literals {
      let premise = rest.first { if case .tuple(atom.predicate, _) = search.subjects[$0] { true } else { false } }
      #expect(premise != nil, "each atom has its premise\n\(message)")
      rest = rest.drop { $0 != premise }.dropFirst()
    }
  }

  /// A count counts its solutions.
  private func verify(
    _ instance: ProofSearch.Instance,
    of conclusion: Int,
    in search: ProofSearch,
    _ message: String
  ) throws {
    switch search.subjects[conclusion] {
    case .aggregate(let use, _, let value) where search.aggregates[use].literal.function == .count:
      #expect(values.numbers[value] == Int64(instance.groups[0].total), "a count counts\n\(message)")
    case .tuple(let id, let words):
      for group in instance.groups {
        guard case .aggregate(.count, _) = parsed.program.rules[instance.form.rule].head.arguments[group.column] else {
          continue
        }
        #expect(values.numbers[words[group.column]] == Int64(group.total), "\(id): a count counts\n\(message)")
      }
    case .aggregate, .solution: break
    }
  }

  private func constant(_ word: Word, _ type: ValueType) -> Constant { values.constant(word, type.wordType) }
}

extension Literal {
  /// With wildcards again for the variables that a form has made of them.
  fileprivate func withoutVariables(from count: Int) -> Literal {
    guard case .atom(let atom, let isNegated) = self else { return self }
    let arguments = atom.arguments.map { term in
      if case .variable(let variable) = term, variable.index >= count { Term.wildcard } else { term }
    }
    return .atom(Atom(predicate: atom.predicate, arguments: arguments, span: atom.span), isNegated: isNegated)
  }
}

/// Facts of a parsed program, for a run.
final class GivenFacts: FactSource {
  private let facts: Facts
  private let values: Values

  init(_ facts: Facts, _ values: Values) {
    self.facts = facts
    self.values = values
  }

  func relation(of id: PredicateID, _ predicate: Predicate) -> Relation {
    let relation = Relation(
      types: predicate.columns.map(\.type.wordType),
      context: EvaluationContext(values: values)
    )
    relation.load(facts[id, default: []].sorted(by: NaiveFunctions.precedes))
    return relation
  }

  func load(_ predicate: Predicate, of program: CheckedProgram, into relation: Relation) throws(RunError) {
    guard let index = program.predicates.firstIndex(where: { $0.name == predicate.name }) else { return }
    relation.load(facts[PredicateID(index), default: []].sorted(by: NaiveFunctions.precedes))
  }

  func count(of predicate: Predicate) throws(RunError) -> Int? { nil }

  func selectiveColumns(of predicate: Predicate) throws(RunError) -> [Int] { [] }

  func load(
    _ predicate: Predicate,
    where column: Int,
    isOneOf words: [Word],
    into relation: Relation
  ) throws(RunError) {
    preconditionFailure("nothing is selected where everything is loaded")
  }
}

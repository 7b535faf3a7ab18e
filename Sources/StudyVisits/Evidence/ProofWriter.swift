internal import Datalog
internal import Engine
internal import Planning

/// Puts what a search has found into the words of the texts.
struct ProofWriter {
  private let search: ProofSearch
  private let choices: [Int?]
  private let heights: DerivationGraph.Heights
  private let compilation: Compilation
  private let solutionLimit: Int
  private let written: (Span) -> (text: String, place: String)
  private var proof = Proof()
  private var numbers: [Int: Int] = [:]
  private var pending: [Int] = []
  private var facts: [PredicateID: [(number: Int, tuple: [Word])]] = [:]
  private var rules: [Int: (text: String, place: String)] = [:]

  private var program: CheckedProgram { search.program }
  private var values: Values { compilation.values }

  /// - Parameters:
  ///   - solutionLimit: how many solutions of an aggregate are written; of the others only the number is told.
  ///   - written: the words and the place of a span.
  init(
    _ search: ProofSearch,
    _ choices: [Int?],
    _ heights: DerivationGraph.Heights,
    _ compilation: Compilation,
    solutionLimit: Int,
    written: @escaping (Span) -> (text: String, place: String)
  ) {
    self.search = search
    self.choices = choices
    self.heights = heights
    self.compilation = compilation
    self.solutionLimit = solutionLimit
    self.written = written
  }

  /// The proof of what was asked about.
  ///
  /// - Parameters:
  ///   - withOthers: whether each of `roots` gets all the steps that were found, the best first.
  ///   - withContradictions: whether facts are told that contradict those that the proof ends at.
  mutating func proof(of roots: [Int], withOthers: Bool, withContradictions: Bool) throws(RunError) -> Proof {
    proof.roots = roots.map { number(of: search.unwrapped($0, choices, withOthers: withOthers)) }
    let asked = Set(proof.roots)
    while let next = pending.popLast() {
      guard let number = numbers[next] else { continue }
      proof.conclusions[number].reasons = reasons(of: next, withOthers: withOthers && asked.contains(number))
    }
    try addRecords(withContradictions: withContradictions)
    return proof
  }

  private mutating func number(of conclusion: Int) -> Int {
    if let known = numbers[conclusion] { return known }
    let number = proof.conclusions.count
    numbers[conclusion] = number
    proof.conclusions.append(
      Proof.Conclusion(text: text(of: conclusion), height: Int(heights.ofConclusion[conclusion]), reasons: [])
    )
    pending.append(conclusion)
    return number
  }

  // MARK: Words

  private func text(of conclusion: Int) -> String {
    guard case .tuple(let id, let tuple) = search.subjects[conclusion] else { return "" }
    let predicate = program.predicates[id.index]
    let arguments = zip(tuple, predicate.columns).map { values.literal($0, $1.type) }
    switch predicate.kind {
    case .answers:
      return arguments.isEmpty
        ? "yes" : zip(predicate.columns, arguments).map { "\($0.name) = \($1)" }.joined(separator: ", ")
    case .cited:
      let reference = arguments.suffix(2)
      let source = reference.last == "-1" ? reference.first ?? "" : reference.joined(separator: ":")
      return "\(predicate.name)(\(arguments.dropLast(2).joined(separator: ", "))) @ \(source)"
    case .ordinary, .mentions, .evidence:
      return predicate.text(of: tuple, values)
    }
  }

  private func bindings(_ form: BodyForm, _ row: [Word], leavingOut left: Set<String> = []) -> [Proof.Binding] {
    form.names(row).filter { !left.contains($0.variable.name) }.map { variable, word in
      Proof.Binding(name: variable.name, value: values.literal(word, variable.type))
    }
  }

  private func instance(of span: Span, _ bindings: [Proof.Binding]) -> String {
    let values = Dictionary(bindings.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    return compilation.text.texts[span.source.index].instance(of: span, with: values)
  }

  // MARK: Steps

  private mutating func reasons(of conclusion: Int, withOthers: Bool) -> [Proof.Reason] {
    guard case .tuple(let id, let tuple) = search.subjects[conclusion] else { return [] }
    guard let best = choices[conclusion] else {
      guard program.statements(of: id) != nil else { return [.builtIn] }
      facts[id, default: []].append((numbers[conclusion] ?? 0, tuple))
      return []
    }
    var steps = [best]
    if withOthers {
      steps += search.graph.steps(of: conclusion).filter { $0 != best }.sorted { a, b in
        (heights.ofStep[a], a) < (heights.ofStep[b], b)
      }
    }
    return steps.map { .step(step($0, for: tuple)) }
  }

  private mutating func step(_ number: Int, for tuple: [Word]) -> Proof.Step {
    let instance = search.instances[number]
    let rule = program.rules[instance.form.rule]
    let bindings = bindings(instance.form, instance.row)
    let (text, place) = words(ofRule: instance.form.rule)
    let premises = search.graph.premises(of: number)
    return Proof.Step(
      rule: text,
      instance: self.instance(of: rule.span, bindings),
      place: place,
      bindings: bindings,
      premises: instance.groups.isEmpty
        ? self.premises(instance, premises) : aggregates(instance, premises, rule.head, tuple)
    )
  }

  private mutating func words(ofRule number: Int) -> (text: String, place: String) {
    if let known = rules[number] { return known }
    let span = program.rules[number].span
    let isQuestion = program.predicates[program.rules[number].head.predicate.index].kind == .answers
    let found = (
      text: compilation.text.texts[span.source.index].instance(of: span),
      place: isQuestion ? "the question" : written(span).place
    )
    rules[number] = found
    return found
  }

  private mutating func premises(_ instance: ProofSearch.Instance, _ conclusions: [Int]) -> [Proof.Premise] {
    let bindings = bindings(instance.form, instance.row)
    var rest = conclusions[...]
    return instance.form.literals.compactMap { literal in
      switch literal {
      case .atom(_, false): return rest.popFirst().map { .conclusion(number(of: $0)) }
      case .atom(let atom, true):
        let count = search.probe.relation(atom.predicate).count
        return .absent(text: self.instance(of: atom.span, bindings), candidateCount: count)
      case .aggregate(let aggregate):
        return rest.popFirst().map { .aggregate(self.aggregate(aggregate, $0, bindings)) }
      case .comparison(_, let left, let right, let span):
        // What stands for an expression in an atom or head is seen there.
        let isWritten = ![left, right].contains { instance.form.isGenerated($0) }
        return isWritten ? .condition(self.instance(of: span, bindings)) : nil
      case .test(_, _, _, let span), .sequence(_, _, _, let span):
        return .condition(self.instance(of: span, bindings))
      }
    }
  }

  private mutating func aggregate(
    _ literal: AggregateLiteral,
    _ conclusion: Int,
    _ bindings: [Proof.Binding]
  ) -> Proof.Aggregate {
    guard case .aggregate(let use, _, let value) = search.subjects[conclusion], let step = choices[conclusion] else {
      preconditionFailure("braces have a value only by their solutions")
    }
    let type = program.rules[search.aggregates[use].rule].variables[literal.result.index].type
    let known = Set(bindings.map(\.name))
    let instance = search.instances[step]
    let solutions = search.graph.premises(of: step).prefix(solutionLimit).compactMap { choices[$0] }
    return Proof.Aggregate(
      function: literal.function.rawValue,
      value: values.literal(value, type),
      text: "\(values.literal(value, type)) = \(self.instance(of: literal.span, bindings))",
      solutions: solutions.map { solution($0, leavingOut: known) },
      solutionCount: instance.groups.first?.total ?? 1
    )
  }

  private mutating func solution(_ step: Int, leavingOut known: Set<String>) -> Proof.Solution {
    let instance = search.instances[step]
    return Proof.Solution(
      bindings: bindings(instance.form, instance.row, leavingOut: known),
      premises: premises(instance, search.graph.premises(of: step))
    )
  }

  /// What the aggregates of a head ran over.
  private mutating func aggregates(
    _ instance: ProofSearch.Instance,
    _ conclusions: [Int],
    _ head: Head,
    _ tuple: [Word]
  ) -> [Proof.Premise] {
    let known = Set(bindings(instance.form, instance.row).map(\.name))
    var rest = conclusions[...]
    return instance.groups.compactMap { group in
      let (function, terms, width): (String, [Term], Int)
      switch head.arguments[group.column] {
      case .term: return nil
      case .aggregate(let aggregate, let own): (function, terms, width) = (aggregate.rawValue, own, 1)
      case .measure(let measure, _, let ends):
        (function, terms, width) = (measure.rawValue, ends, measure.columns.count)
      }
      let columns = program.predicates[head.predicate.index].columns
      let value = (group.column..<group.column + width).map { values.literal(tuple[$0], columns[$0].type) }
        .joined(separator: ", ")
      let arguments = terms.map { instance.form.text(of: $0) }.joined(separator: ", ")
      let listed = rest.prefix(min(group.listed, solutionLimit))
      rest = rest.dropFirst(group.listed)
      return .aggregate(
        Proof.Aggregate(
          function: function,
          value: value,
          text: "\(function)(\(arguments)) = \(value)",
          solutions: listed.compactMap { choices[$0] }.map { solution($0, leavingOut: known) },
          solutionCount: group.total
        )
      )
    }
  }

  // MARK: Facts

  /// Looks up how the facts came to be there, all of a predicate at once.
  private mutating func addRecords(withContradictions: Bool) throws(RunError) {
    let found = try compilation.records(of: facts, in: program)
    var contradictions: [Int: [(text: String, sources: [CitedPassage])]] = [:]
    for (id, asked) in facts where withContradictions {
      guard let (predicate, width) = program.statements(of: id) else { continue }
      for (number, tuple) in asked {
        guard let record = found[number] else { continue }
        let others = try compilation.contradictions(to: Array(tuple.prefix(width)), record, of: predicate)
        contradictions[number] = others.map { (predicate.text(of: $0.tuple, values), $0.sources) }
      }
    }
    var passages = PassageRegister(compilation)
    var entries: [Int: Proof.Entry] = [:]
    for number in proof.conclusions(under: proof.roots) {
      guard let record = found[number] else { continue }
      var statements: [Proof.Statement] = []
      for statement in record.statements {
        if entries[statement.change] == nil {
          entries[statement.change] = try compilation.facts.entry(statement.change)
        }
        guard let entry = entries[statement.change] else { continue }
        let cited = statement.sources.map { passages.number(of: $0) }
        statements.append(Proof.Statement(entry: entry, passages: cited))
      }
      let own = Proof.Record(
        passages: record.sources.map { passages.number(of: $0) },
        files: record.files,
        statements: statements,
        contradictions: (contradictions[number] ?? []).map { text, sources in
          Proof.Contradiction(text: text, passages: sources.map { passages.number(of: $0) })
        }
      )
      proof.conclusions[number].reasons = [.fact(own)] + proof.conclusions[number].reasons
    }
    proof.passages = try passages.described()
  }
}

extension BodyForm {
  /// Whether it is a variable that the text does not have.
  fileprivate func isGenerated(_ expression: Expression) -> Bool {
    if case .variable(let variable) = expression { variables[variable.index].isGenerated } else { false }
  }

  fileprivate func text(of term: Term) -> String {
    switch term {
    case .variable(let variable): variables[variable.index].isGenerated ? "…" : variables[variable.index].name
    case .constant(let constant): constant.literalText
    case .wildcard: "_"
    }
  }
}

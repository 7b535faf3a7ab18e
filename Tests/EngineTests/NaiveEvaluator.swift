import Datalog

/// The oracle: a checked program evaluated by the definition of the language, with complete relations, nested loops and
/// no index, until nothing changes. Slow on purpose; it shares no code with the engine.
///
/// A literal whose value is not there spoils the variables it would have bound. What uses a spoilt variable is passed
/// over, so at the end of a body all literals that do not use the value hold: only then is a fault an error.
struct NaiveEvaluator: ProgramEvaluator {
  /// With more bindings or tuples than this a program is too large to be a test.
  var bound = 100_000

  func evaluate(_ program: CheckedProgram, facts: Facts) throws(NaiveFault) -> Facts {
    var state = State(relations: facts, bound: bound)
    for fact in program.computedFacts {
      let values = fact.arguments.map { NaiveFunctions.value(of: $0, in: [:]) }
      if let fault = values.lazy.compactMap(\.fault).first { throw fault }
      if !values.contains(where: \.isMissing) {
        state.relations[fact.predicate, default: []].insert(values.compactMap(\.constant))
      }
    }
    for stratum in program.strata { try state.complete(stratum, of: program) }
    return state.relations
  }

  /// What is known while a program is evaluated, or afterwards.
  struct State {
    var relations: Facts, bound: Int

    /// Applies the rules of a stratum until nothing changes.
    mutating func complete(_ stratum: Stratum, of program: CheckedProgram) throws(NaiveFault) {
      let clauses = stratum.rules.map { program.rules[$0] }.alternativesTogether
      var before: Facts
      repeat {
        before = relations
        for rules in clauses {
          let head = rules[0].head
          var rows: Set<[[Constant]]> = []
          for rule in rules { rows.formUnion(try solutions(of: rule.body, in: rule).map { $0.parts(of: rule.head) }) }
          let isGrouped = head.isAggregate && !stratum.isRecursive
          let columns = program.predicates[head.predicate.index].columns
          let tuples = isGrouped ? try grouped(rows, head, columns) : rows.map { $0.map { $0[0] } }
          relations[head.predicate, default: []].formUnion(tuples)
          if stratum.isRecursive { keepBest(head) }
          guard relations[head.predicate, default: []].count <= bound else { throw NaiveFault.tooLarge }
        }
      } while relations != before
    }

    /// The bindings that satisfy a conjunction. Throws the fault of one for which all else holds.
    func solutions(
      of body: [Literal],
      in rule: Rule,
      from start: NaiveBinding = NaiveBinding()
    ) throws(NaiveFault) -> [NaiveBinding] {
      var bindings = [start]
      for literal in body.inOrderOfBinding(known: Set(start.values.keys)) {
        var next: [NaiveBinding] = []
        for binding in bindings {
          let isSpoilt = literal.uses(binding.spoilt)
          next += isSpoilt ? [binding.spoiling(literal.bindable)] : try extend(binding, literal, rule)
        }
        guard next.count <= bound else { throw NaiveFault.tooLarge }
        bindings = next
      }
      bindings.removeAll { $0.isMissing }
      if let fault = bindings.lazy.compactMap(\.fault).first { throw fault }
      return bindings
    }

    private func extend(_ binding: NaiveBinding, _ literal: Literal, _ rule: Rule) throws(NaiveFault) -> [NaiveBinding]
    {
      switch literal {
      case .atom(let atom, let isNegated):
        let matches = relations[atom.predicate, default: []].compactMap { binding.matching(atom, $0) }
        return isNegated ? (matches.isEmpty ? [binding] : []) : matches
      case .comparison(.equal, .variable(let variable), let other, _) where binding.values[variable] == nil:
        return binding.binding(variable, to: [NaiveFunctions.value(of: other, in: binding.values)])
      case .comparison(.equal, let other, .variable(let variable), _) where binding.values[variable] == nil:
        return binding.binding(variable, to: [NaiveFunctions.value(of: other, in: binding.values)])
      case .comparison(let comparison, let left, let right, _):
        return binding.keeping(if: [left, right]) { NaiveFunctions.holds(comparison, $0[0], $0[1]) }
      case .test(let test, let arguments, let isNegated, _):
        return binding.keeping(if: arguments) { values in
          NaiveFunctions.holds(test, values).map { $0 != isNegated }
        }
      case .sequence(let variable, let function, let arguments, _):
        return binding.binding(variable, to: NaiveFunctions.elements(function, arguments, in: binding.values))
      case .aggregate(let aggregate):
        return binding.binding(aggregate.result, to: [try value(of: aggregate, for: binding, in: rule)])
      }
    }

    /// One aggregate in a body for one binding of its groups.
    private func value(
      of aggregate: AggregateLiteral,
      for binding: NaiveBinding,
      in rule: Rule
    ) throws(NaiveFault) -> NaiveValue {
      let start = binding.restricted(to: aggregate.groups)
      var found: Set<NaiveBinding> = []
      do {
        for body in aggregate.alternatives {
          found.formUnion(try solutions(of: body, in: rule, from: start).map { $0.solution(of: body, in: rule) })
        }
      } catch {
        if error == .tooLarge { throw error }
        return .fault(error)
      }
      guard let expression = aggregate.value else { return .constant(.number(Int64(found.count))) }
      let type = rule.variables[aggregate.result.index].type
      let values = found.map { NaiveFunctions.value(of: expression, in: $0.values) }
      return values.lazy.compactMap(\.fault).first.map(NaiveValue.fault)
        ?? NaiveFunctions.aggregate(aggregate.function, values.compactMap(\.constant), type: type)
    }

    /// The rows of a rule with aggregates in its head: one for each group, each aggregate over its distinct tuples.
    func grouped(_ rows: Set<[[Constant]]>, _ head: Head, _ columns: [Column]) throws(NaiveFault)
      -> [[Constant]]
    {
      let groups = Dictionary(grouping: rows) { row in
        zip(row, head.arguments).map { part, argument in argument.function == nil ? part : [] }
      }
      var tuples: [[Constant]] = []
      for (group, members) in groups {
        let values = head.arguments.indices.map { place -> NaiveValue in
          guard let function = head.arguments[place].function else { return .constant(group[place][0]) }
          let distinct = Set(members.map { $0[place] })
          if function == .count { return .constant(.number(Int64(distinct.count))) }
          return NaiveFunctions.aggregate(function, distinct.map { $0[0] }, type: columns[place].type)
        }
        if let fault = values.lazy.compactMap(\.fault).first { throw fault }
        tuples.append(values.compactMap(\.constant))
      }
      return tuples
    }

    /// Recursive `min` and `max`: of the tuples that agree in all other columns, the best.
    private mutating func keepBest(_ head: Head) {
      guard let column = head.arguments.firstIndex(where: { $0.function != nil }) else { return }
      let better: ComparisonOperator = head.arguments[column].function == .min ? .less : .greater
      var best: [[Constant]: [Constant]] = [:]
      for tuple in relations[head.predicate, default: []] {
        var group = tuple
        group.remove(at: column)
        if let held = best[group], !NaiveFunctions.holds(better, tuple[column], held[column]) { continue }
        best[group] = tuple
      }
      relations[head.predicate] = Set(best.values)
    }
  }
}

extension CheckedProgram {
  /// What a program is checked for; it says which clauses may stand in it.
  public enum Mode: Sendable {
    /// A file, or standard input, to be run.
    case run
    /// A line of the prompt.
    case prompt
    /// Files to be loaded into the knowledge base: declarations, facts, rules and constraints.
    case load
    /// One question.
    case question
  }

  /// Checks what several sources say together; `nil` when any of it is wrong.
  ///
  /// Errors are appended to `diagnostics`, sorted by source and place; warnings are in the program. `storedSources` are
  /// those of the trees that the knowledge base holds: they may stand beside a question, and what they say in a way the
  /// mode does not allow, or that is worth a warning, was dealt with when they were stored.
  /// Near linear in the size of the texts, but for the alternatives of `;`, which are at most a thousand a clause.
  public init?(
    checking trees: [SyntaxTree],
    mode: Mode,
    catalogue: Catalogue,
    storedSources: Set<SourceID> = [],
    diagnostics: inout [Diagnostic]
  ) {
    let declarations = Declarations(of: trees, mode: mode, catalogue: catalogue)
    let program = Resolver(
      resolving: trees,
      against: declarations.table,
      mode: mode,
      catalogue: catalogue,
      storedSources: storedSources
    )
    let types = TypeInference(inferring: program, facts: trees)
    var faults = declarations.faults + program.faults + types.faults

    var clauses: [ExpandedClause] = []
    var safety = Safety()
    for clause in program.clauses {
      do throws(Alternatives.Excess) {
        let alternatives = try Alternatives(of: clause.body)
        if !clause.isPoisoned { safety.check(clause, alternatives: alternatives.bodies) }
        clauses.append((clause, alternatives.bodies))
      } catch {
        switch error {
        case .alternatives: faults.append(.tooManyAlternatives(limit: Alternatives.limit, at: clause.span))
        case .literals: faults.append(.tooManyLiterals(limit: Alternatives.literalLimit, at: clause.span))
        }
      }
    }
    let strata = Stratification(of: program.clauses, table: program.table)
    faults += safety.faults + strata.faults
    if strata.faults.isEmpty {
      faults += RecursiveAggregates(in: clauses, table: program.table, strata: strata).faults
    }
    guard faults.isEmpty else {
      // What the parser has said of the same place is not said again.
      let said = Set(diagnostics.map { Place(code: $0.code, span: $0.span) })
      diagnostics += faults.sortedByPlace().filter { !said.contains(Place(code: $0.code, span: $0.span)) }
      return nil
    }
    let warnings = Warnings(
      about: program,
      in: trees,
      clauses: clauses,
      types: types,
      mode: mode,
      catalogue: catalogue
    )
    self.init(
      program,
      clauses: clauses,
      types: types,
      strata: strata,
      trees: trees,
      warnings: warnings.faults.sortedByPlace()
    )
  }

  private init(
    _ program: Resolver,
    clauses: [ExpandedClause],
    types: TypeInference,
    strata: Stratification,
    trees: [SyntaxTree],
    warnings: [Diagnostic]
  ) {
    var lowering = Lowering(table: program.table, types: types)
    var constraints: [CheckedConstraint] = []
    var questions: [Span: CheckedQuestion] = [:]
    for (number, (clause, alternatives)) in clauses.enumerated() {
      lowering.lower(clause, number: number, alternatives: alternatives)
      guard let answers = clause.heads.first?.predicate else { continue }
      switch clause.kind {
      case .rule: break
      case .constraint: constraints.append(CheckedConstraint(answers: PredicateID(answers), span: clause.span))
      case .question(let question, let expected, let limit):
        let columns = program.table.entries[answers].columns
        questions[clause.span] = CheckedQuestion(
          answers: PredicateID(answers),
          order: question.order.compactMap { order in
            columns.firstIndex { $0.name == order.variable.text }.map { ($0, order.isDescending) }
          },
          limit: limit,
          expected: expected.map { rows in
            rows.map { row in zip(row, columns).compactMap { lowering.constant($0, in: $1) } }
          },
          span: clause.span
        )
      }
    }
    self.init(
      predicates: program.table.entries.map { Predicate($0, types: types) },
      strata: CheckedProgram.strata(strata, rules: lowering.rules),
      rules: lowering.rules,
      computedFacts: program.facts.map { lowering.lower($0) },
      constraints: constraints,
      requests: CheckedProgram.requests(of: trees, table: program.table, questions: questions),
      retractions: program.retractions.map { lowering.lower(pattern: $0) },
      warnings: warnings
    )
  }

  /// The components that have rules, in the order of evaluation.
  private static func strata(_ strata: Stratification, rules: [Rule]) -> [Stratum] {
    var rulesOf: [[Int]] = Array(repeating: [], count: strata.components.count)
    for (index, rule) in rules.enumerated() {
      rulesOf[strata.component[rule.head.predicate.index]].append(index)
    }
    return strata.components.indices.compactMap { index in
      guard !rulesOf[index].isEmpty else { return nil }
      return Stratum(
        predicates: strata.components[index].map { PredicateID($0) },
        rules: rulesOf[index],
        isRecursive: strata.isRecursive(index)
      )
    }
  }

  private static func requests(
    of trees: [SyntaxTree],
    table: PredicateTable,
    questions: [Span: CheckedQuestion]
  ) -> [Request] {
    trees.lazy.flatMap(\.clauses).compactMap { clause in
      switch clause {
      case .question(let question): return questions[question.span].map { .question($0) }
      case .directive(let directive):
        switch directive.kind {
        case .output(let name, let path, let format):
          return table[name.text].map {
            .output(PredicateID($0), path: path, format: format?.text, span: directive.span)
          }
        case .printSize(let name): return table[name.text].map { .printSize(PredicateID($0), span: directive.span) }
        case .include, .parameter, .limit, .input, .command: return nil
        }
      case .declaration, .fact, .rule, .constraint, .retraction: return nil
      }
    }
  }
}

/// What a diagnostic is about.
private struct Place: Hashable {
  let code: DiagnosticCode
  let span: Span?
}

/// A clause with its alternatives.
typealias ExpandedClause = (clause: ResolvedClause, alternatives: [[ResolvedLiteral]])

extension Predicate {
  fileprivate init(_ entry: PredicateTable.Entry, types: TypeInference) {
    self.init(
      name: entry.name,
      columns: entry.columns.map { Column(name: $0.name, type: types.type(of: $0.node)) },
      keys: entry.keys,
      kind: entry.kind,
      isDeclared: entry.isDeclared,
      isDeclaredHere: entry.isDeclaredHere,
      isDerived: entry.hasRules,
      declaration: entry.declaration
    )
  }
}

extension [Diagnostic] {
  /// Each once, in the order of the sources and of the places in them.
  func sortedByPlace() -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return filter { seen.insert($0).inserted }.sorted { a, b in
      let (first, second) = (a.span, b.span)
      let order = (first?.source.index ?? -1, first?.start ?? 0, first?.end ?? 0, a.code.rawValue, a.message)
      return order < (second?.source.index ?? -1, second?.start ?? 0, second?.end ?? 0, b.code.rawValue, b.message)
    }
  }
}

/// The fifth pass: every variable is bound, so that every rule derives finitely many tuples, in whatever order a plan
/// evaluates its literals.
///
/// Positive atoms bind the variables that stand bare in them. `X = E`, sequences and aggregates bind `X` once all they
/// need is bound; each counts what it still waits for, and the last of these to be bound sets it off, so that one pass
/// over a body is linear. What is unbound then is reported at its cause: a variable that only waits for another such
/// is taken as bound when that one is reported.
struct Safety {
  private(set) var faults: [Diagnostic] = []
  // State of the clause at hand.
  private var variables: [ClauseVariable] = []
  private var isBound: [Bool] = []
  private var reported: Set<Int> = []

  /// Checks one clause, whose alternatives are given.
  mutating func check(_ clause: ResolvedClause, alternatives: [[ResolvedLiteral]]) {
    variables = clause.variables
    reported = []
    for alternative in alternatives {
      isBound = Array(repeating: false, count: variables.count)
      var uses = headUses(of: clause)
      check(alternative, uses: &uses, isOneOfSeveral: alternatives.count > 1)
    }
  }

  /// Where a variable has to be bound.
  private struct Use {
    enum Place { case head, answer, comparison, expression, test, negation, aggregate, braces }

    let variable: Int
    let span: Span
    let place: Place
  }

  private func headUses(of clause: ResolvedClause) -> [Use] {
    var uses: [Use] = []
    let place: Use.Place
    if case .rule = clause.kind { place = .head } else { place = .answer }
    for argument in clause.heads.lazy.flatMap(\.arguments) {
      switch argument {
      case .operand(let operand):
        operand.forEachVariable { uses.append(Use(variable: $0, span: $1, place: place)) }
      case .aggregate(_, let operands, _, _), .measure(_, _, let operands, _, _):
        for operand in operands {
          operand.forEachVariable { uses.append(Use(variable: $0, span: $1, place: place)) }
        }
      }
    }
    return uses
  }

  /// A literal that binds its target when all it needs is bound.
  private struct Binder {
    let target: Int
    var missing: Int
  }

  /// What one conjunction binds.
  private struct Binders {
    /// Bound whatever else is.
    var ready: [Int] = []
    var waiting: [Binder] = []
    /// By variable, the binders that wait for it.
    var watchers: [Int: [Int]] = [:]
    /// What has been bound, to be forgotten when the conjunction is left.
    var bound: [Int] = []
  }

  private mutating func check(_ literals: [ResolvedLiteral], uses: inout [Use], isOneOfSeveral: Bool) {
    var binders = Binders()
    for literal in literals { collect(literal, &binders, &uses) }
    bind(binders.ready, &binders)
    report(uses, &binders, isOneOfSeveral: isOneOfSeveral)
    for case .aggregate(_, _, let aggregate) in literals { checkBraces(of: aggregate) }
    for variable in binders.bound { isBound[variable] = false }
  }

  private mutating func checkBraces(of aggregate: ResolvedAggregate) {
    for alternative in aggregate.body {
      var uses: [Use] = []
      aggregate.value?.forEachVariable { uses.append(Use(variable: $0, span: $1, place: .aggregate)) }
      check(alternative, uses: &uses, isOneOfSeveral: aggregate.body.count > 1)
    }
  }

  private mutating func bind(_ variables: [Int], _ binders: inout Binders) {
    var fresh = variables
    while let variable = fresh.popLast() {
      guard !isBound[variable] else { continue }
      isBound[variable] = true
      binders.bound.append(variable)
      for index in binders.watchers.removeValue(forKey: variable) ?? [] {
        binders.waiting[index].missing -= 1
        if binders.waiting[index].missing == 0 { fresh.append(binders.waiting[index].target) }
      }
    }
  }

  // MARK: What literals bind and use

  private func collect(_ literal: ResolvedLiteral, _ binders: inout Binders, _ uses: inout [Use]) {
    switch literal {
    case .atom(let atom, let isNegated):
      for case .operand(let operand) in atom.arguments {
        if isNegated {
          operand.forEachVariable { uses.append(Use(variable: $0, span: $1, place: .negation)) }
        } else if let variable = operand.variable {
          binders.ready.append(variable)
        } else {
          operand.forEachVariable { uses.append(Use(variable: $0, span: $1, place: .expression)) }
        }
      }
    case .comparison(let comparison, let left, let right, _):
      for operand in [left, right] {
        operand.forEachVariable { uses.append(Use(variable: $0, span: $1, place: .comparison)) }
      }
      guard comparison == .equal else { return }
      if let target = left.variable { add(target, needing: right.variables, &binders) }
      if let target = right.variable { add(target, needing: left.variables, &binders) }
    case .test(_, let operands, _, _):
      for operand in operands { operand.forEachVariable { uses.append(Use(variable: $0, span: $1, place: .test)) } }
    case .sequence(let target, _, let operands, _, _):
      var needs: [Int] = []
      for operand in operands {
        operand.forEachVariable {
          uses.append(Use(variable: $0, span: $1, place: .expression))
          needs.append($0)
        }
      }
      target.forEachVariable { uses.append(Use(variable: $0, span: $1, place: .comparison)) }
      if let variable = target.variable { add(variable, needing: needs, &binders) }
    case .aggregate(let comparison, let left, let aggregate):
      left.forEachVariable { uses.append(Use(variable: $0, span: $1, place: .comparison)) }
      for group in aggregate.groups { uses.append(Use(variable: group.variable, span: group.span, place: .braces)) }
      if comparison == .equal, let variable = left.variable {
        add(variable, needing: aggregate.groups.map(\.variable), &binders)
      }
    case .group: preconditionFailure("alternatives have no groups")
    }
  }

  private func add(_ target: Int, needing needs: [Int], _ binders: inout Binders) {
    let missing = Set(needs).filter { !isBound[$0] }
    if missing.isEmpty {
      binders.ready.append(target)
      return
    }
    binders.waiting.append(Binder(target: target, missing: missing.count))
    for need in missing { binders.watchers[need, default: []].append(binders.waiting.count - 1) }
  }

  // MARK: Reports

  private mutating func report(_ uses: [Use], _ binders: inout Binders, isOneOfSeveral: Bool) {
    var open = uses.filter { !isBound[$0.variable] }
    guard !open.isEmpty else { return }
    open.sort { ($0.place == .negation ? 1 : 0, $0.span.start) < ($1.place == .negation ? 1 : 0, $1.span.start) }
    let dependent = Set(binders.waiting.lazy.filter { $0.missing > 0 }.map(\.target))
    for use in open where !dependent.contains(use.variable) { report(use, &binders, isOneOfSeveral) }
    for use in open { report(use, &binders, isOneOfSeveral) }
  }

  private mutating func report(_ use: Use, _ binders: inout Binders, _ isOneOfSeveral: Bool) {
    guard !isBound[use.variable] else { return }
    let variable = variables[use.variable]
    if reported.insert(use.variable).inserted { faults.append(fault(of: use, variable, isOneOfSeveral)) }
    bind([use.variable], &binders)
  }

  private func fault(of use: Use, _ variable: ClauseVariable, _ isOneOfSeveral: Bool) -> Diagnostic {
    let twin = variables.first { $0.name == variable.name && $0.scope > variable.scope }
    let problem: Diagnostic.BindingProblem
    switch use.place {
    case .head: problem = .head
    case .answer: problem = .answer
    case .comparison: problem = .comparison
    case .expression: problem = .expression
    case .test: problem = .test
    case .aggregate: problem = .aggregate
    case .braces: problem = .braces
    case .negation: return .unboundInNegation(variable.name, at: use.span, twin: twin?.span)
    }
    return .unboundVariable(
      variable.name,
      problem,
      at: use.span,
      isOneOfSeveral: isOneOfSeveral,
      twin: twin?.span
    )
  }
}

extension Operand {
  /// The variables in it, in the order of the text.
  var variables: [Int] {
    var variables: [Int] = []
    forEachVariable { variable, _ in variables.append(variable) }
    return variables
  }
}

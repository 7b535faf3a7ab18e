extension TypeInference {
  /// Infers all types of a program.
  init(inferring program: Resolver, facts trees: [SyntaxTree]) {
    self.init(of: program)
    for tree in trees {
      for summary in tree.facts { add(summary, of: program) }
    }
    for fact in program.facts {
      for (operand, column) in zip(fact.arguments, program.table.entries[fact.predicate].columns) {
        add(operand, of: [])
        flow(subject(operand, of: []), into: column.node)
      }
    }
    for pattern in program.retractions { add(pattern, of: program, variables: []) }
    for clause in program.clauses { add(clause, of: program) }
    solve()
  }

  private mutating func add(_ summary: FactSummary, of program: Resolver) {
    guard let index = program.table[summary.predicate.text] else { return }
    let columns = program.table.entries[index].columns
    guard columns.count == summary.kinds.count else { return }
    for (column, kinds) in zip(columns, summary.kinds) {
      for (kind, span) in kinds.sorted(by: { $0.value.start < $1.value.start }) {
        flow(kind, into: column.node, at: span)
      }
    }
  }

  private mutating func add(_ clause: ResolvedClause, of program: Resolver) {
    for head in clause.heads { add(head, of: program, variables: clause.variables) }
    add(clause.body, of: program, variables: clause.variables)
    guard case .question(_, let expected?, _) = clause.kind, let head = clause.heads.first else { return }
    for row in expected {
      for (operand, column) in zip(row, program.table.entries[head.predicate].columns) {
        flow(subject(operand, of: []), into: column.node)
      }
    }
  }

  private mutating func add(_ head: ResolvedHead, of program: Resolver, variables: [ClauseVariable]) {
    // The columns of an answer are its variables themselves.
    if case .answers = program.table.entries[head.predicate].kind { return }
    for (argument, column) in zip(head.arguments, program.table.entries[head.predicate].columns) {
      switch argument {
      case .operand(let operand):
        add(operand, of: variables)
        flow(subject(operand, of: variables), into: column.node)
      case .aggregate(let function, let operands, let node, let span):
        for operand in operands { add(operand, of: variables) }
        add(function, of: operands.first.map { subject($0, of: variables) }, node: node, at: span)
        flow(.computed(node: node, by: function.rawValue, span), into: column.node)
      case .measure(let measure, let place, let operands, let node, let span):
        for operand in operands { add(operand, of: variables) }
        meet(operands.map { subject($0, of: variables) }, in: node)
        var result = node
        if measure.columns[place] == .score {
          result = makeNode()
          settle(result, .float, Reason(kind: .result(measure.rawValue), span: span), at: span)
        }
        flow(.computed(node: result, by: measure.rawValue, span), into: column.node)
      }
    }
  }

  private mutating func add(_ body: [[ResolvedLiteral]], of program: Resolver, variables: [ClauseVariable]) {
    for alternative in body {
      for literal in alternative { add(literal, of: program, variables: variables) }
    }
  }

  private mutating func add(_ atom: ResolvedAtom, of program: Resolver, variables: [ClauseVariable]) {
    for (term, column) in zip(atom.arguments, program.table.entries[atom.predicate].columns) {
      guard case .operand(let operand) = term else { continue }
      add(operand, of: variables)
      flow(subject(operand, of: variables), into: column.node)
    }
  }

  private mutating func add(_ literal: ResolvedLiteral, of program: Resolver, variables: [ClauseVariable]) {
    switch literal {
    case .atom(let atom, _): add(atom, of: program, variables: variables)
    case .comparison(_, let left, let right, _):
      add(left, of: variables)
      add(right, of: variables)
      meet([subject(left, of: variables), subject(right, of: variables)], in: nil)
    case .test(let function, let operands, _, _):
      for operand in operands {
        add(operand, of: variables)
        demand(.symbol, of: subject(operand, of: variables), by: function.text)
      }
    case .sequence(let target, let function, let operands, let node, let span):
      let type: ValueType = function == .range ? .number : .symbol
      for operand in operands {
        add(operand, of: variables)
        demand(type, of: subject(operand, of: variables), by: function.rawValue)
      }
      add(target, of: variables)
      settle(node, type, Reason(kind: .result(function.rawValue), span: span), at: span)
      meet([subject(target, of: variables), .computed(node: node, by: function.rawValue, span)], in: nil)
    case .aggregate(_, let left, let aggregate):
      add(left, of: variables)
      if let value = aggregate.value { add(value, of: variables) }
      add(aggregate.body, of: program, variables: variables)
      let value = aggregate.value.map { subject($0, of: variables) }
      add(aggregate.function, of: value, node: aggregate.node, at: aggregate.span)
      let result = Subject.computed(node: aggregate.node, by: aggregate.function.rawValue, aggregate.span)
      meet([subject(left, of: variables), result], in: nil)
    case .group(let body, _): add(body, of: program, variables: variables)
    }
  }

  /// What an aggregate takes and yields.
  private mutating func add(_ function: AggregateFunction, of value: Subject?, node: Int, at span: Span) {
    let reason = Reason(kind: .result(function.rawValue), span: span)
    switch function {
    case .count: settle(node, .number, reason, at: span)
    case .list: settle(node, .symbol, reason, at: span)
    case .mean:
      settle(node, .float, reason, at: span)
      if let value { add(.summand(value, function)) }
    case .sum:
      guard let value else { return }
      add(.summand(value, function))
      meet([value], in: node)
    case .min, .max:
      if let value { meet([value], in: node) }
    }
  }

  // MARK: Operands

  /// The shallow form of an operand; what is inside it has constraints of its own.
  private func subject(_ operand: Operand, of variables: [ClauseVariable]) -> Subject {
    switch operand {
    case .variable(let id, let span): .variable(node: variables[id].node, name: variables[id].name, span)
    case .constant(let constant, let isYear, let span): .literal(constant, isYear: isYear, span)
    case .call(let operation, _, let node, let span): .computed(node: node, by: operation.text, span)
    }
  }

  /// Values of one type: the sides of a comparison, the arguments of `min` and `max`, with `node` for the result.
  ///
  /// Variables among them are joined; literals and computed values flow to where the variables are.
  private mutating func meet(_ subjects: [Subject], in node: Int?) {
    var place = node
    for case .variable(let own, let name, let span) in subjects {
      if let place { join(own, place, variable: name, at: span) } else { place = own }
    }
    let target = place ?? makeNode()
    for subject in subjects {
      if case .variable = subject { continue }
      flow(subject, into: target)
    }
  }

  /// Adds constraints for the calls in an operand. Their nesting is bounded by the parser.
  private mutating func add(_ operand: Operand, of variables: [ClauseVariable]) {
    guard case .call(let operation, let operands, let node, let span) = operand else { return }
    for operand in operands { add(operand, of: variables) }
    let subjects = operands.map { subject($0, of: variables) }
    switch operation {
    case .binary(let binary):
      guard subjects.count == 2 else { return }
      add(.arithmetic(binary, subjects[0], subjects[1], node: node, span))
    case .negate:
      guard let subject = subjects.first else { return }
      add(.numeric(subject, node: node, "-", span))
    case .function(let function): add(function, of: subjects, node: node, at: span)
    }
  }

  private mutating func add(_ function: FunctionName, of subjects: [Subject], node: Int, at span: Span) {
    let name = function.rawValue
    let signature: (arguments: [ValueType], result: ValueType)
    switch function {
    case .abs:
      if let subject = subjects.first { add(.numeric(subject, node: node, name, span)) }
      return
    case .min, .max: return meet(subjects, in: node)
    case .cat, .toString: signature = ([], .symbol)
    case .toNumber, .toFloat:
      for subject in subjects { add(.convertible(subject, name)) }
      signature = ([], function == .toNumber ? .number : .float)
    case .strlen: signature = ([.symbol], .number)
    case .substr: signature = ([.symbol, .number, .number], .symbol)
    case .lower, .upper, .trim: signature = ([.symbol], .symbol)
    case .replace: signature = ([.symbol, .symbol, .symbol], .symbol)
    case .round: signature = ([.float], .number)
    case .year, .month, .day, .weekday, .precision: signature = ([.date], .number)
    case .firstDay, .lastDay: signature = ([.date], .date)
    case .today: signature = ([], .date)
    }
    for (subject, type) in zip(subjects, signature.arguments) { demand(type, of: subject, by: name) }
    settle(node, signature.result, Reason(kind: .result(name), span: span), at: span)
  }
}

extension TestFunction {
  /// As the text names it.
  var text: String {
    switch self {
    case .contains: "contains"
    case .startsWith: "starts_with"
    case .endsWith: "ends_with"
    case .match: "match"
    case .isTrue: "true"
    case .isFalse: "false"
    }
  }
}

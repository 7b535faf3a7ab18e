internal import Datalog
internal import Engine
internal import Planning

/// One conjunction of a rule in the form in which its instances are looked for: whatever stands in it has a name, so that
/// a row of values says all.
struct BodyForm {
  /// Where the word of a term is found.
  enum Place {
    case column(Int)
    case constant(Word)
  }

  /// The number of the rule in its program.
  let rule: Int
  /// Positive atoms have variables for wildcards.
  let literals: [Literal]
  /// Computes `value`.
  let computed: [Literal]
  /// The rule's, with those that stand for wildcards behind them.
  let variables: [Variable]
  /// Those that a row has the words of.
  let columns: [VariableID]
  /// What braces aggregate.
  let value: VariableID?
  private let columnOf: [VariableID: Int]
  /// For each variable behind the rule's what tells it from others: where its wildcard stands.
  private let wildcards: [[Word]]
  /// How many variables the rule has itself.
  private let ownCount: Int

  /// - Parameters:
  ///   - also: further variables that a row is to have.
  ///   - computing: what is to be computed for each row.
  init(
    of body: [Literal],
    in rule: Int,
    _ program: CheckedProgram,
    also: [VariableID] = [],
    computing expression: Expression? = nil
  ) {
    self.rule = rule
    var variables = program.rules[rule].variables
    var wildcards: [[Word]] = []
    ownCount = variables.count
    literals = body.map { literal in
      guard case .atom(let atom, false) = literal else { return literal }
      let types = program.predicates[atom.predicate.index].columns.map(\.type)
      let arguments = zip(atom.arguments, types).enumerated().map { column, pair in
        let (argument, type) = pair
        guard case .wildcard = argument else { return argument }
        wildcards.append([1, Word(truncatingIfNeeded: atom.span.start), Word(column)])
        variables.append(Variable(name: "_", type: type, isGenerated: true))
        return .variable(VariableID(variables.count - 1))
      }
      return .atom(Atom(predicate: atom.predicate, arguments: arguments, span: atom.span), isNegated: false)
    }
    switch expression {
    case nil:
      value = nil
      computed = []
    case .variable(let variable):
      value = variable
      computed = []
    case let expression?:
      let own = VariableID(variables.count)
      value = own
      wildcards.append([2])
      variables.append(Variable(name: "_", type: expression.type(variables), isGenerated: true))
      computed = [.comparison(.equal, .variable(own), expression, span: program.rules[rule].span)]
    }
    let used = Set(also + literals.flatMap(\.variables) + [value].compactMap { $0 })
    columns = used.sorted()
    columnOf = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    self.variables = variables
    self.wildcards = wildcards
  }

  private func column(of variable: VariableID) -> Int {
    guard let column = columnOf[variable] else { preconditionFailure("a form has all variables of its literals") }
    return column
  }

  /// What tells a row from those of other alternatives: the values of its variables, but for what follows from them.
  func binding(_ row: [Word]) -> [Word] {
    zip(columns, row).flatMap { variable, word -> [Word] in
      // A wildcard that stands in two alternatives, since they share a part of the text, is one.
      if variable.index >= ownCount { return wildcards[variable.index - ownCount] + [word] }
      return variables[variable.index].isGenerated ? [] : [0, Word(variable.index), word]
    }
  }

  /// The words of the variables that the text names.
  func names(_ row: [Word]) -> [(variable: Variable, word: Word)] {
    zip(columns, row).compactMap { variable, word in
      let variable = variables[variable.index]
      return variable.isGenerated ? nil : (variable, word)
    }
  }

  func place(of term: Term, _ values: Values) -> Place {
    switch term {
    case .variable(let variable): .column(column(of: variable))
    case .constant(let constant): .constant(values.word(of: constant))
    case .wildcard: preconditionFailure("a form has names for wildcards")
    }
  }
}

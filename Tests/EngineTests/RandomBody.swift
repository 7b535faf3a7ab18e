import Datalog

/// A random conjunction under way: every variable in `variables` is bound by the literals so far.
struct RandomBody {
  typealias Variable = (name: String, type: ValueType)

  /// Gives the relations and the random numbers.
  var program: RandomProgram
  private(set) var literals: [LiteralText] = []
  private(set) var variables: [Variable] = []
  /// Variables in sight of braces come from the enclosing body; they may stand in atoms but are not answers.
  private let outer: [Variable]
  private let prefix: String
  private var count = 0

  init(_ program: RandomProgram, prefix: String = "X", outer: [Variable] = []) {
    self.program = program
    self.prefix = prefix
    self.outer = outer
  }

  private var visible: [Variable] { variables + outer }

  mutating func addAtoms(_ count: Int) {
    for _ in 0..<count { addAtom(program.random.pick(program.relations)) }
  }

  /// A positive atom with shared variables, new ones, constants and wildcards, sometimes by name.
  mutating func addAtom(_ relation: RandomRelation) {
    let terms = relation.columns.map { column -> String in
      let known = visible.filter { $0.type == column.type }
      let dice = program.random.number(in: 1...100)
      if dice <= 50, !known.isEmpty { return program.random.pick(known).name }
      if dice <= 60 { return program.constant(column.type, isDeclared: relation.isDeclared) }
      if dice <= 72 { return "_" }
      return newVariable(column.type)
    }
    literals.append(.plain(atom(relation, terms)))
  }

  /// An atom that asks for what stands beside one constant, of a predicate defined late if there is one.
  mutating func addPointAtom() {
    let relation = program.random.pick(program.relations.suffix(3).filter { !$0.columns.isEmpty } + program.relations)
    guard !relation.columns.isEmpty else { return addAtom(relation) }
    let known = program.random.number(in: 0...(relation.columns.count - 1))
    let terms = relation.columns.enumerated().map { place, column in
      place == known ? program.constant(column.type, isDeclared: relation.isDeclared) : newVariable(column.type)
    }
    literals.append(.plain(atom(relation, terms)))
  }

  /// Literals that bind nothing, or compute.
  mutating func addFilters(_ count: Int) {
    for _ in 0..<count {
      switch program.random.number(in: 1...100) {
      case 1...30: addComparison()
      case 31...50: addNegation()
      case 51...62: addTest()
      case 63...85: addDefinition()
      case 86...92: addAlternatives()
      default: addSequence()
      }
    }
  }

  mutating func newVariable(_ type: ValueType) -> String {
    count += 1
    variables.append(("\(prefix)\(count)", type))
    return "\(prefix)\(count)"
  }

  mutating func add(_ literal: LiteralText) {
    literals.append(literal)
  }

  mutating func pick(_ type: ValueType) -> String? {
    let known = visible.filter { $0.type == type }
    return known.isEmpty ? nil : program.random.pick(known).name
  }

  private mutating func atom(_ relation: RandomRelation, _ terms: [String]) -> String {
    guard !terms.isEmpty else { return relation.name }
    guard program.random.happens(15) else { return "\(relation.name)(\(terms.joined(separator: ", ")))" }
    var named = zip(relation.columns, terms).filter { $1 != "_" }.map { "\($0.name): \($1)" }
    if named.isEmpty { named = ["\(relation.columns[0].name): \(terms[0])"] }
    return "\(relation.name)(\(named.shuffled(using: &program.random).joined(separator: ", ")))"
  }

  private mutating func addComparison() {
    guard !visible.isEmpty else { return }
    let left = program.random.pick(visible)
    let comparison = program.random.pick(["=", "!=", "!=", "<", "<=", ">", ">="])
    let right = program.random.happens(50) ? pick(left.type) ?? left.name : expression(left.type, depth: 1)
    literals.append(.plain("\(left.name) \(comparison) \(right)"))
  }

  private mutating func addNegation() {
    let relation = program.random.pick(program.relations)
    let terms = relation.columns.map { column -> String in
      if program.random.happens(65), let known = pick(column.type) { return known }
      return program.random.happens(40) ? program.constant(column.type, isDeclared: relation.isDeclared) : "_"
    }
    literals.append(.plain(program.random.pick(["not ", "not ", "!"]) + atom(relation, terms)))
  }

  private mutating func addTest() {
    guard let symbol = pick(.symbol) else { return addComparison() }
    let sign = program.random.happens(30) ? "not " : ""
    let other = program.random.happens(50) ? pick(.symbol) ?? symbol : program.constant(.symbol)
    literals.append(
      .plain(
        sign
          + program.random.pick([
            "contains(\(other), \(symbol))", "starts_with(\(symbol), \(other))", "ends_with(\(symbol), \(other))",
            "match(\"[a-c]|k.*o\", \(symbol))", "true",
          ])
      )
    )
  }

  private mutating func addDefinition() {
    guard let type = visible.map(\.type).randomElement(using: &program.random) else { return }
    let wanted = program.random.happens(70) ? type : program.random.pick(ValueType.allCases)
    let value = expression(wanted, depth: 2)
    let name = newVariable(wanted)
    literals.append(.plain(program.random.happens(80) ? "\(name) = \(value)" : "\(value) = \(name)"))
  }

  /// Two alternatives over the variables there are, so that each branch binds what the other does.
  private mutating func addAlternatives() {
    let branches = (0..<2).map { _ -> [LiteralText] in
      var branch = self
      branch.literals = []
      branch.addComparison()
      if program.random.happens(50) { branch.addNegation() }
      program.random = branch.program.random
      return branch.literals.isEmpty ? [.plain("true")] : branch.literals
    }
    literals.append(.group(branches))
  }

  private mutating func addSequence() {
    if program.random.happens(30), let symbol = pick(.symbol) {
      let separator = program.random.pick(["\" \"", "\"\"", "\"a\""])
      literals.append(.plain("\(newVariable(.symbol)) = split(\(symbol), \(separator))"))
    } else {
      let low = program.random.number(in: -1...3)
      let high = program.random.happens(50) ? pick(.number) ?? "4" : String(program.random.number(in: 0...5))
      literals.append(.plain("\(newVariable(.number)) = range(\(low), \(high))"))
    }
  }

  /// An expression of a type over the bound variables.
  mutating func expression(_ type: ValueType, depth: Int) -> String {
    let leaf = program.random.happens(70) ? pick(type) ?? program.constant(type) : program.constant(type)
    guard depth > 0, program.random.happens(75) else { return leaf }
    switch type {
    case .number: return numberExpression(leaf, depth - 1)
    case .float:
      let other = expression(.float, depth: depth - 1)
      let forms = [
        "\(leaf) + \(other)", "\(leaf) * 2.0", "abs(\(leaf) - \(other))", "\(leaf) / 4.0", "max(\(leaf), \(other))",
      ]
      return program.random.pick(forms + ["to_float(\(expression(.number, depth: 0)))"])
    case .symbol:
      let other = expression(.symbol, depth: depth - 1)
      return program.random.pick([
        "cat(\(leaf), \(other))", "upper(\(leaf))", "lower(\(other))", "substr(\(leaf), 0, 2)", "trim(\(leaf))",
        "replace(\(leaf), \"a\", \(other))", "min(\(leaf), \(other))", "to_string(\(expression(.number, depth: 0)))",
        "cat(\(leaf), \(expression(program.random.pick(ValueType.allCases), depth: 0)))",
      ])
    case .date:
      let days = program.random.number(in: 1...40)
      return program.random.pick([
        "first_day(\(leaf))", "last_day(\(leaf))", "\(leaf) + \(days)", "\(leaf) - \(days)",
        "min(\(leaf), \(expression(.date, depth: 0)))", "last_day(\(leaf)) + \(days)",
      ])
    }
  }

  private mutating func numberExpression(_ leaf: String, _ depth: Int) -> String {
    let other = expression(.number, depth: depth)
    let small = program.random.number(in: 2...4)
    var forms = [
      "\(leaf) + \(other)", "\(leaf) - (\(other))", "\(leaf) * \(small)", "\(leaf) / \(small)", "(\(other)) % \(small)",
      "-\(leaf)", "\(leaf) ^ 2", "abs(\(leaf) - \(small))", "min(\(leaf), \(other), \(small))",
      "max(\(leaf), \(other))",
    ]
    if let symbol = pick(.symbol) { forms += ["strlen(\(symbol))", "to_number(\(symbol))"] }
    if let float = pick(.float) { forms += ["round(\(float))", "to_number(\(float))"] }
    if let date = pick(.date) {
      forms += ["year(\(date))", "month(\(date))", "day(\(date))", "weekday(\(date))", "precision(\(date))"]
      if let later = pick(.date) { forms.append("\(later) - \(date)") }
    }
    if program.random.happens(8) { return "\(leaf) / (\(other))" }
    return program.random.pick(forms)
  }
}

import Datalog
import Engine

/// A conjunction in the planner's form: variables that are equal are one, those equal to a constant are gone, and literals
/// are sorted by what they do.
struct RuleBody {
  struct BodyAtom {
    let predicate: PredicateID
    /// Where the atom stands in its source: the same wildcard in two alternatives of a body is one variable.
    let offset: Int
    /// Wildcards are `nil`.
    var columns: [Operand?]

    var registers: Set<Int> {
      Set(columns.compactMap { if case .register(let register) = $0 { register } else { nil } })
    }
  }

  enum Condition {
    case exclude(BodyAtom)
    case compare(ComparisonOperator, Expression, Expression)
    case test(TestFunction, [Expression], isNegated: Bool)
    case sequence(Int, SequenceFunction, [Expression])
    case aggregate(AggregateLiteral)
  }

  var atoms: [BodyAtom] = []
  var conditions: [Condition] = []
  /// A constant was asked to equal another: there are no solutions.
  private(set) var isContradictory = false
  private(set) var substitution: Substitution

  /// - Parameters:
  ///   - wanted: what is made of the solutions, in order.
  ///   - fixed: variables that are bound outside and must keep their registers.
  init(
    _ literals: [Literal],
    wanted: [Term],
    substitution outer: Substitution = Substitution(),
    fixed: Set<Int> = [],
    values: Values
  ) {
    substitution = outer
    var rest: [Literal] = []
    for literal in literals {
      guard case .comparison(.equal, let a, let b, _) = literal, let a = outer.operand(a, values),
        let b = outer.operand(b, values)
      else {
        rest.append(literal)
        continue
      }
      if !substitution.unify(a, b, fixed: fixed) {
        conditions.append(.compare(.equal, .init(literal, 0), .init(literal, 1)))
      }
    }
    isContradictory = substitution.isContradictory
    for literal in rest { add(literal, values) }
    sort(by: rest, wanted: wanted.map { substitution.operand($0, values) }, fixed: fixed)
  }

  private mutating func add(_ literal: Literal, _ values: Values) {
    switch literal {
    case .atom(let atom, let isNegated):
      let columns: [Operand?] = atom.arguments.map { substitution.operand($0, values) }
      let bodyAtom = BodyAtom(predicate: atom.predicate, offset: atom.span.start, columns: columns)
      if isNegated { conditions.append(.exclude(bodyAtom)) } else { atoms.append(bodyAtom) }
    case .comparison(let comparison, let a, let b, _): conditions.append(.compare(comparison, a, b))
    case .test(let test, let arguments, let isNegated, _):
      conditions.append(.test(test, arguments, isNegated: isNegated))
    case .sequence(let variable, let function, let arguments, _):
      conditions.append(.sequence(variable.index, function, arguments))
    case .aggregate(let aggregate): conditions.append(.aggregate(aggregate))
    }
  }

  /// The same without one atom.
  func without(atom index: Int) -> RuleBody {
    var body = self
    body.atoms.remove(at: index)
    return body
  }
}

extension Expression {
  /// A side of an equation.
  fileprivate init(_ literal: Literal, _ side: Int) {
    guard case .comparison(_, let a, let b, _) = literal else { preconditionFailure("only equations have sides") }
    self = side == 0 ? a : b
  }
}

/// Which operand stands for each variable of a rule.
struct Substitution {
  private var replaced: [Int: Operand] = [:]
  private(set) var isContradictory = false

  func operand(_ register: Int) -> Operand {
    var operand = Operand.register(register)
    while case .register(let current) = operand, let next = replaced[current] { operand = next }
    return operand
  }

  func operand(_ term: Term, _ values: Values) -> Operand? {
    switch term {
    case .variable(let variable): operand(variable.index)
    case .constant(let constant): .constant(values.word(of: constant))
    case .wildcard: nil
    }
  }

  /// The operand of a bare variable or constant.
  func operand(_ expression: Expression, _ values: Values) -> Operand? {
    switch expression {
    case .variable(let variable): operand(variable.index)
    case .constant(let constant): .constant(values.word(of: constant))
    case .call: nil
    }
  }

  /// Makes two operands one; false when both have to stay.
  mutating func unify(_ a: Operand, _ b: Operand, fixed: Set<Int>) -> Bool {
    switch (resolve(a), resolve(b)) {
    case (.constant(let a), .constant(let b)):
      if a != b { isContradictory = true }
      return true
    case (.register(let register), let other) where !fixed.contains(register):
      if other != .register(register) { replaced[register] = other }
      return true
    case (let other, .register(let register)) where !fixed.contains(register):
      replaced[register] = other
      return true
    case (let a, let b): return a == b
    }
  }

  private func resolve(_ operand: Operand) -> Operand {
    if case .register(let register) = operand { self.operand(register) } else { operand }
  }
}

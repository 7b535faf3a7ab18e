import Datalog
import Engine

/// The literals of a body in an order that depends on what they say and how they hang together, so that whoever goes
/// through them decides nothing by the order of the text.
///
/// Each literal gets a signature from its predicate or function, its constants, and the signatures of its variables; a
/// variable's is the sum over the literals that name it. A few rounds of that tell apart all but literals that only names
/// distinguish, as in the refinement of colours by which graphs are compared (B. Weisfeiler, A. Leman, 1968).
extension RuleBody {
  /// - Parameters:
  ///   - literals: what the body was made of.
  ///   - wanted: what is made of the solutions, in order.
  ///   - fixed: registers that are bound outside.
  mutating func sort(by literals: [Literal], wanted: [Operand?], fixed: Set<Int>) {
    guard atoms.count + conditions.count > 1 else { return }
    var signatures = Signatures(literals, wanted: wanted, fixed: fixed, substitution)
    for _ in 0..<RuleBody.refinements { signatures.refine(atoms, conditions) }
    atoms = signatures.sorted(atoms, by: signatures.of)
    conditions = signatures.sorted(conditions, by: signatures.of)
  }

  /// Chosen: variables of longer bodies are told apart by their neighbours' neighbours' neighbours.
  private static let refinements = 3
}

/// Numbers for the parts of a body; equal for those that nothing but their names tells apart.
private struct Signatures {
  private var ofRegister: [Int: UInt64] = [:]
  /// By an atom's place in the text: its constants. Their words tell nothing: they depend on what was read first.
  private var ofConstants: [Int: UInt64] = [:]
  private let substitution: Substitution

  init(_ literals: [Literal], wanted: [Operand?], fixed: Set<Int>, _ substitution: Substitution) {
    self.substitution = substitution
    for case .atom(let atom, _) in literals {
      ofConstants[atom.span.start] = atom.arguments.reduce(0) { signature, argument in
        if case .constant(let constant) = argument { mixed(signature, of(constant)) } else { mixed(signature, 0) }
      }
    }
    for register in fixed { ofRegister[register] = 1 }
    for case (let place, .register(let register)?) in wanted.enumerated() {
      ofRegister[register, default: 0] &+= mixed(2, UInt64(place))
    }
  }

  func sorted<Literal>(_ literals: [Literal], by signature: (Literal) -> UInt64) -> [Literal] {
    literals.enumerated().map { (signature: signature($0.element), place: $0.offset, literal: $0.element) }
      .sorted { ($0.signature, $0.place) < ($1.signature, $1.place) }.map(\.literal)
  }

  mutating func refine(_ atoms: [RuleBody.BodyAtom], _ conditions: [RuleBody.Condition]) {
    var sums = ofRegister
    for atom in atoms { add(of(atom), of: atom, to: &sums) }
    for condition in conditions {
      let signature = of(condition)
      switch condition {
      case .exclude(let atom): add(signature, of: atom, to: &sums)
      case .compare(_, let a, let b): add(signature, of: [a, b], to: &sums)
      case .test(_, let arguments, _): add(signature, of: arguments, to: &sums)
      case .sequence(let variable, _, let arguments):
        add(signature, of: [.variable(VariableID(variable))] + arguments, to: &sums)
      case .aggregate(let aggregate):
        add(signature, of: ([aggregate.result] + aggregate.groups).map { .variable($0) }, to: &sums)
      }
    }
    ofRegister = sums
  }

  private func add(_ signature: UInt64, of atom: RuleBody.BodyAtom, to sums: inout [Int: UInt64]) {
    for case (let place, .register(let register)?) in atom.columns.enumerated() {
      sums[register, default: 0] &+= mixed(signature, UInt64(place))
    }
  }

  private func add(_ signature: UInt64, of expressions: [Expression], to sums: inout [Int: UInt64]) {
    for (place, expression) in expressions.enumerated() {
      for variable in expression.variables {
        guard case .register(let register) = substitution.operand(variable.index) else { continue }
        sums[register, default: 0] &+= mixed(signature, UInt64(place))
      }
    }
  }

  // MARK: Literals

  func of(_ atom: RuleBody.BodyAtom) -> UInt64 {
    let start = mixed(UInt64(atom.predicate.index), ofConstants[atom.offset] ?? 3)
    return atom.columns.reduce(start) { mixed($0, $1.map(of) ?? 4) }
  }

  func of(_ condition: RuleBody.Condition) -> UInt64 {
    switch condition {
    case .exclude(let atom): mixed(5, of(atom))
    case .compare(let comparison, let a, let b): of(comparison.rawValue, [a, b])
    case .test(let test, let arguments, let isNegated): mixed(isNegated ? 6 : 7, of(test.rawValue, arguments))
    case .sequence(let variable, let function, let arguments):
      of(function.rawValue, [.variable(VariableID(variable))] + arguments)
    case .aggregate(let aggregate):
      of(aggregate.function.rawValue, ([aggregate.result] + aggregate.groups).map { .variable($0) })
    }
  }

  private func of(_ name: String, _ arguments: [Expression]) -> UInt64 {
    let start = name.utf8.reduce(8) { mixed($0, UInt64($1)) }
    return arguments.reduce(start) { mixed($0, of($1)) }
  }

  private func of(_ expression: Expression) -> UInt64 {
    switch expression {
    case .variable(let variable): of(substitution.operand(variable.index))
    case .constant(let constant): of(constant)
    case .call(let function, let arguments): of(function.rawValue, arguments)
    }
  }

  private func of(_ operand: Operand) -> UInt64 {
    switch operand {
    case .constant: 9
    case .register(let register): mixed(10, ofRegister[register] ?? 0)
    }
  }

  private func of(_ constant: Constant) -> UInt64 {
    switch constant {
    case .symbol(let symbol): symbol.utf8.reduce(11) { mixed($0, UInt64($1)) }
    case .number(let number): mixed(12, UInt64(bitPattern: number))
    case .float(let float): mixed(13, float.bitPattern)
    case .date(let date): mixed(14, UInt64(truncatingIfNeeded: date.key))
    }
  }

  /// Folds a multiplication, as the hash of rows does.
  private func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ b) &* 0x9E37_79B9_7F4A_7C15 &+ 0x243F_6A88_85A3_08D3
    return product ^ product >> 32
  }
}

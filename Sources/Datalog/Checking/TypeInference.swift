/// The third pass: the type of every column, variable and computed value, over the whole program at once.
///
/// Each of them is a node of a union-find forest. A bare variable in a column makes the two one node: there nothing is
/// ever converted. Literals and computed values *flow* into a node, which leaves room for the conversions of the
/// language: a number may flow into a float, a year into a date. So a number literal alone settles nothing: it is a
/// *soft* mark, and decides only when all that is certain has spread and left the node open. What an operator yields
/// depends on its operands; such constraints wait at the nodes they need and are looked at again when one is settled,
/// so each is tried a few times and the whole is near linear.
///
/// `p(1). q(2.5). r(X) :- p(X). r(X) :- q(X).` — `X` joins `p` with `r`, and `r` with `q`: all are floats, and 1 is 1.0.
struct TypeInference {
  /// Why a node has its type: the other half of a message about a conflict.
  struct Reason {
    enum Kind {
      /// A declaration's column, or one of a built-in relation.
      case declared(column: String, predicate: String)
      /// What a function or operator takes or gives.
      case operand(String)
      case result(String)
      /// Written so in the text.
      case literal
      case undecided
    }

    let kind: Kind
    let span: Span?

    /// Whether it holds whatever else the program says.
    var isFixed: Bool { if case .declared = kind { true } else { false } }
  }

  /// An operand, seen from outside.
  enum Subject {
    case variable(node: Int, name: String, Span)
    case literal(Constant, isYear: Bool, Span)
    case computed(node: Int, by: String, Span)

    var span: Span {
      switch self {
      case .variable(_, _, let span), .literal(_, _, let span), .computed(_, _, let span): span
      }
    }
  }

  /// What can be decided only when the types of operands are known.
  enum Constraint {
    /// The computed value stands where `node` is wanted.
    case flow(Subject, into: Int)
    case arithmetic(BinaryOperator, Subject, Subject, node: Int, Span)
    /// One number or float, giving the same.
    case numeric(Subject, node: Int, String, Span)
    /// A number or float that `sum` or `mean` is to add up.
    case summand(Subject, AggregateFunction)
    /// A computed value where a function wants one type.
    case exact(Subject, ValueType, String)
    /// The argument of `to_number` or `to_float`.
    case convertible(Subject, String)
  }

  /// A number, literal or computed, that has to fit a node in the end.
  private struct SoftUse {
    let node: Int
    let span: Span
    let isYear: Bool
  }

  private var parent: [Int]
  private var size: [Int32]
  private var types: [ValueType?]
  private var reasons: [Reason?]
  /// Poisoned nodes took part in a conflict already.
  private var poisoned: [Bool]
  private var watchers: [[Int]]
  private var softUses: [SoftUse] = []
  private var constraints: [Constraint] = []
  private var queue: [Int] = []
  /// How many of the soft uses have been looked at.
  private var settledSoftCount = 0
  private var conflictingVariables: Set<Int> = []
  var faults: [Diagnostic] = []

  init(of program: Resolver) {
    let count = program.table.nodeCount
    parent = Array(0..<count)
    size = Array(repeating: 1, count: count)
    types = Array(repeating: nil, count: count)
    reasons = Array(repeating: nil, count: count)
    poisoned = Array(repeating: false, count: count)
    watchers = Array(repeating: [], count: count)
    for entry in program.table.entries {
      for column in entry.columns {
        guard let type = column.type else { continue }
        types[column.node] = type
        reasons[column.node] = Reason(
          kind: .declared(column: column.name, predicate: entry.name), span: entry.declaration)
      }
    }
  }

  /// The type of a node once `solve` has run.
  func type(of node: Int) -> ValueType { types[root(node)] ?? .symbol }

  // MARK: The forest

  /// A node for what no variable holds.
  mutating func makeNode() -> Int {
    parent.append(parent.count)
    size.append(1)
    types.append(nil)
    reasons.append(nil)
    poisoned.append(false)
    watchers.append([])
    return parent.count - 1
  }

  private func root(_ node: Int) -> Int {
    var node = node
    while parent[node] != node { node = parent[node] }
    return node
  }

  private func known(_ node: Int) -> ValueType? { types[root(node)] }

  private mutating func wake(_ root: Int) {
    queue.append(contentsOf: watchers[root])
    watchers[root] = []
  }

  /// Makes a variable and what it stands in one node.
  mutating func join(_ a: Int, _ b: Int, variable: String, at span: Span) {
    var (a, b) = (root(a), root(b))
    guard a != b else { return }
    if let typeA = types[a], let typeB = types[b], typeA != typeB {
      guard !poisoned[a], !poisoned[b], conflictingVariables.insert(a).inserted else { return }
      faults.append(
        .joinOfTypes(variable, (typeA, reasons[a]), (typeB, reasons[b]), at: span))
      return
    }
    if size[a] < size[b] { swap(&a, &b) }
    let isSettled = types[a] != nil || types[b] != nil
    parent[b] = a
    size[a] += size[b]
    if reasons[b]?.isFixed == true || types[a] == nil { reasons[a] = reasons[b] }
    types[a] = types[a] ?? types[b]
    poisoned[a] = poisoned[a] || poisoned[b]
    watchers[a].append(contentsOf: watchers[b])
    watchers[b] = []
    if isSettled { wake(a) }
  }

  /// Gives a node a type, for the value at `span`.
  mutating func settle(_ node: Int, _ type: ValueType, _ reason: Reason, at span: Span) {
    let root = root(node)
    guard let known = types[root] else {
      types[root] = type
      reasons[root] = reason
      wake(root)
      return
    }
    if known != type { report(root, wants: known, gets: type, reason, at: span) }
  }

  private mutating func report(
    _ root: Int,
    wants known: ValueType,
    gets type: ValueType,
    _ reason: Reason,
    at span: Span
  ) {
    guard !poisoned[root] else { return }
    let existing = reasons[root] ?? Reason(kind: .undecided, span: nil)
    if case .declared(let column, let predicate) = existing.kind {
      faults.append(
        .wrongColumnType(type, reason, column: column, predicate: predicate, wanted: known, existing, at: span))
    } else {
      poisoned[root] = true
      faults.append(.typeConflict(type, reason, other: known, existing, at: span))
    }
  }

  // MARK: Values into nodes

  /// The value stands where `node` is wanted.
  mutating func flow(_ subject: Subject, into node: Int) {
    switch subject {
    case .variable(let own, let name, let span): join(own, node, variable: name, at: span)
    case .literal(.number, let isYear, let span):
      softUses.append(SoftUse(node: node, span: span, isYear: isYear))
    case .literal(let constant, _, let span):
      settle(node, constant.type, Reason(kind: .literal, span: span), at: span)
    case .computed: add(.flow(subject, into: node))
    }
  }

  /// A literal that the facts handed to the sink have in a column.
  mutating func flow(_ kind: LiteralKind, into node: Int, at span: Span) {
    let reason = Reason(kind: .literal, span: span)
    switch kind {
    case .number: softUses.append(SoftUse(node: node, span: span, isYear: false))
    case .year: softUses.append(SoftUse(node: node, span: span, isYear: true))
    case .symbol: settle(node, .symbol, reason, at: span)
    case .float: settle(node, .float, reason, at: span)
    case .date: settle(node, .date, reason, at: span)
    }
  }

  /// A computed number, which may yet become a float.
  mutating func flowNumber(into node: Int, at span: Span) {
    softUses.append(SoftUse(node: node, span: span, isYear: false))
  }

  /// The value is an argument of `function`, which takes one type there.
  mutating func demand(_ type: ValueType, of subject: Subject, by function: String) {
    switch subject {
    case .variable(let node, _, let span):
      settle(node, type, Reason(kind: .operand(function), span: span), at: span)
    case .literal(let constant, let isYear, let span):
      if !constant.fits(type, isYear: isYear) {
        faults.append(.wrongOperand(constant.type, of: function, wanted: type, at: span))
      }
    case .computed: add(.exact(subject, type, function))
    }
  }

  mutating func add(_ constraint: Constraint) {
    constraints.append(constraint)
    queue.append(constraints.count - 1)
  }

  // MARK: Solving

  /// Spreads what is certain, then lets numbers decide what is open, then tells which values do not fit.
  mutating func solve() {
    spread()
    settleSoftUses()
    var next = 0
    while next < constraints.count {
      assume(constraints[next])
      spread()
      settleSoftUses()
      next += 1
    }
    for use in softUses { checkFit(of: use) }
  }

  private mutating func spread() {
    while let index = queue.popLast() {
      for node in attempt(constraints[index]) { watchers[root(node)].append(index) }
    }
  }

  /// From a number nothing but numbers follows, so the order in which marks decide does not matter.
  private mutating func settleSoftUses() {
    while settledSoftCount < softUses.count {
      let use = softUses[settledSoftCount]
      settledSoftCount += 1
      guard known(use.node) == nil else { continue }
      settle(use.node, .number, Reason(kind: .literal, span: use.span), at: use.span)
      spread()
    }
  }

  private mutating func checkFit(of use: SoftUse) {
    let root = root(use.node)
    switch types[root] {
    case .number, .float, nil: break
    case .date where use.isYear: break
    case .date, .symbol:
      report(root, wants: types[root] ?? .number, gets: .number, Reason(kind: .literal, span: use.span), at: use.span)
    }
  }

  // MARK: Questions that constraints ask

  /// The type an operand has by itself; of a number literal, number.
  func type(of subject: Subject) -> ValueType? {
    switch subject {
    case .variable(let node, _, _), .computed(let node, _, _): known(node)
    case .literal(let constant, _, _): constant.type
    }
  }

  func isPoisoned(_ subject: Subject) -> Bool {
    switch subject {
    case .variable(let node, _, _), .computed(let node, _, _): poisoned[root(node)]
    case .literal: false
    }
  }

  func isSettled(_ node: Int) -> Bool { known(node) != nil }

  /// Marks a node as wrong already. A type lets what waits for it go on; nothing more is said about it.
  mutating func poison(_ node: Int) {
    let root = root(node)
    poisoned[root] = true
    if types[root] == nil {
      types[root] = .number
      wake(root)
    }
  }
}

extension Constant {
  /// Whether the literal may stand where `type` is wanted.
  func fits(_ type: ValueType, isYear: Bool) -> Bool {
    switch (self.type, type) {
    case (.number, .float): true
    case (.number, .date): isYear
    case (let own, let wanted): own == wanted
    }
  }
}

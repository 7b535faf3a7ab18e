import Datalog

/// Numbers from a seed, the same on every machine (Steele, Lea, Flood: https://doi.org/10.1145/2660193.2660195).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  mutating func next(below bound: UInt64) -> UInt64 { next() % bound }

  /// A number of `range`.
  mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// Whether something that happens so many times in a hundred does.
  mutating func happens(_ percent: Int) -> Bool { number(in: 1...100) <= percent }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    guard let choice = choices.randomElement(using: &self) else { preconditionFailure("nothing to pick from") }
    return choice
  }
}

/// A program made from a seed, as text: facts over small domains, then rules layer by layer, then questions.
///
/// Layers only look down, so negation and aggregates are stratified; recursion that computes is guarded, so it ends.
struct RandomProgram {
  enum AtomOrder: CaseIterable {
    case written, reversed
  }

  let seed: UInt64
  var declarations: [String] = []
  private(set) var facts: [String] = []
  private(set) var rules: [RuleText] = []
  private(set) var questions: [String] = []
  var relations: [RandomRelation] = []
  var random: SplitMix64

  init(seed: UInt64) {
    self.seed = seed
    random = SplitMix64(seed: seed)
    for index in 0..<random.number(in: 2...5) { writeStoredRelation(index) }
    for index in 0..<random.number(in: 3...6) { writeLayer("r\(index)") }
    for _ in 0..<random.number(in: 1...2) { writeQuestion() }
  }

  /// The program; in `reversed` order every rule's body, and all braces in it, run from last to first.
  func text(_ order: AtomOrder) -> String {
    (declarations + facts + rules.map { $0.text(order) } + questions).joined(separator: "\n") + "\n"
  }

  /// Adds a rule; several heads share the body.
  mutating func add(_ heads: String..., body: [LiteralText]) {
    rules.append(RuleText(heads: heads, body: [body]))
  }

  mutating func add(_ rule: RuleText) {
    rules.append(rule)
  }

  mutating func addFact(of relation: RandomRelation) {
    let values = relation.columns.map { constant($0.type, isDeclared: relation.isDeclared) }
    facts.append(relation.name + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))") + ".")
  }

  /// A constant of the small domain of its type. A bare year is a date only where the column is declared.
  mutating func constant(_ type: ValueType, isDeclared: Bool = false) -> String {
    switch type {
    case .symbol: random.pick(["a", "b", "c", "d", "keio", "\"7\"", "\"x y\"", "\"Ʒa\""])
    case .number: String(random.number(in: 0...7))
    case .float: random.pick(["0.5", "1.0", "2.5", "4.0", "1e1"])
    case .date:
      random.pick(["2018-06-29", "2018-06", "2018-07-01", "2019-01-31", "2020-02-29"] + (isDeclared ? ["2019"] : []))
    }
  }

  private mutating func writeStoredRelation(_ index: Int) {
    let isDeclared = random.happens(70)
    var types = (0..<random.number(in: 0...4)).map { _ in
      random.pick([ValueType.symbol, .symbol, .symbol, .number, .number, .number, .date, .date, .float])
    }
    if index == 0 {
      // One relation is a graph, so that recursion and cycles have something to walk on.
      let node = random.pick([ValueType.symbol, .number])
      types = [node, node] + (random.happens(40) ? [.number] : [])
    }
    let relation = RandomRelation(name: "e\(index)", types: types, isDeclared: isDeclared)
    relations.append(relation)
    if isDeclared { declarations.append(relation.declaration) }
    let count = random.number(in: isDeclared && index > 0 ? 0...12 : 1...14)
    for _ in 0..<(index == 0 ? count + 4 : count) { addFact(of: relation) }
  }

  private mutating func writeQuestion() {
    var body = RandomBody(self)
    if body.program.random.happens(50) {
      body.addPointAtom()
    } else {
      body.addAtoms(random.number(in: 1...2))
    }
    body.addFilters(random.number(in: 0...1))
    random = body.program.random
    var text = "?- " + body.literals.map { $0.text(.written) }.joined(separator: ", ")
    let named = body.variables.map(\.name)
    if !named.isEmpty, random.happens(50) {
      text += " order by \(random.pick(named))" + random.pick(["", " desc", " asc"])
      if random.happens(60) { text += " limit \(random.number(in: 0...5))" }
    }
    questions.append(text + ".")
  }
}

/// A predicate of a random program.
struct RandomRelation {
  let name: String
  let columns: [(name: String, type: ValueType)]
  let isDeclared: Bool

  init(name: String, types: [ValueType], isDeclared: Bool) {
    self.name = name
    self.isDeclared = isDeclared
    columns = types.enumerated().map { ((isDeclared ? "k" : "c") + String($0.offset + 1), $0.element) }
  }

  var declaration: String {
    ".decl \(name)(\(columns.map { "\($0.name): \($0.type)" }.joined(separator: ", ")))"
  }

  /// Two columns of one type, along which the relation can be walked.
  var edges: [(from: Int, to: Int)] {
    columns.indices.flatMap { from in
      columns.indices.filter { $0 != from && columns[$0].type == columns[from].type }.map { (from, $0) }
    }
  }

  /// An atom with terms at some columns and wildcards at the others.
  func atom(_ terms: [Int: String]) -> LiteralText {
    .plain(columns.isEmpty ? name : "\(name)(\(columns.indices.map { terms[$0] ?? "_" }.joined(separator: ", ")))")
  }
}

/// A rule as text, with its body still in parts.
struct RuleText {
  let heads: [String]
  let body: [[LiteralText]]

  func text(_ order: RandomProgram.AtomOrder) -> String {
    heads.joined(separator: ", ") + " :- " + LiteralText.text(body, order) + "."
  }
}

/// A literal as text, with the bodies inside it still in parts.
indirect enum LiteralText {
  case plain(String)
  /// Alternatives in parentheses.
  case group([[LiteralText]])
  /// `N = count : ` and its braces.
  case aggregate(String, [[LiteralText]])

  func text(_ order: RandomProgram.AtomOrder) -> String {
    switch self {
    case .plain(let text): text
    case .group(let alternatives): "(" + LiteralText.text(alternatives, order) + ")"
    case .aggregate(let start, let alternatives): start + "{ " + LiteralText.text(alternatives, order) + " }"
    }
  }

  static func text(_ alternatives: [[LiteralText]], _ order: RandomProgram.AtomOrder) -> String {
    alternatives.map { literals in
      (order == .reversed ? literals.reversed() : literals).map { $0.text(order) }.joined(separator: ", ")
    }.joined(separator: "; ")
  }
}

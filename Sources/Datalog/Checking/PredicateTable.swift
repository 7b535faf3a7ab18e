/// Every predicate of the program under check, found by name.
struct PredicateTable {
  struct ColumnEntry {
    let name: String
    /// Known before inference: declared, or of a built-in relation.
    let type: ValueType?
    /// The place of its type in `TypeInference`.
    let node: Int
    /// Where it is declared.
    var span: Span?
  }

  struct Entry {
    let name: String
    var kind: Predicate.Kind
    var columns: [ColumnEntry]
    var keys: [[Int]] = []
    var isDeclared = false
    var isDeclaredHere = false
    /// Has facts in the texts.
    var hasFacts = false
    var hasRules = false
    /// Known to the knowledge base, or read by `.input`: may have facts that the texts do not show.
    var mayBeStored = false
    var declaration: Span?
    /// What gave an undeclared predicate its columns, or the declaration.
    var origin: Span?

    var columnNames: [String] { columns.map(\.name) }
  }

  private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]
  private var cited: [Int: Int] = [:]
  private(set) var nodeCount = 0

  /// The names of tests, which stand in literal position when no predicate has the name.
  static let tests: [String: (function: TestFunction, argumentCount: Int)] = [
    "contains": (.contains, 2), "starts_with": (.startsWith, 2), "ends_with": (.endsWith, 2), "match": (.match, 2),
    "true": (.isTrue, 0), "false": (.isFalse, 0),
  ]

  /// The relations that are computed from the facts and their sources.
  static let builtIn: [(name: String, kind: Predicate.Kind, columns: [(String, ValueType)])] = [
    ("mentions", .mentions, [("document", .symbol), ("passage", .number), ("entity", .symbol)]),
    ("evidence", .evidence, [("predicate", .symbol), ("document", .symbol), ("passage", .number)]),
  ]

  static func isBuiltIn(_ name: String) -> Bool { builtIn.contains { $0.name == name } }

  subscript(name: String) -> Int? { places[name] }

  /// The names of all ordinary and built-in predicates, for suggestions.
  var names: [String] {
    let own = entries.lazy.filter { $0.kind == .ordinary }.map(\.name)
    return Array(own) + PredicateTable.builtIn.map(\.name)
  }

  mutating func makeNode() -> Int {
    nodeCount += 1
    return nodeCount - 1
  }

  mutating func makeColumn(_ name: String, _ type: ValueType?, at span: Span? = nil) -> ColumnEntry {
    ColumnEntry(name: name, type: type, node: makeNode(), span: span)
  }

  /// Adds a predicate that the table does not have yet.
  mutating func add(_ entry: Entry) -> Int {
    precondition(places[entry.name] == nil, "a predicate is added once")
    entries.append(entry)
    places[entry.name] = entries.count - 1
    return entries.count - 1
  }

  mutating func update(_ index: Int, _ change: (inout Entry) -> Void) {
    change(&entries[index])
  }

  /// The predicate, or the built-in relation, of a name in a body.
  mutating func lookUp(_ name: String) -> Int? {
    if let place = places[name] { return place }
    guard let relation = PredicateTable.builtIn.first(where: { $0.name == name }) else { return nil }
    let columns = relation.columns.map { makeColumn($0.0, $0.1) }
    return add(Entry(name: name, kind: relation.kind, columns: columns, mayBeStored: true))
  }

  /// The predicate that has a row for each passage the facts of `base` cite.
  mutating func citedPredicate(of base: Int) -> Int {
    if let known = cited[base] { return known }
    let columns = entries[base].columns + [makeColumn("document", .symbol), makeColumn("passage", .number)]
    entries.append(
      Entry(name: entries[base].name, kind: .cited(PredicateID(base)), columns: columns, mayBeStored: true)
    )
    cited[base] = entries.count - 1
    return entries.count - 1
  }

  /// A predicate for the answers of a question or the violations of a constraint.
  mutating func addAnswers(_ columns: [(name: String, node: Int)]) -> Int {
    let columns = columns.map { ColumnEntry(name: $0.name, type: nil, node: $0.node) }
    entries.append(Entry(name: "", kind: .answers, columns: columns, hasRules: true))
    return entries.count - 1
  }
}

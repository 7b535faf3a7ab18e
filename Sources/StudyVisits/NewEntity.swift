internal import Datalog
internal import Engine
internal import Planning

/// Something that is to get an identifier: `org Keio University as keio kind: university`.
public struct NewEntity: Hashable, Sendable {
  public let predicate: String
  /// Where the predicate has no column for it, what the identifier is made of.
  public let name: String?
  /// `nil` has one made of the name.
  public let identifier: String?
  /// What further columns are to hold, as it is written.
  public private(set) var values: [String: String] = [:]

  /// `nil` when there is no predicate, or something else than columns behind the name, which may do without quotation
  /// marks.
  public init?(_ text: String) {
    var scanner = WordScanner(text)
    guard let predicate = scanner.next(), !predicate.isQuoted else { return nil }
    self.predicate = predicate.text
    var name: [String] = []
    var isNamed = false
    var identifier: String?
    while let word = scanner.next() {
      if !word.isQuoted, word.text == "as", identifier == nil {
        guard let value = scanner.next() else { return nil }
        identifier = value.text
        isNamed = true
      } else if !word.isQuoted, word.text.hasSuffix(":") {
        guard let value = scanner.next() else { return nil }
        values[String(word.text.dropLast())] = value.isQuoted ? Symbol(value.text).literalText : value.text
        isNamed = true
      } else if !isNamed, !word.isQuoted || name.isEmpty {
        name.append(word.text)
        isNamed = word.isQuoted
      } else {
        return nil
      }
    }
    self.name = name.isEmpty ? nil : name.joined(separator: " ")
    self.identifier = identifier
  }

  /// The same with a value for a column, as it is written.
  public func with(_ value: String, for column: String) -> NewEntity {
    var entity = self
    entity.values[column] = value
    return entity
  }
}

/// How a new entity would be stated.
public struct EntityDraft: Sendable {
  /// A column that has no value yet.
  public struct Column: Sendable {
    public let name: String
    /// What facts hold in it, the most frequent first.
    public let examples: [String]
  }

  public let missing: [Column]
  /// Entities that bear the name already.
  public let namesakes: [String]
  public let identifier: String
  let predicate: String
  let columns: [(name: String, text: String?)]

  /// The fact, once nothing is missing.
  public var fact: String {
    "\(predicate)(\(columns.map { $0.text ?? "_" }.joined(separator: ", ")))."
  }
}

extension KnowledgeBase {
  /// A fact that names a new entity by an identifier that nothing bears yet.
  public func draft(_ entity: NewEntity, options: RunOptions) throws(KnowledgeBaseError) -> EntityDraft {
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    let tables = CompletionSchema(compilation.program).entityTables
    guard let table = tables.first(where: { $0.predicate == entity.predicate }),
      let predicate = compilation.program.predicates.first(where: { $0.name == table.predicate && $0.kind == .ordinary }
      )
    else {
      let names = tables.map(\.predicate)
      let nearest = Datalog.nearest(to: entity.predicate, among: names)
      throw .unknown("kind of entity", entity.predicate, nearest: nearest.isEmpty ? names : nearest)
    }
    let known = predicate.columns.map(\.name)
    if let column = entity.values.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknown("column", column, nearest: Datalog.nearest(to: column, among: known))
    }
    let name = entity.name ?? table.name.flatMap { entity.values[known[$0]] }.map(\.unquoted)
    let given = entity.identifier ?? entity.values[known[table.key]]
    let identifier = if let given { given } else { try coined(name, of: predicate, table, compilation) }
    var columns: [(name: String, text: String?)] = []
    var missing: [EntityDraft.Column] = []
    for (place, column) in predicate.columns.enumerated() {
      let text: String? =
        switch place {
        case table.key: Symbol(identifier).literalText
        case table.name: name.map { Symbol($0).literalText }
        default: entity.values[column.name]
        }
      if text == nil {
        let examples = place == table.name ? [] : try examples(of: predicate, place, in: compilation)
        missing.append(EntityDraft.Column(name: column.name, examples: examples))
      }
      columns.append((column.name, text))
    }
    let namesakes: [Word]
    do throws(RunError) {
      if let name, table.name != nil { namesakes = try compilation.entities(named: name) } else { namesakes = [] }
    } catch {
      throw compilation.error(error)
    }
    return EntityDraft(
      missing: missing,
      namesakes: namesakes.map { values.symbols[$0] },
      identifier: identifier,
      predicate: entity.predicate,
      columns: columns
    )
  }

  /// An identifier that nothing bears: made of the name or, without one, the next after those like `m4`.
  private func coined(
    _ name: String?,
    of predicate: Predicate,
    _ table: EntityTable,
    _ compilation: Compilation
  ) throws(KnowledgeBaseError) -> String {
    let isTaken = { (text: String) in compilation.symbols.contains(Symbol(text)) }
    if let name { return Identifier.coined(for: name, isTaken: isTaken) }
    let bearers = try counts(of: predicate, table.key, in: compilation).keys.map { values.symbols[$0] }
    return Identifier.following(bearers, isTaken: isTaken)
      ?? Identifier.coined(for: predicate.name, isTaken: isTaken)
  }

  /// The values that most facts hold in a column, the most frequent first.
  private func examples(
    of predicate: Predicate,
    _ column: Int,
    in compilation: Compilation
  ) throws(KnowledgeBaseError) -> [String] {
    let type = predicate.columns[column].type.wordType
    let texts = try counts(of: predicate, column, in: compilation).map { (text: values.text(of: $0, type), count: $1) }
    return texts.sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(EntityDraft.exampleCount).map(\.text)
  }

  /// How many facts hold each value in a column.
  private func counts(
    of predicate: Predicate,
    _ column: Int,
    in compilation: Compilation
  ) throws(KnowledgeBaseError) -> [Word: Int] {
    let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
    do {
      try compilation.facts.load(predicate, of: compilation.program, into: relation)
    } catch {
      throw compilation.error(error)
    }
    var counts: [Word: Int] = [:]
    let words = relation.words()
    for start in stride(from: column, to: words.count, by: predicate.columns.count) {
      counts[words[start], default: 0] += 1
    }
    return counts
  }
}

extension EntityDraft {
  /// Chosen: what fits a line.
  fileprivate static let exampleCount = 5
}

/// Words, and texts in quotation marks.
private struct WordScanner {
  private var rest: Substring

  init(_ text: String) {
    rest = Substring(text)
  }

  /// The next word without a comma behind it; a text in quotation marks is one.
  mutating func next() -> (text: String, isQuoted: Bool)? {
    rest = rest.drop { $0.isWhitespace || $0 == "," }
    guard !rest.isEmpty else { return nil }
    if let quoted = QuotedText(in: rest) {
      rest = rest[quoted.written.endIndex...]
      return (quoted.text, true)
    }
    // A colon ends a column's name, whether a blank follows or not.
    var word = rest.prefix { !$0.isWhitespace && $0 != "," && $0 != ":" }
    rest = rest.dropFirst(word.count)
    if rest.first == ":" {
      word += ":"
      rest = rest.dropFirst()
    }
    return (String(word), false)
  }
}

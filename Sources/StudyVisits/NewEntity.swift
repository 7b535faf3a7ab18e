internal import Datalog
internal import Engine
internal import Planning

/// Something that is to get an identifier: `org "Keio University" as keio kind: university`.
public struct NewEntity: Hashable, Sendable {
  public let predicate: String
  public let name: String
  /// `nil` has one made of the name.
  public let identifier: String?
  /// What further columns are to hold, as it is written.
  public private(set) var values: [String: String] = [:]

  /// `nil` when there is no predicate or no name, or something else than columns behind them.
  public init?(_ text: String) {
    var scanner = WordScanner(text)
    guard let predicate = scanner.next(), !predicate.isQuoted, let name = scanner.next() else { return nil }
    self.predicate = predicate.text
    self.name = name.text
    var identifier: String?
    while let word = scanner.next() {
      guard !word.isQuoted, let value = scanner.next() else { return nil }
      if word.text == "as", identifier == nil {
        identifier = value.text
      } else if word.text.hasSuffix(":") {
        values[String(word.text.dropLast())] = value.isQuoted ? Symbol(value.text).literalText : value.text
      } else {
        return nil
      }
    }
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
    let namings = compilation.namings.filter { $0.predicate.name != "alias" }
    guard let naming = namings.first(where: { $0.predicate.name == entity.predicate }) else {
      let names = namings.map(\.predicate.name)
      let nearest = Datalog.nearest(to: entity.predicate, among: names)
      throw .unknown("kind of entity", entity.predicate, nearest: nearest.isEmpty ? names : nearest)
    }
    let known = naming.predicate.columns.map(\.name)
    if let column = entity.values.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknown("column", column, nearest: Datalog.nearest(to: column, among: known))
    }
    let identifier = entity.identifier ?? Identifier.coined(for: entity.name) { values.symbols.find($0) != nil }
    var columns: [(name: String, text: String?)] = []
    var missing: [EntityDraft.Column] = []
    for (place, column) in naming.predicate.columns.enumerated() {
      let text: String? =
        switch place {
        case naming.entity: Symbol(identifier).literalText
        case naming.name: Symbol(entity.name).literalText
        default: entity.values[column.name]
        }
      if text == nil {
        let examples = try examples(of: naming.predicate, place, in: compilation)
        missing.append(EntityDraft.Column(name: column.name, examples: examples))
      }
      columns.append((column.name, text))
    }
    let namesakes: [Word]
    do {
      namesakes = try compilation.entities(named: entity.name)
    } catch {
      throw compilation.error(error)
    }
    return EntityDraft(
      missing: missing,
      namesakes: namesakes.map { values.symbols[$0] },
      predicate: entity.predicate,
      columns: columns
    )
  }

  /// The values that most facts hold in a column, the most frequent first.
  private func examples(
    of predicate: Predicate,
    _ column: Int,
    in compilation: Compilation
  ) throws(KnowledgeBaseError) -> [String] {
    let type = predicate.columns[column].type.wordType
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
    let texts = counts.map { (text: values.text(of: $0.key, type), count: $0.value) }
    return texts.sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(EntityDraft.exampleCount).map(\.text)
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

  /// The next word without a comma behind it; a text in quotation marks is one, with `\"` and `\\` in it.
  mutating func next() -> (text: String, isQuoted: Bool)? {
    rest = rest.drop { $0.isWhitespace || $0 == "," }
    guard let first = rest.first else { return nil }
    guard first == "\"" else {
      // A colon ends a column's name, whether a blank follows or not.
      var word = rest.prefix { !$0.isWhitespace && $0 != "," && $0 != ":" }
      rest = rest.dropFirst(word.count)
      if rest.first == ":" {
        word += ":"
        rest = rest.dropFirst()
      }
      return (String(word), false)
    }
    var text = ""
    var isEscaped = false
    rest = rest.dropFirst()
    while let character = rest.popFirst() {
      if isEscaped || (character != "\"" && character != "\\") {
        text.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        break
      }
    }
    return (text, true)
  }
}

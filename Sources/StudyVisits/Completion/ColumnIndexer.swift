internal import Datalog

/// Entities with their names, as facts tell of them.
struct CalledNames: Sendable {
  struct Entity: Sendable {
    let name: UInt64?
    let kind: UInt64?
  }

  /// By the predicate that records them.
  var tables: [String: [UInt64: Entity]] = [:]
  var aliases: [UInt64: [UInt64]] = [:]

  init(_ facts: some ColumnFacts, of schema: CompletionSchema) {
    for table in schema.entityTables {
      let columns = [table.key] + [table.name, table.kind].compactMap { $0 }
      var entities: [UInt64: Entity] = [:]
      facts.forEachRow(of: table.predicate, columns: columns) { row in
        let name = table.name == nil ? nil : row[1]
        let kind = table.kind == nil ? nil : row[columns.count - 1]
        entities[row[0]] = Entity(name: name, kind: kind)
      }
      tables[table.predicate] = entities
    }
    guard let columns = schema.aliases else { return }
    facts.forEachRow(of: "alias", columns: [columns.entity, columns.name]) { row in
      aliases[row[0], default: []].append(row[1])
    }
  }

  /// The predicate that records an entity, and what is known of it.
  func entity(_ word: UInt64, _ schema: CompletionSchema) -> (table: EntityTable, entity: Entity)? {
    for table in schema.entityTables {
      if let entity = tables[table.predicate]?[word] { return (table, entity) }
    }
    return nil
  }
}

/// Makes the index of a column's values.
struct ColumnIndexer<Facts: ColumnFacts> {
  let facts: Facts
  let schema: CompletionSchema
  let names: CalledNames

  /// The values of a domain, and all entities of a kind where its facts have entities of that kind only.
  func index(of domain: ColumnDomain) -> ValueIndex {
    var words: Set<UInt64> = []
    for place in domain.columns { words.formUnion(facts.values(of: place)) }
    guard domain.type == .symbol else {
      return ValueIndex(words.map { (KnownValue(text: text(of: $0, domain.type), isSymbol: false), []) })
    }
    for table in schema.entityTables {
      guard let entities = names.tables[table.predicate] else { continue }
      let isOfKind = words.isEmpty ? domain.namesake == table.predicate : words.allSatisfy { entities[$0] != nil }
      if isOfKind, words.count < indexedValueLimit { words.formUnion(entities.keys) }
    }
    let constants = domain.constants.map { (value: KnownValue(text: $0), otherNames: [String]()) }
    let values = words.map(value)
    let known = Set(values.map(\.value.text))
    return ValueIndex(values + constants.filter { !known.contains($0.value.text) })
  }

  /// All entities, or those that one predicate records.
  func index(ofEntitiesIn predicate: String?) -> ValueIndex {
    var words: Set<UInt64> = []
    for (name, entities) in names.tables where predicate == nil || predicate == name { words.formUnion(entities.keys) }
    return ValueIndex(words.map(value))
  }

  private func value(of word: UInt64) -> (value: KnownValue, otherNames: [String]) {
    let text = facts.text(ofSymbol: word)
    guard let (table, entity) = names.entity(word, schema) else { return (KnownValue(text: text), []) }
    let value = KnownValue(
      text: text,
      kind: entity.kind.map(facts.text(ofSymbol:)) ?? table.predicate,
      name: entity.name.map(facts.text(ofSymbol:)) ?? ""
    )
    return (value, (names.aliases[word] ?? []).map(facts.text(ofSymbol:)))
  }

  private func text(of bits: UInt64, _ type: ValueType) -> String {
    let signed = Int64(bitPattern: bits)
    switch type {
    case .symbol: return facts.text(ofSymbol: bits)
    case .number: return String(signed)
    case .float: return Double(bitPattern: bits).description
    case .date: return PartialDate(key: Int32(truncatingIfNeeded: signed))?.description ?? ""
    }
  }
}

/// How many different values of a column are indexed; chosen: so many take about a second.
let indexedValueLimit = 200_000

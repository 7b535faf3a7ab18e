internal import Datalog
internal import Engine
internal import Planning

/// The entities that a knowledge base and the files of an import know, by identifier and by name.
struct EntityRegister {
  struct Entity {
    let predicate: String
    let identifier: String
    let name: String?
    /// What the fact that names it holds, column by column; empty for one of the import.
    let values: [String]
    /// Whether the file that is imported states it, and no other.
    let isOwn: Bool

    /// Whether something else than the file that is imported states it.
    var isElsewhere: Bool { !isOwn && !values.isEmpty }
  }

  private var byIdentifier: [Symbol: [Entity]] = [:]
  /// Names that are canonically equivalent are one, as people write them; facts are told apart by their bytes.
  private var byName: [String: [String]] = [:]
  /// Those that somebody else than the file says are called so.
  private var byAlias: [String: [String]] = [:]
  private var byFoldedName: [[ArraySlice<UInt8>]: [String]] = [:]

  /// - Parameter ownSets: the sets of sources of facts that the file which is imported alone states.
  init(_ compilation: Compilation, stored: StoredFacts?, ownSets: Set<UInt32>) throws(RunError) {
    let values = compilation.values
    for table in CompletionSchema(compilation.program).entityTables {
      guard let predicate = compilation.program.ordinaryPredicate(table.predicate) else { continue }
      try stored?.forEachFact(of: predicate) { tuple, set in
        let texts = zip(tuple, predicate.columns).map { values.text(of: $0, $1.type.wordType) }
        let entity = Entity(
          predicate: table.predicate,
          identifier: texts[table.key],
          name: table.name.map { texts[$0] },
          values: texts,
          isOwn: ownSets.contains(set)
        )
        add(entity)
      }
    }
    guard let alias = compilation.program.ordinaryPredicate("alias"),
      let (entity, name) = CompletionSchema(compilation.program).aliases
    else { return }
    try stored?.forEachFact(of: alias) { tuple, set in
      guard !ownSets.contains(set) else { return }
      let (name, identifier) = (values.symbols[tuple[name]], values.symbols[tuple[entity]])
      addName(name, of: identifier)
      byAlias[name, default: []].append(identifier)
    }
  }

  mutating func add(_ entity: Entity) {
    byIdentifier[Symbol(entity.identifier), default: []].append(entity)
    if let name = entity.name { addName(name, of: entity.identifier) }
  }

  mutating func addName(_ name: String, of identifier: String) {
    guard !name.isEmpty, byName[name]?.contains(identifier) != true else { return }
    byName[name, default: []].append(identifier)
    byFoldedName[EntityRegister.words(of: name), default: []].append(identifier)
  }

  /// The entity that an identifier means, of a kind where one is given.
  func entity(_ identifier: String, kind: String? = nil) -> Entity? {
    byIdentifier[Symbol(identifier)]?.first { kind == nil || $0.predicate == kind }
  }

  /// The entities of other kinds that bear the identifier.
  func entities(_ identifier: String, otherThan kind: String) -> [Entity] {
    (byIdentifier[Symbol(identifier)] ?? []).filter { $0.predicate != kind }
  }

  /// Whether anything bears the identifier.
  func isTaken(_ identifier: String) -> Bool { byIdentifier[Symbol(identifier)] != nil }

  /// The entities of a kind that bear a name.
  func entities(named name: String, kind: String?) -> [String] {
    (byName[name] ?? []).filter { entity($0, kind: kind) != nil }
  }

  /// The entities of a kind that somebody else than the file says are called so.
  func entities(calledElsewhere name: String, kind: String) -> [String] {
    (byAlias[name] ?? []).filter { entity($0, kind: kind) != nil }
  }

  /// The entities of a kind whose names differ from one in case, accents, script or the order of words alone.
  func entities(like name: String, kind: String) -> [String] {
    (byFoldedName[EntityRegister.words(of: name)] ?? []).filter { entity($0, kind: kind) != nil }
  }

  private static func words(of name: String) -> [ArraySlice<UInt8>] {
    folded(name).split(separator: UInt8(ascii: " ")).sorted { $0.lexicographicallyPrecedes($1) }
  }
}

extension CheckedProgram {
  func ordinaryPredicate(_ name: String) -> Predicate? {
    predicates.first { $0.name == name && $0.kind == .ordinary }
  }
}

internal import Engine
internal import Storage

/// An identifier, and the changes that stated facts about one bearer of it.
struct Tenure: Hashable {
  let identifier: Word
  let changes: Range<Int>
}

/// Who bore which identifier when, as the facts of now and the past tell: an identifier that all facts leave for another
/// in one change has been renamed or merged.
final class Identities {
  private let stored: StoredFacts
  private let predicates: [(predicate: StoredPredicate, roles: ColumnRoles)]
  private let undoings: Undoings
  private var known: [Word: [Held]] = [:]

  init(_ stored: StoredFacts) throws(StorageError) {
    self.stored = stored
    predicates = try stored.store.declaredPredicates().map { ($0.predicate, $0.predicate.roles) }
    undoings = try stored.store.undoings()
  }

  /// A fact of now or the past, and what its columns hold.
  struct Held {
    let predicate: StoredPredicate
    let roles: ColumnRoles
    let version: StoredVersion

    func stands(after change: Int) -> Bool {
      version.asserted <= change && (version.retracted ?? .max) > change
    }

    fileprivate func holds(_ word: Word, in columns: [Int]) -> Bool {
      columns.contains { version.values[$0] == UInt64(word) }
    }
  }

  /// The facts that hold a symbol in some columns.
  private func facts(holding word: Word, in columns: (ColumnRoles) -> [Int]) throws(StorageError) -> [Held] {
    guard stored.holds(word) else { return [] }
    var result: [Held] = []
    for (predicate, roles) in predicates {
      var versions: Set<StoredVersion> = []
      for column in columns(roles) {
        versions.formUnion(try stored.store.versions(of: predicate, where: column, is: UInt64(word)))
      }
      result += versions.map { Held(predicate: predicate, roles: roles, version: $0) }
    }
    return result
  }

  private func facts(about word: Word) throws(StorageError) -> [Held] {
    if let facts = known[word] { return facts }
    let facts = try facts(holding: word, in: \.references)
    known[word] = facts
    return facts
  }

  /// Whether it is or was an entity's identifier.
  func isEntity(_ word: Word) throws(StorageError) -> Bool {
    try !facts(holding: word, in: \.entities).isEmpty
  }

  /// The entities that bear a name or bore it.
  func entities(named text: String) throws(StorageError) -> [Word] {
    guard let word = stored.values.symbols.find(text) else { return [] }
    let found = try facts(holding: word) { roles in roles.naming.map { [$0.name] } ?? [] }
    return Set(found.compactMap { $0.namedEntity }).sorted()
  }

  // MARK: What becomes of identifiers

  /// All that an entity was ever called; of an identifier that nothing bears any longer, by who bore it last.
  func tenures(of entity: Word) throws(StorageError) -> [Tenure] {
    var result: [Tenure] = []
    var (entity, end, seen) = (entity, Int.max, Set<Word>())
    while seen.insert(entity).inserted, let move = try lastMove(of: entity) {
      let wasThere = try facts(about: move.heir).contains { $0.stands(after: move.change - 1) }
      if wasThere {
        // What came from it is known by the change; the rest is another's.
        result.append(Tenure(identifier: move.heir, changes: move.change..<(move.change + 1)))
        end = move.change
        break
      }
      entity = move.heir
    }
    try collect(entity, until: end, into: &result)
    return result
  }

  /// The facts of a tenure, and what undoing has brought back of them.
  func facts(of tenure: Tenure) throws(StorageError) -> [Held] {
    let all = try facts(about: tenure.identifier).sorted { $0.version.asserted < $1.version.asserted }
    var result: [Held] = []
    for fact in all
    where tenure.changes.contains(fact.version.asserted) || isBack(fact, of: result) {
      result.append(fact)
    }
    return result
  }

  /// Whether a fact is one of others that undoing has stated again.
  private func isBack(_ fact: Held, of others: [Held]) -> Bool {
    guard let undone = undoings.undone[fact.version.asserted] else { return false }
    return others.contains { other in
      other.version.retracted == undone && other.version.values == fact.version.values
        && other.predicate.id == fact.predicate.id
    }
  }

  /// Whether other facts than some hold a symbol: an identifier anywhere, a name as that of an entity.
  func isShared(_ word: Word, asIdentifier: Bool, besides doomed: Set<Fact>) throws(StorageError) -> Bool {
    let found = try facts(holding: word) { roles in
      asIdentifier ? roles.symbols : roles.entities + (roles.naming.map { [$0.name] } ?? [])
    }
    return found.contains { !doomed.contains(Fact($0)) }
  }

  /// What tells one version of a fact from all others.
  struct Fact: Hashable {
    private let predicate: Int
    private let version: StoredVersion

    init(_ held: Held) {
      predicate = held.predicate.id
      version = held.version
    }
  }

  private func collect(_ word: Word, until end: Int, into result: inout [Tenure]) throws(StorageError) {
    let moves = try moves(of: word)
    let start = moves.last { undoings.pairs[$0.change] == nil && $0.change < end }?.change ?? 0
    let tenure = Tenure(identifier: word, changes: start..<end)
    guard !result.contains(tenure) else { return }
    result.append(tenure)
    for move in moves where isUndone(move.change) && tenure.changes.contains(move.change) {
      result.append(Tenure(identifier: move.heir, changes: move.change..<(move.change + 1)))
    }
    for (former, change) in try arrivals(at: word, in: tenure) { try collect(former, until: change, into: &result) }
  }

  private func isUndone(_ change: Int) -> Bool { undoings.pairs[change].map { $0 > change } ?? false }

  /// A change in which all facts left an identifier, and the one that they went to.
  private struct Move {
    let change: Int
    let heir: Word
  }

  /// Where the last facts went, if they went to another identifier and that stands.
  private func lastMove(of word: Word) throws(StorageError) -> Move? {
    let ends = try facts(about: word).map { $0.version.retracted ?? .max }
    let last = ends.filter { undoings.pairs[$0] == nil }.max()
    return try moves(of: word).last { $0.change == last }
  }

  private func moves(of word: Word) throws(StorageError) -> [Move] {
    let facts = try facts(about: word)
    var result: [Move] = []
    for change in Set(facts.compactMap(\.version.retracted)).sorted()
    where !facts.contains(where: { $0.stands(after: change) }) {
      let gone = facts.filter { $0.version.retracted == change }
      for heir in try heirs(of: word, gone, change) where try isHeir(heir, of: word, gone, change) {
        result.append(Move(change: change, heir: heir))
        break
      }
    }
    return result
  }

  /// The symbols that a change put in the place of another in some fact, or gave its name as an alias.
  private func heirs(of word: Word, _ gone: [Held], _ change: Int) throws(StorageError) -> [Word] {
    let names = Set(gone.compactMap { $0.namedEntity == word ? $0.name : nil })
    var result: Set<Word> = []
    for (predicate, roles) in predicates {
      let known = gone.filter { $0.predicate.id == predicate.id }
      guard !known.isEmpty || (roles.isOfAliases && !names.isEmpty) else { continue }
      for version in try stored.store.versions(of: predicate, touchedBy: change...change)
      where version.asserted == change {
        let stated = Held(predicate: predicate, roles: roles, version: version)
        result.formUnion(known.compactMap { $0.replacement(of: word, in: stated) })
        if roles.isOfAliases, let name = stated.name, names.contains(name), let heir = stated.namedEntity {
          result.insert(heir)
        }
      }
    }
    return result.subtracting([word]).sorted()
  }

  /// Whether what went of an identifier is there of another after a change, or gave way to what is.
  private func isHeir(_ heir: Word, of word: Word, _ gone: [Held], _ change: Int) throws(StorageError) -> Bool {
    let standing = try facts(about: heir).filter { $0.stands(after: change) }
    return gone.allSatisfy { fact in
      let values = fact.values(with: heir, for: word)
      return standing.contains { other in
        other.predicate.id == fact.predicate.id
          && (other.version.values == values
            || fact.predicate.keys.contains { $0.allSatisfy { other.version.values[$0] == values[$0] } })
      }
    }
  }

  /// The identifiers that became this one, while it was its bearer's.
  private func arrivals(at word: Word, in tenure: Tenure) throws(StorageError) -> [(former: Word, change: Int)] {
    let stated = try facts(of: tenure).filter { undoings.pairs[$0.version.asserted] == nil }
    var result: [(former: Word, change: Int)] = []
    for (change, stated) in Dictionary(grouping: stated, by: \.version.asserted).sorted(by: { $0.key < $1.key }) {
      for former in try formers(of: word, stated, change)
      where try moves(of: former).contains(where: { $0.change == change && $0.heir == word }) {
        result.append((former, change))
      }
    }
    return result
  }

  /// The symbols in whose place a change put another, or whose name it gave it as an alias.
  private func formers(of word: Word, _ stated: [Held], _ change: Int) throws(StorageError) -> [Word] {
    let aliases = Set(stated.compactMap { $0.roles.isOfAliases && $0.namedEntity == word ? $0.name : nil })
    var result: Set<Word> = []
    for (predicate, roles) in predicates {
      let known = stated.filter { $0.predicate.id == predicate.id }
      guard !known.isEmpty || (roles.naming != nil && !aliases.isEmpty) else { continue }
      for version in try stored.store.versions(of: predicate, endedBy: change) {
        let gone = Held(predicate: predicate, roles: roles, version: version)
        result.formUnion(known.compactMap { $0.replacement(of: word, in: gone) })
        if let name = gone.name, aliases.contains(name), let former = gone.namedEntity { result.insert(former) }
      }
    }
    return result.subtracting([word]).sorted()
  }
}

extension ColumnRoles {
  /// Whether it gives names besides those that entities have by a key.
  fileprivate var isOfAliases: Bool { naming != nil && entities.isEmpty }
}

extension Identities.Held {
  /// The entity that it gives a name.
  var namedEntity: Word? { roles.naming.map { word(at: $0.entity) } }

  /// The name that it gives.
  var name: Word? { roles.naming.map { word(at: $0.name) } }

  private func word(at column: Int) -> Word { Word(truncatingIfNeeded: version.values[column]) }

  fileprivate func values(with other: Word, for word: Word) -> [UInt64] {
    var values = version.values
    for column in roles.references where values[column] == UInt64(word) { values[column] = UInt64(other) }
    return values
  }

  /// The symbol that another fact has wherever this one has a word, if they are alike else.
  fileprivate func replacement(of word: Word, in other: Identities.Held) -> Word? {
    let places = roles.references.filter { version.values[$0] == UInt64(word) }
    guard let place = places.first else { return nil }
    let replacement = other.word(at: place)
    return values(with: replacement, for: word) == other.version.values ? replacement : nil
  }
}

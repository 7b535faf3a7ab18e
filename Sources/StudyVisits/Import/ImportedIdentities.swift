internal import Datalog

/// Gives the entities of an import their identifiers: those of known entities where an identifier, a name or an alias
/// leads to one, else the source's own, else one made of the name.
struct ImportedIdentities {
  private let data: ImportedData
  private let tables: [String: EntityTable]
  private let decisions: [String: NameDecision]
  private let isReserved: (String) -> Bool
  /// What the file itself says, which reserves nothing: it does not when the file is imported first.
  private var texts: Set<Symbol> = []
  private(set) var register: EntityRegister
  /// The identifiers of the source's own identifiers, by kind.
  private var sourceIdentifiers: [String: [Symbol: String]] = [:]
  /// Those of them that mean something else here.
  private var refused: [String: Set<Symbol>] = [:]
  /// The identifiers of each kind that the source's entities have.
  private var present: [String: Set<Symbol>] = [:]
  /// Those of entities that the source calls so, by kind and name.
  private var bearers: [String: [String: Set<String>]] = [:]
  /// Names that stand for entities without identifiers at the head of records, in their order.
  private var headings: [Heading] = []
  private var headingPlaces: [String: [String: Int]] = [:]
  /// How many entities of the source with identifiers of their own bear a name, by kind and name.
  private var namesakes: [String: [String: Int]] = [:]
  /// Entities that names led to, each in a line.
  private(set) var known: [String] = []
  private var knownLines: Set<String> = []
  /// Entities with identifiers of their own that are called like known ones, each in a line.
  private(set) var alike: [String] = []
  private(set) var undecided: [UndecidedName] = []
  private var undecidedNames: [String: Set<String>] = [:]
  private(set) var problems: [ImportProblem] = []

  /// - Parameter isReserved: whether an identifier means something already.
  init(
    of data: ImportedData,
    _ register: EntityRegister,
    _ tables: [String: EntityTable],
    decisions: [String: NameDecision],
    isReserved: @escaping (String) -> Bool
  ) {
    self.data = data
    self.register = register
    self.tables = tables
    self.decisions = decisions
    self.isReserved = isReserved
    for record in data.records {
      let values = record.entities.flatMap(\.values.values) + record.facts.flatMap(\.arguments.values)
      let names = record.entities.flatMap { [$0.name, $0.basis].compactMap(\.self) }
      texts.formUnion((names + values.compactMap(\.text)).map { Symbol($0) })
    }
    for entity in data.records.lazy.flatMap(\.entities) where entity.identifier != nil {
      guard let name = entity.name else { continue }
      namesakes[entity.predicate, default: [:]][name, default: 0] += 1
    }
  }

  /// Has an identifier of the source mean one of the knowledge base.
  mutating func translate(_ given: String, _ kind: String, to identifier: String) {
    sourceIdentifiers[kind, default: [:]][Symbol(given)] = identifier
  }

  func translation(of given: String, _ kind: String) -> String? { sourceIdentifiers[kind]?[Symbol(given)] }

  /// Has an identifier of the source mean nothing.
  mutating func refuse(_ given: String, _ kind: String) {
    sourceIdentifiers[kind]?[Symbol(given)] = nil
    refused[kind, default: []].insert(Symbol(given))
  }

  func isRefused(_ given: String, _ kind: String?) -> Bool {
    refused.contains { (kind == nil || $0.key == kind) && $0.value.contains(Symbol(given)) }
  }

  /// The entity that a text means; one that its name leads to is told of.
  mutating func toldReferent(_ text: String) -> String? {
    guard let identifier = referent(text, kind: nil) else { return nil }
    if identifier != text, let kind = register.entity(identifier)?.predicate { tell(of: identifier, text, kind) }
    return identifier
  }

  /// The entity that a text means, by the source's identifier, its own or its name.
  func referent(_ text: String, kind: String?) -> String? {
    if let kind {
      if let identifier = translation(of: text, kind) { return identifier }
    } else {
      let found = Set(sourceIdentifiers.values.compactMap { $0[Symbol(text)] })
      if let identifier = found.min() { return found.count == 1 ? identifier : nil }
    }
    if isRefused(text, kind) { return nil }
    if register.entity(text, kind: kind) != nil { return text }
    if let kind, case .same(let identifier)? = decisions[text], register.entity(identifier, kind: kind) != nil {
      return identifier
    }
    let named = register.entities(named: text, kind: kind)
    return named.count == 1 ? named[0] : nil
  }

  /// The identifiers of the entities of each record; `nil` for what is left out, which is told of.
  ///
  /// What brings an identifier comes first: which names lead to it does not depend on the order of the records, nor on
  /// what the file stated before.
  mutating func identifyAll(_ watch: RowWatch) throws(KnowledgeBaseError) -> [[String?]] {
    var identifiers = data.records.map { [String?](repeating: nil, count: $0.entities.count) }
    for isGiven in [true, false] {
      watch.begin(.comparing, of: data.records.count)
      for (index, record) in data.records.enumerated() {
        try watch.check(after: index)
        for (place, entity) in record.entities.enumerated()
        where (entity.identifier?.isEmpty == false) == isGiven {
          let identifier = identify(entity, in: record)
          identifiers[index][place] = identifier
          guard let identifier else { continue }
          note(identifier, of: entity)
          if !isGiven, place == 0 { tell(of: identifier, entity, atHeadOf: record) }
        }
      }
    }
    return identifiers
  }

  private mutating func note(_ identifier: String, of entity: ImportedEntity) {
    present[entity.predicate, default: []].insert(Symbol(identifier))
    for name in [entity.name].compactMap(\.self) + entity.aliases {
      bearers[entity.predicate, default: [:]][name, default: []].insert(identifier)
    }
  }

  private func isPresent(_ identifier: String, _ kind: String) -> Bool {
    present[kind]?.contains(Symbol(identifier)) == true
  }

  /// What a name of the file leads to: what others state or the file calls so, else the one that the file called so
  /// before.
  private func entities(named name: String, _ kind: String) -> Set<String> {
    let known = register.entities(named: name, kind: kind)
    let found = (bearers[kind]?[name] ?? [])
      .union(known.filter { register.entity($0, kind: kind)?.isElsewhere == true })
      .union(register.entities(calledElsewhere: name, kind: kind))
    guard found.isEmpty else { return found }
    let before = Set(known.filter { !isPresent($0, kind) })
    return before.count == 1 ? before : []
  }

  private mutating func identify(_ entity: ImportedEntity, in record: ImportedRecord) -> String? {
    guard let table = tables[entity.predicate] else {
      note(record, "the knowledge base has no kind of entity `\(entity.predicate)`")
      return nil
    }
    if let given = entity.identifier, !given.isEmpty { return identify(entity, given, in: record) }
    guard let name = entity.name ?? entity.basis, !name.isEmpty else {
      note(record, "the \(entity.predicate) has neither a name nor an identifier")
      return nil
    }
    guard table.name != nil else { return identifyNameless(entity, called: name, in: record) }
    guard isDecidable(name, in: record) else { return nil }
    if let decided = decided(entity, name) { return decided }
    let bearers = entities(named: name, entity.predicate)
    if bearers.count > 1 {
      let list = bearers.sorted().map { "`\($0)`" }.joined(separator: ", ")
      note(record, "\(list) are all called `\(name)`: give the identifier in a column of its own")
      return nil
    }
    if let identifier = bearers.first {
      tell(of: identifier, name, entity.predicate)
      return identifier
    }
    if let (identifier, kind) = known(name, entity) {
      tell(of: identifier, name, kind)
      return identifier
    }
    if decisions[name] != .new, isUndecided(name, entity.predicate, in: record) { return nil }
    let identifier = Identifier.coined(for: name, isTaken: isTaken)
    add(entity, identifier)
    return identifier
  }

  /// What is known by the name for an identifier, or bears it as something of another kind where that may be meant.
  private func known(_ name: String, _ entity: ImportedEntity) -> (identifier: String, kind: String)? {
    if register.entity(name, kind: entity.predicate)?.isElsewhere == true { return (name, entity.predicate) }
    guard entity.mayBeOther else { return nil }
    let named = Set(register.entities(named: name, kind: nil) + [name])
    let found = named.compactMap { register.entity($0) }.filter(\.isElsewhere)
    return found.count == 1 ? (found[0].identifier, found[0].predicate) : nil
  }

  /// One with an identifier of the source.
  private mutating func identify(_ entity: ImportedEntity, _ given: String, in record: ImportedRecord) -> String? {
    if let identifier = translation(of: given, entity.predicate) { return identifier }
    let isKnowledgeBase = data.origin == .knowledgeBase
    let identifier = isKnowledgeBase || given.first?.isLetter == true ? given : "\(entity.predicate)_\(given)"
    let registered = register.entity(identifier, kind: entity.predicate)
    if registered?.isElsewhere != true, let other = otherBearer(of: identifier, than: entity) {
      let (otherName, name) = ((other.name ?? "").shortened, (entity.name ?? "").shortened)
      let text = "the \(entity.predicate) `\(name)` was left out, and what else is said of it here"
      note(record, "`\(identifier)` is the \(other.predicate) `\(otherName)`: \(text)")
      return nil
    }
    if registered == nil {
      if let name = entity.name, tables[entity.predicate]?.name != nil, !name.isEmpty {
        guard isDecidable(name, in: record) else { return nil }
        if let decided = decided(entity, name) {
          translate(given, entity.predicate, to: decided)
          return decided
        }
        if decisions[name] != .new, let known = recognised(entity, name) {
          translate(given, entity.predicate, to: known)
          return known
        }
        if decisions[name] != .new, isKnowledgeBase, isUndecided(name, entity.predicate, in: record) { return nil }
      }
      add(entity, identifier)
    }
    translate(given, entity.predicate, to: identifier)
    return identifier
  }

  /// Something of another kind and name that bears an identifier.
  private func otherBearer(of identifier: String, than entity: ImportedEntity) -> EntityRegister.Entity? {
    guard let name = entity.name else { return nil }
    return register.entities(identifier, otherThan: entity.predicate).first { other in
      (other.isElsewhere || isPresent(identifier, other.predicate)) && other.name != nil && other.name != name
    }
  }

  /// The known entity that bears the name of one with an identifier of its own: the same where it comes from another
  /// knowledge base, in which identifiers were coined alike; elsewhere that is only told of.
  private mutating func recognised(_ entity: ImportedEntity, _ name: String) -> String? {
    let bearers = ([name] + entity.aliases).flatMap { register.entities(named: $0, kind: entity.predicate) }.filter {
      register.entity($0, kind: entity.predicate)?.isElsewhere == true
    }
    let others = Set(bearers)
    guard let other = others.min() else { return nil }
    if data.origin == .knowledgeBase, others.count == 1, namesakes[entity.predicate]?[name] == 1 {
      tell(of: other, name, entity.predicate)
      return other
    }
    let list = others.sorted().map { "`\($0)`" }.joined(separator: ", ")
    alike.append("`\(entity.identifier ?? name)` (\(entity.predicate)) is called `\(name)`, as is \(list)")
    return nil
  }

  /// Whether there is what a name is decided to mean, if it is.
  private mutating func isDecidable(_ name: String, in record: ImportedRecord) -> Bool {
    guard case .same(let identifier)? = decisions[name], !register.isTaken(identifier) else { return true }
    note(record, "`\(name)` is to be the same as `\(identifier)`, which there is not")
    return false
  }

  /// The entity that a map or an answer says; the name of something of another kind may be decided by the same line.
  private mutating func decided(_ entity: ImportedEntity, _ name: String) -> String? {
    guard case .same(let identifier)? = decisions[name], register.entity(identifier, kind: entity.predicate) != nil
    else { return nil }
    tell(of: identifier, name, entity.predicate)
    return identifier
  }

  private mutating func isUndecided(_ name: String, _ kind: String, in record: ImportedRecord) -> Bool {
    let similar = Set(register.entities(like: name, kind: kind)).sorted()
    guard !similar.isEmpty else { return false }
    guard undecidedNames[kind, default: []].insert(name).inserted else { return true }
    let candidates = similar.map { identifier in
      UndecidedName.Candidate(
        identifier: identifier,
        name: register.entity(identifier, kind: kind)?.name ?? identifier
      )
    }
    undecided.append(UndecidedName(name: name, kind: kind, place: record.place, candidates: candidates))
    return true
  }

  /// What has no name goes by what its identifier is made of, so that it has the same when the file is imported again.
  /// Records that differ speak of two.
  private mutating func identifyNameless(
    _ entity: ImportedEntity,
    called basis: String,
    in record: ImportedRecord
  ) -> String {
    let key = "\u{0}\(basis)\u{0}\(record.text)"
    if let identifier = translation(of: key, entity.predicate) { return identifier }
    let identifier = Identifier.coined(for: basis) { identifier in
      if isPresent(identifier, entity.predicate) { return true }
      return register.entity(identifier, kind: entity.predicate)?.isElsewhere ?? isTaken(identifier)
    }
    translate(key, entity.predicate, to: identifier)
    if register.entity(identifier, kind: entity.predicate) == nil { add(entity, identifier) }
    return identifier
  }

  private func isTaken(_ identifier: String) -> Bool {
    register.isTaken(identifier) || isReserved(identifier) && !texts.contains(Symbol(identifier))
  }

  private mutating func add(_ entity: ImportedEntity, _ identifier: String) {
    let known = EntityRegister.Entity(
      predicate: entity.predicate,
      identifier: identifier,
      name: entity.name,
      values: [],
      isOwn: true
    )
    register.add(known)
    for alias in entity.aliases { register.addName(alias, of: identifier) }
  }

  /// Tells of a known entity that a name led to.
  private mutating func tell(of identifier: String, _ name: String, _ kind: String) {
    guard let entity = register.entity(identifier, kind: kind), entity.isElsewhere else { return }
    let line = "`\(name)` is `\(identifier == name ? entity.name ?? name : identifier)` (\(kind))"
    if knownLines.insert(line).inserted { known.append(line) }
  }

  // MARK: Entities without identifiers

  /// What records that differ call alike at their head.
  private struct Heading {
    let name: String
    let kind: String
    var places: [String] = []
    var texts: Set<String> = []
    /// What they are taken for.
    var identifiers: [String] = []

    var line: String {
      let list = places.prefix(3).joined(separator: ", ")
      let more = places.count > 3 ? " and \(places.count - 3) more" : ""
      let bearers = identifiers.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
      let taken =
        identifiers.count == 1 ? "taken for one, \(bearers)" : "taken for \(identifiers.count), such as \(bearers)"
      return "`\(name.shortened)` (\(kind)) in \(list)\(more): \(taken)"
    }
  }

  private mutating func tell(of identifier: String, _ entity: ImportedEntity, atHeadOf record: ImportedRecord) {
    guard let name = entity.name ?? entity.basis else { return }
    let place = headingPlaces[entity.predicate]?[name] ?? headings.count
    if place == headings.count {
      headings.append(Heading(name: name, kind: entity.predicate))
      headingPlaces[entity.predicate, default: [:]][name] = place
    }
    headings[place].places.append(record.place)
    headings[place].texts.insert(record.text)
    if !headings[place].identifiers.contains(identifier) { headings[place].identifiers.append(identifier) }
  }

  /// Those that several records name, or one that another names by an identifier.
  var namesakeLines: [String] {
    headings.filter { heading in
      heading.texts.count > 1 || namesakes[heading.kind]?[heading.name] != nil
    }.map(\.line)
  }

  private mutating func note(_ record: ImportedRecord, _ message: String) {
    problems.append(ImportProblem(record.place, message))
  }
}

internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// Renaming, merging and taking back entities: what stands in the columns of facts that hold identifiers.
extension KnowledgeBase {
  func renaming(
    _ old: String,
    to new: String,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    let rewriting = try Rewriting(of: try entity(old, options), in: self, stored)
    guard !new.isEmpty, new != values.symbols[rewriting.entity] else {
      throw .history(.entity("`\(old)` and `\(new)` are the same; name another identifier"))
    }
    if let word = values.symbols.find(new), try !rewriting.facts(about: word).isEmpty {
      throw .history(
        .entity("there are facts about `\(new)` already; `.merge \(old) into \(new)` makes one entity of the two")
      )
    }
    let steps = try rewriting.steps(to: values.symbols.intern(new))
    return Plan(
      summary: "\(rewriting.summary(steps)) would name `\(new)` instead of `\(old)`",
      remarks: rewriting.remarks,
      reason: "rename \(values.symbols[rewriting.entity]) to \(new)"
    ) { change throws(KnowledgeBaseError) in
      try rewriting.perform(steps, change)
    }
  }

  func merging(
    _ old: String,
    into other: String,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    let rewriting = try Rewriting(of: try entity(old, options), in: self, stored)
    let target = try entity(other, options)
    guard target != rewriting.entity else {
      throw .history(.entity("`\(old)` and `\(other)` are the same already"))
    }
    let misled = try rewriting.factsMisled(by: target)
    guard misled.isEmpty else { throw .history(.citedOtherwise(misled)) }
    var steps = try rewriting.steps(to: target)
    let conflicts = try rewriting.giveWay(&steps, to: target)
    let summary = "\(rewriting.summary(steps)) would name `\(values.symbols[target])` instead of `\(old)`"
    return Plan(
      summary: ([summary] + conflicts).joined(separator: "\n"),
      remarks: rewriting.remarks,
      reason: "merge \(values.symbols[rewriting.entity]) into \(values.symbols[target])"
    ) { [steps] change throws(KnowledgeBaseError) in
      try rewriting.perform(steps, change)
    }
  }

  func retracting(
    about text: String,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    let rewriting = try Rewriting(of: try entity(text, options), in: self, stored)
    guard try rewriting.isEntity() else { throw .history(.noEntity(values.symbols[rewriting.entity])) }
    let steps = try rewriting.facts(about: rewriting.entity).map {
      Rewriting.Step(predicate: $0.predicate, former: $0.fact, current: nil)
    }
    return Plan(
      summary: "\(rewriting.summary(steps)) would be taken back",
      lost: steps.compactMap { step in step.former.map { stored.text(of: $0.row, step.predicate) } },
      remarks: rewriting.remarks,
      reason: "retract about \(values.symbols[rewriting.entity])"
    ) { change throws(KnowledgeBaseError) in
      try rewriting.perform(steps, change)
    }
  }

  /// The one entity that an identifier or a name means.
  private func entity(_ text: String, _ options: RunOptions) throws(KnowledgeBaseError) -> Word {
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    let meant: [Word]
    do throws(RunError) {
      meant = try compilation.symbolsMeant(by: text)
    } catch {
      throw compilation.error(error)
    }
    return try one(of: meant, text)
  }

  /// The only one that a text may mean.
  func one(of words: [Word], _ text: String) throws(KnowledgeBaseError) -> Word {
    if let word = words.first, words.count == 1 { return word }
    let names = Diagnostic.list(words.map { values.symbols[$0] }, "or")
    throw .history(.entity("`\(text)` may be \(names); give the identifier"))
  }
}

/// The facts about an entity, and what becomes of them.
private struct Rewriting {
  /// A fact that goes, and one that comes.
  struct Step {
    let predicate: StoredPredicate
    let former: StoredFacts.StatedFact?
    var current: StoredFacts.StatedFact?
  }

  let entity: Word
  private let stored: StoredFacts
  private let sets: [UInt32: [StoredPassage]]
  private let texts: [SourceText]
  private var values: Values { stored.values }

  init(
    of entity: Word,
    in knowledgeBase: KnowledgeBase,
    _ stored: StoredFacts
  ) throws(KnowledgeBaseError) {
    self.entity = entity
    self.stored = stored
    sets = try stored.translated { () throws(StorageError) in try stored.store.sourceSets() }
    texts = knowledgeBase.base.texts
  }

  private var predicates: [StoredPredicate] { stored.declarations.compactMap { stored.predicate($0.predicate) } }

  /// Whether some fact has it as its key.
  func isEntity() throws(KnowledgeBaseError) -> Bool {
    try facts(about: entity).contains { found in
      found.predicate.roles.entities.contains { found.fact.row[$0] == UInt64(entity) }
    }
  }

  /// The facts that hold an entity, each once, in the order of the predicates.
  func facts(about word: Word) throws(KnowledgeBaseError) -> [(
    predicate: StoredPredicate, fact: StoredFacts.StatedFact
  )] {
    guard stored.holds(word) else { return [] }
    var result: [(predicate: StoredPredicate, fact: StoredFacts.StatedFact)] = []
    for predicate in predicates {
      var seen: Set<[UInt64]> = []
      for column in predicate.roles.references {
        try stored.translated { () throws(StorageError) in
          try stored.store.read(predicate, where: column, isOneOf: [UInt64(word)]) { columns, ids in
            for row in ids.indices {
              let values = columns.map { $0[row] }
              if seen.insert(values).inserted { result.append((predicate, (values, sets[ids[row]] ?? []))) }
            }
          }
        }
      }
    }
    return result
  }

  /// The facts that cite some documents.
  private func facts(citing documents: Set<Word>) throws(KnowledgeBaseError) -> [(
    predicate: StoredPredicate, fact: StoredFacts.StatedFact
  )] {
    let isCiting = { (sources: [StoredPassage]) in
      sources.contains { documents.contains($0.document) && !$0.isOrigin }
    }
    guard sets.values.contains(where: isCiting) else { return [] }
    var result: [(predicate: StoredPredicate, fact: StoredFacts.StatedFact)] = []
    for predicate in predicates {
      result += try stored.statedFacts(of: predicate).filter { isCiting($0.sources) }.map { (predicate, $0) }
    }
    return result
  }

  /// Facts that cite a passage of one of two documents which, once they are one, says what it did in the other.
  func factsMisled(by other: Word) throws(KnowledgeBaseError) -> [String] {
    let (own, others) = (try passages(of: entity), try passages(of: other))
    return try facts(citing: [entity, other]).filter { found in
      found.fact.sources.contains { source in
        guard !source.isOrigin else { return false }
        if source.document == other { return others[source.passage] == nil && own[source.passage] != nil }
        guard source.document == entity, let words = others[source.passage] else { return false }
        return own[source.passage] != words
      }
    }.map { "\(stored.text(of: $0.fact.row, $0.predicate)) \(stored.text(ofSources: $0.fact.sources))" }
  }

  /// What `passage` says of a document, by number.
  private func passages(of document: Word) throws(KnowledgeBaseError) -> [Int: [UInt64]] {
    var result: [Int: [UInt64]] = [:]
    for (predicate, fact) in try facts(about: document)
    where predicate.name == "passage" && predicate.columns.map(\.type).starts(with: [.symbol, .number]) {
      guard fact.row[0] == UInt64(document) else { continue }
      result[Int(Int64(bitPattern: fact.row[1]))] = Array(fact.row[2...])
    }
    return result
  }

  /// Every fact that holds or cites the entity, at least one, with another in its place.
  func steps(to other: Word) throws(KnowledgeBaseError) -> [Step] {
    var steps: [Step] = []
    var found = try facts(about: entity)
    guard !found.isEmpty else { throw .history(.noEntity(values.symbols[entity])) }
    let seen = Set(found.map { Key(predicate: $0.predicate.id, row: $0.fact.row) })
    found += try facts(citing: [entity]).filter {
      !seen.contains(Key(predicate: $0.predicate.id, row: $0.fact.row))
    }
    for (predicate, fact) in found {
      var row = fact.row
      for column in predicate.roles.references where row[column] == UInt64(entity) { row[column] = UInt64(other) }
      let sources = fact.sources.map { passage in
        passage.document == entity && !passage.isOrigin
          ? StoredPassage(document: other, passage: passage.passage) : passage
      }
      steps.append(Step(predicate: predicate, former: fact, current: (row, sources)))
    }
    return steps
  }

  private struct Key: Hashable {
    let predicate: Int
    let row: [UInt64]
  }

  /// Drops what would stand against a fact of the other entity by a key; a name that is dropped becomes an alias.
  ///
  /// - Returns: what happens so, in lines.
  func giveWay(_ steps: inout [Step], to other: Word) throws(KnowledgeBaseError) -> [String] {
    var lines: [String] = []
    var aliases: [Step] = []
    var standing = try facts(about: other)
    for place in steps.indices {
      let predicate = steps[place].predicate
      guard let former = steps[place].former, let current = steps[place].current else { continue }
      let rival = standing.first { rival in
        rival.predicate == predicate && rival.fact.row != current.row
          && predicate.keys.contains { key in key.allSatisfy { rival.fact.row[$0] == current.row[$0] } }
      }
      guard let rival else {
        standing.append((predicate, current))
        continue
      }
      lines.append(
        "`\(stored.text(of: former.row, predicate))` gives way to `\(stored.text(of: rival.fact.row, predicate))`"
      )
      steps[place].current = nil
      if let alias = alias(for: other, from: former, of: predicate, besides: rival.fact) {
        lines.append("its name becomes an alias: `\(text(alias))`")
        aliases.append(alias)
      }
    }
    steps += aliases
    return lines
  }

  private func text(_ step: Step) -> String { step.current.map { stored.text(of: $0.row, step.predicate) } ?? "" }

  /// The fact that makes a name an alias; where nobody said of which language it is, `und` (ISO 639-2) stands.
  private func alias(
    for other: Word,
    from fact: StoredFacts.StatedFact,
    of predicate: StoredPredicate,
    besides rival: StoredFacts.StatedFact
  ) -> Step? {
    guard let naming = predicate.roles.naming, let target = stored.predicate("alias"),
      let alias = target.roles.naming, fact.row[naming.name] != rival.row[naming.name]
    else { return nil }
    var row: [UInt64] = []
    for (place, column) in target.columns.enumerated() {
      switch (place, column.name) {
      case (alias.entity, _): row.append(UInt64(other))
      case (alias.name, _): row.append(fact.row[naming.name])
      case (_, "lang") where column.type == .symbol: row.append(UInt64(values.symbols.intern("und")))
      case (_, "kind") where column.type == .symbol: row.append(UInt64(values.symbols.intern("former")))
      default: return nil
      }
    }
    // No file states it: a list that comes again neither takes it back nor overlooks it.
    return Step(predicate: target, former: nil, current: (row, fact.sources.filter { !$0.isOrigin }))
  }

  func perform(_ steps: [Step], _ change: Change) throws(KnowledgeBaseError) {
    try stored.translated { () throws(StorageError) in
      for (predicate, steps) in Dictionary(grouping: steps, by: \.predicate).sorted(by: { $0.key.id < $1.key.id }) {
        try change.retract(predicate, rows: steps.compactMap { $0.former?.row })
        try change.assert(predicate, steps.compactMap(\.current), values)
      }
    }
  }

  /// `5 facts (part_of 3, org 1, alias 1)`.
  func summary(_ steps: [Step]) -> String {
    let steps = steps.filter { $0.former != nil }
    var counts: [(name: String, count: Int)] = []
    for step in steps {
      if counts.last?.name == step.predicate.name {
        counts[counts.count - 1].count += 1
      } else {
        counts.append((step.predicate.name, 1))
      }
    }
    let parts = counts.map { "\($0.name) \($0.count)" }
    return counted(steps.count, "fact") + (parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))")
  }

  /// Which files have rules that name the entity.
  var remarks: [String] {
    let word = Symbol(values.symbols[entity]).literalText
    let files = texts.filter { $0.names(word) }.map(\.name)
    return files.isEmpty ? [] : ["the rules of \(Diagnostic.list(files)) name `\(word)` and stay as they are"]
  }
}

extension SourceText {
  /// Whether a word, or a literal in quotation marks, stands in the text by itself.
  func names(_ word: String) -> Bool {
    let (text, word) = (bytes[...], Array(word.utf8))
    var rest = text
    while let start = rest.firstRange(of: word) {
      let before = start.lowerBound > text.startIndex ? text[start.lowerBound - 1] : 0
      let after = start.upperBound < text.endIndex ? text[start.upperBound] : 0
      if !before.isWordPart, !after.isWordPart { return true }
      rest = rest[start.upperBound...]
    }
    return false
  }
}

extension UInt8 {
  fileprivate var isWordPart: Bool {
    self >= 0x80 || self == UInt8(ascii: "_") || (0x30...0x39).contains(self) || (0x61...0x7A).contains(self | 0x20)
  }
}

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
    let rewriting = try Rewriting(of: try entity(old, options), in: self, stored, options)
    guard !new.isEmpty, new != values.symbols[rewriting.entity] else {
      throw .history(.entity("`\(old)` and `\(new)` are the same; name another identifier"))
    }
    if let word = values.symbols.find(new), try !rewriting.facts(about: word).isEmpty {
      throw .history(
        .entity("there are facts about `\(new)` already; `.merge \(old) into \(new)` makes one entity of the two")
      )
    }
    let steps = try rewriting.steps(to: values.symbols.intern(new))
    let preview = "\(rewriting.summary(steps)) would name `\(new)` instead of `\(old)`\(rewriting.rulesNote)"
    return Plan(preview: preview, reason: "rename \(old) to \(new)") { change throws(KnowledgeBaseError) in
      try rewriting.perform(steps, change)
    }
  }

  func merging(
    _ old: String,
    into other: String,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    let rewriting = try Rewriting(of: try entity(old, options), in: self, stored, options)
    let target = try entity(other, options)
    guard target != rewriting.entity else {
      throw .history(.entity("`\(old)` and `\(other)` are the same already"))
    }
    var steps = try rewriting.steps(to: target)
    let conflicts = try rewriting.giveWay(&steps, to: target)
    let lines =
      ["\(rewriting.summary(steps)) would name `\(values.symbols[target])` instead of `\(old)`\(rewriting.rulesNote)"]
      + conflicts
    return Plan(preview: lines.joined(separator: "\n"), reason: "merge \(old) into \(other)") {
      [steps] change throws(KnowledgeBaseError) in
      try rewriting.perform(steps, change)
    }
  }

  func retracting(
    about text: String,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    let rewriting = try Rewriting(of: try entity(text, options), in: self, stored, options)
    let steps = try rewriting.facts(about: rewriting.entity).map {
      Rewriting.Step(predicate: $0.predicate, former: $0.fact, current: nil)
    }
    let preview = "\(rewriting.summary(steps)) would be taken back\(rewriting.rulesNote)"
    return Plan(preview: preview, reason: "retract about \(text)") { change throws(KnowledgeBaseError) in
      try rewriting.perform(steps, change)
    }
  }

  func forgetting(
    _ text: String,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) -> Plan {
    let rewriting = try Rewriting(of: try entity(text, options), in: self, stored, options)
    let everything = try rewriting.everything()
    let identifiers = everything.identifiers.map { values.symbols[$0] }
    let words = everything.names + identifiers
    if let text = base.texts.first(where: { text in words.contains { text.names(Symbol($0).literalText) } }) {
      throw .history(.entity("the rules of `\(text.name)` name it; change them first, then forget it"))
    }
    let preview = """
      \(counted(everything.current, "fact")) of now and \(counted(everything.past, "fact")) of the past would be removed \
      for ever, \(Diagnostic.list(words)) blackened in other texts, and the file written anew; this cannot be undone
      """
    return Plan(
      preview: preview,
      reason: "an entity was forgotten",
      perform: { change throws(KnowledgeBaseError) in
        try stored.translated { () throws(StorageError) in
          try change.forget(Change.Oblivion(identifiers: everything.identifiers, words: words), in: stored.store)
        }
      },
      purges: true
    )
  }

  /// The one entity that an identifier or a name means.
  private func entity(_ text: String, _ options: RunOptions) throws(KnowledgeBaseError) -> Word {
    let found = try descriptions(of: text, options: options)
    guard found.count == 1, let word = values.symbols.find(found[0].identifier) else {
      let names = Diagnostic.list(found.map(\.identifier), "or")
      throw .history(.entity("`\(text)` may be \(names); give the identifier"))
    }
    return word
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
  private let namings: [Compilation.Naming]
  private let texts: [SourceText]
  private var values: Values { stored.values }

  init(
    of entity: Word,
    in knowledgeBase: KnowledgeBase,
    _ stored: StoredFacts,
    _ options: RunOptions
  ) throws(KnowledgeBaseError) {
    self.entity = entity
    self.stored = stored
    sets = try stored.translated { () throws(StorageError) in try stored.store.sourceSets() }
    namings = try knowledgeBase.compile([], dialect: .file, mode: .run, options: options).namings
    texts = knowledgeBase.base.texts
  }

  private var predicates: [StoredPredicate] { stored.declarations.compactMap { stored.predicate($0.predicate) } }

  /// The columns that may hold identifiers: those of symbols, but for names.
  private func columns(of predicate: StoredPredicate) -> [Int] {
    let names = namings.filter { $0.predicate.name == predicate.name }.map(\.name)
    return predicate.columns.indices.filter { predicate.columns[$0].type == .symbol && !names.contains($0) }
  }

  /// The facts that hold an entity, each once, in the order of the predicates.
  func facts(about word: Word) throws(KnowledgeBaseError) -> [(
    predicate: StoredPredicate, fact: StoredFacts.StatedFact
  )] {
    guard stored.holds(word) else { return [] }
    var result: [(predicate: StoredPredicate, fact: StoredFacts.StatedFact)] = []
    for predicate in predicates {
      var seen: Set<[UInt64]> = []
      for column in columns(of: predicate) {
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

  /// Every fact that holds or cites the entity, with another in its place.
  func steps(to other: Word) throws(KnowledgeBaseError) -> [Step] {
    let cites = sets.values.contains { $0.contains { $0.document == entity && !$0.isOrigin } }
    var steps: [Step] = []
    var found = try facts(about: entity)
    if cites {
      let seen = Set(found.map { Key(predicate: $0.predicate.id, row: $0.fact.row) })
      for predicate in predicates {
        found += try stored.statedFacts(of: predicate).filter { fact in
          fact.sources.contains { $0.document == entity && !$0.isOrigin }
            && !seen.contains(Key(predicate: predicate.id, row: fact.row))
        }.map { (predicate, $0) }
      }
    }
    for (predicate, fact) in found {
      var row = fact.row
      for column in columns(of: predicate) where row[column] == UInt64(entity) { row[column] = UInt64(other) }
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
    guard let naming = namings.first(where: { $0.predicate.name == predicate.name }),
      let alias = namings.first(where: { $0.predicate.name == "alias" }),
      let target = stored.predicate("alias"), fact.row[naming.name] != rival.row[naming.name]
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
    return Step(predicate: target, former: nil, current: (row, fact.sources))
  }

  /// All that there has ever been of the entity.
  struct Everything {
    /// Those that it had before it was renamed or merged too.
    var identifiers: [Word]
    var names: [String] = []
    /// How many facts hold it.
    var current = 0
    var past = 0
  }

  func everything() throws(KnowledgeBaseError) -> Everything {
    var result = Everything(identifiers: [entity])
    var next = 0
    while next < result.identifiers.count {
      let identifier = result.identifiers[next]
      next += 1
      let all = try stored.translated { () throws(StorageError) in try stored.versions(holding: [identifier]) }
      for (predicate, versions) in all {
        result.current += versions.count { $0.retracted == nil }
        result.past += versions.count { $0.retracted != nil }
        result.names += names(of: identifier, predicate, versions)
        for former in try identifiers(before: identifier, predicate, versions)
        where !result.identifiers.contains(former) {
          result.identifiers.append(former)
        }
      }
    }
    result.names = Set(result.names).sorted()
    return result
  }

  private func names(of identifier: Word, _ predicate: StoredPredicate, _ versions: [StoredVersion]) -> [String] {
    guard let naming = namings.first(where: { $0.predicate.name == predicate.name }) else { return [] }
    return versions.filter { $0.values[naming.entity] == UInt64(identifier) }.map { version in
      values.symbols[Word(truncatingIfNeeded: version.values[naming.name])]
    }
  }

  /// The symbols in whose place an identifier came when their last facts went, as when they were renamed or merged.
  private func identifiers(
    before identifier: Word,
    _ predicate: StoredPredicate,
    _ versions: [StoredVersion]
  ) throws(KnowledgeBaseError) -> [Word] {
    let columns = columns(of: predicate)
    return try stored.translated { () throws(StorageError) in
      var result: [Word] = []
      for (change, versions) in Dictionary(grouping: versions, by: \.asserted) {
        let gone = try stored.store.versions(of: predicate, touchedBy: change...change).filter {
          $0.retracted == change
        }
        for version in versions {
          let places = columns.filter { version.values[$0] == UInt64(identifier) }
          for former in gone {
            let symbols = Set(places.map { former.values[$0] })
            guard symbols.count == 1, let symbol = symbols.first, symbol != UInt64(identifier),
              version.values.indices.allSatisfy({ places.contains($0) || version.values[$0] == former.values[$0] })
            else { continue }
            let word = Word(truncatingIfNeeded: symbol)
            let ends = try stored.versions(holding: [word]).flatMap(\.1).map { $0.retracted ?? .max }
            if ends.max() == change { result.append(word) }
          }
        }
      }
      return result
    }
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
  var rulesNote: String {
    let word = Symbol(values.symbols[entity]).literalText
    let files = texts.filter { $0.names(word) }.map { "`\($0.name)`" }
    return files.isEmpty ? "" : "; the rules of \(Diagnostic.list(files)) name it and stay as they are"
  }
}

extension SourceText {
  /// Whether a word, or a literal in quotation marks, stands in the text by itself.
  fileprivate func names(_ word: String) -> Bool {
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

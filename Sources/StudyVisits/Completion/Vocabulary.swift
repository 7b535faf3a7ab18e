internal import Datalog
internal import Engine
internal import Foundation
internal import Storage

/// What can be written about an open knowledge base: its predicates, and the values of their columns.
///
/// It follows changes: predicates are looked up anew, and values read anew, when the knowledge base is another. The values
/// of a file are indexed on a thread of their own, from the first time that they are asked for; until they are, the
/// file's own index of texts answers for what is typed of an identifier or a name. For the thread of the knowledge base.
public final class Vocabulary {
  /// How long an answer waits for an index, with what it does meanwhile; chosen: the whole stays below 20 ms.
  private static let patience: TimeInterval = 0.008

  private let knowledgeBase: KnowledgeBase
  private let options: RunOptions
  private var schema: CompletionSchema?
  private var compilation: Compilation?
  private var seen = Seen()
  private var version = 0
  private var indexes: [IndexShelf.Subject: ValueIndex] = [:]
  private let shelf = IndexShelf()

  /// What was open when it was looked at last.
  private struct Seen {
    var stored: StoredFacts?
    var sitting: [(name: String, byteCount: Int)] = []
    var removedCount = 0
    var isFresh = true
  }

  /// - Parameter options: only what bounds the reading of files that the knowledge base's texts name.
  public init(of knowledgeBase: KnowledgeBase, options: RunOptions) {
    self.knowledgeBase = knowledgeBase
    self.options = options
  }

  /// Whether it is that of a knowledge base.
  public func isOf(_ knowledgeBase: KnowledgeBase) -> Bool { self.knowledgeBase === knowledgeBase }

  /// The predicates by name; none while the knowledge base cannot be read.
  public func predicates() -> [KnownPredicate] {
    follow()
    return schema?.predicates.sorted { $0.name < $1.name } ?? []
  }

  /// The values that fit a column and what is typed.
  public func values(
    of predicate: String,
    column: Int,
    matching typed: String,
    limit: Int
  ) -> FoundValues {
    follow()
    let place = ColumnPlace(predicate: predicate, column: column)
    guard let domain = schema?.domain(of: place) else { return FoundValues() }
    return find(.column(domain), typed, limit)
  }

  /// The entities that fit what is typed; all, or those that a predicate records.
  public func entities(of predicate: String? = nil, matching typed: String, limit: Int) -> FoundValues {
    follow()
    return find(.entities(of: predicate), typed, limit)
  }

  private func follow() {
    // What cannot be read now is told of when something is asked.
    try? knowledgeBase.refresh()
    let sitting = knowledgeBase.sitting.map { (name: $0.name, byteCount: $0.bytes.count) }
    let removedCount = schema?.predicates.reduce(0) { $0 + knowledgeBase.removals.removed(from: $1.name).count } ?? 0
    let isSame =
      !seen.isFresh && seen.stored === knowledgeBase.stored && seen.removedCount == removedCount
      && seen.sitting.elementsEqual(sitting) { $0 == $1 }
    guard !isSame else { return }
    seen = Seen(stored: knowledgeBase.stored, sitting: sitting, removedCount: removedCount, isFresh: false)
    version += 1
    indexes = [:]
    guard let compilation = try? knowledgeBase.compile([], dialect: .file, mode: .run, options: options) else { return }
    self.compilation = compilation
    schema = CompletionSchema(compilation.program)
  }

  private func find(_ subject: IndexShelf.Subject, _ typed: String, _ limit: Int) -> FoundValues {
    guard let schema, let compilation else { return FoundValues() }
    guard case .file(let path) = knowledgeBase.location, let stored = knowledgeBase.stored else {
      let index = indexes[subject] ?? subject.index(MemoryColumns(compilation), schema)
      indexes[subject] = index
      return index.matching(typed, limit: limit)
    }
    let deadline = Date(timeIntervalSinceNow: Vocabulary.patience)
    let lastChange = stored.store.lastChange
    func index(until end: Date) -> (index: ValueIndex?, isCurrent: Bool) {
      shelf.index(of: subject, version: version, until: end) {
        (try? FileColumns(path: path, asOf: lastChange)).map { subject.index($0, schema) }
      }
    }
    // An index that is small, or there already, makes the file's own unnecessary; else both work at the same time.
    let early = index(until: deadline - Vocabulary.patience * 3 / 4)
    if let ready = early.index, early.isCurrent { return ready.matching(typed, limit: limit) }
    let begun = stored.values(beginningWith: typed, subject, limit: limit)
    let late = index(until: deadline)
    var found = late.index?.matching(typed, limit: limit) ?? FoundValues()
    guard !late.isCurrent else { return found }
    found.add(begun)
    found.isPartial = true
    return found
  }
}

extension IndexShelf.Subject {
  func index(_ facts: some ColumnFacts, _ schema: CompletionSchema) -> ValueIndex {
    let indexer = ColumnIndexer(facts: facts, schema: schema, names: EntityCatalogue(facts, of: schema))
    switch self {
    case .column(let domain): return indexer.index(of: domain)
    case .entities(let predicate): return indexer.index(ofEntitiesIn: predicate)
    }
  }
}

extension FoundValues {
  /// Adds values that are not there.
  fileprivate mutating func add(_ others: [KnownValue]) {
    let known = Set(values.map(\.text))
    for value in others where !known.contains(value.text) {
      common = totalCount == 0 ? value.text : commonBeginning(common, value.text)
      values.append(value)
      totalCount += 1
    }
  }
}

extension StoredFacts {
  /// Symbols that begin as typed, in any of the usual cases, and stand in a column of the subject where that is seen
  /// without reading its whole table.
  fileprivate func values(beginningWith typed: String, _ subject: IndexShelf.Subject, limit: Int) -> [KnownValue] {
    guard case .column(let domain) = subject, domain.type == .symbol, !typed.isEmpty else { return [] }
    let places = domain.columns.compactMap { place in predicate(place.predicate).map { ($0, place.column) } }
    guard !places.isEmpty else { return [] }
    // Where there is no index, whatever the file knows may be there.
    let lookUps = places.map { predicate, column in
      (try? store.indexedColumns(predicate))?.contains(column) == true
        ? try? store.lookUp(in: predicate, column: column) : nil
    }
    var found: [KnownValue] = []
    let capitalised = typed.prefix(1).uppercased() + typed.dropFirst()
    for variant in Set([typed, typed.lowercased(), capitalised]) {
      try? store.forEachSymbol(beginningWith: Array(variant.utf8), limit: limit) { symbol, text in
        let isThere = lookUps.contains { $0 == nil || (try? $0?.finds(symbol)) == true }
        if isThere { found.append(KnownValue(text: String(decoding: text, as: UTF8.self))) }
      }
    }
    return found
  }
}

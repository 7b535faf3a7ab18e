internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// The facts of a knowledge base file, by the words of one sitting: a symbol's word is its id in the file.
final class StoredFacts {
  let store: Store
  let values: Values
  private let predicates: [String: StoredPredicate]
  private let version: Int64

  /// - Parameter sharing: dictionaries of all but the symbols.
  static func open(
    _ path: String,
    mode: Store.Mode,
    sharing values: Values? = nil
  ) throws(KnowledgeBaseError) -> StoredFacts {
    do {
      return try StoredFacts(Store.open(path, mode: mode), sharing: values)
    } catch {
      throw .storage(error)
    }
  }

  /// Those of the past, when a change had just been made.
  static func open(_ path: String, asOf change: Int) throws(KnowledgeBaseError) -> StoredFacts {
    do {
      return try StoredFacts(Store.open(path, asOf: change))
    } catch {
      throw .storage(error)
    }
  }

  init(_ store: Store, sharing values: Values? = nil) throws(StorageError) {
    self.store = store
    (version, self.values, predicates) = try store.snapshot { () throws(StorageError) in
      let base = try SymbolBase(of: store)
      return (
        try store.dataVersion(),
        values.map { Values(base: base, sharing: $0) } ?? Values(base: base),
        Dictionary(uniqueKeysWithValues: try store.predicates().map { ($0.name, $0) })
      )
    }
  }

  /// The same of the file as it is now; of the past what it was.
  func reopened(_ path: String) throws(KnowledgeBaseError) -> StoredFacts {
    guard let change = store.lastChange else { return try .open(path, mode: store.isWritable ? .write : .read) }
    return try .open(path, asOf: change)
  }

  /// The last change that was made before the end of a moment.
  func lastChange(before moment: Moment) throws(KnowledgeBaseError) -> Int {
    let change = try translated { () throws(StorageError) in try store.lastChange(before: moment.endText) }
    guard change == 0 else { return change }
    let first = try translated { () throws(StorageError) in try store.change(1) }
    throw .history(.nothingKnown(moment.text, begin: first.map { Moment.shown($0.time) }))
  }

  /// Whether anybody has changed the file since it was opened; then words of it are worth nothing.
  func isStale() throws(KnowledgeBaseError) -> Bool {
    try translated { () throws(StorageError) in try store.dataVersion() != version }
  }

  /// Whether the file is as it was opened but for what a change of this connection, if it came to one, has made of it.
  func hasOnlyChange(_ report: ChangeReport) throws(KnowledgeBaseError) -> Bool {
    // Changes of others are counted as well, and come on top.
    let own: Int64 = report.changeID == nil ? 0 : 1
    return try translated { () throws(StorageError) in try store.dataVersion() == version + own }
  }

  /// The rules and constraints of the files that were loaded.
  func texts() throws(KnowledgeBaseError) -> [SourceText] {
    try translated { () throws(StorageError) in
      try store.clauses().map { SourceText(name: $0.file, text: $0.text) }
    }
  }

  var declarations: [StoredDeclaration] {
    predicates.values.sorted { $0.id < $1.id }.map { predicate in
      StoredDeclaration(
        predicate: predicate.name,
        columns: predicate.columns.map { Column(name: $0.name, type: ValueType($0.type)) },
        keys: predicate.keys
      )
    }
  }

  /// A predicate as the file has it.
  func predicate(_ name: String) -> StoredPredicate? { predicates[name] }

  /// Whether the file knows the symbol of a word.
  func holds(_ word: Word) -> Bool { Int(word) < values.symbols.baseCount }

  /// Lends the texts of the file's symbols, for suggestions: of a file that cannot be read those that could, since that
  /// is told of when its facts are read.
  func forEachSymbol(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    try? store.forEachSymbol { _, text in body(text) }
  }

  // MARK: Facts

  func load(_ predicate: Predicate, into relation: Relation) throws(RunError) {
    // The file holds each fact once.
    let areDistinct = relation.countWithRepeats == 0
    let account = relation.sharedContext.account
    try forEachBlock(of: predicate, withSources: false) { columns, sourceSets in
      relation.load(rowCount: sourceSets.count, columns: columns, areDistinct: areDistinct)
      if account.shouldStop { store.interrupt() }
    }
  }

  /// How many facts a predicate has.
  func count(of predicate: Predicate) throws(RunError) -> Int {
    guard let stored = predicates[predicate.name] else { return 0 }
    do {
      return try store.rowCount(stored)
    } catch {
      throw .knowledgeBase(.storage(error))
    }
  }

  /// How many facts a predicate has; `nil` where that cannot be told.
  func factCount(of name: String) -> Int? {
    predicates[name].flatMap { try? store.rowCount($0) }
  }

  /// Columns by which few of many facts are found in the file; none where it is as well to load all.
  func selectiveColumns(of predicate: Predicate) throws(RunError) -> [Int] {
    guard let stored = predicates[predicate.name] else { return [] }
    do {
      guard try store.holds(StoredFacts.manyFacts, of: stored) else { return [] }
      return try store.indexedColumns(stored)
    } catch {
      throw .knowledgeBase(.storage(error))
    }
  }

  /// Chosen: reading so many facts takes about a millisecond.
  private static let manyFacts = 10_000
  /// A look-up costs about as much as reading so many facts in order (measured).
  private static let factsPerLookUp = 40

  /// Loads the facts that have one of the words in a column; all of them, where there are too many words to look up.
  func load(_ predicate: Predicate, where column: Int, isOneOf words: [Word], into relation: Relation) throws(RunError)
  {
    guard let stored = predicates[predicate.name] else { return }
    let type = predicate.columns[column].type.wordType
    // A symbol that the file does not know is in none of its facts.
    let known = type == .symbol ? words.filter(holds) : words
    do {
      guard try store.holds(known.count * StoredFacts.factsPerLookUp, of: stored) else {
        return try load(predicate, into: relation)
      }
      try store.read(stored, where: column, isOneOf: known.map { values.bits(of: $0, type) }) { columns, sourceSets in
        let columns = zip(columns, predicate.columns).map { values.words($0, of: $1.type) }
        relation.load(rowCount: sourceSets.count, columns: columns)
      }
    } catch let error as StorageError {
      throw .knowledgeBase(.storage(error))
    } catch let error as RunError {
      throw error
    } catch {
      preconditionFailure("reading fails in one of the ways above: \(error)")
    }
  }

  func statements(of predicate: Predicate) throws(RunError) -> [FactBase.Statements] {
    var columns = [[Word]](repeating: [], count: predicate.columns.count)
    var sources: [[CitedPassage]] = []
    let sets = try sourceSets()
    try forEachBlock(of: predicate) { block, sourceSets in
      for column in columns.indices { columns[column] += block[column] }
      for set in sourceSets { sources.append(sets[set] ?? []) }
    }
    return sources.isEmpty ? [] : [FactBase.Statements(columns: columns, sources: sources)]
  }

  /// For each set of sources, the words of the files that state its facts, sorted.
  func origins() throws(RunError) -> [UInt32: [Word]] {
    try storedSets().mapValues { set in set.filter(\.isOrigin).map(\.document) }
  }

  /// Lends the tuple and the set of sources of each fact.
  func forEachFact(of predicate: Predicate, _ body: (_ tuple: [Word], _ set: UInt32) -> Void) throws(RunError) {
    var tuple = [Word](repeating: 0, count: predicate.columns.count)
    try forEachBlock(of: predicate) { columns, sourceSets in
      for (row, set) in sourceSets.enumerated() {
        for column in columns.indices { tuple[column] = columns[column][row] }
        body(tuple, set)
      }
    }
  }

  /// Lends the facts that have a symbol in a column, with what they cite.
  func forEachFact(
    of predicate: Predicate,
    where column: Int,
    is word: Word,
    _ body: (_ tuple: [Word], _ sources: [CitedPassage]) -> Void
  ) throws(RunError) {
    guard let stored = predicates[predicate.name], holds(word) else { return }
    var tuples: [(tuple: [Word], set: UInt32)] = []
    do {
      try store.read(stored, where: column, isOneOf: [UInt64(word)]) { columns, sets in
        let words = zip(columns, predicate.columns).map { values.words($0, of: $1.type) }
        for (row, set) in sets.enumerated() { tuples.append((words.map { $0[row] }, set)) }
      }
    } catch {
      throw .knowledgeBase(.storage(error))
    }
    guard !tuples.isEmpty else { return }
    let sets = try sourceSets()
    for (tuple, set) in tuples { body(tuple, sets[set] ?? []) }
  }

  private func sourceSets() throws(RunError) -> [UInt32: [CitedPassage]] {
    try storedSets().mapValues { set in
      set.filter { !$0.isOrigin }.map { CitedPassage(document: $0.document, passage: Int64($0.passage)) }
    }
  }

  private func storedSets() throws(RunError) -> [UInt32: [StoredPassage]] {
    do {
      return try store.sourceSets()
    } catch {
      throw .knowledgeBase(.storage(error))
    }
  }

  /// Blocks of rows as words; predicates that the file does not have give none.
  private func forEachBlock(
    of predicate: Predicate,
    withSources: Bool = true,
    _ body: ([[Word]], UnsafeBufferPointer<UInt32>) -> Void
  ) throws(RunError) {
    guard let stored = predicates[predicate.name] else { return }
    do {
      try store.read(stored, withSources: withSources) { columns, sourceSets in
        body(zip(columns, predicate.columns).map { values.words($0, of: $1.type) }, sourceSets)
      }
    } catch {
      throw .knowledgeBase(.storage(error))
    }
  }

  func translated<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(KnowledgeBaseError) -> Result {
    do {
      return try body()
    } catch {
      throw .storage(error)
    }
  }
}

extension SymbolBase {
  /// The symbols of a file.
  init(of store: Store) throws(StorageError) {
    // The dictionary asks without a way to fail: a file that breaks while it is read gives empty texts, and the next
    // question of its facts tells why.
    self.init(
      count: try store.symbolCount(),
      find: { text in (try? store.symbolID(of: text)) ?? nil },
      load: { word in word == 0 ? [] : (try? store.symbolText(word)) ?? [] },
      loadAll: { body in try? store.forEachSymbol(body) }
    )
  }

  /// No symbols but the word 0, which files do not use.
  static var none: SymbolBase { SymbolBase(count: 1, find: { _ in nil }, load: { _ in [] }, loadAll: { _ in }) }
}

extension ValueType {
  init(_ type: StoredType) {
    switch type {
    case .symbol: self = .symbol
    case .number: self = .number
    case .float: self = .float
    case .date: self = .date
    }
  }

  var storedType: StoredType {
    switch self {
    case .symbol: .symbol
    case .number: .number
    case .float: .float
    case .date: .date
    }
  }
}

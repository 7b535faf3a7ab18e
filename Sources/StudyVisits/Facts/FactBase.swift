internal import Datalog
internal import Engine
internal import Storage

/// All facts that a run can see: those of its texts and inputs, and those that the file holds.
final class FactBase: FactSource {
  let values: Values
  let stored: StoredFacts?
  private let removals: Removals
  /// Predicates whose facts are left out.
  private let withheld: Set<String>
  /// The facts of the texts that the knowledge base holds, by predicate.
  private var held: [String: [Facts]] = [:]
  /// The facts that came with the run's texts and inputs, by predicate.
  private(set) var added: [String: [Facts]] = [:]
  /// Facts of the knowledge base that the run does without.
  private var retracted: [String: Set<[Word]>] = [:]

  init(values: Values, stored: StoredFacts?, removals: Removals, withheld: Set<String> = []) {
    self.values = values
    self.stored = stored
    self.removals = removals
    self.withheld = withheld
  }

  func add(_ facts: Facts, to predicate: String) {
    added[predicate, default: []].append(facts)
  }

  /// Adds facts of a text that the knowledge base holds.
  func hold(_ facts: Facts, of predicate: String) {
    held[predicate, default: []].append(facts)
  }

  /// Takes facts of the knowledge base away; what the run's own texts state stays.
  func retract(_ tuples: Set<[Word]>, from predicate: String) {
    retracted[predicate, default: []].formUnion(tuples)
  }

  /// Leaves facts out of the run's own.
  func drop(_ tuples: Set<[Word]>, from predicate: Predicate) {
    added[predicate.name] = added[predicate.name]?.map { facts in
      let table = FactTable(columnCount: facts.table.columnCount)
      for row in 0..<facts.table.rowCount where !tuples.contains(facts.table.tuple(row, of: predicate, values)) {
        let bits = predicate.columns.indices.map { facts.table[row: row, column: $0] }
        bits.withUnsafeBufferPointer { table.append($0, sources: facts.table.withSourceSets { $0[row] }) }
      }
      return Facts(origin: facts.origin, table: table, sourceSets: facts.sourceSets, statings: facts.statings)
    }
  }

  private func isWithheld(_ predicate: Predicate) -> Bool {
    !withheld.isEmpty && predicate.kind == .ordinary && withheld.contains(predicate.name)
  }

  /// Leaves out what passages say that facts cite which are left out: they may say the same.
  func withholdPassages(of program: CheckedProgram) throws(RunError) {
    guard !withheld.isEmpty, let passage = program.ordinaryPredicate("passage"),
      passage.columns.map(\.type) == [.symbol, .number, .symbol]
    else { return }
    var cited: Set<CitedPassage> = []
    for predicate in program.predicates where isWithheld(predicate) {
      for statements in try allStatements(of: predicate) { cited.formUnion(statements.sources.joined()) }
    }
    let masked = FactTable(columnCount: 3)
    var sources: [[CitedPassage]] = []
    var gone: Set<[Word]> = []
    for statements in try statements(of: passage) {
      for (row, own) in statements.sources.enumerated() {
        let tuple = statements.columns.map { $0[row] }
        let number = values.numbers[tuple[1]]
        guard cited.contains(CitedPassage(document: tuple[0], passage: number)), gone.insert(tuple).inserted else {
          continue
        }
        let bits = [UInt64(tuple[0]), UInt64(bitPattern: number), UInt64(values.symbols.intern(FactBase.mask))]
        bits.withUnsafeBufferPointer { masked.append($0, sources: UInt32(sources.count)) }
        sources.append(own)
      }
    }
    retract(gone, from: passage.name)
    let statings = [Stating?](repeating: nil, count: sources.count)
    hold(Facts(origin: "", table: masked, sourceSets: sources, statings: statings), of: passage.name)
  }

  /// Stands for words that are left out.
  static let mask = "…"

  func removed(from predicate: Predicate) -> Set<[Word]> {
    removals.removed(from: predicate.name).union(retracted[predicate.name] ?? [])
  }

  /// The facts of all texts and inputs.
  func inMemory(_ predicate: Predicate) -> [Facts] {
    (held[predicate.name] ?? []) + (added[predicate.name] ?? [])
  }

  /// The bytes that the facts of texts and inputs take.
  var byteCount: Int {
    [held, added].reduce(0) { sum, facts in
      facts.values.joined().reduce(sum) { $0 + $1.table.byteCount }
    }
  }

  func load(_ predicate: Predicate, of program: CheckedProgram, into relation: Relation) throws(RunError) {
    if isWithheld(predicate) { return }
    switch predicate.kind {
    case .ordinary:
      load(added[predicate.name] ?? [], of: predicate, into: relation)
      try loadKnown(predicate, into: relation)
    case .cited(let cited):
      try loadCited(program.predicates[cited.index], into: relation)
    case .mentions: try loadMentions(program, into: relation)
    case .evidence: try loadEvidence(program, into: relation)
    case .answers: break
    }
  }

  /// Loads the facts of the knowledge base alone.
  func loadKnown(_ predicate: Predicate, into relation: Relation) throws(RunError) {
    let removed = removed(from: predicate)
    guard !removed.isEmpty else { return try loadKnownAndRemoved(predicate, into: relation) }
    let all = Relation(types: relation.types, context: relation.sharedContext)
    try loadKnownAndRemoved(predicate, into: all)
    let words = all.words()
    let kept = stride(from: 0, to: words.count, by: max(all.arity, 1)).filter { start in
      !removed.contains(Array(words[start..<(start + all.arity)]))
    }
    relation.load(rowMajor: kept.flatMap { words[$0..<($0 + all.arity)] })
  }

  private func loadKnownAndRemoved(_ predicate: Predicate, into relation: Relation) throws(RunError) {
    load(held[predicate.name] ?? [], of: predicate, into: relation)
    try stored?.load(predicate, into: relation)
  }

  private func load(_ facts: [Facts], of predicate: Predicate, into relation: Relation) {
    let types = predicate.columns.map(\.type)
    for facts in facts { facts.table.load(into: relation, types: types, values: values) }
  }

  /// Columns by which few of a predicate's many facts can be loaded; none where some come from elsewhere than the file.
  func selectiveColumns(of predicate: Predicate) throws(RunError) -> [Int] {
    try onlySource(of: predicate)?.selectiveColumns(of: predicate) ?? []
  }

  func count(of predicate: Predicate) throws(RunError) -> Int? {
    try onlySource(of: predicate)?.count(of: predicate)
  }

  /// The file, if all facts of a predicate are its.
  private func onlySource(of predicate: Predicate) -> StoredFacts? {
    let isOnly =
      predicate.kind == .ordinary && inMemory(predicate).isEmpty && removed(from: predicate).isEmpty
      && !isWithheld(predicate)
    return isOnly ? stored : nil
  }

  func load(_ predicate: Predicate, where column: Int, isOneOf words: [Word], into relation: Relation) throws(RunError)
  {
    guard let stored else { preconditionFailure("only facts of a file are selected") }
    try stored.load(predicate, where: column, isOneOf: words, into: relation)
  }

  // MARK: Built-in relations

  /// Facts of a predicate by words, with what they cite.
  struct Statements {
    let columns: [[Word]]
    /// For each row.
    let sources: [[CitedPassage]]

    func without(_ removed: Set<[Word]>) -> Statements {
      let kept = sources.indices.filter { row in !removed.contains(columns.map { $0[row] }) }
      return Statements(columns: columns.map { column in kept.map { column[$0] } }, sources: kept.map { sources[$0] })
    }
  }

  func statements(of predicate: Predicate) throws(RunError) -> [Statements] {
    isWithheld(predicate) ? [] : try allStatements(of: predicate)
  }

  private func allStatements(of predicate: Predicate) throws(RunError) -> [Statements] {
    let removed = removed(from: predicate)
    var known = statements(held[predicate.name] ?? [], of: predicate)
    if let stored { known += try stored.statements(of: predicate) }
    if !removed.isEmpty { known = known.map { $0.without(removed) } }
    return statements(added[predicate.name] ?? [], of: predicate) + known
  }

  private func statements(_ facts: [Facts], of predicate: Predicate) -> [Statements] {
    facts.filter { $0.table.rowCount > 0 }.map { facts in
      Statements(
        columns: predicate.columns.enumerated().map { facts.table.words($0.offset, of: $0.element.type, values) },
        sources: facts.table.withSourceSets { sets in sets.map { facts.sourceSets[Int($0)] } }
      )
    }
  }

  /// One fact, with what it cites.
  struct Statement {
    let tuple: [Word]
    let sources: [CitedPassage]
  }

  /// The facts that have a symbol in a column, each once; from the file by an index where it has one.
  func statements(of predicate: Predicate, where column: Int, is word: Word) throws(RunError) -> [Statement] {
    if isWithheld(predicate) { return [] }
    let removed = removed(from: predicate)
    var sources: [[Word]: [CitedPassage]] = [:]
    var order: [[Word]] = []
    func add(_ tuple: [Word], _ cited: [CitedPassage]) {
      if sources[tuple] == nil { order.append(tuple) }
      sources[tuple, default: []] += cited.filter { sources[tuple]?.contains($0) != true }
    }
    func add(_ facts: Facts, without removed: Set<[Word]>) {
      let rows = facts.table.withColumn(column) { bits in bits.indices.filter { bits[$0] == UInt64(word) } }
      for row in rows {
        let tuple = facts.table.tuple(row, of: predicate, values)
        if !removed.contains(tuple) { add(tuple, facts.sourceSets[Int(facts.table.withSourceSets { $0[row] })]) }
      }
    }
    for facts in held[predicate.name] ?? [] { add(facts, without: removed) }
    for facts in added[predicate.name] ?? [] { add(facts, without: []) }
    try stored?.forEachFact(of: predicate, where: column, is: word) { tuple, cited in
      if !removed.contains(tuple) { add(tuple, cited) }
    }
    return order.map { Statement(tuple: $0, sources: sources[$0] ?? []) }
  }

  private func loadCited(_ predicate: Predicate, into relation: Relation) throws(RunError) {
    for statements in try statements(of: predicate) {
      var columns = [[Word]](repeating: [], count: predicate.columns.count + 2)
      for (row, sources) in statements.sources.enumerated() {
        for source in sources {
          for (place, column) in statements.columns.enumerated() { columns[place].append(column[row]) }
          columns[predicate.columns.count].append(source.document)
          columns[predicate.columns.count + 1].append(values.numbers.intern(source.passage))
        }
      }
      relation.load(rowCount: columns[0].count, columns: columns)
    }
  }

  /// Predicates that describe sources; what they say of a document is no mention of it.
  private static let describingSources: Set<String> = ["document", "passage", "published", "url"]

  private func loadMentions(_ program: CheckedProgram, into relation: Relation) throws(RunError) {
    let entities = try entities(of: program)
    var columns: [[Word]] = [[], [], []]
    for predicate in program.predicates
    where predicate.kind == .ordinary && !FactBase.describingSources.contains(predicate.name) {
      let symbolColumns = predicate.columns.indices.filter { predicate.columns[$0].type == .symbol }
      guard !symbolColumns.isEmpty else { continue }
      for statements in try statements(of: predicate) {
        for (row, sources) in statements.sources.enumerated() where !sources.isEmpty {
          for column in symbolColumns where entities.contains(statements.columns[column][row]) {
            for source in sources {
              columns[0].append(source.document)
              columns[1].append(values.numbers.intern(source.passage))
              columns[2].append(statements.columns[column][row])
            }
          }
        }
      }
    }
    relation.load(rowCount: columns[0].count, columns: columns)
  }

  /// Values of the one symbol column in a key of some predicate.
  private func entities(of program: CheckedProgram) throws(RunError) -> Set<Word> {
    var entities: Set<Word> = []
    for predicate in program.predicates where predicate.kind == .ordinary {
      for column in predicate.entityColumns {
        for statements in try statements(of: predicate) { entities.formUnion(statements.columns[column]) }
      }
    }
    return entities
  }

  private func loadEvidence(_ program: CheckedProgram, into relation: Relation) throws(RunError) {
    var columns: [[Word]] = [[], [], []]
    for predicate in program.predicates where predicate.kind == .ordinary {
      var passages: Set<CitedPassage> = []
      for statements in try statements(of: predicate) {
        for sources in statements.sources { passages.formUnion(sources) }
      }
      let name = values.symbols.intern(predicate.name)
      for passage in passages {
        columns[0].append(name)
        columns[1].append(passage.document)
        columns[2].append(values.numbers.intern(passage.passage))
      }
    }
    relation.load(rowCount: columns[0].count, columns: columns)
  }
}

internal import Datalog
internal import Engine
internal import Planning

/// What the facts tell of an entity that a graph shows.
struct EntityCard {
  let name: String?
  let kind: String
  /// The predicate that records it.
  let sort: String
  var url: String?
  var passages: [Proof.Passage] = []
}

/// Looks up the entities of a graph; of large relations in the file only the facts that are wanted are read.
struct EntityCards {
  private let compilation: Compilation

  init(_ compilation: Compilation) {
    self.compilation = compilation
  }

  private var values: Values { compilation.values }

  /// What is known of those of the symbols that are entities; the first predicate of the program that has one counts.
  ///
  /// - Parameter withEvidence: whether they tell the passages that record them.
  func cards(of words: Set<Word>, withEvidence: Bool) throws(RunError) -> [Word: EntityCard] {
    var cards: [Word: EntityCard] = [:]
    var register = PassageRegister(compilation)
    var cited: [(Word, [Int])] = []
    for predicate in compilation.program.predicates where predicate.kind == .ordinary {
      guard let key = predicate.entityColumns.first, predicate.keys.contains([key]) else { continue }
      let name = predicate.columns.firstIndex { ($0.name == "name" || $0.name == "title") && $0.type == .symbol }
      let kind = predicate.columns.firstIndex { $0.name == "kind" && $0.type == .symbol }
      var tuples: [[Word]] = []
      for tuple in try facts(of: predicate, where: key, isOneOf: words) where cards[tuple[key]] == nil {
        let shown = name.map { values.symbols[tuple[$0]] }
        cards[tuple[key]] = EntityCard(
          name: shown?.isEmpty == true ? nil : shown,
          kind: kind.map { values.symbols[tuple[$0]] } ?? predicate.name,
          sort: predicate.name
        )
        tuples.append(tuple)
      }
      guard withEvidence, !tuples.isEmpty else { continue }
      for (tuple, record) in zip(tuples, try compilation.facts.records(of: tuples, predicate)) {
        cited.append((tuple[key], record.sources.map { register.number(of: $0) }))
      }
    }
    let passages = try register.described()
    for (word, numbers) in cited { cards[word]?.passages = numbers.map { passages[$0] } }
    for (entity, link) in try links(of: words) { cards[entity]?.url = link }
    return cards
  }

  /// Where documents and other entities are to be found on the web, as `url` and contacts of kind `web` say.
  private func links(of words: Set<Word>) throws(RunError) -> [Word: String] {
    var links: [Word: String] = [:]
    for predicate in compilation.program.predicates where predicate.kind == .ordinary {
      guard predicate.columns.allSatisfy({ $0.type == .symbol }) else { continue }
      let isContact = predicate.name == "contact" && predicate.columns.count == 3
      guard isContact || (predicate.name == "url" && predicate.columns.count == 2) else { continue }
      for tuple in try facts(of: predicate, where: 0, isOneOf: words) {
        guard !isContact || values.symbols[tuple[1]] == "web" else { continue }
        let link = values.symbols[tuple[isContact ? 2 : 1]]
        // Anything else, such as `javascript:`, would be run by who clicks.
        guard link.hasPrefix("https://") || link.hasPrefix("http://") else { continue }
        links[tuple[0]] = min(links[tuple[0]] ?? link, link)
      }
    }
    return links
  }

  /// Where the documents of passages are to be found, by identifier.
  func documentLinks(_ documents: Set<String>) throws(RunError) -> [String: String] {
    let words = Set(documents.compactMap { values.symbols.find($0) })
    let links = try words.isEmpty ? [:] : links(of: words)
    return Dictionary(uniqueKeysWithValues: links.map { (values.symbols[$0.key], $0.value) })
  }

  /// The facts that have one of the words in a column, in the order of their values.
  private func facts(of predicate: Predicate, where column: Int, isOneOf words: Set<Word>) throws(RunError) -> [[Word]]
  {
    let facts = compilation.facts
    let relation = Relation(
      types: predicate.columns.map(\.type.wordType),
      context: EvaluationContext(values: values)
    )
    if try facts.selectiveColumns(of: predicate).contains(column) {
      try facts.load(predicate, where: column, isOneOf: words.sorted(), into: relation)
    } else {
      try facts.load(predicate, of: compilation.program, into: relation)
    }
    let all = relation.sortedWords()
    let width = predicate.columns.count
    return stride(from: 0, to: all.count, by: width).compactMap { start in
      words.contains(all[start + column]) ? Array(all[start..<(start + width)]) : nil
    }
  }
}

internal import Datalog
internal import Engine
internal import Planning

/// Columns on which two facts cannot agree and both be right: a key, or what stands beside the only number or date, such as
/// the event beside its first day.
private struct Determinant {
  let columns: [Int]
  /// The number or date; `nil` for a key.
  let measure: Int?
}

extension Predicate {
  fileprivate var determinants: [Determinant] {
    let measured = columns.indices.filter { columns[$0].type != .symbol }
    let others = columns.indices.filter { columns[$0].type == .symbol }
    let isMeasure = measured.count == 1 && !others.isEmpty && !keys.contains(others)
    return keys.map { Determinant(columns: $0, measure: nil) }
      + (isMeasure ? [Determinant(columns: others, measure: measured[0])] : [])
  }
}

extension Compilation {
  /// The facts that contradict one of a predicate, with how they came to be there.
  func contradictions(
    to tuple: [Word],
    _ record: FactBase.Record,
    of predicate: Predicate
  ) throws(RunError) -> [FactBase.Statement] {
    guard !predicate.determinants.isEmpty, predicate.columns.first?.type == .symbol else { return [] }
    let own = FactBase.Statement(tuple: tuple, sources: record.sources)
    let near = try facts.statements(of: predicate, where: 0, is: tuple[0]).filter { $0.tuple != tuple }
    return near.filter { other in
      predicate.determinants.contains { determinant in
        determinant.columns.allSatisfy { other.tuple[$0] == tuple[$0] }
          && !mayBothBeRight(own, other, of: predicate, determinant)
      }
    }
  }

  /// Whether two facts that agree on a determinant can both be right: one source states both values, or one date lies
  /// within the other.
  private func mayBothBeRight(
    _ a: FactBase.Statement,
    _ b: FactBase.Statement,
    of predicate: Predicate,
    _ determinant: Determinant
  ) -> Bool {
    guard let measure = determinant.measure else { return false }
    if a.sources.contains(where: b.sources.contains) { return true }
    let type = predicate.columns[measure].type.wordType
    let found = [a, b].map { values.constant($0.tuple[measure], type) }
    guard case .date(let first) = found[0], case .date(let second) = found[1] else { return false }
    return first.isWithin(second) || second.isWithin(first)
  }
}

extension KnowledgeBase {
  /// Pairs of facts that contradict each other: against a key, or two numbers or dates for one thing by different
  /// sources. A row for each pair, in the order of predicates and values: both facts, what they cite, and its words.
  public func conflicts(options: RunOptions) throws(KnowledgeBaseError) -> Answer {
    try onOneState { () throws(KnowledgeBaseError) in try pairs(options) }
  }

  private func pairs(_ options: RunOptions) throws(KnowledgeBaseError) -> Answer {
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    var passages = PassageRegister(compilation)
    var pairs: [[(fact: String, passages: [Int])]] = []
    do throws(RunError) {
      for predicate in compilation.program.predicates.sorted(by: { $0.name < $1.name })
      where predicate.kind == .ordinary {
        for pair in try compilation.conflicts(of: predicate) {
          let records = try compilation.facts.records(of: pair, predicate)
          pairs.append(
            zip(pair, records).map { tuple, record in
              (predicate.text(of: tuple, values), record.sources.map { passages.number(of: $0) })
            }
          )
        }
      }
      return answer(pairs, try passages.described())
    } catch {
      throw compilation.error(error)
    }
  }

  private func answer(_ pairs: [[(fact: String, passages: [Int])]], _ passages: [Proof.Passage]) -> Answer {
    let names = ["fact", "sources", "words", "other fact", "other sources", "other words"]
    var texts: [String] = []
    for side in pairs.joined() {
      let cited = side.passages.map { passages[$0] }
      texts.append(side.fact)
      texts.append(cited.map(\.reference).joined(separator: " "))
      texts.append(cited.compactMap { $0.words ?? $0.title }.joined(separator: " / "))
    }
    return Answer(
      columns: names.map { Answer.Column(name: $0, type: .symbol) },
      rowCount: pairs.count,
      words: texts.map { values.symbols.intern($0) },
      values: values
    )
  }
}

extension Compilation {
  fileprivate func conflicts(of predicate: Predicate) throws(RunError) -> [[[Word]]] {
    guard !predicate.determinants.isEmpty else { return [] }
    let types = predicate.columns.map(\.type.wordType)
    let relation = Relation(types: types, context: EvaluationContext(values: values))
    try facts.load(predicate, of: program, into: relation)
    var pairs: [[[Word]]] = []
    for determinant in predicate.determinants {
      let sharing = relation.tuplesSharing(determinant.columns)
      let groups = Dictionary(
        grouping: stride(from: 0, to: sharing.count, by: types.count).map { Array(sharing[$0..<($0 + types.count)]) },
        by: { tuple in determinant.columns.map { tuple[$0] } }
      )
      for members in groups.values {
        let stated = zip(members, try facts.records(of: members, predicate)).map { tuple, record in
          FactBase.Statement(tuple: tuple, sources: record.sources)
        }
        for (a, b) in members.indices.flatMap({ a in ((a + 1)..<members.count).map { (a, $0) } })
        where !mayBothBeRight(stated[a], stated[b], of: predicate, determinant) {
          pairs.append([members[a], members[b]].sorted { isBefore($0, $1, types) })
        }
      }
    }
    return pairs.sorted { isBefore($0.flatMap(\.self), $1.flatMap(\.self), types + types) }
  }

  private func isBefore(_ a: [Word], _ b: [Word], _ types: [WordType]) -> Bool {
    zip(zip(a, b), types).lazy.compactMap { pair, type -> Bool? in
      let (left, right) = (values.text(of: pair.0, type), values.text(of: pair.1, type))
      return left == right ? nil : left < right
    }.first ?? false
  }
}

extension Predicate {
  /// A tuple as the language writes it.
  func text(of tuple: [Word], _ values: Values) -> String {
    let arguments = zip(tuple, columns).map { values.literal($0, $1.type) }
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }
}

extension Values {
  /// A word's value as the language writes it.
  func literal(_ word: Word, _ type: ValueType) -> String {
    let text = text(of: word, type.wordType)
    return type == .symbol ? Symbol(text).literalText : text
  }
}

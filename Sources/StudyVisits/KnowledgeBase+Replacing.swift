internal import Datalog
internal import Engine
internal import Planning

/// Facts to be taken back.
struct Retraction {
  var tuples: Set<[Word]>
  /// The files that state them no longer; those that other files state stay. `nil` takes them back whoever states them.
  var origins: [Word]?
}

extension Compilation {
  /// What the files of a load stated when they were loaded before and state no longer, by predicate.
  ///
  /// - Returns: what the files are to take back, each fact once; and of it the tuples that nobody else states either.
  func noLongerStated(in stored: StoredFacts) throws(KnowledgeBaseError) -> (
    retractions: [String: [Retraction]], gone: [String: Set<[Word]>]
  ) {
    var retractions: [String: [Retraction]] = [:]
    var gone: [String: Set<[Word]>] = [:]
    let files = Set(text.ownSources.map { values.symbols.intern(text.origin(of: $0)) })
    do {
      let origins = try stored.origins().filter { !files.isDisjoint(with: $0.value) }
      guard !origins.isEmpty else { return ([:], [:]) }
      for predicate in program.predicates where predicate.kind == .ordinary {
        let stated = statements(of: predicate)
        var dropped: [[Word]: Set<[Word]>] = [:]
        try stored.forEachFact(of: predicate) { tuple, set in
          guard let before = origins[set] else { return }
          let lost = before.filter { files.contains($0) && stated[$0]?.contains(tuple) != true }
          guard !lost.isEmpty else { return }
          dropped[lost, default: []].insert(tuple)
          if lost.count == before.count, !stated.values.contains(where: { $0.contains(tuple) }) {
            gone[predicate.name, default: []].insert(tuple)
          }
        }
        let groups = dropped.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        retractions[predicate.name] = groups.map { Retraction(tuples: $0.value, origins: $0.key) }
      }
    } catch {
      throw self.error(error)
    }
    return (retractions, gone)
  }

  /// What the files of a load state now, by the words of their names.
  private func statements(of predicate: Predicate) -> [Word: Relation] {
    let types = predicate.columns.map(\.type)
    let context = EvaluationContext(values: values)
    var result: [Word: Relation] = [:]
    for facts in facts.added[predicate.name] ?? [] {
      let file = values.symbols.intern(facts.origin)
      let relation = result[file] ?? Relation(types: types.map(\.wordType), context: context)
      facts.table.load(into: relation, types: types, values: values)
      result[file] = relation
    }
    return result
  }
}

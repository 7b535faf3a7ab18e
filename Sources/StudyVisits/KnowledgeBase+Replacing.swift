internal import Datalog
internal import Engine

/// Facts to be taken back.
struct Retraction {
  var tuples: Set<[Word]>
  /// The file that states them no longer; those that other files state stay. `nil` takes them back whoever states them.
  var origin: Word?
}

extension Compilation {
  /// What the files of a load stated when they were loaded before and state no longer, by predicate.
  ///
  /// - Returns: what the file is to take back, and of it the tuples that nobody else states either.
  func noLongerStated(in stored: StoredFacts) throws(KnowledgeBaseError) -> (
    retractions: [String: [Retraction]], gone: [String: Set<[Word]>]
  ) {
    var retractions: [String: [Retraction]] = [:]
    var gone: [String: Set<[Word]>] = [:]
    for predicate in program.predicates where predicate.kind == .ordinary {
      var stated: [String: Set<[Word]>] = [:]
      for facts in facts.added[predicate.name] ?? [] {
        stated[facts.origin, default: []].formUnion(facts.tuples(of: predicate, values))
      }
      for name in Set(text.ownSources.map(text.origin)).sorted() {
        let origin = values.symbols.intern(name)
        let before: [(tuple: [Word], isShared: Bool)]
        do {
          before = try stored.tuples(of: predicate, statedBy: origin)
        } catch {
          throw self.error(error)
        }
        let dropped = before.filter { !(stated[name]?.contains($0.tuple) ?? false) }
        guard !dropped.isEmpty else { continue }
        let tuples = Set(dropped.map(\.tuple))
        retractions[predicate.name, default: []].append(Retraction(tuples: tuples, origin: origin))
        let alone = dropped.filter { fact in !fact.isShared && !stated.values.contains { $0.contains(fact.tuple) } }
        gone[predicate.name, default: []].formUnion(alone.map(\.tuple))
      }
    }
    return (retractions, gone)
  }
}

extension Facts {
  fileprivate func tuples(of predicate: Predicate, _ values: Values) -> [[Word]] {
    let columns = predicate.columns.enumerated().map { table.words($0.offset, of: $0.element.type, values) }
    return (0..<table.rowCount).map { row in columns.map { $0[row] } }
  }
}

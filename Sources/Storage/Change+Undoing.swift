/// Why a change cannot be reversed: a later change builds on what it did.
public enum UndoObstacle: Hashable, Sendable {
  /// A fact that it stated has been taken back since, or has other sources.
  case replaced(StoredPredicate, StoredVersion)
  /// A fact that it took back has been stated since.
  case statedSince(StoredPredicate, StoredVersion)
  /// The rules of a file have been replaced since.
  case rulesReplaced(file: String, change: Int)
  /// A predicate that it declared has facts of later changes.
  case hasFacts(StoredPredicate, count: Int)
  /// The predicate of facts that it took back is declared otherwise since, or no longer.
  case declaredOtherwise(StoredPredicate)
}

/// Reversing a change: what it stated is taken back, what it took back is stated with the sources that it had, and rules
/// and declarations are what they were before it.
extension Change {
  /// Reverses a change of the store.
  ///
  /// - Returns: what later changes have built on it; with any, this change is to be given up.
  public func undo(_ target: Int, of store: Store) throws(StorageError) -> [UndoObstacle] {
    try attempt { () throws(StorageError) in
      var obstacles: [UndoObstacle] = []
      var steps: [UndoneFacts] = []
      let declared = try store.declaredPredicates()
      let standing = try StandingChanges(after: target, of: store)
      for (predicate, ending) in declared.map({ ($0.predicate, $0.ending) }) {
        let facts = UndoneFacts(
          predicate,
          ending,
          target,
          try store.versions(of: predicate, touchedBy: target...target)
        )
        for fact in facts.stated {
          let last = try facts.end(of: fact, by: standing, in: store)
          if let last { obstacles.append(.replaced(predicate, last)) }
        }
        for fact in facts.retracted {
          let since = try store.versions(of: predicate, with: fact.values).first { standing.contain($0.asserted) }
          if let since { obstacles.append(.statedSince(predicate, since)) }
        }
        steps.append(facts)
      }
      let clauses = try clauses(changedBy: target, standing, &obstacles)
      guard obstacles.isEmpty else { return obstacles }
      for facts in steps { try delete(facts.stated, of: facts.predicate) }
      for predicate in declared.filter({ $0.change == target && $0.ending == nil }).map(\.predicate) {
        let count = try store.rowCount(predicate)
        if count > 0 { obstacles.append(.hasFacts(predicate, count: count)) } else { try end(predicate) }
      }
      for facts in steps {
        guard let predicate = try living(facts, target) else {
          obstacles.append(.declaredOtherwise(facts.predicate))
          continue
        }
        try restore(facts, to: predicate)
      }
      for (file, text) in clauses { try replaceClauses(of: file, with: text) }
      return obstacles
    }
  }

  /// The predicate that takes the facts back: theirs, or its like where the change that is reversed ended it.
  private func living(_ facts: UndoneFacts, _ target: Int) throws(StorageError) -> StoredPredicate? {
    guard let ending = facts.ending else { return facts.predicate }
    let isWanted = ending == target || !facts.retracted.isEmpty
    guard isWanted else { return facts.predicate }
    let (name, known) = (facts.predicate.name, try predicate(named: facts.predicate.name))
    guard ending == target, known == nil else { return nil }
    let row = try connection.prepare("select text from vl_predicate where id = ?")
    row.bind(facts.predicate.id, at: 1)
    let text = try row.step() ? row.text(0) : ""
    return try make(name: name, columns: facts.predicate.columns, keys: facts.predicate.keys, text: text)
  }

  private func delete(_ facts: [StoredVersion], of predicate: StoredPredicate) throws(StorageError) {
    let delete = try prepared(deletion(from: predicate))
    for fact in facts {
      delete.bind(fact.values, of: predicate)
      try delete.run()
    }
  }

  private func restore(_ facts: UndoneFacts, to predicate: StoredPredicate) throws(StorageError) {
    let names = Schema.columnNames(predicate)
    let insert = try prepared(insertion(into: predicate, verb: "insert"))
    insert.bind(id, at: Int32(names.count + 2))
    for fact in facts.retracted + facts.formerlyCited {
      insert.bind(fact.values, of: predicate)
      insert.bind(Int64(fact.sources), at: Int32(names.count + 1))
      try insert.run()
    }
    let cited = facts.formerlyCited.count
    guard facts.stated.count + facts.retracted.count > 0 else { return }
    note(predicate) { report in
      report.retracted += facts.stated.count - cited
      report.asserted += facts.retracted.count
      report.resourced += cited
    }
  }

  /// The files whose rules a change replaced, with what they were before; empty where there were none.
  private func clauses(
    changedBy target: Int,
    _ standing: StandingChanges,
    _ obstacles: inout [UndoObstacle]
  ) throws(StorageError) -> [String: String] {
    let rows = try connection.prepare(
      "select file, text, asserted, retracted from vl_clause where asserted >= ?1 or retracted = ?1 order by id"
    )
    rows.bind(target, at: 1)
    var former: [String: String] = [:]
    var later: [String: Int] = [:]
    while try rows.step() {
      let file = rows.text(0)
      if rows.integer(2) == target {
        if former[file] == nil { former[file] = "" }
        if !rows.isNull(3), standing.contain(Int(rows.integer(3))) { later[file] = Int(rows.integer(3)) }
      } else if rows.integer(2) > target {
        guard standing.contain(Int(rows.integer(2))) else { continue }
        later[file] = min(later[file] ?? .max, Int(rows.integer(2)))
      } else {
        former[file] = rows.text(1)
      }
    }
    obstacles += former.keys.sorted().compactMap { file in
      later[file].map { .rulesReplaced(file: file, change: $0) }
    }
    return former
  }
}

/// The changes since one that have not been undone since, nor undone another: on the others nothing can build.
private struct StandingChanges {
  private let target: Int
  private let pairs: [Int: Int]

  init(after target: Int, of store: Store) throws(StorageError) {
    self.target = target
    pairs = try store.undoings().pairs
  }

  func contain(_ change: Int) -> Bool {
    guard change > target else { return false }
    return pairs[change].map { $0 <= target } ?? true
  }
}

/// What a change did to the facts of a predicate.
private struct UndoneFacts {
  let predicate: StoredPredicate
  /// The change that ended the predicate's declaration.
  let ending: Int?
  /// Those that it stated, with other sources too.
  let stated: [StoredVersion]
  /// Those that it took back.
  let retracted: [StoredVersion]
  /// Those of whom it left no more than other sources, as they were before.
  let formerlyCited: [StoredVersion]

  init(_ predicate: StoredPredicate, _ ending: Int?, _ target: Int, _ touched: [StoredVersion]) {
    self.predicate = predicate
    self.ending = ending
    stated = touched.filter { $0.asserted == target }
    let values = Set(stated.map(\.values))
    let ended = touched.filter { $0.retracted == target }
    retracted = ended.filter { !values.contains($0.values) }
    formerlyCited = ended.filter { values.contains($0.values) }
  }

  /// The version of a fact that the change stated which later changes have ended.
  func end(
    of fact: StoredVersion,
    by standing: StandingChanges,
    in store: Store
  ) throws(StorageError) -> StoredVersion? {
    guard fact.retracted != nil else { return nil }
    // A declaration that ended took the fact with it, and what came back is another predicate's.
    guard ending == nil else { return fact }
    return try store.versions(of: predicate, with: fact.values).first { version in
      version.retracted.map(standing.contain) ?? false
    }
  }
}

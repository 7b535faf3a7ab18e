internal import Datalog
internal import Engine
internal import Planning

/// What is stated for each key of a predicate: by others than the file that is imported, and by the file so far.
struct HeldKeys {
  private struct Holder {
    let fact: [Symbol]
    /// Of the record; `nil` where the knowledge base holds the fact.
    let place: String?
  }

  private let predicate: Predicate
  /// For each key of the predicate.
  private var holders: [[[Symbol]: Holder]]

  /// - Parameter isOwn: whether a set of sources is that of facts which the file alone states.
  init(
    _ predicate: Predicate,
    _ values: Values,
    stored: StoredFacts?,
    isOwn: (UInt32) -> Bool
  ) throws(RunError) {
    self.predicate = predicate
    holders = Array(repeating: [:], count: predicate.keys.count)
    guard !predicate.keys.isEmpty else { return }
    var facts: [[Symbol]] = []
    try stored?.forEachFact(of: predicate) { tuple, set in
      guard !isOwn(set) else { return }
      facts.append(zip(tuple, predicate.columns).map { Symbol(values.text(of: $0, $1.type.wordType)) })
    }
    for fact in facts { hold(fact, place: nil) }
  }

  private mutating func hold(_ fact: [Symbol], place: String?) {
    for (index, key) in predicate.keys.enumerated() {
      let values = key.map { fact[$0] }
      if holders[index][values] == nil { holders[index][values] = Holder(fact: fact, place: place) }
    }
  }

  /// Takes a fact of a record unless another has its key.
  ///
  /// - Returns: why it was not taken.
  mutating func take(_ texts: [String], place: String) -> String? {
    let fact = texts.map { Symbol($0) }
    for (index, key) in predicate.keys.enumerated() {
      guard let holder = holders[index][key.map { fact[$0] }], holder.fact != fact else { continue }
      let differing = predicate.columns.indices.filter { holder.fact[$0] != fact[$0] }
      let columns = key.map { "\(predicate.columns[$0].name) `\(texts[$0].shortened)`" }.joined(separator: ", ")
      let others = differing.map { "\(predicate.columns[$0].name) `\(holder.fact[$0].description.shortened)`" }
      let owns = differing.map { "`\(texts[$0].shortened)`" }.joined(separator: ", ")
      let whose = holder.place.map { "\($0) says" } ?? "the knowledge base says"
      return "`\(predicate.name)` has one fact for \(columns), and \(whose) \(others.joined(separator: ", ")): "
        + "\(owns) was left out"
    }
    hold(fact, place: place)
    return nil
  }
}

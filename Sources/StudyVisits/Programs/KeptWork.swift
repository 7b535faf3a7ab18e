internal import Datalog
internal import Engine
internal import Planning

/// What one knowledge base has loaded and derived, from question to question.
///
/// A relation is known by what it is: the facts of a predicate, or the text of the rules that derive it and what these
/// read. So a question or a further rule, which make another program, leave all else as it is. Changed facts are noted
/// and followed when the next program is run. What is kept counts as memory of every evaluation, and is given up when
/// one runs out of it.
final class KeptWork {
  /// Of all relations that are kept; evaluations have their own, on the same account and dictionaries.
  let context: EvaluationContext
  private var entries: [Identity: Entry] = [:]
  private var identities: [String: Identity] = [:]
  /// By predicate; not followed yet.
  private var pending: [String: TupleChange] = [:]
  /// What the changes that were followed last did.
  private var followed: [String: TupleChange] = [:]
  /// Whether the changes on trial were noted beside others.
  private var isMixed = false

  /// The number of a text that says what a relation is.
  typealias Identity = Int

  struct Entry {
    var relation: Relation
    /// Those of a predicate with rules that has any.
    var facts: Relation?
    /// Of the stratum, by the places of its rules: how often functions had no value. With its first predicate.
    var missingValues: [Int: Int] = [:]
  }

  init(values: Values) {
    context = EvaluationContext(values: values)
  }

  var isEmpty: Bool { entries.isEmpty }

  // MARK: Changes

  /// Notes that a predicate has gained and lost facts.
  func note(_ predicate: String, gained: Relation, lost: Relation) {
    guard !isEmpty, gained.count > 0 || lost.count > 0 else { return }
    guard let before = pending[predicate], before.gained.types == gained.types else {
      pending[predicate] = TupleChange(gained: gained, lost: lost.subtracting(gained))
      return
    }
    let stillGained = before.gained.subtracting(lost)
    let stillLost = before.lost.subtracting(gained)
    stillGained.insert(gained)
    stillLost.insert(lost.subtracting(gained))
    pending[predicate] = TupleChange(gained: stillGained, lost: stillLost)
  }

  /// The changes noted from here on may be taken back.
  func beginTrial() {
    isMixed = !pending.isEmpty
    followed = [:]
  }

  /// Takes back the changes of some predicates that were noted on trial, whether they have been followed or not.
  func takeBack(_ predicates: some Sequence<String>) {
    if isMixed { return forgetAll() }
    for predicate in predicates where pending.removeValue(forKey: predicate) == nil {
      if let change = followed[predicate] {
        note(predicate, gained: change.lost, lost: change.gained)
      } else {
        // It may have been loaded with what is taken back.
        forgetAll()
      }
    }
  }

  func forgetAll() {
    entries = [:]
    identities = [:]
    pending = [:]
    followed = [:]
  }

  /// Goes on with other dictionaries.
  ///
  /// - Parameter firstChanged: from here on symbols have other words than before.
  func adopt(_ values: Values, firstChanged: Word?) {
    context.adopt(values)
    guard let firstChanged else { return }
    entries = entries.filter { !$0.value.relation.hasWords(.symbol, from: firstChanged) }
  }

  // MARK: A program's share

  /// What is kept of a program's relations.
  ///
  /// - Parameter foreign: predicates whose facts in this program are not those of the knowledge base.
  func share(of program: CheckedProgram, without foreign: Set<String>) -> KeptShare {
    // Chosen: so many texts take about as much memory as a small relation.
    if identities.count > 10_000 { forgetAll() }
    return KeptShare(program, identities: identities(of: program, without: foreign), of: self)
  }

  /// What each predicate's relation is; `nil` for those that are not worth keeping.
  private func identities(of program: CheckedProgram, without foreign: Set<String>) -> [Identity?] {
    var result = [Identity?](repeating: nil, count: program.predicates.count)
    let constraints = Set(program.constraints.map(\.answers))
    var isForeign = program.predicates.map { foreign.contains($0.name) }
    for (index, predicate) in program.predicates.enumerated() {
      if case .cited(let cited) = predicate.kind { isForeign[index] = isForeign[cited.index] || !foreign.isEmpty }
      if predicate.kind == .mentions || predicate.kind == .evidence { isForeign[index] = !foreign.isEmpty }
      guard !predicate.isDerived, predicate.kind != .answers, !isForeign[index] else { continue }
      result[index] = identity("\(predicate.kind) \(predicate.signature)")
    }
    var seen = Set(result.compactMap { $0 })
    for stratum in program.strata {
      guard let text = text(of: stratum, in: program, result),
        stratum.predicates.allSatisfy({
          !isForeign[$0.index] && (program.predicates[$0.index].kind == .ordinary || constraints.contains($0))
        })
      else { continue }
      for (place, predicate) in stratum.predicates.enumerated() {
        let identity = identity("\(place) \(program.predicates[predicate.index].signature)\n\(text)")
        // Two constraints may say the same.
        if seen.insert(identity).inserted { result[predicate.index] = identity }
      }
    }
    return result
  }

  private func identity(_ text: String) -> Identity {
    if let known = identities[text] { return known }
    identities[text] = identities.count
    return identities.count - 1
  }

  /// The rules of a stratum and what they read; `nil` where that is not kept itself.
  private func text(of stratum: Stratum, in program: CheckedProgram, _ identities: [Identity?]) -> String? {
    var lines: [String] = []
    var heads: [Rule.HeadID: Int] = [:]
    let own = Set(stratum.predicates)
    for number in stratum.rules {
      let rule = program.rules[number]
      let head = heads[rule.headID, default: heads.count]
      heads[rule.headID] = head
      var read: [String] = []
      for predicate in rule.predicates where !own.contains(predicate) {
        guard let identity = identities[predicate.index] else { return nil }
        read.append("\(identity)")
      }
      var text = program.text(of: rule)
      // The name of a constraint's violations is a number that another program gives to something else.
      if program.predicates[rule.head.predicate.index].kind == .answers { text = String(text.drop { $0 != "(" }) }
      lines.append("\(head) \(text) \(read.joined(separator: " "))")
    }
    return lines.joined(separator: "\n")
  }

  func entry(_ identity: Identity) -> Entry? { entries[identity] }

  func keep(_ entry: Entry, as identity: Identity) {
    entries[identity] = entry
  }

  /// Forgets all but what a program has.
  func restrict(to identities: Set<Identity>) {
    entries = entries.filter { identities.contains($0.key) }
  }

  // MARK: Following

  /// Brings what is kept of a program up to date with the noted changes.
  func follow(_ program: CheckedProgram, _ identities: [Identity?], within limits: EvaluationContext) {
    guard !pending.isEmpty else { return }
    followed = [:]
    defer { pending = [:] }
    var following = Following(program, identities, kept: self, within: limits)
    for (name, change) in pending {
      let index = program.predicates.firstIndex { $0.name == name && $0.kind == .ordinary }
      guard let index else { continue }
      followed[name] = following.change(PredicateID(index), change)
    }
    guard following.followStrata() else { return forgetAll() }
    entries = following.entries
  }
}

extension Predicate {
  fileprivate var signature: String {
    (kind == .answers ? "" : name) + "(\(columns.map { "\($0.type)" }.joined(separator: ",")))"
  }
}

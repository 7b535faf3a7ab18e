internal import Datalog
internal import Engine
internal import Planning

/// What is kept of the relations of one program.
struct KeptShare {
  private let program: CheckedProgram
  private let identities: [KeptWork.Identity?]
  private let kept: KeptWork
  /// Whether anything was there when the program came.
  let isUsed: Bool

  init(_ program: CheckedProgram, identities: [KeptWork.Identity?], of kept: KeptWork) {
    self.program = program
    self.identities = identities
    self.kept = kept
    kept.restrict(to: Set(identities.compactMap { $0 }))
    isUsed = !kept.isEmpty
  }

  var context: EvaluationContext { kept.context }

  func forgetAll() {
    kept.forgetAll()
  }

  /// Brings relations up to date with the facts.
  func follow(_ limits: EvaluationContext) {
    kept.follow(program, identities, within: limits)
  }

  /// The complete relation of a predicate.
  func relation(_ predicate: PredicateID) -> Relation? {
    identities[predicate.index].flatMap { kept.entry($0)?.relation }
  }

  /// Takes the facts of a predicate, before its rules add to them.
  func keepFacts(of predicate: PredicateID, _ relation: Relation) {
    guard let identity = identities[predicate.index] else { return }
    guard program.predicates[predicate.index].isDerived else {
      kept.keep(.init(relation: relation), as: identity)
      return
    }
    loadedFacts.copies[predicate] = nil
    guard relation.countWithRepeats > 0 else { return }
    let copy = Relation(types: relation.types, context: kept.context)
    copy.insert(relation)
    loadedFacts.copies[predicate] = copy
  }

  private let loadedFacts = LoadedFacts()

  /// Facts of predicates whose strata are not complete yet.
  private final class LoadedFacts {
    var copies: [PredicateID: Relation] = [:]
  }

  /// Takes the relations of a stratum that has become complete.
  func keep(_ stratum: Int, relations: [Relation], missingValues: [Int: Int]) {
    let stratum = program.strata[stratum]
    for (place, predicate) in stratum.predicates.enumerated() {
      guard let identity = identities[predicate.index] else { continue }
      var entry = KeptWork.Entry(relation: relations[predicate.index], facts: loadedFacts.copies[predicate])
      if place == 0 { entry.missingValues = stratum.missingValues(missingValues) }
      kept.keep(entry, as: identity)
    }
  }

  /// What was counted when a stratum was completed, by rule.
  func missingValues(of stratum: Int) -> [Int: Int] {
    let stratum = program.strata[stratum]
    guard let identity = identities[stratum.predicates[0].index], let entry = kept.entry(identity) else { return [:] }
    return Dictionary(uniqueKeysWithValues: entry.missingValues.map { (stratum.rules[$0.key], $0.value) })
  }
}

extension Stratum {
  /// Counts of its rules, by place.
  func missingValues(_ counts: [Int: Int]) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for (place, rule) in rules.enumerated() { result[place] = counts[rule] }
    return result
  }
}

/// The kept relations of one program while they follow changed facts.
struct Following {
  private let program: CheckedProgram
  private let identities: [KeptWork.Identity?]
  private let context: EvaluationContext
  private var maintenance: Maintenance
  private(set) var entries: [KeptWork.Identity: KeptWork.Entry] = [:]
  /// Predicates whose relations are not kept, or not up to date.
  private var isForgotten: [Bool]

  init(
    _ program: CheckedProgram,
    _ identities: [KeptWork.Identity?],
    kept: KeptWork,
    within limits: EvaluationContext
  ) {
    self.program = program
    self.identities = identities
    context = limits.renewed()
    var relations: [Relation] = []
    var facts: [PredicateID: Relation] = [:]
    isForgotten = []
    for (index, predicate) in program.predicates.enumerated() {
      let types = predicate.columns.map(\.type.wordType)
      // Passages and their mentions change with any fact.
      let canFollow = predicate.kind == .ordinary || predicate.kind == .answers
      let entry = canFollow ? identities[index].flatMap(kept.entry) : nil
      relations.append(entry?.relation ?? Relation(types: types, context: kept.context))
      isForgotten.append(entry == nil)
      guard var entry, let identity = identities[index] else { continue }
      if predicate.isDerived {
        let own = entry.facts ?? Relation(types: types, context: kept.context)
        facts[PredicateID(index)] = own
        entry.facts = own
      }
      entries[identity] = entry
    }
    maintenance = Maintenance(program, relations: relations, facts: facts, context: context)
  }

  /// Changes the facts of a predicate; what that did, if they are kept.
  mutating func change(_ predicate: PredicateID, _ change: TupleChange) -> TupleChange? {
    let types = program.predicates[predicate.index].columns.map(\.type.wordType)
    guard !isForgotten[predicate.index], change.gained.types == types else {
      forget(predicate)
      return nil
    }
    maintenance.change(predicate, gained: change.gained, lost: change.lost)
    let nothing = Relation(types: types, context: context)
    return maintenance.factChange(of: predicate) ?? TupleChange(gained: nothing, lost: nothing)
  }

  private mutating func forget(_ predicate: PredicateID) {
    isForgotten[predicate.index] = true
    if let identity = identities[predicate.index] { entries[identity] = nil }
  }

  /// - Returns: false when the evaluation was ended before all strata had followed.
  mutating func followStrata() -> Bool {
    for stratum in program.strata {
      let read = stratum.predicates + stratum.rules.flatMap { program.rules[$0].predicates }
      guard read.allSatisfy({ !isForgotten[$0.index] }) else {
        for predicate in stratum.predicates { forget(predicate) }
        continue
      }
      do throws(EvaluationError) {
        take(stratum, try maintenance.follow(stratum))
      } catch {
        switch error {
        case .interrupted, .outOfTime, .tooManyTuples, .outOfMemory: return false
        case .overflow, .divisionByZero: for predicate in stratum.predicates { forget(predicate) }
        }
      }
    }
    return true
  }

  private mutating func take(_ stratum: Stratum, _ outcome: Maintenance.Outcome) {
    guard outcome == .evaluatedAnew else { return }
    for (place, predicate) in stratum.predicates.enumerated() {
      guard let identity = identities[predicate.index] else { continue }
      entries[identity]?.relation = maintenance.relations[predicate.index]
      if place == 0 { entries[identity]?.missingValues = stratum.missingValues(context.missingValues) }
    }
  }
}

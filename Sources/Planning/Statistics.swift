import Datalog
import Engine

/// What the planner knows of the relations when it plans: sizes and distinct counts of all that is complete.
struct Statistics {
  let evaluation: Evaluation
  /// Relations that are being derived, so that their sizes are not known yet.
  let growing: Set<PredicateID>
  /// Those of them that keep a minimum or maximum.
  var keepingBest: Set<PredicateID> = []
  /// Whether rules follow a small change of large relations: then each index is weighed by itself, and nothing is
  /// estimated that takes a look at all tuples.
  var followsChange = false

  var values: Values { evaluation.context.values }

  /// Whether a relation is a row store, without rows by word, while it is derived.
  func isGrowingStore(_ predicate: PredicateID) -> Bool {
    growing.contains(predicate)
      && (keepingBest.contains(predicate) || evaluation.relations[predicate.index].arity > 2)
  }

  /// Tuples of a relation; for one that is being derived a guess above most others.
  func count(_ predicate: PredicateID) -> Double {
    let count = Double(evaluation.relations[predicate.index].countWithRepeats)
    return growing.contains(predicate) ? max(count, 10_000) : count
  }

  /// Tuples expected for one binding of the registers in `bound`; columns are taken to be independent.
  func matches(_ atom: RuleBody.BodyAtom, bound: Set<Int>) -> Double {
    let known = atom.columns.indices.filter { place in
      switch atom.columns[place] {
      case .constant: true
      case .register(let register): bound.contains(register)
      case nil: false
      }
    }
    return matches(atom.predicate, known)
  }

  func matches(_ match: Match, bound: Set<Int>) -> Double {
    let known = match.columns.indices.filter { if case .bound = match.columns[$0] { true } else { false } }
    return matches(PredicateID(match.relation.index), known)
  }

  func matches(_ predicate: PredicateID, _ known: [Int]) -> Double {
    var result = count(predicate)
    for column in known { result /= distinct(predicate, column) }
    return result
  }

  /// Distinct words of a column.
  func distinct(_ predicate: PredicateID, _ column: Int) -> Double {
    if growing.contains(predicate) { return 100 }
    return Double(max(1, evaluation.relations[predicate.index].distinctCount(column)))
  }

  /// What an index for an atom costs, in bindings: it takes a sort of pairs, or a hash and gathering from all over for
  /// wider rows. What grows is indexed already.
  func access(_ atom: RuleBody.BodyAtom) -> Double {
    let relation = evaluation.relations[atom.predicate.index]
    if growing.contains(atom.predicate) || relation.isIndexed { return 0 }
    let named = atom.columns.count { $0 != nil }
    return Double(relation.countWithRepeats) * (named > 2 ? 3 : 1)
  }

  /// Whether what is beside a word of a column is found without making an index first, or by making a small one.
  func isAtHand(_ predicate: PredicateID, by column: Int) -> Bool {
    let relation = evaluation.relations[predicate.index]
    return !followsChange || growing.contains(predicate) || relation.arity != 2 || relation.hasTable(by: column)
      || relation.countWithRepeats < Statistics.smallIndex
  }

  /// Chosen: making an index of so many pairs takes less than a millisecond.
  private static let smallIndex = 10_000

  /// The share of pairs of tuples that agree in a column of each; `nil` where one of them is still growing.
  func matchProbability(
    _ first: RuleBody.BodyAtom,
    _ firstColumn: Int,
    _ second: RuleBody.BodyAtom,
    _ secondColumn: Int
  ) -> Double? {
    if followsChange || growing.contains(first.predicate) || growing.contains(second.predicate) { return nil }
    return evaluation.matchProbability(
      RelationID(first.predicate.index),
      firstColumn,
      RelationID(second.predicate.index),
      secondColumn
    )
  }
}

internal import Datalog
internal import Engine
internal import Planning

extension ProgramRun {
  /// The tuples of a predicate, sorted by value or as asked.
  func answer(
    _ predicate: PredicateID,
    order: [(column: Int, isDescending: Bool)] = [],
    limit: Int? = nil
  ) throws(RunError) -> Answer {
    try answer(try goalRelation(predicate), of: predicate, order: order, limit: limit)
  }

  /// The tuples that a question has been found to have, sorted as it says.
  func answer(_ relation: Relation, _ question: CheckedQuestion) throws(RunError) -> Answer {
    try answer(relation, of: question.answers, order: question.order, limit: question.limit)
  }

  /// Tuples that a predicate has been found to have.
  func answer(
    _ relation: Relation,
    of predicate: PredicateID,
    order: [(column: Int, isDescending: Bool)] = [],
    limit: Int? = nil
  ) throws(RunError) -> Answer {
    let columns = program.predicates[predicate.index].columns.map { column in
      Answer.Column(name: column.name, type: column.type.wordType)
    }
    if columns.isEmpty {
      return Answer(columns: [], rowCount: try count(of: relation), words: [], values: values)
    }
    let sorted = (explanation?.explanation).timed(.sorting) { relation.sortedWords(order: order, limit: limit) }
    try poll()
    return Answer(columns: columns, rowCount: sorted.count / columns.count, words: sorted, values: values)
  }

  /// How many tuples a predicate has.
  func count(of predicate: PredicateID) throws(RunError) -> Int {
    // What is only to be counted need not be read.
    let known = program.predicates[predicate.index]
    if !known.isDerived, !isLoaded[predicate.index], let count = try source.count(of: known) { return count }
    return try count(of: try goalRelation(predicate))
  }

  private func count(of relation: Relation) throws(RunError) -> Int {
    let count = relation.count
    try poll()
    return count
  }
}

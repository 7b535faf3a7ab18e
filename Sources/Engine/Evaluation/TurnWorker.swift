/// Takes turns on one thread, with relations and pipelines of its own.
final class TurnWorker {
  private(set) var pipelines: [Pipeline]
  /// What the turns have given, by relation.
  let results: [TurnResult]
  private(set) var wordsPerTurn = 1
  private let relations: [Relation]
  private let makePipelines: () -> [Pipeline]
  private let rounds: ([Relation], [Pipeline]) throws(EvaluationError) -> Int
  private let context: EvaluationContext
  private var tuples: Vector<Word>
  /// How many tuples the last turn had.
  private var size = 0

  /// A turn with fewer tuples is followed by a larger one, a turn with four times as many by a smaller one. Chosen: their
  /// table takes 256 kB, a part of the second-level cache.
  private static let smallTurn = 1 << 14
  /// So few tuples a round make a turn small, too. Chosen: to join them costs more than to begin the round.
  private static let smallRound = 512
  /// Chosen: words may give so much more than those before them.
  private static let mostGrowth = 8

  /// - Parameters:
  ///   - relations: those of the recursion, empty, for this worker alone.
  ///   - rounds: runs rounds until one adds nothing; gives how many.
  init(
    _ relations: [Relation],
    _ context: EvaluationContext,
    pipelines: @escaping () -> [Pipeline],
    rounds: @escaping ([Relation], [Pipeline]) throws(EvaluationError) -> Int
  ) {
    self.relations = relations
    self.context = context
    self.rounds = rounds
    makePipelines = pipelines
    self.pipelines = pipelines()
    results = relations.map { _ in TurnResult(context) }
    tuples = Vector(account: context.account)
  }

  /// Takes turns until all words of a part have had theirs.
  func solve(_ words: Range<Int>, of starts: TurnStarts, as part: Int) throws(EvaluationError) {
    beginPart(part)
    wordsPerTurn = starts.wordsPerTurn
    var next = words.lowerBound
    do {
      while next < words.upperBound { next = try takeTurn(next..<words.upperBound, of: starts) }
    } catch {
      for result in results { result.abandonPart() }
      // They may have been left in the middle of something.
      pipelines = makePipelines()
      throw error
    }
    endPart()
  }

  func beginPart(_ part: Int) {
    for result in results { result.beginPart(part) }
  }

  func endPart() {
    for result in results { result.endPart() }
  }

  /// Takes a turn for the first of some words, by their places; gives the place of the next.
  func takeTurn(_ words: Range<Int>, of starts: TurnStarts) throws(EvaluationError) -> Int {
    let taken = words.lowerBound..<min(words.lowerBound + wordsPerTurn, words.upperBound)
    for (place, relation) in relations.enumerated() {
      tuples.removeAll()
      starts.gather(taken, of: place, into: &tuples)
      relation.beginTurn(tuples.base, count: tuples.count / relation.arity, expecting: size)
    }
    let roundCount = try rounds(relations, pipelines)
    size = 0
    for (place, relation) in relations.enumerated() {
      size += relation.count
      results[place].take(relation)
    }
    adapt(roundCount, starts.wordCount)
    return taken.upperBound
  }

  /// Chooses the words of the next turn by what the last one had.
  private func adapt(_ roundCount: Int, _ wordCount: Int) {
    let few = max(TurnWorker.smallTurn, roundCount * TurnWorker.smallRound)
    if size < few {
      wordsPerTurn = min(wordsPerTurn * min(max(few / max(size, 1), 2), TurnWorker.mostGrowth), wordCount)
    } else if size > few * 4 {
      wordsPerTurn = max(wordsPerTurn / 2, 1)
    }
  }
}

/// What the turns of one thread have given of one relation, part by part of the work.
final class TurnResult {
  /// Of a relation of pairs.
  let rows: WrittenRows
  /// Of others.
  private(set) var tuples: [WrittenTuples] = []
  private let context: EvaluationContext
  private var part = 0
  /// Words of the tuples before the part.
  private var start = 0

  init(_ context: EvaluationContext) {
    self.context = context
    rows = WrittenRows(account: context.account)
  }

  func beginPart(_ number: Int) {
    part = number
    if let last = tuples.last, last.parts.upperBound == number {
      last.parts = last.parts.lowerBound..<number + 1
    } else {
      tuples.append(WrittenTuples(part: number, account: context.account))
    }
    start = tuples[tuples.count - 1].words.count
  }

  /// Writes what a turn has ended with.
  func take(_ relation: Relation) {
    if let store = relation.store {
      tuples[tuples.count - 1].words.append(contentsOf: store.words.base, count: store.count * store.arity)
    } else {
      context.ensureScratch(for: relation.valueDomain(swapped: false))
      relation.table().write(to: rows, context.scratch.view)
    }
  }

  func endPart() {
    rows.endPart(part)
    tuples[tuples.count - 1].words.trim()
  }

  func abandonPart() {
    rows.abandonPart()
    let last = tuples[tuples.count - 1]
    last.words.count = start
    last.parts = last.parts.lowerBound..<part
  }
}

/// Tuples of some parts of the work that follow each other, row after row.
final class WrittenTuples {
  var parts: Range<Int>
  @exclusivity(unchecked) var words: Vector<Word>

  init(part: Int, account: MemoryAccount) {
    parts = part..<part + 1
    words = Vector(account: account)
  }
}

/// Takes turns on one thread, with relations and pipelines of its own.
///
/// Pairs stay in its tables, where those of other turns are in nobody's way: rows are found by the word that stays. Wider
/// tuples are written away, so that the table that finds repeats knows one turn's alone.
final class TurnWorker {
  let relations: [Relation]
  /// What turns ended with, of the relations that are no pairs.
  let written: [WrittenTurns?]
  /// What the parts that were ended took and gave.
  let profile: StratumProfile?
  /// The numbers of those parts.
  private(set) var parts: [Int] = []
  private(set) var wordsPerTurn = 1
  private let rounds: RecursionRounds
  private let starts: TurnStarts
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

  /// - Parameter rounds: on relations for this worker alone, empty.
  init(_ rounds: RecursionRounds, of starts: TurnStarts, _ context: EvaluationContext) {
    self.rounds = rounds
    self.starts = starts
    self.context = context
    relations = rounds.relations
    profile = rounds.profile
    written = relations.map { $0.hasStore ? WrittenTurns(context.account) : nil }
    tuples = Vector(account: context.account)
    noteProfile()
    rounds.prepare()
  }

  /// Takes turns until all words of a part have had theirs.
  func solve(_ words: Range<Int>, as part: Int) throws(EvaluationError) {
    beginPart(part)
    wordsPerTurn = starts.wordsPerTurn
    var next = words.lowerBound
    do {
      while next < words.upperBound { next = try takeTurn(next..<words.upperBound) }
    } catch {
      abandon(words)
      throw error
    }
    endPart(part)
  }

  func beginPart(_ part: Int) {
    for written in written { written?.beginPart(part) }
  }

  func endPart(_ part: Int) {
    noteProfile()
    for written in written { written?.endPart() }
    parts.append(part)
  }

  /// Adds what was done since the last call to the profile; without it, it counts for nothing.
  func noteProfile() {
    guard let profile else { return }
    rounds.noteStepRows()
    if let done = rounds.profile, done !== profile { profile.add(done) }
    rounds.profile = StratumProfile()
  }

  private func abandon(_ words: Range<Int>) {
    if !context.hasGivenBack { noteProfile() } else if profile != nil { rounds.profile = StratumProfile() }
    for (place, relation) in relations.enumerated() {
      relation.endRounds()
      if let written = written[place] { written.abandonPart() } else { relation.forgetPairs(of: starts.words(words)) }
    }
    // They may have been left in the middle of something.
    rounds.prepare()
  }

  /// Takes a turn for the first of some words, by their places; gives the place of the next.
  func takeTurn(_ words: Range<Int>) throws(EvaluationError) -> Int {
    let taken = words.lowerBound..<min(words.lowerBound + wordsPerTurn, words.upperBound)
    var before = 0
    for (place, relation) in relations.enumerated() {
      tuples.removeAll()
      let settledCount = starts.gather(taken, of: place, into: &tuples)
      if relation.hasStore { relation.clearStore(expecting: size) } else { before += relation.count }
      relation.beginTurn(tuples.base, count: tuples.count / relation.arity, settledCount: settledCount)
    }
    let roundCount = try rounds.run(after: starts.roundCount) - starts.roundCount
    size = relations.reduce(-before) { $0 + $1.count }
    for (place, relation) in relations.enumerated() { written[place]?.take(relation) }
    adapt(roundCount)
    return taken.upperBound
  }

  /// Chooses the words of the next turn by what the last one had.
  private func adapt(_ roundCount: Int) {
    let few = max(TurnWorker.smallTurn, roundCount * TurnWorker.smallRound)
    if size < few {
      wordsPerTurn = min(wordsPerTurn * min(max(few / max(size, 1), 2), TurnWorker.mostGrowth), starts.wordCount)
    } else if size > few * 4 {
      wordsPerTurn = max(wordsPerTurn / 2, 1)
    }
  }
}

/// What the turns of one thread have ended with of one relation that is kept in rows, part by part of the work.
final class WrittenTurns {
  private(set) var tuples: [WrittenTuples] = []
  private let account: MemoryAccount
  private var part = 0
  /// Words of the tuples before the part.
  private var start = 0

  init(_ account: MemoryAccount) {
    self.account = account
  }

  func beginPart(_ number: Int) {
    part = number
    if let last = tuples.last, last.parts.upperBound == number {
      last.parts = last.parts.lowerBound..<number + 1
    } else {
      tuples.append(WrittenTuples(part: number, account: account))
    }
    start = tuples[tuples.count - 1].words.count
  }

  func take(_ relation: Relation) {
    guard let store = relation.store else { preconditionFailure("pairs stay in their tables") }
    tuples[tuples.count - 1].words.append(contentsOf: store.words.base, count: store.count * store.arity)
  }

  func endPart() {
    tuples[tuples.count - 1].words.trim()
  }

  func abandonPart() {
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

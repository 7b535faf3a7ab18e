/// Takes a recursion that leaves a column as it is in turns: its rounds are gone through for some words of that column
/// after the others.
///
/// A tuple leads only to tuples with the same word there, so what a turn derives can repeat no tuple of another. Each turn
/// has relations of its own, which hold its tuples alone and stay in the cache, however many there are in all; what it
/// ends with is written behind what the turns before gave. Like a row fixpoint, but for several words together, for
/// relations of any width, and for several that need each other. Turns read nothing of each other, so threads share them.
///
/// Which words are taken together depends on what those before them gave, never on the number of threads.
extension Evaluation {
  func runTurns(_ rounds: StratumPlan.Rounds, by column: Int) throws(EvaluationError) {
    let recursive = rounds.relations.map { relations[$0.index] }
    let starts = TurnStarts(recursive, by: column, context)
    try context.poll()
    for relation in recursive { relation.forgetTuples() }
    let first = turnWorker(rounds, context)
    var workers = [first]
    defer { noteStepRows(of: first.pipelines) }
    let parts = try takeFirstTurns(of: starts, first)
    try context.share(partCount: parts.count, isAlone: !canShareTurns(of: rounds), first: first) { context in
      let worker = turnWorker(rounds, context)
      workers.append(worker)
      return worker
    } perform: { worker, part throws(EvaluationError) in
      try worker.solve(parts[part], of: starts, as: part + 1)
    }
    for (place, relation) in recursive.enumerated() {
      relation.adopt(workers.map { $0.results[place] })
    }
  }

  /// Whether the plans let threads share turns; a profile is of one.
  private func canShareTurns(of rounds: StratumPlan.Rounds) -> Bool {
    let comparesTexts = rounds.best.contains { relations[$0.key.index].types[$0.value.valueColumn] == .symbol }
    return profile == nil && !comparesTexts && rounds.variants.allSatisfy(\.hasShareableTurns)
  }

  /// Takes turns until there was enough to do that others may join, which shows how many words a turn should have; gives
  /// the words that are left, in parts.
  private func takeFirstTurns(of starts: TurnStarts, _ worker: TurnWorker) throws(EvaluationError) -> [Range<Int>] {
    let attempted = context.attemptedCount
    var next = 0
    worker.beginPart(0)
    while next < starts.wordCount, context.attemptedCount - attempted < context.parallelism.leastWork {
      next = try worker.takeTurn(next..<starts.wordCount, of: starts)
    }
    worker.endPart()
    starts.wordsPerTurn = worker.wordsPerTurn
    let size = max(starts.wordsPerTurn, (starts.wordCount - next) / TurnStarts.mostParts + 1)
    return stride(from: next, to: starts.wordCount, by: size).map { $0..<min($0 + size, starts.wordCount) }
  }

  private func turnWorker(_ rounds: StratumPlan.Rounds, _ context: EvaluationContext) -> TurnWorker {
    let builder = builder(of: rounds, in: context)
    return TurnWorker(rounds.relations.map { builder.relations[$0.index] }, context) {
      rounds.variants.map { builder.pipeline($0) }
    } rounds: { [self] (relations, pipelines) throws(EvaluationError) in
      try run(pipelines, of: rounds, relations)
    }
  }

  /// Builds pipelines on empty relations in place of those of the recursion.
  private func builder(of rounds: StratumPlan.Rounds, in context: EvaluationContext) -> PipelineBuilder {
    var own = relations
    for id in rounds.relations {
      own[id.index] = Relation(types: relations[id.index].types, context: context)
      own[id.index].beginRounds(best: rounds.best[id])
    }
    let evaluator = ScalarEvaluator(
      values: context.values,
      shouldStop: { context.shouldStop },
      mayGrow: { !context.isSharing }
    )
    return builder(growing: Set(rounds.relations), isRecursive: true, on: own, in: context, with: evaluator)
  }
}

/// The tuples that a recursion in turns starts from, grouped by their words in the column that stays.
final class TurnStarts {
  /// The words, ascending.
  private var words: Vector<Word>
  private let groups: [GroupedTuples]
  /// How many words the first turn of a part takes.
  var wordsPerTurn = 1

  /// Chosen: enough that threads which take them in turn end together.
  static let mostParts = 256

  var wordCount: Int { words.count }

  init(_ relations: [Relation], by column: Int, _ context: EvaluationContext) {
    let account = context.account
    groups = relations.map { GroupedTuples(of: $0, by: column, account: account) }
    var all = Vector<Pair>(account: account)
    for group in groups { group.appendWords(to: &all) }
    PairSort.sortDistinct(&all, account: account)
    words = Vector(capacity: all.count, account: account)
    for index in 0..<all.count { words.append(all[index].first) }
  }

  /// Appends the tuples of a relation, by its place, that have some of the words.
  func gather(_ places: Range<Int>, of relation: Int, into tuples: inout Vector<Word>) {
    guard !places.isEmpty else { return }
    groups[relation].gather(words[places.lowerBound]...words[places.upperBound - 1], into: &tuples)
  }
}

/// The tuples of one relation, grouped by their words in a column.
private final class GroupedTuples {
  private let arity: Int
  private let tuples: [Word]
  /// The number of each tuple behind its word, by word.
  private var rows: Vector<Pair>
  private let account: MemoryAccount
  private var byteCount: Int { tuples.count * MemoryLayout<Word>.stride }

  init(of relation: Relation, by column: Int, account: MemoryAccount) {
    self.account = account
    arity = relation.arity
    tuples = relation.words()
    let count = tuples.count / arity
    rows = Vector(capacity: count, account: account)
    for row in 0..<count { rows.append(Pair(tuples[row * arity + column], Word(truncatingIfNeeded: row))) }
    account.grew(by: byteCount)
    PairSort.group(&rows, account: account)
  }

  deinit {
    account.shrank(by: byteCount)
  }

  /// Appends each word once, as the first of a pair.
  func appendWords(to pairs: inout Vector<Pair>) {
    for index in 0..<rows.count where index == 0 || rows[index].first != rows[index - 1].first {
      pairs.append(Pair(rows[index].first, 0))
    }
  }

  func gather(_ words: ClosedRange<Word>, into target: inout Vector<Word>) {
    var place = start(of: words.lowerBound)
    tuples.withUnsafeBufferPointer { tuples in
      guard let base = tuples.baseAddress else { return }
      while place < rows.count, rows[place].first <= words.upperBound {
        target.append(contentsOf: base + Int(rows[place].second) * arity, count: arity)
        place += 1
      }
    }
  }

  /// The place of the first row whose word is no less.
  private func start(of word: Word) -> Int {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].first < word { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Takes a recursion that leaves a column as it is in turns: its rounds are gone through for some words of that column
/// after the others.
///
/// A tuple leads only to tuples with the same word there, so what a turn derives can repeat no tuple of another. What it
/// works on stays in the cache, however many tuples there are in all. Like a row fixpoint, but for several words together,
/// for relations of any width, and for several that need each other. Turns read nothing of each other, so threads share
/// them.
///
/// Which words are taken together depends on what those before them gave, never on the number of threads.
extension Evaluation {
  /// Goes on between two rounds over everything, and to the end.
  ///
  /// - Parameters:
  ///   - last: how many of those rounds there were.
  ///   - tried: how many words they tried.
  func runTurns(
    _ plan: StratumPlan.Rounds,
    by column: Int,
    after last: Int,
    tried: Int
  ) throws(EvaluationError) {
    let recursive = plan.relations.map { relations[$0.index] }
    let starts = TurnStarts(recursive, by: column, after: last, context)
    try context.poll()
    let first = turnWorker(plan, starts, context)
    var workers = [first]
    defer {
      for worker in workers {
        worker.noteProfile()
        if let done = worker.profile { profile?.add(done) }
      }
    }
    let parts = try takeFirstTurns(of: starts, first)
    let isShared = canShareTurns(of: plan)
    try context.share(partCount: parts.count - 1, tried: isShared ? tried : nil, first: first) { context in
      let worker = turnWorker(plan, starts, context)
      workers.append(worker)
      return worker
    } perform: { worker, part throws(EvaluationError) in
      try worker.solve(parts[part + 1], as: part + 1)
    }
    for (place, relation) in recursive.enumerated() {
      if relation.hasStore {
        relation.adopt(workers.compactMap { $0.written[place] }.flatMap(\.tuples))
      } else {
        relation.adopt(rows(of: place, workers, starts, parts), swapped: false)
      }
    }
  }

  /// Whether the plans let threads share turns.
  private func canShareTurns(of plan: StratumPlan.Rounds) -> Bool {
    let comparesTexts = plan.best.contains { relations[$0.key.index].types[$0.value.valueColumn] == .symbol }
    return !comparesTexts && plan.variants.allSatisfy(\.hasShareableTurns)
  }

  /// Takes turns until there was enough to do that others may join, which shows how many words a turn should have; gives
  /// the parts that all words are cut into, of which the first is done.
  private func takeFirstTurns(of starts: TurnStarts, _ worker: TurnWorker) throws(EvaluationError) -> [Range<Int>] {
    let attempted = context.attemptedCount
    var next = 0
    worker.beginPart(0)
    while next < starts.wordCount, context.attemptedCount - attempted < context.parallelism.leastWork {
      next = try worker.takeTurn(next..<starts.wordCount)
    }
    worker.endPart(0)
    starts.wordsPerTurn = worker.wordsPerTurn
    let size = max(starts.wordsPerTurn, (starts.wordCount - next) / TurnStarts.mostParts + 1)
    let others = stride(from: next, to: starts.wordCount, by: size).map { $0..<min($0 + size, starts.wordCount) }
    return [0..<next] + others
  }

  /// A table of the rows that workers have of a relation of pairs, by its place, in the order of the words.
  private func rows(
    of place: Int,
    _ workers: [TurnWorker],
    _ starts: TurnStarts,
    _ parts: [Range<Int>]
  ) -> RowTable {
    let layout = workers[0].relations[place].layout(swapped: false)
    let table = RowTable(layout, expectedKeys: starts.wordCount, account: context.account)
    var owners = [RowTable?](repeating: nil, count: parts.count)
    for worker in workers {
      let own = worker.relations[place].table()
      table.takeLeaves(of: own)
      for part in worker.parts { owners[part] = own }
    }
    for (owner, part) in zip(owners, parts) {
      guard let owner else { continue }
      for word in starts.words(part) { table.adopt(owner.row(of: word).pointee, of: word) }
    }
    return table
  }

  private func turnWorker(
    _ plan: StratumPlan.Rounds,
    _ starts: TurnStarts,
    _ context: EvaluationContext
  ) -> TurnWorker {
    var own = relations
    for id in plan.relations {
      own[id.index] = Relation(types: relations[id.index].types, context: context)
      own[id.index].beginRounds(best: plan.best[id])
    }
    let evaluator = ScalarEvaluator(
      values: context.values,
      shouldStop: { context.shouldStop },
      mayGrow: { !context.isSharing }
    )
    let builder = builder(growing: Set(plan.relations), isRecursive: true, on: own, in: context, with: evaluator)
    let profile = profile.map { _ in StratumProfile() }
    return TurnWorker(RecursionRounds(plan, builder, profile: profile), of: starts, context)
  }
}

/// What a recursion in turns starts from, grouped by the words in the column that stays.
final class TurnStarts {
  /// Ascending.
  private var words: Vector<Word>
  /// How many rounds there were before.
  let roundCount: Int
  /// How many words the first turn of a part takes.
  var wordsPerTurn = 1
  /// By relation: tuples that rounds have read, and those that the next one is to read.
  private let groups: [(settled: GroupedTuples, added: GroupedTuples)]

  /// Chosen: enough that threads which take them in turn end together.
  static let mostParts = 256

  var wordCount: Int { words.count }

  /// Takes all tuples out of the relations.
  init(_ relations: [Relation], by column: Int, after roundCount: Int, _ context: EvaluationContext) {
    let account = context.account
    self.roundCount = roundCount
    groups = relations.map { relation in
      var settled = Vector<Word>(account: account)
      var added = Vector<Word>(account: account)
      relation.giveAway(settled: &settled, added: &added)
      return (
        GroupedTuples(settled, arity: relation.arity, by: column, account: account),
        GroupedTuples(added, arity: relation.arity, by: column, account: account)
      )
    }
    var all = Vector<Pair>(account: account)
    for group in groups {
      group.settled.appendWords(to: &all)
      group.added.appendWords(to: &all)
    }
    PairSort.sortDistinct(&all, account: account)
    words = Vector(capacity: all.count, account: account)
    for index in 0..<all.count { words.append(all[index].first) }
  }

  func words(_ places: Range<Int>) -> [Word] { places.map { words[$0] } }

  /// Appends the tuples of a relation, by its place, that have some of the words; gives how many of them, the first ones,
  /// no round is to read.
  func gather(_ places: Range<Int>, of relation: Int, into tuples: inout Vector<Word>) -> Int {
    guard !places.isEmpty else { return 0 }
    let range = words[places.lowerBound]...words[places.upperBound - 1]
    let settledCount = groups[relation].settled.gather(range, into: &tuples)
    _ = groups[relation].added.gather(range, into: &tuples)
    return settledCount
  }
}

/// Tuples of one relation, grouped by their words in a column.
private final class GroupedTuples {
  private let arity: Int
  private var tuples: Vector<Word>
  /// The number of each tuple behind its word, by word.
  private var rows: Vector<Pair>

  init(_ tuples: consuming Vector<Word>, arity: Int, by column: Int, account: MemoryAccount) {
    self.arity = arity
    let count = tuples.count / arity
    rows = Vector(capacity: count, account: account)
    for row in 0..<count { rows.append(Pair(tuples[row * arity + column], Word(truncatingIfNeeded: row))) }
    self.tuples = tuples
    PairSort.group(&rows, account: account)
  }

  /// Appends each word once, as the first of a pair.
  func appendWords(to pairs: inout Vector<Pair>) {
    for index in 0..<rows.count where index == 0 || rows[index].first != rows[index - 1].first {
      pairs.append(Pair(rows[index].first, 0))
    }
  }

  /// Appends the tuples that have some words; gives how many there are.
  func gather(_ words: ClosedRange<Word>, into target: inout Vector<Word>) -> Int {
    let first = start(of: words.lowerBound)
    var place = first
    while place < rows.count, rows[place].first <= words.upperBound {
      target.append(contentsOf: tuples.base + Int(rows[place].second) * arity, count: arity)
      place += 1
    }
    return place - first
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

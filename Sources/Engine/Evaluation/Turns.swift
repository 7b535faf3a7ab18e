/// Lets a recursion that leaves a column as it is go through its rounds for some words of that column after the others.
///
/// A tuple leads only to tuples with the same word there, so what a turn inserts can repeat no tuple of another: the table
/// that finds repeats knows the turn's rows alone and stays in the cache, however many there are in all. Like a row
/// fixpoint, but for several words together and for rows of any width.
struct Turns: ~Copyable {
  private let relation: Relation
  private let store: RowStore
  /// Each row that the rounds start from, behind its word; grouped by that.
  private var starts: Vector<Pair>
  private var rows: Vector<UInt32>
  private var next = 0
  private var wordsPerTurn = 1
  private var countBefore: Int

  /// A turn with fewer rows is followed by a larger one, a turn with four times as many by a smaller one. Chosen: their
  /// table takes 256 kB, a part of the second-level cache.
  private static let smallTurn = 1 << 14

  /// - Parameter relation: wide, with the rows of the first round, sorted by nothing.
  init(of relation: Relation, by column: Int) {
    guard let store = relation.store else { preconditionFailure("only rows of a store are taken in turns") }
    let account = relation.context.account
    (self.relation, self.store, countBefore) = (relation, store, store.count)
    starts = Vector(capacity: relation.nextRows.count, account: account)
    rows = Vector(account: account)
    // A recursive minimum that was improved is noted twice.
    relation.nextRows.sort()
    for index in 0..<relation.nextRows.count {
      let row = relation.nextRows[index]
      if index > 0, row == relation.nextRows[index - 1] { continue }
      starts.append(Pair(store.row(Int(row))[column], row))
    }
    relation.nextRows.removeAll()
    PairSort.group(&starts, account: account)
  }

  /// Makes the rows of the next words what the next round reads; false when there are no more.
  mutating func begin() -> Bool {
    guard next < starts.count else { return false }
    let size = rows.count + store.count - countBefore
    if size < Turns.smallTurn {
      wordsPerTurn = min(wordsPerTurn * 2, starts.count)
    } else if size > Turns.smallTurn * 4 {
      wordsPerTurn = max(wordsPerTurn / 2, 1)
    }
    takeRows()
    store.restrictTable(to: UnsafeBufferPointer(start: rows.base, count: rows.count), expecting: size)
    relation.nextRows.append(contentsOf: rows.base, count: rows.count)
    countBefore = store.count
    return true
  }

  private mutating func takeRows() {
    rows.removeAll()
    let first = next
    var words = 0
    while next < starts.count {
      if next == first || starts[next].first != starts[next - 1].first { words += 1 }
      if words > wordsPerTurn { return }
      rows.append(starts[next].second)
      next += 1
    }
  }

  func end() {
    store.forgetTable()
  }
}

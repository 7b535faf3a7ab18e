import Testing

@testable import Engine

/// The parts that relations are made of, each against what the standard library would say.
struct StorageModelTests {
  @Test(arguments: [0, 1, 5, 23, 24, 25, 257, 10_000, 70_000], [1, 50, 3_000, .max] as [Word])
  func `pairs are sorted, without repeats`(_ count: Int, _ range: Word) {
    let account = MemoryAccount()
    var generator = SplitMix64(seed: UInt64(count) &+ UInt64(range))
    let pairs = (0..<count).map { _ in
      Pair(Word.random(in: 0..<range, using: &generator), Word.random(in: 0..<range, using: &generator))
    }
    do {
      var sorted = Vector<Pair>(account: account)
      for pair in pairs { sorted.append(pair) }
      PairSort.sortDistinct(&sorted, account: account)
      #expect((0..<sorted.count).map { sorted[$0] } == Set(pairs).sorted())

      var grouped = Vector<Pair>(account: account)
      for pair in pairs { grouped.append(pair) }
      PairSort.group(&grouped, account: account)
      let numbered = pairs.enumerated().sorted { ($0.element.first, $0.offset) < ($1.element.first, $1.offset) }
      #expect((0..<grouped.count).map { grouped[$0] } == numbered.map(\.element))
    }
    #expect(account.byteCount == 0)
  }

  @Test(arguments: [1, 3, 4, 9], [2, 40, 4_000_000_000] as [Word])
  func `a row store is a set of tuples, and its indexes find them`(_ arity: Int, _ range: Word) {
    let account = MemoryAccount()
    do {
      var generator = SplitMix64(seed: UInt64(arity) << 32 | UInt64(range))
      let store = RowStore(arity: arity, account: account)
      let column = arity / 2
      var numbers: [[Word]: Int] = [:]
      func tuple() -> [Word] { (0..<arity).map { _ in Word.random(in: 0..<range, using: &generator) } }
      func note(_ tuples: [[Word]]) {
        for tuple in tuples where numbers[tuple] == nil { numbers[tuple] = numbers.count }
      }
      // Appended as columns, first those that are distinct, inserted together, and one by one.
      func append(_ tuples: [[Word]], areDistinct: Bool) {
        let columns = (0..<arity).map { column in tuples.map { $0[column] } }
        withPointers(columns) { pointers in
          let columns = pointers.map { OperandColumn(base: $0, mask: -1) }
          store.append(columns: columns, count: tuples.count, areDistinct: areDistinct)
        }
        note(tuples)
      }
      var distinct: Set<[Word]> = []
      for _ in 0..<1_000 { distinct.insert(tuple()) }
      append(Array(distinct), areDistinct: true)
      #expect(store.count == numbers.count)
      #expect(numbers.allSatisfy { store.find($0.key) == $0.value })
      append((0..<1_000).map { _ in tuple() }, areDistinct: false)
      store.settle()
      let together = (0..<1_000).map { _ in tuple() }
      var found = [UInt32](repeating: 0, count: together.count)
      store.insert(together.flatMap { $0 }, count: together.count, numbers: &found)
      note(together)
      #expect(store.count == numbers.count)
      #expect(found.map(Int.init) == together.map { numbers[$0] })
      let index = RowIndex(store: store, columns: [column], account: account)
      for round in 0..<3_000 {
        let tuple = tuple()
        #expect(store.find(tuple) == numbers[tuple])
        let (number, isNew) = store.insert(tuple)
        #expect(isNew == (numbers[tuple] == nil))
        #expect(number == numbers[tuple, default: numbers.count])
        numbers[tuple] = number
        if round % 500 == 0 { index.extend() }
      }
      index.extend()
      #expect(store.count == numbers.count)
      let groups = Dictionary(grouping: numbers.keys) { $0[column] }
      for (_, tuples) in groups {
        var found = Vector<UInt32>(account: account)
        index.appendRows(like: tuples[0], to: &found)
        #expect((0..<found.count).map { Int(found[$0]) } == tuples.compactMap { numbers[$0] }.sorted())
        #expect(index.contains(tuples[0]))
      }
      if range < 4_000_000_000 {
        let absent = [Word](repeating: range, count: arity)
        #expect(store.find(absent) == nil)
        #expect(!index.contains(absent))
      }
    }
    #expect(account.byteCount == 0)
  }

  @Test func `a store with a value column has one row for each identity`() {
    let store = RowStore(arity: 3, valueColumn: 1, account: MemoryAccount())
    #expect(store.insert([1, 10, 2]) == (0, true))
    #expect(store.insert([1, 11, 2]) == (0, false))
    #expect(store.insert([1, 11, 3]) == (1, true))
    #expect(store.find([1, 99, 3]) == 1)
    store.includeValues()
    #expect(store.find([1, 99, 3]) == nil)
    #expect(store.find([1, 11, 3]) == 1)
    #expect(store.insert([1, 11, 2]) == (2, true))
  }

  @Test(arguments: [1, 63, 64, 4_096, 4_097, 300_000])
  func `a scratch bitmap gives back what was marked, in order, and is empty again`(_ domain: Int) {
    let account = MemoryAccount()
    do {
      var generator = SplitMix64(seed: UInt64(domain))
      let bitmap = ScratchBitmap(domain: domain, account: account)
      let view = bitmap.view
      for size in [0, 1, 3, 100, domain] {
        let marked = Set((0..<size).map { _ in Word.random(in: 0..<Word(domain), using: &generator) })
        for word in marked {
          view.mark(word)
          view.mark(word)
        }
        #expect((0..<Word(domain)).allSatisfy { view.contains($0) == marked.contains($0) })
        // What was marked and is not any more leaves a place behind that holds nothing.
        let cleared = marked.filter { $0.isMultiple(of: 3) }
        for word in cleared { view.clear(word) }
        var drained = Vector<Word>(account: account)
        bitmap.drain(into: &drained)
        #expect((0..<drained.count).map { drained[$0] } == marked.subtracting(cleared).sorted())
        #expect(!marked.contains { view.contains($0) })
      }
    }
    #expect(account.byteCount == 0)
  }

  @Test(arguments: [10, 999, 1_001, 5_000])
  func `tuples come out by value, few and many alike`(_ count: Int) {
    var generator = SplitMix64(seed: UInt64(count))
    let values = Values()
    let context = EvaluationContext(values: values)
    let relation = Relation(types: [.symbol, .number, .float], context: context)
    var tuples: [(String, Int64, Double)] = []
    for index in 0..<count {
      let name = "name \(Int.random(in: 0..<50, using: &generator))"
      tuples.append((name, Int64.random(in: -5...5, using: &generator), Double(index) / 2))
    }
    relation.load(
      rowCount: count,
      columns: [
        tuples.map { tuple in values.symbols.intern(tuple.0) }, tuples.map { values.numbers.intern($0.1) },
        tuples.map { values.floats.intern($0.2) },
      ]
    )
    let words = relation.sortedWords(order: [(column: 1, isDescending: true)], limit: 700)
    let expected = tuples.sorted { a, b in a.1 != b.1 ? a.1 > b.1 : (a.0, a.2) < (b.0, b.2) }.prefix(700)
    let found = stride(from: 0, to: words.count, by: 3).map { start in
      "\(String(decoding: values.symbols.text(of: words[start]), as: UTF8.self)) "
        + "\(values.numbers[words[start + 1]]) \(values.floats[words[start + 2]])"
    }
    #expect(found == expected.map { "\($0.0) \($0.1) \($0.2)" })
  }
}

/// Lends the columns as pointers.
private func withPointers(_ columns: [[Word]], _ body: ([UnsafePointer<Word>]) -> Void) {
  var pointers: [UnsafePointer<Word>] = []
  func lend(_ column: Int) {
    guard column < columns.count else { return body(pointers) }
    columns[column].withUnsafeBufferPointer { words in
      if let base = words.baseAddress { pointers.append(base) }
      lend(column + 1)
    }
  }
  lend(0)
}

import Testing

@testable import Engine

/// A row table, in whatever leaves and directory it keeps its rows, is a set of pairs.
struct RowTableTests {
  /// A range of keys and values in which every leaf kind and both directories occur.
  struct Shape: CustomTestStringConvertible, Sendable {
    let name: String
    let keys: Word
    let values: Word
    /// Pairs that are tried.
    let tries: Int
    /// How many keys are drawn far more often than the others.
    let favourites: Word

    var testDescription: String { name }
  }

  static let shapes = [
    Shape(name: "few keys, few values", keys: 5, values: 40, tries: 400, favourites: 5),
    Shape(name: "inline and array leaves", keys: 3_000, values: 100_000, tries: 9_000, favourites: 300),
    Shape(name: "hash leaves", keys: 40, values: 1_000_000, tries: 20_000, favourites: 10),
    Shape(name: "hash leaves that turn to bitmaps", keys: 12, values: 30_000, tries: 40_000, favourites: 3),
    Shape(name: "bitmaps", keys: 100, values: 700, tries: 40_000, favourites: 100),
    Shape(name: "a directory of few keys far apart", keys: 3_000_000, values: 3_000_000, tries: 5_000, favourites: 50),
    Shape(name: "a directory that fills", keys: 70_000, values: 5, tries: 90_000, favourites: 70_000),
  ]

  static let forms = [ForcedForms(testDescription: "by size", forms: StorageForms())] + ForcedForms.ofRows

  /// The leaves that rows of more than two words may have.
  private static func kinds(_ forms: StorageForms) -> Set<Row.Kind> {
    switch forms {
    case .arrays: [.array]
    case .hashes: [.hash]
    case .bitmaps: [.bitmap]
    case .ownLeaves: [.array, .hash, .bitmap]
    default: [.array, .hash, .bitmap, .slice]
    }
  }

  /// How much is done, of so much where nothing is forced: long arrays are slow, the more so in debug builds.
  private func extent(_ count: Int, _ forms: StorageForms) -> Int {
    switch forms {
    case StorageForms(): count
    case .arrays: count / 40
    default: count / 4
    }
  }

  /// A table beside what it should hold.
  private struct Model {
    let table: RowTable
    var rows: [Word: Set<Word>] = [:]
    let account: MemoryAccount

    init(table: RowTable, rows: [Word: Set<Word>] = [:], account: MemoryAccount) {
      self.table = table
      self.rows = rows
      self.account = account
    }

    init(keyDomain: Int, valueDomain: Int, _ forms: StorageForms = StorageForms(), account: MemoryAccount) {
      let layout = RowTable.Layout(keyDomain: keyDomain, valueDomain: valueDomain, forms: forms)
      self.init(table: RowTable(layout, account: account), account: account)
    }

    mutating func insert(_ key: Word, _ value: Word) {
      let isNew = rows[key, default: []].insert(value).inserted
      #expect(table.insert(key, value) == isNew)
    }

    mutating func remove(_ key: Word, _ value: Word) {
      let isThere = rows[key]?.remove(value) != nil
      #expect(table.remove(key, value) == isThere)
    }

    /// Unites a row with one of another table, and looks at what is said to be new.
    mutating func unite(_ key: Word, with leafKey: Word, of source: Model) {
      let leaf = source.rows[leafKey] ?? []
      var added = Vector<Pair>(account: account)
      table.unite(key, with: leafKey, of: source.table, added: &added)
      expectNew(added, in: key, leaf)
    }

    mutating func unite(_ key: Word, withRun run: [Word]) {
      var added = Vector<Pair>(account: account)
      run.withUnsafeBufferPointer { words in
        guard let base = words.baseAddress else { return }
        table.unite(key, with: base, count: run.count, added: &added)
      }
      expectNew(added, in: key, Set(run))
    }

    mutating func unite(_ key: Word, withBitsOf words: Set<Word>, wordCount: Int) {
      var added = Vector<Pair>(account: account)
      var bits = [UInt64](repeating: 0, count: wordCount)
      for word in words { bits[Int(word / 64)] |= 1 << UInt64(word % 64) }
      bits.withUnsafeBufferPointer { bits in
        guard let base = bits.baseAddress else { return }
        table.unite(key, withBits: base, wordCount: wordCount, size: words.count, added: &added)
      }
      expectNew(added, in: key, words)
    }

    private mutating func expectNew(_ added: borrowing Vector<Pair>, in key: Word, _ words: Set<Word>) {
      let expected = words.subtracting(rows[key] ?? [])
      var found: Set<Word> = []
      for index in 0..<added.count {
        #expect(added[index].first == key)
        #expect(found.insert(added[index].second).inserted)
      }
      #expect(found == expected)
      if !words.isEmpty { rows[key, default: []].formUnion(words) }
    }

    func check(_ place: SourceLocation = #_sourceLocation) {
      let filled = rows.filter { !$0.value.isEmpty }
      let kinds = Set(filled.filter { $0.value.count > 2 }.map { table.row(of: $0.key).pointee.kind })
      #expect(kinds.isSubset(of: RowTableTests.kinds(table.forms)), sourceLocation: place)
      #expect(table.count == filled.values.reduce(0) { $0 + $1.count }, sourceLocation: place)
      var keys: [Word] = []
      for index in 0..<table.keys.count { keys.append(table.keys[index]) }
      let named = keys.filter { table.row(of: $0).pointee.count > 0 }
      #expect(Set(named) == Set(filled.keys), sourceLocation: place)
      #expect(named.count == Set(named).count, sourceLocation: place)
      for (key, expected) in filled {
        let row = table.row(of: key)
        var found: [Word] = []
        table.forEach(row) { found.append($0) }
        #expect(found.count == expected.count && Set(found) == expected, sourceLocation: place)
        #expect(Int(row.pointee.count) == expected.count, sourceLocation: place)
        let copied = [Word](unsafeUninitializedCapacity: expected.count) { words, written in
          if let base = words.baseAddress { table.copyWords(row, to: base) }
          written = expected.count
        }
        #expect(copied == found, sourceLocation: place)
      }
    }
  }

  private func draw(_ shape: Shape, _ generator: inout SplitMix64) -> (key: Word, value: Word) {
    let isFavourite = Int.random(in: 0..<4, using: &generator) > 0
    let key = Word.random(in: 0..<(isFavourite ? shape.favourites : shape.keys), using: &generator)
    return (key, Word.random(in: 0..<shape.values, using: &generator))
  }

  @Test(arguments: shapes, forms)
  func `what is inserted is there, once, and nothing else is`(_ shape: Shape, _ forced: ForcedForms) {
    let account = MemoryAccount()
    do {
      var generator = SplitMix64(seed: 1)
      // Half the domains are known when the table is made: the others come up later.
      var model = Model(
        keyDomain: Int(shape.keys) / 2,
        valueDomain: Int(shape.values) / 2,
        forced.forms,
        account: account
      )
      for round in 0..<extent(shape.tries, forced.forms) {
        let (key, value) = draw(shape, &generator)
        model.insert(key, value)
        if round % 7 == 0 {
          let (key, value) = draw(shape, &generator)
          #expect(model.table.contains(key, value) == (model.rows[key]?.contains(value) ?? false))
        }
      }
      model.check()
    }
    #expect(account.byteCount == 0)
  }

  @Test(arguments: shapes, forms)
  func `a frozen table holds its pairs, and grows like any other`(_ shape: Shape, _ forced: ForcedForms) {
    let account = MemoryAccount()
    let tries = extent(shape.tries, forced.forms)
    var generator = SplitMix64(seed: 2)
    var rows: [Word: Set<Word>] = [:]
    var pairs = Vector<Pair>(account: account)
    for _ in 0..<tries {
      let (key, value) = draw(shape, &generator)
      rows[key, default: []].insert(value)
      pairs.append(Pair(key, value))
    }
    let layout = RowTable.Layout(keyDomain: Int(shape.keys), valueDomain: Int(shape.values), forms: forced.forms)
    let table = RowTable.frozen(sorting: &pairs, layout, account: account)
    var model = Model(table: table, rows: rows, account: account)
    model.check()
    for _ in 0..<(tries / 4) {
      let (key, value) = draw(shape, &generator)
      model.insert(key, value)
    }
    model.check()
  }

  @Test(arguments: shapes, forms)
  func `rows are united with rows, runs and bitmaps`(_ shape: Shape, _ forced: ForcedForms) {
    let forms = forced.forms
    let account = MemoryAccount()
    var generator = SplitMix64(seed: 3)
    var source = Model(keyDomain: Int(shape.keys), valueDomain: Int(shape.values), forms, account: account)
    for _ in 0..<extent(shape.tries / 2, forms) {
      let (key, value) = draw(shape, &generator)
      source.insert(key, value)
    }
    var model = Model(keyDomain: Int(shape.keys), valueDomain: Int(shape.values) / 3, forms, account: account)
    for round in 0..<extent(300, forms) {
      let key = draw(shape, &generator).key
      switch round % 4 {
      case 0: model.unite(key, with: draw(shape, &generator).key, of: source)
      case 1:
        let run = Set((0..<(1 << (round % 9))).map { _ in draw(shape, &generator).value })
        model.unite(key, withRun: run.sorted())
      case 2 where shape.values <= 1 << 17:
        let words = Set((0..<(1 << (round % 11))).map { _ in draw(shape, &generator).value })
        model.unite(key, withBitsOf: words, wordCount: (Int(shape.values) / 512 + 1) * 8)
      default:
        let other = draw(shape, &generator).key
        let words = model.rows[other] ?? []
        let copy = model
        model.unite(key, with: other, of: copy)
        #expect(words.isSubset(of: model.rows[key] ?? []))
      }
    }
    model.check()
    source.check()
  }

  @Test(arguments: shapes, forms)
  func `rows lose words, also the last one, and get others`(_ shape: Shape, _ forced: ForcedForms) {
    let account = MemoryAccount()
    var generator = SplitMix64(seed: 4)
    var model = Model(keyDomain: Int(shape.keys), valueDomain: Int(shape.values), forced.forms, account: account)
    for _ in 0..<extent(shape.tries / 4, forced.forms) {
      let (key, value) = draw(shape, &generator)
      model.insert(key, value)
    }
    let keys = model.rows.keys.sorted().prefix(30)
    for key in keys {
      let words = model.rows[key, default: []].sorted()
      for (place, word) in words.enumerated() where key % 2 == 0 || place % 2 == 0 { model.remove(key, word) }
      model.remove(key, shape.values)
    }
    model.check()
    for (place, key) in keys.enumerated() {
      let words = Set((0..<300).map { _ in draw(shape, &generator).value })
      switch place / 2 % 3 {
      case 0: for word in words { model.insert(key, word) }
      case 1 where shape.values <= 1 << 17:
        model.unite(key, withBitsOf: words, wordCount: (Int(shape.values) / 512 + 1) * 8)
      default: model.unite(key, withRun: words.sorted())
      }
    }
    model.check()
  }

  @Test(arguments: [10, 1_000_000])
  func `a row united with nothing is no row`(_ keyDomain: Int) {
    let account = MemoryAccount()
    var model = Model(keyDomain: keyDomain, valueDomain: 100, account: account)
    model.insert(1, 2)
    let copy = model
    model.unite(3, with: 4, of: copy)
    model.unite(5, with: 5, of: copy)
    model.unite(6, withRun: [])
    #expect(model.table.keys.count == 1)
    model.check()
  }
}

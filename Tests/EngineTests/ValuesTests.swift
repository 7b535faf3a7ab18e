import Testing

@testable import Engine

@Suite struct ValuesTests {
  @Test func wordsAreDenseAndStandForTheirNumbers() {
    let table = Values().numbers
    var words: [Int64: Word] = [:]
    var random = SplitMix64(seed: 1)
    let edges: [Int64] = [0, -1, .min, .max, -1024, -1025, 134_216_703, 134_216_704, 1 << 40]
    for index in 0..<1_000_000 {
      let number =
        switch index % 4 {
        case 0: Int64(random.next(below: 2_000)) - 1_000
        case 1: Int64(random.next(below: 4_000_000)) - 2_000_000
        case 2: Int64(bitPattern: random.next()) >> Int64(random.next(below: 50))
        default: edges[Int(random.next(below: UInt64(edges.count)))]
        }
      let expected = words[number] ?? Word(words.count)
      let isKnown = table.find(number) == words[number]
      words[number] = expected
      guard isKnown, table.intern(number) == expected, table[expected] == number else {
        Issue.record("\(number) got another word")
        return
      }
    }
    #expect(table.count == words.count)
  }

  @Test func aBatchOfNumbersGetsTheSameWordsAsOneByOne() {
    var random = SplitMix64(seed: 2)
    let numbers = (0..<10_000).map { _ in Int64(random.next(below: 3_000_000)) - 1_500_000 }
    let single = Values().numbers
    let batched = Values().numbers
    let words = [Word](unsafeUninitializedCapacity: numbers.count) { buffer, count in
      batched.intern(numbers, count: numbers.count, into: buffer.baseAddress!)
      count = numbers.count
    }
    #expect(words == numbers.map { single.intern($0) })
  }

  @Test func negativeZeroIsZero() {
    let table = Values().floats
    let zero = table.intern(0.0)
    #expect(table.intern(-0.0) == zero)
    #expect(table.find(-0.0) == zero)
    #expect(table[zero].sign == .plus)
    #expect(table.intern(.leastNonzeroMagnitude) != zero)
    let words = [Word](unsafeUninitializedCapacity: 2) { buffer, count in
      table.intern([-0.0, 1.5], count: 2, into: buffer.baseAddress!)
      count = 2
    }
    #expect(words == [zero, 2])
  }

  @Test func aMillionTextsKeepTheirWords() {
    let table = Values().symbols
    var words: [[UInt8]: Word] = [:]
    var random = SplitMix64(seed: 3)
    for index in 0..<1_000_000 {
      let length = index % 64 == 0 ? random.next(below: 300) : random.next(below: 24)
      var text = (0..<length).map { _ in UInt8(1 + random.next(below: 2)) }
      if index % 3 == 0 { text = Array("text \(random.next(below: 100_000))".utf8) }
      let expected = words[text] ?? Word(words.count)
      words[text] = expected
      guard text.withUnsafeBufferPointer(table.intern) == expected, Array(table.text(of: expected)) == text else {
        Issue.record("\(text) got another word")
        return
      }
    }
    #expect(table.count == words.count)
    #expect(words.allSatisfy { text, word in text.withUnsafeBufferPointer(table.find) == word })
    #expect(table.find("never seen") == nil)
    #expect(table.byteCount > 1_000_000)
  }

  @Test func canonicallyEquivalentTextsAreTwoSymbols() {
    let table = Values().symbols
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    #expect(composed == decomposed)
    #expect(table.intern(composed) != table.intern(decomposed))
    #expect(table.compare(table.intern(composed), table.intern(decomposed)) > 0)
    #expect(table.find("\u{212B}") == nil)
    #expect(table.intern("\u{C5}") != table.intern("\u{212B}"))
  }

  @Test func symbolsAreOrderedByTheirBytes() {
    let values = Values()
    var random = SplitMix64(seed: 4)
    var texts: Set<[UInt8]> = [[]]
    for prefix in ["", "12345678", "organisation of the ", "1234567", "日本語"] {
      for _ in 0..<400 {
        let tail = (0..<random.next(below: 12)).map { _ in UInt8(1 + random.next(below: 3) * 100) }
        texts.insert(Array(prefix.utf8) + tail)
      }
    }
    texts.insert([97, 0])
    texts.insert([97])
    texts.insert([97, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    for text in texts { _ = text.withUnsafeBufferPointer(values.symbols.intern) }
    let sorted = texts.sorted { $0.lexicographicallyPrecedes($1) }
    let rank = values.rank(of: .symbol, account: MemoryAccount())
    for (place, text) in sorted.enumerated() {
      let word = text.withUnsafeBufferPointer(values.symbols.intern)
      #expect(rank[Int(word)] == place)
      if place > 0 {
        let before = sorted[place - 1].withUnsafeBufferPointer(values.symbols.intern)
        #expect(values.symbols.compare(before, word) < 0)
        #expect(values.symbols.compare(word, before) > 0)
      }
    }
  }

  /// Few small numbers are hashed, many stand in a direct table; who has a word keeps it.
  @Test(arguments: [1, 700, 5_000]) func numbersKeepTheirWordsAsTheyGrowMany(batch: Int) {
    let values = Values()
    var generator = SplitMix64(seed: UInt64(batch))
    var words: [Int64: Word] = [:]
    for _ in 0..<(12_000 / batch) {
      let numbers = (0..<batch).map { _ in
        Bool.random(using: &generator)
          ? Int64.random(in: -1_100...6_000, using: &generator) : .max - Int64.random(in: 0...99, using: &generator)
      }
      for number in numbers { #expect(values.numbers.find(number) == words[number]) }
      var found = [Word](repeating: 0, count: batch)
      if batch == 1 {
        found[0] = values.numbers.intern(numbers[0])
      } else {
        values.numbers.intern(numbers, count: batch, into: &found)
      }
      for (number, word) in zip(numbers, found) {
        #expect(words[number, default: Word(words.count)] == word)
        words[number] = word
        #expect(values.numbers[word] == number)
      }
    }
    #expect(values.numbers.count == words.count)
  }

  @Test func ranksFollowTheValuesAndTheirGrowth() {
    let values = Values()
    let numbers: [Int64] = [5, -7, .max, .min, 0, 1 << 40, -(1 << 40)]
    let floats = [2.5, -0.0, -1e300, 1e300, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]
    let dates: [Int32] = [2018_06_29, 2018_00_00, 2018_06_00, 2017_12_31, 2018_06_01]
    for number in numbers { _ = values.numbers.intern(number) }
    for float in floats { _ = values.floats.intern(float) }
    for date in dates { _ = values.dates.intern(date) }
    for (word, number) in numbers.enumerated() {
      #expect(values.rank(of: .number, account: MemoryAccount())[word] == numbers.count { $0 < number })
    }
    for (word, float) in floats.enumerated() {
      #expect(values.rank(of: .float, account: MemoryAccount())[word] == floats.count { $0 < float })
    }
    for (word, date) in dates.enumerated() {
      #expect(values.rank(of: .date, account: MemoryAccount())[word] == dates.count { $0 < date })
    }
    _ = values.numbers.intern(-100)
    #expect(values.rank(of: .number, account: MemoryAccount())[0] == 5)
  }

  @Test(
    arguments: [
      (0, "0"), (-1, "-1"), (42, "42"), (.min, "-9223372036854775808"), (.max, "9223372036854775807"),
    ] as [(Int64, String)]
  )
  func numbersPrintInDecimal(number: Int64, text: String) {
    let values = Values()
    #expect(values.text(of: values.numbers.intern(number), .number) == text)
  }

  @Test(arguments: [(3.0, "3.0"), (-0.0, "0.0"), (0.1, "0.1"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324")])
  func floatsPrintShortest(float: Double, text: String) {
    let values = Values()
    #expect(values.text(of: values.floats.intern(float), .float) == text)
    #expect(Double(text) == float)
  }

  @Test(arguments: [(2018_06_29, "2018-06-29"), (2018_06_00, "2018-06"), (90_000, "0009")] as [(Int32, String)])
  func datesPrintWhatTheyState(key: Int32, text: String) {
    let values = Values()
    #expect(values.text(of: values.dates.intern(key), .date) == text)
  }
}

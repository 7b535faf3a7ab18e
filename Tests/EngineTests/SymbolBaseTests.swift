import Testing

@testable import Engine

@Suite struct SymbolBaseTests {
  /// A file of texts that counts how it is asked.
  private final class TextFile {
    let texts: [[UInt8]]
    var asked = 0
    var readings = 0

    init(_ count: Int) { texts = (0..<count).map { Array("symbol \($0)".utf8) } }

    var base: SymbolBase {
      SymbolBase(
        count: texts.count,
        find: { text in
          self.asked += 1
          return self.texts.firstIndex { $0.elementsEqual(text) }.map(Word.init)
        },
        load: { word in
          self.asked += 1
          return self.texts[Int(word)]
        },
        loadAll: { install in
          self.readings += 1
          for (word, text) in self.texts.enumerated() { text.withUnsafeBufferPointer { install(Word(word), $0) } }
        }
      )
    }
  }

  @Test func wordsOfTheFileAreKept() {
    let file = TextFile(1_000)
    let table = Values(base: file.base).symbols
    #expect(table.count == 1_000)
    #expect(table.intern("symbol 77") == 77)
    #expect(table.find("symbol 5") == 5)
    #expect(table.intern("new") == 1_000)
    #expect(table.intern("new") == 1_000)
    #expect(table.find("unknown") == nil)
    #expect(table[999] == "symbol 999")
    #expect(table.intern("symbol 999") == 999)
    #expect(table.compare(5, 77) < 0)
    #expect(file.readings == 0)
    #expect(file.asked == 5)
  }

  @Test func manyQuestionsReadTheFileOnce() {
    let file = TextFile(1_000)
    let table = Values(base: file.base).symbols
    for word in 0..<1_000 { #expect(table[Word(word)] == "symbol \(word)") }
    for word in 0..<2_000 { #expect(table.intern("symbol \(word)") == Word(word)) }
    #expect(file.readings == 1)
    #expect(file.asked < 100)
    #expect(table.count == 2_000)
  }

  @Test func ranksReadTheFile() {
    let file = TextFile(300)
    let values = Values(base: file.base)
    _ = values.symbols.intern("a new one")
    let rank = values.rank(of: .symbol, account: MemoryAccount())
    let sorted = (file.texts + [Array("a new one".utf8)]).sorted { $0.lexicographicallyPrecedes($1) }
    for word in 0...300 {
      #expect(sorted[Int(rank[word])].elementsEqual(values.symbols.text(of: Word(word))))
    }
    #expect(file.readings == 1)
  }

  @Test func aWordAddedByAnotherProcessIsNotTaken() {
    let base = SymbolBase(count: 1, find: { _ in 7 }, load: { _ in [97] }, loadAll: { _ in })
    let table = Values(base: base).symbols
    #expect(table.find("elsewhere") == nil)
    #expect(table.intern("elsewhere") == 1)
    #expect(table[0] == "a")
  }
}

import Foundation
import Storage
import Testing

@Suite struct FactTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ mode: Store.Mode = .create) throws -> Store { try Store.open(folder.file(), mode: mode) }

  @Test(arguments: [
    (
      [StoredType.symbol],
      [Fact(""), Fact("a\u{0}b"), Fact("'; drop"), Fact("日本"), Fact("Ўзбекистон"), Fact("e\u{301}")]
    ),
    ([.number], [Fact(.number(.min)), Fact(-1), Fact(0), Fact(1), Fact(.number(.max))]),
    (
      [.float],
      [
        Fact(.float(-.greatestFiniteMagnitude)), Fact(-2.5), Fact(0.0), Fact(.float(.leastNonzeroMagnitude)),
        Fact(0.1), Fact(3.0), Fact(9007199254740993.0), Fact(1e300),
      ]
    ),
    ([.date], [Fact(.date(1_01_01)), Fact(.date(2024_00_00)), Fact(.date(2024_02_29)), Fact(.date(9999_12_31))]),
    ([.symbol, .number, .float, .date], [Fact("x", 2, 2.0, .date(2024_05_00)), Fact("x", 2, 2.5, .date(2024_05_00))]),
  ]) func `values of every type come back as they went in`(types: [StoredType], facts: [Fact]) throws {
    try open().record("p", types, facts.reversed())
    #expect(Set(try open(.read).facts("p")) == Set(facts))
    #expect(try open(.read).rowCount(open(.read).predicate("p")) == facts.count)
  }

  @Test func `symbols and views show the texts and ISO dates`() throws {
    try open().record(
      "p",
      [.symbol, .date, .float],
      [
        Fact("Tōhoku", .date(2024_02_29), 1.5), Fact("日本", .date(2024_02_00), 2.0), Fact("a", .date(2024_00_00), -1.0),
      ]
    )
    let rows = try sql(folder.file(), "select * from p order by b")
    #expect(rows == ["a|2024|-1.0", "日本|2024-02|2.0", "Tōhoku|2024-02-29|1.5"])
  }

  @Test func `a predicate without columns is there or not`() throws {
    let store = try open()
    #expect(try store.record("rain", [], [Fact(), Fact()]).perPredicate.first?.asserted == 1)
    #expect(try store.facts("rain") == [Fact()])
    #expect(try sql(folder.file(), "select * from rain") == ["1"])
    #expect(try store.withdraw("rain", [Fact()]).perPredicate.first?.retracted == 1)
    #expect(try store.facts("rain").isEmpty)
  }

  /// Below 64 rows one by one, above an eighth of the table by merging, between them one by one again.
  @Test(arguments: [1, 10, 63, 64, 65, 500, 3000, 4096, 8192])
  func `a batch of any size adds what is new and counts what is known`(size: Int) throws {
    var generator = SystemRandomNumberGenerator()
    let store = try open()
    var expected: Set<Fact> = []
    for _ in 0..<4 {
      let facts = (0..<size).map { _ in
        Fact(
          .symbol("s\(Int.random(in: 0..<size, using: &generator))"),
          .number(Int64.random(in: -3...3, using: &generator)),
          .float(Double(Int.random(in: -2...2, using: &generator)) / 2)
        )
      }
      let report = try store.record("p", [.symbol, .number, .float], facts)
      let new = Set(facts).subtracting(expected).count
      #expect((report.perPredicate.first?.asserted ?? 0) == new)
      #expect((report.perPredicate.first?.known ?? 0) == size - new)
      expected.formUnion(facts)
      let read = try store.facts("p")
      #expect(read.count == expected.count)
      #expect(Set(read) == expected)
    }
    #expect(try sql(folder.file(), "pragma integrity_check") == ["ok"])
  }

  @Test func `texts are found again by a caller who knows none of the file's`() throws {
    let store = try open()
    for size in [2000, 3, 5000, 100, 40_000] {
      var own = CallerSymbols()
      try store.change { change in
        let predicate = try change.declare(name: "p", columns: columns([.symbol]), keys: [], text: "")
        try change.state(predicate, (0..<size).map { Fact(.symbol("t\($0)")) }, symbols: &own)
        let second = try change.declare(name: "q", columns: columns([.symbol]), keys: [], text: "")
        try change.state(second, (size..<size + 70).map { Fact(.symbol("t\($0 / 2)")) }, symbols: &own)
      }
    }
    let texts = try sql(folder.file(), "select count(*), count(distinct text), max(id) from vl_symbol")
    #expect(texts == ["40000|40000|40000"])
    #expect(try store.symbolCount() == 40_001)
    let indexes = try sql(folder.file(), "select count(*) from sqlite_schema where name = 'vl_symbol_text'")
    #expect(indexes == ["1"])
    let word = Array("t39999".utf8)
    #expect(try word.withUnsafeBufferPointer { try store.symbolID(of: $0) } != nil)
    #expect(try Array("none".utf8).withUnsafeBufferPointer { try store.symbolID(of: $0) } == nil)
  }

  @Test func `a second column is indexed where its values are many`() throws {
    let facts = (0..<5000).map { Fact(.number(Int64($0)), .number(Int64($0 / 2)), .number(Int64($0 % 5))) }
    try open().record("p", [.number, .number, .number], facts)
    let indexes = try sql(
      folder.file(),
      "select name from sqlite_schema where sql like 'create index vl_p1\\_%' escape '\\'"
    )
    #expect(indexes.sorted() == ["vl_p1_2", "vl_p1_past_1"])
  }

  @Test(arguments: [1, 200]) func `a fact that another source states gains it and keeps its past`(count: Int) throws {
    let store = try open()
    let a = Source(document: "report", passage: 3)
    let b = Source(document: "minutes", passage: -1)
    func facts(_ sources: [Source]) -> [Fact] {
      (0..<count).map { Fact(values: [.number(Int64($0))], sources: sources) }
    }
    try store.record("p", [.number], facts([a]))
    let gained = try store.record("p", [.number], facts([b]))
    #expect(gained.perPredicate.first?.gainedSources == count)
    #expect(Set(try store.facts("p").flatMap(\.sources)) == [a, b])
    #expect(try store.record("p", [.number], facts([a, b])).changeID == nil)
    #expect(try store.record("p", [.number], facts([])).changeID == nil)
    #expect(
      try sql(folder.file(), "select count(*), min(retracted), max(asserted) from vl_p1_past") == ["\(count)|2|1"]
    )
    #expect(try sql(folder.file(), "select count(distinct id) from vl_source") == ["3"])
  }

  @Test func `rows of one batch that say the same unite their sources`() throws {
    let a = Source(document: "x", passage: 1)
    let b = Source(document: "x", passage: 2)
    let report = try open().record("p", [.number], [Fact(1, sources: [a]), Fact(1), Fact(1, sources: [b])])
    #expect(report.perPredicate.first?.asserted == 1)
    #expect(report.perPredicate.first?.known == 2)
    #expect(try open(.read).facts("p") == [Fact(1, sources: [a, b])])
  }
}

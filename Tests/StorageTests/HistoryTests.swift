import Foundation
import Storage
import Testing

@Suite struct HistoryTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ mode: Store.Mode = .create) throws -> Store { try Store.open(folder.file(), mode: mode) }

  @Test func `retracted facts move to the past and can be stated anew`() throws {
    let store = try open()
    try store.record("p", [.symbol, .number], [Fact("a", 1), Fact("b", 2)])
    let report = try store.withdraw("p", [Fact("a", 1), Fact("c", 9), Fact("a", 1)])
    #expect(report.perPredicate.first?.retracted == 1)
    #expect(try store.facts("p") == [Fact("b", 2)])
    #expect(try sql(folder.file(), "select retracted, asserted, c2 from vl_p1_past") == ["2|1|1"])
    #expect(try store.withdraw("p", [Fact("a", 1)]).changeID == nil)
    try store.record("p", [.symbol, .number], [Fact("a", 1)])
    #expect(Set(try store.facts("p")) == [Fact("a", 1), Fact("b", 2)])
  }

  @Test func `what was known at a change is asked in SQL`() throws {
    let store = try open()
    try store.record("p", [.number], [Fact(1), Fact(2)])
    try store.withdraw("p", [Fact(1)])
    try store.record("p", [.number], [Fact(3)])
    for (change, known) in [(0, []), (1, ["1", "2"]), (2, ["2"]), (3, ["2", "3"])] {
      let rows = try sql(
        folder.file(),
        """
        select c1 from vl_p1 where asserted <= \(change) union all
        select c1 from vl_p1_past where retracted > \(change) and asserted <= \(change)
        """
      )
      #expect(rows.sorted() == known)
    }
  }

  @Test func `changes are told of by number and newest first`() throws {
    let store = try open()
    try store.record("p", [.number], [Fact(1), Fact(2)])
    try store.withdraw("p", [Fact(1)])
    _ = try store.change(at: "2026-06-01T10:00:00Z", author: nil, reason: nil) { change throws(StorageError) in
      try change.replaceClauses(of: "r.dl", with: "q(X) :- p(X).")
    }
    let first = try #require(try store.change(1))
    #expect(first.time == "2026-05-04T03:02:01Z" && first.author == "Dilnoza" && first.reason == "a test")
    #expect(first.asserted == 2 && first.retracted == 0)
    let last = try #require(try store.change(3))
    #expect(last.author == nil && last.reason == nil && last.asserted == 0)
    #expect(try store.change(4) == nil)
    #expect(try store.changes(limit: 2).map(\.id) == [3, 2])
    #expect(try store.changes(limit: 9).map(\.retracted) == [0, 1, 0])
  }

  @Test func `a delete by another program is kept with a change of its own`() throws {
    let store = try open()
    try store.record("p", [.number], [Fact(1), Fact(2), Fact(3)])
    let version = try store.dataVersion()
    try sql(folder.file(), "delete from vl_p1 where c1 > 1")
    #expect(try store.dataVersion() != version)
    #expect(try store.facts("p") == [Fact(1)])
    #expect(try sql(folder.file(), "select retracted, c1, asserted from vl_p1_past") == ["2|2|1", "2|3|1"])
    #expect(
      try sql(folder.file(), "select asserted, retracted, reason from vl_change where id = 2") == [
        "0|2|deleted with SQL"
      ]
    )
  }

  @Test(arguments: [
    "update vl_p1 set c1 = 5", "update vl_p1_past set c1 = 5", "delete from vl_p1_past",
    "update vl_symbol set text = 'x'", "delete from vl_symbol", "delete from vl_change",
    "update vl_change set at = 'never'", "delete from vl_clause", "update vl_clause set text = 'x'",
    "delete from vl_source", "update vl_source set passage = 9",
  ]) func `other programs cannot change the past`(statement: String) throws {
    let store = try open()
    try store.record("p", [.number], [Fact(1, sources: [Source(document: "d", passage: 1)]), Fact(2)])
    try store.withdraw("p", [Fact(2)])
    try store.change { try $0.replaceClauses(of: "r.dl", with: "q(X) :- p(X).") }
    #expect(throws: SQLFailure.self) { try sql(folder.file(), statement) }
  }

  @Test func `a change that failed leaves no trace`() throws {
    struct GivenUp: Error {}
    let store = try open()
    try store.record("p", [.symbol], [Fact("a")])
    let dump = "select * from vl_change; select * from vl_symbol; select * from vl_p1; select name from sqlite_schema"
    let before = try sql(folder.file(), dump)
    var symbols = try CallerSymbols(store)
    let facts = (0..<3000).map { Fact(.symbol("n\($0)")) }
    #expect(throws: GivenUp.self) {
      try store.change { change in
        let predicate = try change.declare(name: "p", columns: columns([.symbol]), keys: [], text: "")
        try change.state(predicate, facts, symbols: &symbols)
        _ = try change.declare(name: "q", columns: columns([.symbol]), keys: [], text: "")
        throw GivenUp()
      }
    }
    #expect(try sql(folder.file(), dump) == before)
    #expect(try store.facts("p") == [Fact("a")])
  }

  @Test func `an error of the change spoils it even when it is caught`() throws {
    let store = try open()
    try store.record("p", [.symbol], [Fact("a")])
    #expect(throws: StorageError.declarationDiffers(path: folder.file(), predicate: "p")) {
      try store.change { change in
        _ = try change.declare(name: "q", columns: [], keys: [], text: "")
        _ = try? change.declare(name: "p", columns: columns([.number]), keys: [], text: "")
      }
    }
    #expect(try store.predicates().map(\.name) == ["p"])
  }

  @Test func `a full disk takes the change back and the file stays good`() throws {
    let store = try open()
    try store.record("p", [.number], [Fact(1)])
    try store.limitPageCount(to: 60)
    #expect(throws: StorageError.full(path: folder.file())) {
      try store.record("p", [.number], (0..<100_000).map { Fact(.number($0)) })
    }
    #expect(try store.facts("p") == [Fact(1)])
    try store.record("p", [.number], [Fact(2)])
    #expect(try store.facts("p") == [Fact(1), Fact(2)])
    #expect(try sql(folder.file(), "pragma integrity_check") == ["ok"])
  }

  @Test func `a fact comes from the change since which it stands, and each source from its own`() throws {
    let store = try open()
    let sources = [1, 2].map { Source(document: "d", passage: $0) }
    try store.record("p", [.number], [Fact(1, sources: [sources[0]])])
    try store.record("p", [.number], [Fact(1, sources: sources), Fact(2)])
    try store.withdraw("p", [Fact(1)])
    try store.record("p", [.number], [Fact(1, sources: [sources[1]])])
    let past = try Store.open(folder.file(), asOf: 2)
    for (store, changes) in [(store, [[4], [2]]), (past, [[1, 2], [2]])] {
      let predicate = try store.predicate("p")
      let origins = try store.origins(of: [[1], [2], [3]], predicate)
      #expect(origins.map { $0?.statements.map(\.change) } == changes + [nil])
      let facts = try store.statedFacts(of: predicate)
      #expect(Set(facts.places.map { facts.origins[$0] }) == Set(origins.compactMap(\.self)))
    }
    let first = try #require(try past.origins(of: [[1]], past.predicate("p"))[0])
    #expect(first.statements.map { $0.sources.map(\.passage) } == [[1], [2]])
  }

  @Test func `clauses are replaced by file, removed, and kept in the order of their first load`() throws {
    let store = try open()
    let report = try store.change { change in
      try change.replaceClauses(of: "b.dl", with: "one")
      try change.replaceClauses(of: "a.dl", with: "two")
    }
    #expect(report.clausesReplaced == 2)
    #expect(try store.change { try $0.replaceClauses(of: "b.dl", with: "one") }.changeID == nil)
    try store.change { try $0.replaceClauses(of: "b.dl", with: "three") }
    #expect(try store.clauses().map(\.file) == ["b.dl", "a.dl"])
    #expect(try store.clauses().map(\.text) == ["three", "two"])
    try store.change { try $0.replaceClauses(of: "b.dl", with: "") }
    #expect(try store.clauses().map(\.file) == ["a.dl"])
    let past = try sql(folder.file(), "select text, asserted, retracted from vl_clause where file = 'b.dl'")
    #expect(past == ["one|1|2", "three|2|3"])
  }
}

import Foundation
import Storage
import Testing

@Suite struct OriginTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> Store { try Store.open(folder.file(), mode: .create) }

  private let passage = Source(document: "report", passage: 3)

  /// As many as come in one by one, into an empty table and by merging.
  private func facts(_ count: Int, _ sources: Source...) -> [Fact] {
    (0..<count).map { Fact(values: [.number(Int64($0))], sources: sources) }
  }

  private func past() throws -> [String] {
    try sql(folder.file(), "select count(*), min(asserted), max(retracted) from vl_p1_past")
  }

  @Test func `the first set of sources is 1, which SQLite stores in no more room than 0`() throws {
    try open().record("p", [.number], facts(3000, .origin("a.dl")))
    #expect(try sql(folder.file(), "select distinct source from vl_p1") == ["1"])
    #expect(try sql(folder.file(), "select id, passage from vl_source") == ["1|-2"])
  }

  @Test(arguments: [1, 200]) func `a file that states its facts again changes nothing`(count: Int) throws {
    let store = try open()
    try store.record("p", [.number], facts(count, .origin("a.dl"), passage))
    let again = try store.record("p", [.number], facts(count, .origin("a.dl")))
    #expect(again.changeID == nil)
    #expect(again.perPredicate.first?.known == count)
  }

  @Test(arguments: [1, 200]) func `a further file that states a fact is kept, and is no citation`(count: Int) throws {
    let store = try open()
    try store.record("p", [.number], facts(count, .origin("a.dl")))
    let report = try store.record("p", [.number], facts(count, .origin("b.dl")))
    #expect(report.changeID == 2)
    #expect(report.perPredicate.first?.gainedOrigins == count)
    #expect(report.perPredicate.first?.gainedSources == 0)
    #expect(Set(try store.facts("p").flatMap(\.sources)) == [.origin("a.dl"), .origin("b.dl")])
    #expect(try past() == ["\(count)|1|2"])
    let cited = try store.record("p", [.number], facts(count, .origin("b.dl"), passage))
    #expect(cited.perPredicate.first?.gainedSources == count)
    #expect(cited.perPredicate.first?.gainedOrigins == 0)
  }

  @Test(arguments: [1, 200]) func `facts go when the last file drops them, and keep their passages until then`(
    count: Int
  ) throws {
    let store = try open()
    try store.record("p", [.number], facts(count, .origin("a.dl"), passage))
    try store.record("p", [.number], facts(count, .origin("<prompt>")))
    let first = try store.withdraw("p", facts(count), statedBy: ["a.dl"])
    #expect(first.perPredicate.first?.lostOrigins == count)
    #expect(first.perPredicate.first?.retracted == 0)
    #expect(Set(try store.facts("p").flatMap(\.sources)) == [passage, .origin("<prompt>")])
    let second = try store.withdraw("p", facts(count), statedBy: ["<prompt>"])
    #expect(second.perPredicate.first?.lostOrigins == 0)
    #expect(second.perPredicate.first?.retracted == count)
    #expect(try store.facts("p").isEmpty)
    #expect(try past() == ["\(3 * count)|1|4"])
    #expect(try sql(folder.file(), "pragma integrity_check") == ["ok"])
  }

  @Test func `a fact that two files drop together is taken back once`() throws {
    let store = try open()
    try store.record("p", [.number], facts(2, .origin("a.dl"), .origin("b.dl")))
    let report = try store.withdraw("p", facts(1), statedBy: ["a.dl", "b.dl"])
    #expect(report.perPredicate.first?.retracted == 1)
    #expect(report.perPredicate.first?.lostOrigins == 0)
    #expect(try past() == ["1|1|2"])
  }

  @Test func `a fact that moves from one file to another in one change stays`() throws {
    let store = try open()
    try store.record("p", [.number], facts(1, .origin("a.dl")))
    var symbols = try CallerSymbols(store)
    let predicate = try store.predicate("p")
    let report = try store.change { change in
      try change.state(predicate, facts(1, .origin("b.dl")), symbols: &symbols)
      try change.withdraw(predicate, facts(1), statedBy: ["a.dl"], symbols: &symbols)
    }
    #expect(report.perPredicate.first?.retracted == 0)
    #expect(try store.facts("p") == facts(1, .origin("b.dl")))
    #expect(try past() == ["1|1|2"])
  }

  @Test func `what is taken back whoever states it goes at once`() throws {
    let store = try open()
    try store.record("p", [.number], facts(1, .origin("a.dl"), .origin("b.dl")))
    #expect(try store.withdraw("p", facts(1)).perPredicate.first?.retracted == 1)
  }
}

extension Source {
  fileprivate static func origin(_ file: String) -> Source { Source(document: file, passage: -2) }
}

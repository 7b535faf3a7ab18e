import Foundation
import Storage
import Testing

@Suite struct NamingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `names that SQLite cannot tell apart or keeps for itself get other names in the view only`() throws {
    let store = try Store.open(folder.file(), mode: .create)
    let names = [
      "works_for", "Works_For", "WORKS_FOR", "works_for_2", "sqlite_schema", "SQLITE_x", "vl_p1", "vl_symbol",
      "select", "a\"b", "a'b", "a b", "Ўз", "ўз", "p1", "_vl_p1",
    ]
    for (number, name) in names.enumerated() {
      try store.record(name, [.number], [Fact(.number(Int64(number)))])
    }
    #expect(try store.predicates().map(\.name) == names)
    for (number, name) in names.enumerated() {
      #expect(try store.facts(name) == [Fact(.number(Int64(number)))])
      let view = try sql(folder.file(), "select view from vl_predicate where id = \(number + 1)")[0]
      let quoted = "\"" + view.replacingOccurrences(of: "\"", with: "\"\"") + "\""
      #expect(try sql(folder.file(), "select * from \(quoted)") == ["\(number)"])
    }
    let views = try sql(folder.file(), "select view from vl_predicate order by id")
    #expect(
      views.prefix(7) == [
        "works_for", "Works_For_2", "WORKS_FOR_3", "works_for_2_2", "_sqlite_schema", "_SQLITE_x", "_vl_p1",
      ]
    )
  }

  @Test func `columns that differ in case only are told apart`() throws {
    let store = try Store.open(folder.file(), mode: .create)
    try store.change { change in
      let columns = ["who", "Who", "Who_2", "order", "a\"b"].map { StoredColumn(name: $0, type: .number) }
      let predicate = try change.declare(name: "p", columns: columns, keys: [[0, 1], [2]], text: ".decl p")
      var symbols = CallerSymbols()
      try change.state(predicate, [Fact(1, 2, 3, 4, 5)], symbols: &symbols)
    }
    let rows = try sql(folder.file(), "select who, Who_3, Who_2, \"order\", \"a\"\"b\" from p")
    #expect(rows == ["1|2|3|4|5"])
    #expect(try store.predicate("p").keys == [[0, 1], [2]])
  }

  @Test func `the same declaration finds the predicate and another is refused`() throws {
    let store = try Store.open(folder.file(), mode: .create)
    func declare(_ types: [StoredType], _ keys: [[Int]]) throws -> ChangeReport {
      try store.change { _ = try $0.declare(name: "p", columns: columns(types), keys: keys, text: "") }
    }
    #expect(try declare([.symbol, .date], [[0]]).declared == 1)
    #expect(try declare([.symbol, .date], [[0]]).changeID == nil)
    let differs = StorageError.declarationDiffers(path: folder.file(), predicate: "p")
    #expect(throws: differs) { try declare([.symbol, .number], [[0]]) }
    #expect(throws: differs) { try declare([.symbol, .date], []) }
    #expect(throws: differs) { try declare([.symbol], [[0]]) }
  }

  @Test func `as many columns as a view can join are taken and one more is refused`() throws {
    let store = try Store.open(folder.file(), mode: .create)
    for count in [63, 64] {
      let columns = (0..<count).map { StoredColumn(name: "c\($0)", type: .symbol) }
      let facts = [Fact(values: (0..<count).map { .symbol("t\($0)") }, sources: [])]
      func record() throws {
        try store.change { change in
          var symbols = CallerSymbols()
          let predicate = try change.declare(name: "p\(count)", columns: columns, keys: [], text: "")
          try change.state(predicate, facts, symbols: &symbols)
        }
      }
      if count == 63 {
        try record()
        #expect(try sql(folder.file(), "select c62 from p63") == ["t62"])
      } else {
        #expect(throws: StorageError.tooManyColumns(path: folder.file(), predicate: "p64", limit: 63)) { try record() }
      }
    }
  }
}

import Foundation
import Storage
import Testing

@Suite struct SharingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `two writers and a reader take turns and lose nothing`() async throws {
    let path = folder.file()
    _ = try Store.open(path, mode: .create)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<2 {
        group.addTask {
          let store = try Store.open(path, mode: .write)
          for round in 0..<40 {
            try store.record(
              "p",
              [.symbol, .number],
              [Fact(.symbol("w\(writer)"), .number(Int64(round))), Fact("both", .number(Int64(round)))]
            )
          }
        }
      }
      group.addTask {
        let store = try Store.open(path, mode: .read)
        for _ in 0..<40 {
          try store.snapshot { () throws(StorageError) in
            guard let predicate = try store.predicates().first else { return }
            let before = try store.rowCount(predicate)
            var read = 0
            try store.read(predicate) { _, sources in read += sources.count }
            #expect(read == before)
          }
        }
      }
      try await group.waitForAll()
    }
    let facts = try Store.open(path, mode: .read).facts("p")
    #expect(facts.count == 120)
    #expect(try sql(path, "pragma integrity_check") == ["ok"])
    let counts = try sql(path, "select count(*) = max(id), sum(asserted) from vl_change")
    #expect(counts == ["1|120"])
  }

  @Test func `two programs that make the same file both get it`() async throws {
    let path = folder.file()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        group.addTask {
          try Store.open(path, mode: .create).record("p", [.number], [Fact(.number(Int64(number)))])
        }
      }
      try await group.waitForAll()
    }
    #expect(try Store.open(path, mode: .read).facts("p").count == 4)
  }

  /// The first page may be moved into the file before the file has all pages that it counts.
  @Test func `a file that is shorter than its header says is read with its log`() throws {
    let store = try Store.open(folder.file(), mode: .create)
    try store.record("p", [.number], (0..<5000).map { Fact(.number($0)) })
    let copy = folder.file("copy.visitlog")
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: folder.file() + ending, toPath: copy + ending)
    }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: copy))
    // The count of pages, https://sqlite.org/fileformat2.html#in_header_database_size.
    try file.seek(toOffset: 28)
    try file.write(contentsOf: Data([0, 1, 0, 0]))
    try file.close()
    #expect(try Store.open(copy, mode: .read).facts("p").count == 5000)
    #expect(try Store.open(copy, mode: .write).record("p", [.number], [Fact(5000)]).changeID == 2)
    #expect(try sql(copy, "pragma integrity_check") == ["ok"])
  }

  @Test func `the data version tells of our commits and of those of others, and of nothing else`() throws {
    let one = try Store.open(folder.file(), mode: .create)
    let two = try Store.open(folder.file(), mode: .write)
    let start = try (one.dataVersion(), two.dataVersion())
    try one.record("p", [.number], [Fact(1)])
    let after = try (one.dataVersion(), two.dataVersion())
    #expect(after.0 != start.0 && after.1 != start.1)
    try one.record("p", [.number], [Fact(1)])
    #expect(try one.dataVersion() == after.0)
    #expect(try two.dataVersion() == after.1)
  }

  @Test func `a snapshot does not see what others commit meanwhile`() throws {
    let reader = try Store.open(folder.file(), mode: .create)
    let writer = try Store.open(folder.file(), mode: .write)
    try writer.record("p", [.number], [Fact(1)])
    let predicate = try reader.predicate("p")
    var counts: [Int] = []
    try reader.snapshot { () throws(StorageError) in
      counts.append(try reader.rowCount(predicate))
      #expect(throws: Never.self) { try writer.record("p", [.number], [Fact(2)]) }
      counts.append(try reader.rowCount(predicate))
    }
    counts.append(try reader.rowCount(predicate))
    #expect(counts == [1, 1, 2])
  }

  @Test func `an interrupted read says so and the store works on`() async throws {
    let store = try Store.open(folder.file(), mode: .create)
    try store.record("p", [.number], (0..<20_000).map { Fact(.number($0)) })
    let predicate = try store.predicate("p")
    var blocks = 0
    #expect(throws: StorageError.interrupted(path: folder.file())) {
      try store.read(predicate) { _, _ in
        blocks += 1
        store.interrupt()
      }
    }
    #expect(blocks == 1)
    #expect(try store.rowCount(predicate) == 20_000)
    try store.record("p", [.number], [Fact(-1)])
    #expect(try store.rowCount(predicate) == 20_001)
  }

  @Test func `an interruption in a change takes all of it back`() throws {
    let store = try Store.open(folder.file(), mode: .create)
    try store.record("p", [.number], (0..<20_000).map { Fact(.number($0)) })
    let predicate = try store.predicate("p")
    #expect(throws: StorageError.interrupted(path: folder.file())) {
      try store.change { change in
        var symbols = CallerSymbols()
        try change.state(predicate, [Fact(-1)], symbols: &symbols)
        try store.read(predicate) { _, _ in store.interrupt() }
      }
    }
    #expect(try store.rowCount(predicate) == 20_000)
    #expect(try sql(folder.file(), "select count(*) from vl_change") == ["1"])
  }

  @Test func `a change that is cancelled is taken back whole`() throws {
    let store = try Store.open(folder.file(), mode: .create)
    try store.record("p", [.number], [Fact(-1)])
    let predicate = try store.predicate("p")
    let facts = (0..<20_000).map { Fact(.number($0)) }
    let isCancelled = { (_: Int) in true }
    #expect(throws: (any Error).self) {
      try store.change(at: "2026-11-23T00:00:00Z", author: nil, reason: nil, isCancelled: isCancelled) { change in
        var symbols = CallerSymbols()
        try change.state(predicate, facts, symbols: &symbols)
      }
    }
    #expect(try store.rowCount(predicate) == 1)
    try store.record("p", [.number], facts)
    #expect(try store.rowCount(predicate) == 20_001)
  }

  @Test func `many changes beside a reader do not let the log grow without bound`() throws {
    let path = folder.file()
    let store = try Store.open(path, mode: .create)
    let reader = try Store.open(path, mode: .read)
    // Some 8 MB a change: the texts and their index.
    for round in 0..<6 {
      let facts = (0..<60).map { Fact(.symbol(String(repeating: "x", count: 65_000) + "\(round) \($0)")) }
      try store.record("p", [.symbol], facts)
      #expect(try reader.rowCount(reader.predicate("p")) == 60 * (round + 1))
    }
    let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
    #expect(try #require(log) < 20_000_000)
  }
}

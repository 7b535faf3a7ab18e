import Foundation
import Shell
import Testing

final class HistorySharingTests {
  private let folder: URL
  private var path: String { folder.appendingPathComponent("visitlog/history").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("history-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func entries(_ path: String) -> [String] {
    HistoryFile(path: path).load(limit: 1000).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `two writers lose nothing and see each other's entries`() {
    let (one, other) = (HistoryFile(path: path), HistoryFile(path: path))
    _ = (one.load(limit: 1000), other.load(limit: 1000))
    one.append(Array("a.".utf8))
    #expect(other.append(Array("b.".utf8)) == [] || other.news() == .none)
    #expect(one.news() == .added([Array("b.".utf8)]))
    one.append(Array("c.".utf8))
    #expect(entries(path) == ["a.", "b.", "c."])
  }

  @Test func `writers at the same time lose nothing while the file is cut`() async {
    let path = path
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let file = HistoryFile(path: path)
          for number in 0..<50 { file.append(Array("\(writer) \(number).".utf8)) }
        }
      }
      group.addTask {
        // A limit so high that all entries stay, and files so many that they are replaced.
        for _ in 0..<20 { _ = HistoryFile(path: path).load(limit: 1000) }
      }
    }
    #expect(Set(entries(path)).count == 200)
  }

  @Test func `half an entry that a killed prompt left does not spoil the next`() throws {
    HistoryFile(path: path).append(Array("a.".utf8))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    handle.seekToEndOfFile()
    handle.write(Data("half".utf8))
    try handle.close()
    HistoryFile(path: path).append(Array("b.".utf8))
    #expect(entries(path) == ["a.", "half", "b."])
  }

  @Test func `a long history is cut to its end`() {
    let file = HistoryFile(path: path)
    for number in 0..<30 { file.append(Array("\(number).".utf8)) }
    #expect(HistoryFile(path: path).load(limit: 10).count == 10)
    #expect(entries(path) == (20..<30).map { "\($0)." })
  }

  @Test func `what is forgotten is gone for others too`() {
    let (one, other) = (HistoryFile(path: path), HistoryFile(path: path))
    one.append(Array("a.".utf8))
    _ = other.load(limit: 1000)
    one.clear()
    #expect(other.news() == .replaced([]))
    #expect(entries(path).isEmpty)
    other.append(Array("a.".utf8))
    #expect(entries(path) == ["a."])
  }
}

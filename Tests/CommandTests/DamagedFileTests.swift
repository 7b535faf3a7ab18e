import Foundation
import Testing

/// Files that were damaged on their way, made of good ones by a generator with a seed: each comes in or ends with a
/// message that names it and the place, within bounded memory and time; what comes in comes in as a whole.
@Suite(.serialized)
struct DamagedFileTests {
  /// A good file, and how it is damaged.
  struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let number: UInt64

    var testDescription: String { "\(name) \(number)" }
  }

  static let names = ["list.csv", "list.tsv", "book.xlsx", "people.json", "facts.jsonl", "visit.ics", "other.visitlog"]

  /// Chosen: 30 of each format.
  static let damages = names.flatMap { name in (0..<30).map { Damage(name: name, number: UInt64($0)) } }

  /// In kB of address space, a small part of which is used: what importing a file of at most 1 MB may take.
  private static let memoryLimit = 2_000_000

  /// The knowledge base that files are imported into.
  private static let base = Result { try DamagedFile.good("other.visitlog") }
  private static let goodFiles = Dictionary(
    uniqueKeysWithValues: names.map { name in (name, Result { try DamagedFile.good(name) }) }
  )

  @Test(arguments: DamagedFileTests.damages)
  func `a damaged file comes in as a whole or is told of`(_ damage: Damage) throws {
    let folder = try TemporaryFolder()
    let good = try #require(DamagedFileTests.goodFiles[damage.name]).get()
    var file = DamagedFile(good, named: damage.name, seed: damage.number)
    try Data(file.damaged()).write(to: folder.url.appendingPathComponent(damage.name))
    let kept = folder.url.appendingPathComponent("kb.visitlog")
    try Data(DamagedFileTests.base.get()).write(to: kept)
    let command = "ulimit -v \(DamagedFileTests.memoryLimit); visitlog import \(damage.name) --db kb.visitlog --yes"
    let result = try CommandLineRun(folder: folder.url).run([command])
    let said = result.output + result.errors
    let how = Comment(rawValue: "\(file.what): \(said.prefix(2000))")
    #expect([0, 1, 2].contains(result.statuses[0]), how)
    #expect(said.contains(damage.name), how)
    #expect(said.utf8.count < 200_000, how)
    guard result.statuses[0] != 0 else { return }
    #expect(try Data(contentsOf: kept) == Data(DamagedFileTests.base.get()), how)
  }

  @Test(arguments: DamagedFileTests.names)
  func `a good file comes in`(_ name: String) throws {
    let folder = try TemporaryFolder()
    try Data(try DamagedFile.good(name)).write(to: folder.url.appendingPathComponent(name))
    let result = try CommandLineRun(folder: folder.url).run(["visitlog import \(name) --db kb.visitlog --yes"])
    #expect(result.statuses == [0], "\(result.output)\(result.errors)")
  }
}

import Foundation

/// A file that something has happened to.
struct DamagedFile {
  /// What has happened.
  private(set) var what = ""
  private let name: String
  private let good: [UInt8]
  private var generator: Mixer
  private let seed: UInt64

  init(_ good: [UInt8], named name: String, seed: UInt64) {
    self.good = good
    self.name = name
    self.seed = seed
    generator = Mixer(state: seed &* 7919 &+ UInt64(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))
  }

  /// SplitMix64, doi:10.1145/2714064.2660195.
  private struct Mixer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private mutating func place() -> Int { Int.random(in: 0...good.count, using: &generator) }

  // MARK: Damages

  mutating func damaged() throws -> [UInt8] {
    switch seed {
    case 0..<8: cut()
    case 8..<14: flipped()
    case 14: inserted("a megabyte", Array(repeating: UInt8(ascii: "x"), count: 1 << 20))
    case 15: inserted("NULs", [0, 0, 0])
    case 16: inserted("bytes that are not UTF-8", [0xC0, 0xFF, 0x80])
    case 17: inserted("delimiters", Array(repeatElement(",;\t|\"".utf8, count: 50).joined()))
    case 18: inserted("brackets", Array(repeating: UInt8(ascii: "["), count: 100_000))
    case 19: removed()
    case 20: repeated()
    case 21: withFirstLineTwice()
    case 22: widened()
    case 23: named("nothing", [])
    case 24: named("an end of line", [0x0A])
    case 25: named("deep JSON", Array("{\"persons\":\(String(repeating: "[", count: 200_000))".utf8))
    case 26: try other("bomb.xlsx")
    case 27: try other("zipbomb.xlsx")
    case 28: try other("deep.xlsx")
    default: named("the first half twice", Array(good[..<(good.count / 2)] + good[..<(good.count / 2)]))
    }
  }

  private mutating func named(_ what: String, _ bytes: [UInt8]) -> [UInt8] {
    self.what = what
    return bytes
  }

  private mutating func cut() -> [UInt8] {
    let end = place()
    return named("cut at \(end)", Array(good[..<end]))
  }

  private mutating func flipped() -> [UInt8] {
    var bytes = good
    for _ in 0..<Int.random(in: 1...20, using: &generator) {
      guard let place = bytes.indices.randomElement(using: &generator) else { break }
      bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
    }
    return named("flipped bytes", bytes)
  }

  private mutating func inserted(_ what: String, _ bytes: [UInt8]) -> [UInt8] {
    let place = place()
    return named("\(what) at \(place)", Array(good[..<place] + bytes + good[place...]))
  }

  private mutating func removed() -> [UInt8] {
    let (one, other) = (place(), place())
    return named("\(one) to \(other) removed", Array(good[..<min(one, other)] + good[max(one, other)...]))
  }

  private mutating func repeated() -> [UInt8] {
    let (one, other) = (place(), place())
    return named("\(one) to \(other) repeated", Array(good[..<max(one, other)] + good[min(one, other)...]))
  }

  private mutating func withFirstLineTwice() -> [UInt8] {
    let end = good.firstIndex(of: 0x0A).map { $0 + 1 } ?? good.count
    return named("the first line twice", Array(good[..<end] + good))
  }

  /// As UTF-16 without a mark.
  private mutating func widened() -> [UInt8] { named("UTF-16 without a mark", good.flatMap { [$0, 0] }) }

  private mutating func other(_ file: String) throws -> [UInt8] { named(file, try DamagedFile.workbook(file)) }

  // MARK: Good files

  static func good(_ name: String) throws -> [UInt8] {
    switch name {
    case "list.csv": Array(list(",").utf8)
    case "list.tsv": Array(list("\t").utf8)
    case "book.xlsx": try workbook("delegation.xlsx")
    case "people.json": Array(people.utf8)
    case "facts.jsonl":
      Array((0..<20).map { "{\"predicate\": \"size\", \"org\": \"o\($0)\", \"n\": \($0)}\n" }.joined().utf8)
    case "visit.ics": Array(calendar.utf8)
    default: try knowledgeBase()
    }
  }

  private static func workbook(_ name: String) throws -> [UInt8] {
    let folder = CommandLineRun.package.appendingPathComponent("Tests/CommandTests/Golden/import-workbook")
    return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  private static func list(_ delimiter: String) -> String {
    let rows =
      [["Person ID", "Full name", "Position", "Organisation", "Country"]]
      + (0..<20).map { ["p\($0)", "Ann\($0) \"Lee\" \u{416}\($0)", "chief", "Ministry \($0 % 3)", "Japan"] }
    return rows.map { row in
      row.map { "\"\($0.replacingOccurrences(of: "\"", with: "\"\""))\"" }.joined(separator: delimiter) + "\n"
    }.joined()
  }

  private static let people = """
    {"persons": [\((0..<10).map { "{\"id\": \"p\($0)\", \"name\": \"Ann \($0)\", \"birth_date\": \"1960-05-0\($0 + 1 > 9 ? 9 : $0 + 1)\"}" }.joined(separator: ",\n  "))],
     "organizations": [{"id": "o", "name": "Org", "classification": "party"}],
     "memberships": [{"person_id": "p1", "organization_id": "o", "role": "chair", "start_date": "2014"}]}
    """

  private static let calendar = """
    BEGIN:VCALENDAR
    VERSION:2.0
    BEGIN:VEVENT
    UID:abc@x
    SUMMARY:Visit to the ministry
    DTSTART;TZID=Asia/Tashkent:20180629T100000
    DURATION:PT1H30M
    LOCATION:Room 5
    ORGANIZER;CN="Doe; Jane":mailto:jane@x.org
    ATTENDEE;CN=Ali:mailto:ali@x.org
    END:VEVENT
    END:VCALENDAR

    """

  private static func knowledgeBase() throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try Data(list(",").utf8).write(to: folder.url.appendingPathComponent("list.csv"))
    _ = try CommandLineRun(folder: folder.url).run([
      "visitlog import list.csv --db made.visitlog --yes", "visitlog backup whole.visitlog --db made.visitlog",
    ])
    return Array(try Data(contentsOf: folder.url.appendingPathComponent("whole.visitlog")))
  }
}

/// Numbers that are the same in every run (SplitMix64, doi:10.1145/2660193.2660195).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

/// Facts that kernels are measured on, column by column.
enum Facts {
  /// Edges between nodes drawn at random; repeats are left in.
  static func randomGraph(nodes: Int64, edges: Int) -> [[Int64]] {
    var generator = SeededGenerator(1)
    return (0..<2).map { _ in (0..<edges).map { _ in Int64.random(in: 0..<nodes, using: &generator) } }
  }

  /// Edges to the right and downwards in a square of nodes.
  static func grid(side: Int64) -> [[Int64]] {
    let right = (0..<side * side).filter { $0 % side + 1 < side }
    let down = 0..<side * (side - 1)
    return [right + down, right.map { $0 + 1 } + down.map { $0 + side }]
  }

  /// Edges from each child to its parent, two children a parent.
  static func binaryTree(nodes: Int64) -> [[Int64]] {
    [Array(1..<nodes), (1..<nodes).map { ($0 - 1) / 2 }]
  }

  /// Groups and their members; each group has `size` members of `members`.
  static func groups(_ count: Int64, size: Int, members: Int64) -> [[Int64]] {
    var generator = SeededGenerator(2)
    let groups = (0..<count).flatMap { group in Array(repeating: group, count: size) }
    return [groups, groups.map { _ in Int64.random(in: 0..<members, using: &generator) }]
  }

  /// Numbers scattered over 64 bits, each about twice.
  static func scatteredNumbers(_ count: Int) -> [Int64] {
    var generator = SeededGenerator(3)
    let distinct = (0..<(count / 2)).map { _ in Int64(bitPattern: generator.next()) }
    return (0..<count).map { _ in distinct[Int.random(in: 0..<distinct.count, using: &generator)] }
  }

  /// Names of 15 to 40 bytes, each about twice, as UTF-8.
  static func names(_ count: Int) -> [[UInt8]] {
    var generator = SeededGenerator(4)
    let endings = ["ministry", "agency of statistics", "university of technology"]
    return (0..<count).map { _ in
      let number = Int.random(in: 0..<(count / 2), using: &generator)
      return Array("organisation-\(number)-\(endings[number % endings.count])".utf8)
    }
  }

  /// The text of a file of facts and rules of about 60 bytes a line.
  static func programText(lines: Int) -> String {
    var text = ".decl attended(meeting: symbol, person: symbol, day: date, minutes: number)\n"
    for line in 0..<lines {
      if line % 10 == 9 {
        text += "met_\(line)(A, B) :- attended(M, A, D, N), attended(M, B, D, _), A != B, N > \(line).\n"
      } else {
        text += "attended(meeting_\(line / 7), \"Person no. \(line)\", 2018-06-\(10 + line % 20), \(line)).\n"
      }
    }
    return text
  }

  /// A file of three columns: a number, a name and a date.
  static func delimitedText(rows: Int) -> String {
    var text = ""
    for row in 0..<rows {
      let day = "20\(10 + row % 16)-0\(1 + row % 9)-1\(row % 10)"
      text += "\(row * 7919 % 1_000_003)\torganisation of \(row % 5000)\t\(day)\n"
    }
    return text
  }
}

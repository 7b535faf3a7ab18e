import Datalog
import Testing

@Suite struct SpellingTests {
  @Test(
    arguments: [
      ("met_ta", ["met_at", "met_on", "meeting"], ["met_at"]),
      ("partcipant", ["participant", "participants", "party"], ["participant"]),
      ("KEIO", ["keio", "keia"], ["keio"]),
      ("cot", ["cat", "cut", "cart"], ["cat", "cut"]),
      ("ab", ["ac", "a", "abc"], []),
      ("ab", ["AB"], ["AB"]),
      ("abcd", ["abxy", "xbcy"], []),
      ("abcde", ["abcxy"], ["abcxy"]),
      ("тошкент", ["тошкенд", "Самарқанд"], ["тошкенд"]),
      ("org", ["org"], []),
      ("", ["a"], []),
      ("hosts", ["host", "host", "hots"], ["host", "hots"]),
    ] as [(String, [String], [String])]
  )
  func `the nearest words are all ties at the smallest distance`(word: String, among: [String], expected: [String]) {
    #expect(nearest(to: word, among: among) == expected)
  }

  /// The definition, as a full matrix.
  private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count {
      for j in 0...b.count {
        guard i > 0, j > 0 else {
          table[i][j] = i + j
          continue
        }
        table[i][j] = min(
          table[i - 1][j] + 1,
          table[i][j - 1] + 1,
          table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        )
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
        }
      }
    }
    return table[a.count][b.count]
  }

  @Test func `beginnings stand in where nothing is near`() {
    #expect(nearest(to: "organisation", among: ["org", "orga", "original", "or"]) == ["orga"])
    #expect(nearest(to: "Univ", among: ["university", "univ_tokyo", "un"]) == ["university", "univ_tokyo"])
    #expect(nearest(to: "univ", among: ["university", "uniq"]) == ["uniq"])
    #expect(nearest(to: "ab", among: ["abcdef"]).isEmpty)
  }

  private func shared(_ a: [UInt8], _ b: [UInt8]) -> Int { zip(a, b).prefix { $0 == $1 }.count }

  private func rest(_ a: [UInt8], _ b: [UInt8]) -> Int { a.count + b.count - 2 * shared(a, b) }

  private func haveOneStem(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    let stem = shared(a, b)
    let shorter = min(a.count, b.count)
    return stem >= 3 && (stem == shorter || (stem == shorter - 1 && 2 * stem > max(a.count, b.count)))
  }

  @Test(arguments: [("universities", "university"), ("countries", "country"), ("министерствами", "Министерство")])
  func `words that end differently stand in as beginnings do`(word: String, other: String) {
    #expect(nearest(to: word, among: [other, "unit", "visit"]) == [other])
  }

  @Test func `numbers are no endings`() {
    #expect(nearest(to: "person_1", among: ["person_4711"]).isEmpty)
  }

  @Test func `the search agrees with the full matrix`() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<3000 {
      let words = (0..<6).map { _ in
        (0..<Int.random(in: 1...9, using: &random)).map { _ in UInt8.random(in: 0x61...0x63, using: &random) }
      }
      let word = words[0]
      let near = words.dropFirst().filter { $0 != word }
        .map { (word: $0, distance: distance(word, $0)) }
        .filter { $0.distance <= 2 && 2 * $0.distance < word.count }
      let best = near.map(\.distance).min()
      var expected = near.filter { $0.distance == best }.map(\.word)
      if near.isEmpty {
        let related = words.dropFirst().filter { $0 != word && haveOneStem($0, word) }
        let least = related.map { rest($0, word) }.min()
        expected = related.filter { rest($0, word) == least }
      }
      let texts = words.map { String(decoding: $0, as: UTF8.self) }
      #expect(
        Set(nearest(to: texts[0], among: texts.dropFirst()))
          == Set(expected.map { String(decoding: $0, as: UTF8.self) }),
        "\(texts)"
      )
    }
  }
}

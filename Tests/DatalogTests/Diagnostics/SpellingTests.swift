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
    #expect(nearest(to: Symbol(word), among: among.map { Symbol($0) }) == expected.map { Symbol($0) })
  }

  /// The definition, without band, filters or cut.
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

  @Test func `the banded search agrees with the full matrix`() {
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
      var expected = Set(near.filter { $0.distance == best }.map { Symbol(utf8: $0.word) })
      if near.isEmpty {
        let beginnings = words.dropFirst().filter { other in
          other != word && min(other.count, word.count) >= 3 && (other.starts(with: word) || word.starts(with: other))
        }
        let gap = beginnings.map { abs($0.count - word.count) }.min()
        expected = Set(beginnings.filter { abs($0.count - word.count) == gap }.map { Symbol(utf8: $0) })
      }
      let found = nearest(to: Symbol(utf8: word), among: words.dropFirst().map { Symbol(utf8: $0) })
      #expect(Set(found) == expected, "\(words.map { String(decoding: $0, as: UTF8.self) })")
    }
  }
}

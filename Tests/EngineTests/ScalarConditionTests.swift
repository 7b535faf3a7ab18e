import Testing

@testable import Engine

@Suite struct ScalarConditionTests {
  private static func test(_ condition: ScalarCondition, _ samples: [Sample], _ values: Values) -> ScalarVerdict? {
    let columns = samples.map { ScalarTests.Column(repeating: $0.word(values), count: 2) }
    var verdicts: [UInt8] = [9, 9]
    let registers = columns.map { Optional($0.words) }
    ScalarEvaluator(values: values).test(condition, registers: registers, count: 2, into: &verdicts)
    return verdicts[0] == verdicts[1] ? ScalarVerdict(rawValue: verdicts[1]) : nil
  }

  @Test(
    arguments: [
      [.number(.min), -1, 0, 1, .number(.max)], [-1e300, -0.5, 0.0, 1.0, 1e300],
      ["", "a", "ab", "abcdefgh", "abcdefghi", "b", "e\u{301}", "é", "日", "\u{1F600}"],
      [.date(1_01_01), .date(2018_00_00), .date(2018_06_00), .date(2018_06_01), .date(9999_12_31)],
    ] as [[Sample]]
  )
  func comparisonsFollowTheOrderOfValues(ascending: [Sample]) {
    let values = Values()
    // In another order than that of the values.
    for sample in ascending.reversed() { _ = sample.word(values) }
    for (i, a) in ascending.enumerated() {
      for (j, b) in ascending.enumerated() {
        let expected: [(ScalarComparison, Bool)] = [
          (.equal, i == j), (.notEqual, i != j), (.less, i < j), (.lessOrEqual, i <= j), (.greater, i > j),
          (.greaterOrEqual, i >= j),
        ]
        for (comparison, isTrue) in expected {
          let verdict: ScalarVerdict = isTrue ? .isTrue : .isFalse
          let register = ScalarExpression.register(0, a.type)
          let other = ScalarExpression.register(1, a.type)
          let constant = ScalarExpression.constant(b.word(values), b.type)
          let computed = ScalarExpression.call(.minimum, [other, other], type: b.type)
          for right in [other, constant, computed] {
            #expect(Self.test(.compare(comparison, register, right), [a, b], values) == verdict)
          }
        }
      }
    }
  }

  @Test(
    arguments: [
      (.contains, ["bc", "abcd"], true), (.contains, ["", "a"], true), (.contains, ["a", ""], false),
      (.contains, ["e", "é"], false), (.startsWith, ["abc", "ab"], true), (.startsWith, ["abc", "b"], false),
      (.startsWith, ["a", "ab"], false), (.startsWith, ["a", ""], true), (.endsWith, ["abc", "bc"], true),
      (.endsWith, ["c", "bc"], false), (.endsWith, ["", ""], true), (.match, ["a.*", "abc"], true),
      (.match, ["b", "abc"], false),
    ] as [(ScalarTest, [Sample], Bool)]
  )
  func testsOfTexts(test: ScalarTest, samples: [Sample], expected: Bool) {
    for isNegated in [false, true] {
      let verdict = Self.test(
        .test(test, [.register(0, .symbol), .register(1, .symbol)], isNegated: isNegated),
        samples,
        Values()
      )
      #expect(verdict == (expected != isNegated ? .isTrue : .isFalse))
    }
  }

  @Test func trueAndFalseAreTests() {
    #expect(Self.test(.test(.isTrue, [], isNegated: false), [], Values()) == .isTrue)
    #expect(Self.test(.test(.isFalse, [], isNegated: false), [], Values()) == .isFalse)
    #expect(Self.test(.test(.isFalse, [], isNegated: true), [], Values()) == .isTrue)
  }

  @Test func aRowWithoutAValueIsNeitherTrueNorFalse() {
    let text = ScalarExpression.register(0, .symbol)
    let number = ScalarExpression.call(.toNumber, [text], type: .number)
    let values = Values()
    let zero = ScalarExpression.constant(values.numbers.intern(0), .number)
    #expect(Self.test(.compare(.notEqual, number, zero), ["x"], values) == .missing)
    let quotient = ScalarExpression.call(.divide, [number, zero], type: .number)
    #expect(Self.test(.compare(.equal, quotient, zero), ["1"], values) == .divisionByZero)
    #expect(Self.test(.compare(.equal, quotient, zero), ["x"], values) == .missing)
    for isNegated in [false, true] {
      #expect(Self.test(.test(.match, [text, text], isNegated: isNegated), ["a("], values) == .missing)
    }
  }

  @Test func searchIsLinearAndFindsWhatIsThere() {
    var random = SplitMix64(seed: 9)
    for round in 0..<3_000 {
      let text = (0..<random.next(below: 60)).map { _ in UInt8(97 + random.next(below: 2)) }
      let part = (0..<random.next(below: 6)).map { _ in UInt8(97 + random.next(below: 2)) }
      let start = Int(random.next(below: UInt64(text.count + 1)))
      let expected = (start...text.count).first { text[$0...].starts(with: part) }
      let found = text.withUnsafeBufferPointer { text in
        part.withUnsafeBufferPointer { TextSearch.offset(of: $0, in: text, from: start) }
      }
      #expect(found == expected, "round \(round)")
    }
    let hay = [UInt8](repeating: 97, count: 400_000)
    for end in [UInt8(97), 98] {
      let needle = [UInt8](repeating: 97, count: 200_000) + [end]
      let found = (hay + [end]).withUnsafeBufferPointer { hay in
        needle.withUnsafeBufferPointer { TextSearch.offset(of: $0, in: hay, from: 0) }
      }
      #expect(found == (end == 97 ? 0 : 200_000))
    }
  }

  private static func elements(
    _ generator: SequenceGenerator,
    _ rows: [[Sample]],
    limit: Int
  ) -> (pairs: [String], outcomes: [UInt8]) {
    let values = Values()
    let type = rows[0][0].type
    let columns = (0..<2).map { index in ScalarTests.Column(rows.map { $0[index].word(values) }) }
    let sequence = ScalarEvaluator(values: values).generate(
      generator,
      [ScalarExpression.register(0, type), .register(1, type)],
      registers: columns.map { $0.words },
      count: rows.count
    )
    var pairs: [String] = []
    var places = [UInt32](repeating: 0, count: limit)
    let words = ScalarTests.Column(repeating: 0, count: limit)
    while pairs.count < 100 {
      let count = sequence.next(limit, rows: &places, words: words.words)
      if count == 0 { break }
      pairs += (0..<count).map { "\(places[$0]):\(values.text(of: words.words[$0], type))" }
    }
    return (pairs, sequence.outcomes)
  }

  @Test(arguments: [1, 2, 3, 100])
  func sequencesComeInPortions(limit: Int) {
    let ranges = Self.elements(
      .range,
      [[1, 3], [5, 4], [.number(.max - 1), .number(.max)], [-1, -1], [.number(.min), .number(.min)]],
      limit: limit
    )
    #expect(
      ranges.pairs == [
        "0:1", "0:2", "0:3", "2:9223372036854775806", "2:9223372036854775807", "3:-1", "4:-9223372036854775808",
      ]
    )
    let parts = Self.elements(
      .split,
      [["a,,b", ","], ["", ","], ["日本", ""], ["", ""], ["a--b-", "--"], [",", ","]],
      limit: limit
    )
    #expect(parts.pairs == ["0:a", "0:", "0:b", "1:", "2:日", "2:本", "4:a", "4:b-", "5:", "5:"])
  }

  @Test func aHugeRangeIsNotMadeAtOnce() {
    let portion = Self.elements(.range, [[.number(.min), .number(.max)]], limit: 64)
    #expect(portion.pairs.count == 128)
  }
}

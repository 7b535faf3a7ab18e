import Foundation
import Testing

@testable import Engine

/// A value in a test table.
enum Sample: Sendable, CustomTestStringConvertible {
  case text(String)
  case number(Int64)
  case float(Double)
  case date(Int32)

  var type: WordType {
    switch self {
    case .text: .symbol
    case .number: .number
    case .float: .float
    case .date: .date
    }
  }

  func word(_ values: Values) -> Word {
    switch self {
    case .text(let text): values.symbols.intern(text)
    case .number(let number): values.numbers.intern(number)
    case .float(let float): values.floats.intern(float)
    case .date(let date): values.dates.intern(date)
    }
  }

  var testDescription: String {
    switch self {
    case .text(let text): "\"\(text)\""
    case .number(let number): "\(number)"
    case .float(let float): "\(float)"
    case .date(let date): "date \(date)"
    }
  }
}

extension Sample: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  init(stringLiteral text: String) { self = .text(text) }
  init(integerLiteral number: Int64) { self = .number(number) }
  init(floatLiteral float: Double) { self = .float(float) }
}

/// What a call gives: a printed value, or why there is none.
enum Expected: Sendable, Equatable, ExpressibleByStringLiteral {
  case value(String)
  case none(ScalarOutcome)

  init(stringLiteral text: String) { self = .value(text) }
}

private let missing = Expected.none(.missing)
private let overflow = Expected.none(.overflow)
private let divisionByZero = Expected.none(.divisionByZero)

@Suite struct ScalarTests {
  /// Calls a function of registers, over three equal rows, and prints what it gives.
  static func call(_ function: ScalarFunction, _ samples: [Sample], _ type: WordType) -> Expected {
    let values = Values()
    let evaluator = ScalarEvaluator(values: values)
    let arguments = samples.enumerated().map { ScalarExpression.register($0.offset, $0.element.type) }
    return evaluate(.call(function, arguments, type: type), samples, evaluator)
  }

  static func evaluate(_ expression: ScalarExpression, _ samples: [Sample], _ evaluator: ScalarEvaluator) -> Expected {
    let columns = samples.map { Column(repeating: $0.word(evaluator.values), count: 3) }
    let registers = columns.map { Optional($0.words) }
    let result = Column(repeating: 99, count: 3)
    var outcomes = [UInt8](repeating: 99, count: 3)
    let isComplete = evaluator.compute(
      expression,
      registers: registers,
      count: 3,
      into: result.words,
      outcomes: &outcomes
    )
    guard let outcome = ScalarOutcome(rawValue: outcomes[2]), outcomes[0] == outcomes[2] else {
      return .value("unequal outcomes")
    }
    #expect(isComplete == (outcome == .value))
    guard outcome == .value else { return .none(outcome) }
    #expect(result.words[0] == result.words[2])
    return .value(evaluator.values.text(of: result.words[2], expression.type))
  }

  /// Words at an address that stays.
  final class Column {
    let words: UnsafeMutablePointer<Word>

    init(repeating word: Word, count: Int) {
      words = .allocate(capacity: count)
      words.initialize(repeating: word, count: count)
    }

    convenience init(_ list: [Word]) {
      self.init(repeating: 0, count: list.count)
      words.update(from: list, count: list.count)
    }

    deinit { words.deallocate() }
  }

  @Test(
    arguments: [
      (.add, [2, 3], "5"), (.add, [.number(.max), 1], overflow), (.subtract, [.number(.min), 1], overflow),
      (.multiply, [-3, 4], "-12"), (.multiply, [.number(.min), -1], overflow), (.divide, [-7, 2], "-3"),
      (.divide, [7, -2], "-3"), (.divide, [1, 0], divisionByZero), (.divide, [.number(.min), -1], overflow),
      (.remainder, [-7, 2], "-1"), (.remainder, [7, -2], "1"), (.remainder, [5, 0], divisionByZero),
      (.remainder, [.number(.min), -1], "0"), (.power, [2, 62], "4611686018427387904"), (.power, [2, 63], overflow),
      (.power, [-2, 63], "-9223372036854775808"), (.power, [0, 0], "1"), (.power, [2, -1], "0"),
      (.power, [0, -1], divisionByZero), (.power, [-1, -3], "-1"), (.power, [1, .number(.min)], "1"),
      (.power, [-1, .number(.max)], "-1"), (.power, [3, .number(.max)], overflow), (.power, [0, .number(.max)], "0"),
      (.negate, [.number(.min)], overflow), (.negate, [5], "-5"), (.absolute, [.number(.min)], overflow),
      (.absolute, [-5], "5"), (.round, [7], "7"), (.minimum, [3, 1, 2], "1"), (.maximum, [3, 1, 5, 2], "5"),
    ] as [(ScalarFunction, [Sample], Expected)]
  )
  func numbersAreComputedIn64Bits(function: ScalarFunction, samples: [Sample], expected: Expected) {
    #expect(ScalarTests.call(function, samples, .number) == expected)
  }

  @Test(
    arguments: [
      (.add, [0.1, 0.2], "0.30000000000000004"), (.multiply, [1e300, 1e300], overflow), (.divide, [1.0, 4.0], "0.25"),
      (.divide, [1.0, 0.0], divisionByZero), (.divide, [0.0, 0.0], divisionByZero), (.remainder, [-7.5, 2.0], "-1.5"),
      (.remainder, [1.0, 0.0], divisionByZero), (.power, [2.0, 0.5], "1.4142135623730951"),
      (.power, [-1.0, 0.5], overflow), (.power, [0.0, -1.0], divisionByZero), (.power, [10.0, 400.0], overflow),
      (.negate, [0.0], "0.0"), (.multiply, [-1.0, 0.0], "0.0"), (.absolute, [-2.5], "2.5"),
      (.minimum, [2.5, -1.0], "-1.0"), (.maximum, [2.5, -1.0], "2.5"), (.toFloat, [3], "3.0"),
      (.toFloat, ["1e-3"], "0.001"), (.toFloat, ["-12"], "-12.0"), (.toFloat, ["1."], missing),
      (.toFloat, [".5"], missing),
      (.toFloat, ["inf"], missing), (.toFloat, ["nan"], missing), (.toFloat, ["1e999"], missing),
      (.toFloat, ["-0.0"], "0.0"), (.toFloat, ["0x1p3"], missing), (.toFloat, [" 1.0"], missing),
      (.toFloat, [""], missing), (.toFloat, ["1e"], missing), (.toFloat, ["2.5e+2"], "250.0"),
    ] as [(ScalarFunction, [Sample], Expected)]
  )
  func floatsAreFinite(function: ScalarFunction, samples: [Sample], expected: Expected) {
    #expect(ScalarTests.call(function, samples, .float) == expected)
  }

  @Test(
    arguments: [
      ("42", "42"), ("-42", "-42"), ("+42", "42"), ("042", "42"), ("0x2a", "42"), ("0b101", "5"), ("1_000", "1000"),
      ("-9223372036854775808", "-9223372036854775808"), ("9223372036854775808", missing),
      ("-0x8000000000000001", missing),
      ("18446744073709551616", missing), ("", missing), ("-", missing), ("--1", missing), ("1.0", missing),
      (" 1", missing), ("1 ", missing), ("_1", missing), ("1_", missing), ("1__0", missing), ("0x", missing),
      ("0xg", missing), ("0b2", missing), ("٣", missing), ("1e3", missing), ("-0", "0"),
    ] as [(String, Expected)]
  )
  func aTextIsANumberAsTheLanguageWritesIt(text: String, expected: Expected) {
    #expect(ScalarTests.call(.toNumber, [.text(text)], .number) == expected)
  }

  @Test(
    arguments: [
      (2.5, "2", "3"), (-2.5, "-2", "-3"), (0.49999999999999994, "0", "0"), (1e18, "1000000000000000000", nil),
      (9.3e18, nil, nil), (-9223372036854775808.0, "-9223372036854775808", "-9223372036854775808"),
      (9223372036854775808.0, nil, nil),
    ] as [(Double, String?, String?)]
  )
  func floatsBecomeNumbersWhereTheyFit(float: Double, cut: String?, rounded: String?) {
    let rounded = rounded ?? (float == 1e18 ? "1000000000000000000" : nil)
    #expect(ScalarTests.call(.toNumber, [.float(float)], .number) == cut.map(Expected.value) ?? missing)
    #expect(ScalarTests.call(.round, [.float(float)], .number) == rounded.map(Expected.value) ?? overflow)
  }

  @Test(
    arguments: [
      (.year, [.date(2018_00_00)], "2018"), (.month, [.date(2018_06_00)], "6"), (.month, [.date(2018_00_00)], missing),
      (.day, [.date(2018_06_29)], "29"), (.day, [.date(2018_06_00)], missing), (.weekday, [.date(2018_06_29)], "5"),
      (.weekday, [.date(2018_06_00)], missing), (.weekday, [.date(1_01_01)], "1"), (.weekday, [.date(2000_01_02)], "7"),
      (.precision, [.date(2018_00_00)], "4"), (.precision, [.date(2018_06_00)], "6"),
      (.precision, [.date(2018_06_01)], "8"), (.daysBetween, [.date(2018_07_01), .date(2018_06_29)], "2"),
      (.daysBetween, [.date(1_01_01), .date(9999_12_31)], "-3652058"),
      (.daysBetween, [.date(2018_07_00), .date(2018_06_29)], missing),
    ] as [(ScalarFunction, [Sample], Expected)]
  )
  func partsOfDates(function: ScalarFunction, samples: [Sample], expected: Expected) {
    #expect(ScalarTests.call(function, samples, .number) == expected)
  }

  @Test(
    arguments: [
      (.addDays, [.date(2016_02_28), 1], "2016-02-29"), (.addDays, [.date(1900_02_28), 1], "1900-03-01"),
      (.subtractDays, [.date(2018_01_01), 1], "2017-12-31"), (.addDays, [.date(2018_01_00), 1], missing),
      (.addDays, [.date(9999_12_31), 1], overflow), (.subtractDays, [.date(1_01_01), 1], overflow),
      (.addDays, [.date(2018_01_01), .number(.max)], overflow),
      (.subtractDays, [.date(1969_01_01), .number(.min)], overflow), (.firstDay, [.date(2018_00_00)], "2018-01-01"),
      (.firstDay, [.date(2018_06_00)], "2018-06-01"), (.lastDay, [.date(2018_00_00)], "2018-12-31"),
      (.lastDay, [.date(2016_02_00)], "2016-02-29"), (.lastDay, [.date(2018_06_05)], "2018-06-05"),
      (.minimum, [.date(2018_06_00), .date(2018_00_00), .date(2018_06_01)], "2018"),
    ] as [(ScalarFunction, [Sample], Expected)]
  )
  func datesMoveByDays(function: ScalarFunction, samples: [Sample], expected: Expected) {
    #expect(ScalarTests.call(function, samples, .date) == expected)
  }

  @Test func everyDayHasItsNumber() {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
    var number = CivilDay.range.lowerBound
    var last: Int32 = 0
    for year in Int64(1)...9999 {
      for month in Int64(1)...12 {
        for day in 1...Int64(CivilDay.dayCount(year: Int32(year), month: Int32(month))) {
          let key = Int32(year * 10_000 + month * 100 + day)
          guard CivilDay.number(of: key) == number, CivilDay.key(of: number) == key, key > last else {
            Issue.record("\(key)")
            return
          }
          last = key
          number += 1
        }
      }
    }
    #expect(number - 1 == CivilDay.range.upperBound)
    #expect(CivilDay.key(of: number) == nil)
    #expect(CivilDay.key(of: CivilDay.range.lowerBound - 1) == nil)
    var random = SplitMix64(seed: 7)
    for _ in 0..<500 {
      let number = Int64(random.next(below: 2_900_000)) - 100_000
      let date = Date(timeIntervalSince1970: Double(number) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
      let key = (parts.year ?? 0) * 10_000 + (parts.month ?? 0) * 100 + (parts.day ?? 0)
      #expect(CivilDay.key(of: number) == Int32(key))
      #expect(CivilDay.weekday(of: number) == Int64(((parts.weekday ?? 0) + 5) % 7 + 1))
    }
  }

  @Test(
    arguments: [
      (.concatenate, ["a", 1, 2.0, .date(2018_06_00)], "a12.02018-06"), (.concatenate, ["e", "\u{301}"], "e\u{301}"),
      (.toString, [3.0], "3.0"), (.toString, [-7], "-7"), (.toString, [.date(5_00_00)], "0005"),
      (.substring, ["日本語", 1, 1], "本"), (.substring, ["abc", 1, 10], "bc"), (.substring, ["abc", -1, 2], "a"),
      (.substring, ["abc", 5, 1], ""), (.substring, ["abc", 0, -1], ""),
      (.substring, ["abc", 0, .number(.max)], "abc"),
      (.substring, ["abc", .number(.max), .number(.max)], ""), (.substring, ["abc", .number(.min), .number(.min)], ""),
      (.substring, ["abc", .number(.min), .number(.max)], ""), (.substring, ["cafe\u{301}", 0, 4], "cafe"),
      (.substring, ["", 0, 1], ""),
      (.lower, ["ŌSAKA İ"], "ōsaka i\u{307}"), (.upper, ["straße ŉ"], "STRASSE ʼN"), (.upper, ["日本 z"], "日本 Z"),
      (.trim, ["\u{3000} a b\t\u{A0}"], "a b"), (.trim, [" \n"], ""), (.trim, [""], ""), (.trim, ["日"], "日"),
      (.replace, ["aaa", "aa", "b"], "ba"), (.replace, ["abc", "", "x"], "abc"), (.replace, ["abc", "b", ""], "ac"),
      (.replace, ["日本日", "日", "sun"], "sun本sun"), (.replace, ["abc", "abc", "abcabc"], "abcabc"),
      (.minimum, ["b", "abc", "ab"], "ab"), (.maximum, ["z", "\u{10000}", "\u{FFFD}"], "\u{10000}"),
    ] as [(ScalarFunction, [Sample], Expected)]
  )
  func textsAreCutAndMappedByScalars(function: ScalarFunction, samples: [Sample], expected: Expected) {
    #expect(ScalarTests.call(function, samples, .symbol) == expected)
  }

  @Test(arguments: [("", "0"), ("日本", "2"), ("e\u{301}", "2"), ("\u{1F600}a", "2")] as [(String, Expected)])
  func lengthCountsScalars(text: String, expected: Expected) {
    #expect(ScalarTests.call(.length, [.text(text)], .number) == expected)
  }

  @Test func aTextThatGrowsWithoutBoundIsAnOverflow() {
    let evaluator = ScalarEvaluator(values: Values())
    var expression = ScalarExpression.register(0, .symbol)
    for _ in 0..<12 { expression = .call(.concatenate, [expression, expression], type: .symbol) }
    let long = Sample.text(String(repeating: "x", count: 1 << 13))
    #expect(ScalarTests.evaluate(expression, [long], evaluator) == overflow)
    #expect(
      ScalarTests.evaluate(.call(.length, [expression], type: .number), ["abcd"], evaluator) == .value("16384")
    )
  }

  @Test func aBatchWhoseTextsAreTooLargeIsCut() {
    let values = Values()
    let evaluator = ScalarEvaluator(values: values)
    let count = 300
    let block = values.symbols.intern(String(repeating: "y", count: 1 << 19))
    let numbers = Column((0..<count).map { values.numbers.intern(Int64($0)) })
    let expression = ScalarExpression.call(
      .length,
      [.call(.concatenate, [.constant(block, .symbol), .register(0, .number)], type: .symbol)],
      type: .number
    )
    let result = Column(repeating: 0, count: count)
    var outcomes = [UInt8](repeating: 9, count: count)
    let isComplete = evaluator.compute(
      expression,
      registers: [numbers.words],
      count: count,
      into: result.words,
      outcomes: &outcomes
    )
    #expect(isComplete)
    for row in 0..<count {
      #expect(values.numbers[result.words[row]] == Int64((1 << 19) + String(row).count))
    }
  }

  @Test func arithmeticOfManyRowsAgreesWithTheStandardLibrary() {
    let values = Values()
    let evaluator = ScalarEvaluator(values: values)
    var random = SplitMix64(seed: 8)
    let count = 5_000
    let edges: [Int64] = [0, 1, -1, .min, .max, 3_037_000_500, -3_037_000_500]
    func pick() -> Int64 {
      random.next(below: 3) == 0
        ? edges[Int(random.next(below: 7))]
        : Int64(bitPattern: random.next()) >> Int64(random.next(below: 63))
    }
    let a = (0..<count).map { _ in pick() }
    let b = (0..<count).map { _ in pick() }
    let first = Column(a.map { values.numbers.intern($0) })
    let second = Column(b.map { values.numbers.intern($0) })
    let result = Column(repeating: 0, count: count)
    var outcomes = [UInt8](repeating: 0, count: count)
    for function in [ScalarFunction.add, .subtract, .multiply, .divide, .remainder] {
      _ = evaluator.compute(
        .call(function, [.register(0, .number), .register(1, .number)], type: .number),
        registers: [first.words, second.words],
        count: count,
        into: result.words,
        outcomes: &outcomes
      )
      for row in 0..<count {
        let (value, isOverflow) =
          switch function {
          case .add: a[row].addingReportingOverflow(b[row])
          case .subtract: a[row].subtractingReportingOverflow(b[row])
          case .multiply: a[row].multipliedReportingOverflow(by: b[row])
          case .divide: a[row].dividedReportingOverflow(by: b[row])
          default: (b[row] == 0 ? 0 : a[row].remainderReportingOverflow(dividingBy: b[row]).partialValue, false)
          }
        let isZero = (function == .divide || function == .remainder) && b[row] == 0
        let expected: ScalarOutcome = isZero ? .divisionByZero : isOverflow ? .overflow : .value
        guard outcomes[row] == expected.rawValue,
          expected != .value || values.numbers[result.words[row]] == value
        else {
          Issue.record("\(function) of \(a[row]) and \(b[row])")
          return
        }
      }
    }
  }
}

import Testing

@testable import Engine

@Suite struct PatternTests {
  @Test(arguments: [
    ("", "", "a"), ("abc", "abc", "ab"), ("a.c", "a日c", "ac"), ("a*", "aaaa", "aab"), ("a+", "a", ""),
    ("a?b", "b", "aab"), ("a{2}", "aa", "a"), ("a{2,}", "aaaaa", "a"), ("a{1,3}", "aaa", "aaaa"), ("a{0}b", "b", "ab"),
    ("ab|cd", "cd", "abd"), ("(ab|c)*", "abcab", "aba"), ("(|a)b", "b", "aa"), ("(a|b|)c", "c", "d"),
    ("[abc]+", "cab", "cad"), ("[^abc]", "日", "a"), ("[a-c0-9]+", "a9", "d"), ("[]a]", "]", "b"),
    ("[a-]", "-", "b"), ("[^]]", "a", "]"), ("[\\]a]", "]", "\\"), ("[[:digit:]x]+", "12x", "٣"),
    ("[[:alpha:]]+", "éა日", "1"), ("[[:upper:]][[:lower:]]+", "Ōsaka", "ōsaka"), ("\\d{4}-\\d\\d", "2018-06", "2018-6"),
    ("\\w+", "Tōhoku_9", "a b"), ("\\s", "\u{3000}", "a"), ("\\D\\W\\S", "a-b", "1-b"), ("[\\D]", "a", "1"),
    ("\\.\\*\\\\", ".*\\", "a"), ("^abc$", "abc", "xabc"), ("(^a|b)c", "ac", "xac"),
    ("(?:ab)+", "abab", "aba"), ("(a*)*", "aaaa", "b"), ("(a*)+b", "aab", "aa"), (".", "\n", ""),
    ("é", "é", "e\u{301}"), ("[日-本]", "本", "a"), ("(a{2}){2}", "aaaa", "aaa"), ("()*", "", "a"),
  ])
  func aPatternMatchesWholeTexts(text: String, matching: String, other: String) throws {
    let pattern = try #require(Pattern(text))
    #expect(Pattern.fault(in: text) == nil)
    #expect(pattern.matches(matching))
    #expect(!pattern.matches(other))
  }

  @Test(arguments: [
    "(", ")", "a)", "(a", "[a", "[", "[^", "*", "+a", "a|*", "a**", "a+?", "a{", "a{x}", "a{3,2}", "a{,3}", "{2}",
    "a{2",
    "a{99999999999999999999}", "\\", "\\q", "(a)\\1", "[z-a]", "[\\d-z]", "[[:nope:]]", "[[:digit:", "(?=a)",
    "(((a{1,100}){1,100}){1,100})", "((((((((a{9000}){9000}){9000}){9000}){9000}){9000}){9000}){9000})",
    "(((()){10000}){10000}){10000}", "a{10000}", "[[:digit:]", "[a\\",
  ])
  func aFaultIsSaid(text: String) throws {
    let fault = try #require(Pattern.fault(in: text))
    #expect(!fault.isEmpty && !fault.hasSuffix("."))
    #expect(Pattern(text) == nil)
  }

  @Test func deepNestingIsRefusedAndShallowIsNot() {
    let deep = String(repeating: "(", count: 1_000_000)
    #expect(Pattern.fault(in: deep) != nil)
    let shallow = String(repeating: "(", count: 150) + "a" + String(repeating: ")*", count: 150)
    #expect(Pattern(shallow)?.matches("aaa") == true)
  }

  @Test func nothingBacktracks() throws {
    let text = String(repeating: "a", count: 100_000)
    let nested = try #require(Pattern("(a*)*(a|aa)*b"))
    #expect(!nested.matches(text))
    #expect(nested.matches(text + "b"))
    let optional = try #require(Pattern(String(repeating: "a?", count: 500) + String(repeating: "a", count: 500)))
    #expect(optional.matches(String(repeating: "a", count: 700)))
    #expect(!optional.matches(String(repeating: "a", count: 499)))
  }

  @Test func moreStatesThanAreKeptAreMadeAgain() throws {
    // The fifteenth scalar from the end is an `a`: 2^15 deterministic states.
    let pattern = try #require(Pattern("[ab]*a[ab]{14}"))
    var random = SplitMix64(seed: 5)
    for _ in 0..<50 {
      let text = (0..<2_000).map { _ in random.next(below: 2) == 0 ? "a" : "b" }
      #expect(pattern.matches(text.joined()) == (text[text.count - 15] == "a"))
    }
  }

  @Test func manySymbolsWidenTheTransitions() throws {
    let scalars = (0..<500).compactMap { Unicode.Scalar(0x4E00 + UInt32($0) * 2) }
    let pattern = try #require(Pattern("(" + scalars.map { "\($0)" }.joined(separator: "|") + ")*x"))
    #expect(pattern.matches(scalars.map { "\($0)" }.joined() + "x"))
    #expect(!pattern.matches("\u{4E01}x"))
  }

  @Test func aLongMatchCanBeStopped() throws {
    let pattern = try #require(Pattern("(a|b)*"))
    let text = [UInt8](repeating: 97, count: 2_000_000)
    #expect(text.withUnsafeBufferPointer { pattern.matches($0, shouldStop: { true }) } == nil)
    #expect(text.withUnsafeBufferPointer { pattern.matches($0) } == true)
  }

  @Test func randomPatternsAgreeWithASimpleModel() throws {
    var random = SplitMix64(seed: 6)
    for _ in 0..<2_000 {
      let model = Model.random(depth: 4, &random)
      let pattern = try #require(Pattern(model.text), "\(model.text)")
      for _ in 0..<10 {
        let text = (0..<random.next(below: 7)).map { _ in random.next(below: 2) == 0 ? "a" : "b" }.joined()
        #expect(pattern.matches(text) == model.matches(text), "\(model.text) on \(text)")
      }
    }
  }

  /// A pattern that matches by finding all ends of matches from every beginning.
  private indirect enum Model {
    case scalar(Character)
    case any
    case sequence(Model, Model)
    case choice(Model, Model)
    case repetition(Model, Int, Int)

    static func random(depth: Int, _ random: inout SplitMix64) -> Model {
      switch depth == 0 ? random.next(below: 3) : random.next(below: 8) {
      case 0: return .scalar("a")
      case 1: return .scalar("b")
      case 2: return .any
      case 3, 4: return .sequence(.random(depth: depth - 1, &random), .random(depth: depth - 1, &random))
      case 5: return .choice(.random(depth: depth - 1, &random), .random(depth: depth - 1, &random))
      default:
        let least = Int(random.next(below: 3))
        return .repetition(.random(depth: depth - 1, &random), least, least + Int(random.next(below: 3)))
      }
    }

    var text: String {
      switch self {
      case .scalar(let scalar): String(scalar)
      case .any: "."
      case .sequence(let a, let b): a.text + b.text
      case .choice(let a, let b): "(\(a.text)|\(b.text))"
      case .repetition(let body, let least, let most): "(\(body.text)){\(least),\(most)}"
      }
    }

    func matches(_ text: String) -> Bool {
      let characters = Array(text)
      return ends(characters, [0]).contains(characters.count)
    }

    private func ends(_ text: [Character], _ starts: Set<Int>) -> Set<Int> {
      switch self {
      case .scalar(let scalar): return Set(starts.filter { $0 < text.count && text[$0] == scalar }.map { $0 + 1 })
      case .any: return Set(starts.filter { $0 < text.count }.map { $0 + 1 })
      case .sequence(let a, let b): return b.ends(text, a.ends(text, starts))
      case .choice(let a, let b): return a.ends(text, starts).union(b.ends(text, starts))
      case .repetition(let body, let least, let most):
        var current = starts
        var all: Set<Int> = least == 0 ? starts : []
        for round in stride(from: 1, through: most, by: 1) {
          current = body.ends(text, current)
          if round >= least { all.formUnion(current) }
        }
        return all
      }
    }
  }
}

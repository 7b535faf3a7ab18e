/// A regular expression that is matched against whole texts, in time linear in the text.
///
/// `.` is any scalar; `\d` and `[[:digit:]]` are 0 to 9, the other classes are Unicode's; `^` and `$` are the ends of the
/// text. The automaton is made deterministic as far as texts need it. Not for two threads at once.
public final class Pattern {
  private let automaton: UnsafeMutablePointer<PatternAutomaton>

  /// The pattern written `text`, or `nil` when `fault(in:)` says why there is none.
  public init?(_ text: String) {
    guard let program = try? PatternProgram(text) else { return nil }
    automaton = .allocate(capacity: 1)
    automaton.initialize(to: PatternAutomaton(program))
  }

  deinit {
    automaton.deinitialize(count: 1)
    automaton.deallocate()
  }

  /// What is wrong with the pattern written `text`, in lower case and without full stop; `nil` when it is one.
  public static func fault(in text: String) -> String? {
    do {
      _ = try PatternProgram(text)
      return nil
    } catch {
      return error.message
    }
  }

  /// Whether the whole of `text` matches; `nil` when `shouldStop`, asked now and then, said so.
  public func matches(_ text: UnsafeBufferPointer<UInt8>, shouldStop: () -> Bool = { false }) -> Bool? {
    automaton.pointee.matches(text, shouldStop)
  }

  /// Whether the whole of `text` matches.
  public func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches($0) ?? false }
  }

  /// The bytes held, about.
  var byteCount: Int { automaton.pointee.byteCount }
}

/// The patterns used lately, by their text.
final class PatternCache {
  private var patterns: [[UInt8]: Pattern?] = [:]

  private static let maximalCount = 64

  /// The bytes held, about.
  var byteCount: Int { patterns.values.reduce(0) { $0 + ($1?.byteCount ?? 0) } }

  /// The pattern written `text`, `nil` when there is none.
  func pattern(_ text: UnsafeBufferPointer<UInt8>) -> Pattern? {
    let key = Array(text)
    if let known = patterns[key] { return known }
    if patterns.count >= PatternCache.maximalCount { patterns.removeAll() }
    let pattern = Pattern(String(decoding: text, as: UTF8.self))
    patterns[key] = .some(pattern)
    return pattern
  }
}

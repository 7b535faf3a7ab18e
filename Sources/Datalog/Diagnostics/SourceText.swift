/// The place of a source among the sources of one compilation.
public struct SourceID: Hashable, Comparable, Sendable {
  public let index: Int

  public init(_ index: Int) {
    self.index = index
  }

  public static func < (a: SourceID, b: SourceID) -> Bool { a.index < b.index }
}

/// One text as it came in: a file, standard input, a line of the prompt, a stored rule.
public struct SourceText: Sendable {
  /// What diagnostics call it: the path as given, `<stdin>`, `<question>`.
  public let name: String
  /// The bytes without a leading byte order mark.
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  }

  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }
}

/// A range of bytes of one source.
public struct Span: Hashable, Sendable {
  public let source: SourceID
  /// UTF-8 offsets, start included, end excluded.
  public let start: Int
  public let end: Int

  public init(source: SourceID, start: Int, end: Int) {
    self.source = source
    self.start = start
    self.end = end
  }

  /// The smallest span that covers both; both lie in one source.
  public func joined(_ other: Span) -> Span {
    Span(source: source, start: min(start, other.start), end: max(end, other.end))
  }
}

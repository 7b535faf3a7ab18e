/// One argument of a plain fact, as the parser hands it over.
public struct FactArgument {
  public let kind: LiteralKind
  /// A number or year; the bits of a float; the key of a date; 0 for a symbol.
  public let bits: UInt64
  /// A symbol's text, valid during the call only.
  public let text: UnsafeBufferPointer<UInt8>

  @inlinable
  public init(kind: LiteralKind, bits: UInt64, text: UnsafeBufferPointer<UInt8>) {
    self.kind = kind
    self.bits = bits
    self.text = text
  }
}

/// What takes the plain facts of a source while it is parsed.
public protocol FactSink: AnyObject {
  /// One fact of the predicate and arity of `facts[summary]` of the syntax tree that is being made.
  ///
  /// `sources` indexes the tree's `sourceSets`. `predicate` is the predicate's name, for the first fact of a summary to
  /// be recognised by.
  func receive(
    summary: Int,
    predicate: String,
    arguments: UnsafeBufferPointer<FactArgument>,
    sources: SourceSetID
  )
}

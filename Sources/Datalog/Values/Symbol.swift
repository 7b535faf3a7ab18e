/// A symbol's text, compared by Unicode scalars.
///
/// Swift's `String` compares by canonical equivalence, which would make two symbols one; UTF-8 bytes do not, and their
/// order is the order of the scalars.
public struct Symbol: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let utf8: [UInt8]

  public init(utf8: some Sequence<UInt8>) {
    self.utf8 = Array(utf8)
  }

  public init(_ text: String) {
    utf8 = Array(text.utf8)
  }

  public var description: String { String(decoding: utf8, as: UTF8.self) }

  public static func < (a: Symbol, b: Symbol) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
}

/// A value that facts contain, as completion shows it.
public struct KnownValue: Hashable, Sendable {
  /// The value's text, not quoted.
  public let text: String
  /// The kind of the entity that it is; empty for other values.
  public let kind: String
  /// The entity's name; empty for other values, and where there is none.
  public let name: String
  /// Whether it is a symbol, and so may have to be quoted.
  public let isSymbol: Bool

  init(text: String, kind: String = "", name: String = "", isSymbol: Bool = true) {
    self.text = text
    self.kind = kind
    self.name = name
    self.isSymbol = isSymbol
  }
}

/// The values that fit what is typed.
public struct FoundValues: Sendable {
  /// The first of them: those whose identifier begins so, then by the start of a name, then by that of a word in one.
  public var values: [KnownValue] = []
  public var totalCount = 0
  /// What the texts of all of them begin with.
  public var common = ""
  /// Whether values are still being read, so that there may be others.
  public var isPartial = false

  public init() {}
}

/// What may be put in the place of what is typed before the cursor.
public struct Completion: Hashable, Sendable {
  /// The part of the text that a candidate takes the place of, as offsets in bytes; it may reach past the cursor.
  public let replaced: Range<Int>
  /// The first of them, in the order in which they are shown.
  public let candidates: [Candidate]
  /// How many more there are.
  public let moreCount: Int
  /// What all of them begin with, more than is typed; `nil` where there is nothing to add.
  public let common: String?
  /// Whether values are still being read, so that there may be others.
  public let isPartial: Bool

  public init(
    replaced: Range<Int>,
    candidates: [Candidate],
    moreCount: Int = 0,
    common: String? = nil,
    isPartial: Bool = false
  ) {
    self.replaced = replaced
    self.candidates = candidates
    self.moreCount = moreCount
    self.common = common
    self.isPartial = isPartial
  }

  /// Nothing that could stand at a place.
  public static func none(at offset: Int) -> Completion { Completion(replaced: offset..<offset, candidates: []) }
}

/// One thing that can stand at the cursor.
public struct Candidate: Hashable, Sendable {
  /// What is inserted.
  public let text: String
  /// What it is: `university`, `column`, `variable`, …; may be empty.
  public let kind: String
  /// What people call it; may be empty.
  public let name: String
  /// What is inserted behind it when it is the only one.
  public let ending: String

  public init(text: String, kind: String = "", name: String = "", ending: String = "") {
    self.text = text
    self.kind = kind
    self.name = name
    self.ending = ending
  }
}

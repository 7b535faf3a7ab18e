public import Engine

/// The tuples of one answer, sorted as asked, as words and the dictionaries to read them by.
public struct Answer {
  public struct Column: Hashable, Sendable {
    public let name: String
    public let type: WordType

    public init(name: String, type: WordType) {
      self.name = name
      self.type = type
    }
  }

  public let columns: [Column]
  public let rowCount: Int
  /// Row after row, `columns.count` words each.
  public let words: [Word]
  public let values: Values
  /// The question in its own words; empty for what nobody asked in words.
  public internal(set) var question = ""
  /// What the rows rest on, where that was asked for.
  public internal(set) var sources: RowSources?
  /// Why rows hold, where that was asked for: a root for each of them.
  public internal(set) var proof: Proof?

  public init(columns: [Column], rowCount: Int, words: [Word], values: Values) {
    self.columns = columns
    self.rowCount = rowCount
    self.words = words
    self.values = values
  }

  /// An answer without columns says yes (one row) or no.
  public var isYesOrNo: Bool { columns.isEmpty }
}

/// How a column's values stand in the file.
public enum StoredType: String, Sendable {
  /// The id of a text of the dictionary.
  case symbol
  case number
  case float
  /// `yyyymmdd`, 00 for what is not stated.
  case date
}

/// A column of a predicate.
public struct StoredColumn: Hashable, Sendable {
  public let name: String
  public let type: StoredType

  public init(name: String, type: StoredType) {
    self.name = name
    self.type = type
  }
}

/// A predicate whose facts the file holds.
public struct StoredPredicate: Hashable, Sendable {
  /// Its number in the file; its tables are `vl_p<id>` and `vl_p<id>_past`.
  public let id: Int
  public let name: String
  public let columns: [StoredColumn]
  /// Each key as the positions of its columns.
  public let keys: [[Int]]

  package init(id: Int, name: String, columns: [StoredColumn], keys: [[Int]]) {
    self.id = id
    self.name = name
    self.columns = columns
    self.keys = keys
  }
}

/// A predicate of now or the past.
public struct DeclaredPredicate: Hashable, Sendable {
  public let predicate: StoredPredicate
  /// The change that declared it.
  public let change: Int
  /// The change that ended its declaration; `nil` while it stands.
  public let ending: Int?
}

/// The rules and constraints of one source file, in order, as one text.
public struct StoredClauses: Hashable, Sendable {
  public let file: String
  public let text: String

  package init(file: String, text: String) {
    self.file = file
    self.text = text
  }
}

/// A source of a fact: a passage of a document that it cites, or its origin, a file that states it.
public struct StoredPassage: Hashable, Sendable {
  /// The symbol that names the document or the file.
  public let document: UInt32
  /// The passage's number; -1 the document as a whole, -2 an origin.
  public let passage: Int

  /// A file that states the fact; `<prompt>` is one too.
  public static func origin(_ file: UInt32) -> StoredPassage { StoredPassage(document: file, passage: -2) }

  public var isOrigin: Bool { passage == -2 }

  public init(document: UInt32, passage: Int) {
    self.document = document
    self.passage = passage
  }
}

extension StoredPassage: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.document, left.passage) < (right.document, right.passage)
  }
}

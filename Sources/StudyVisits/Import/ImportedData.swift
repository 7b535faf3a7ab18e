/// What a reader of any format found in a file, before it is compared with a knowledge base.
public struct ImportedData: Sendable {
  /// Where records come from.
  public enum Origin: Sendable {
    /// A list or document, which the facts of its records cite.
    case document
    /// Another knowledge base, whose facts keep the sources that they have there.
    case knowledgeBase
  }

  /// The path as given.
  public let file: String
  public var origin = Origin.document
  /// What was found out about the file, such as its encoding, each in a few words.
  public var recognised: [String] = []
  /// The encoding that was guessed, with the first line that would read otherwise in another.
  var guess: (encoding: TextEncoding, line: String)?
  /// Predicates that the file needs, by name, as they are declared where the knowledge base has none of the name.
  public var declarations: [(predicate: String, text: String)] = []
  /// Rules and constraints that stay where they are, by the name under which they are kept there.
  public var clauses: [String: String] = [:]
  public var records: [ImportedRecord] = []
  public var problems: [ImportProblem] = []

  public init(file: String) {
    self.file = file
  }
}

/// A row of a table or an object of a document: what is cited as one passage.
public struct ImportedRecord: Sendable {
  /// The number of its passage: the row, or the place among the document's objects.
  public let number: Int
  /// As people find it: `row 3`, `persons[2]`.
  public let place: String
  /// What the passage says.
  public var text: String
  public var entities: [ImportedEntity] = []
  public var facts: [ImportedFact] = []
  /// What its facts cite in the knowledge base that they come from; of a document they cite the record itself.
  public var sources: [(document: String, passage: Int64?)] = []

  public init(number: Int, place: String, text: String) {
    self.number = number
    self.place = place
    self.text = text
  }
}

/// Something with an identifier, a fact of a predicate that has one for a key.
public struct ImportedEntity: Sendable {
  public let predicate: String
  /// The source's own.
  public var identifier: String?
  public var name: String?
  /// What an identifier is made of where the source has none and there is no name.
  public var basis: String?
  public var aliases: [String] = []
  /// Whether the name may be that of something known of another kind.
  public var mayBeOther = false
  /// What the predicate's other columns hold.
  public var values: [String: ImportedValue] = [:]

  public init(_ predicate: String, identifier: String? = nil, name: String? = nil) {
    self.predicate = predicate
    self.identifier = identifier
    self.name = name
  }
}

public struct ImportedFact: Sendable {
  public let predicate: String
  /// By column.
  public var arguments: [String: ImportedValue]
  /// The heading or the key that it comes from.
  public var column: String?

  public init(_ predicate: String, _ arguments: [String: ImportedValue], column: String? = nil) {
    self.predicate = predicate
    self.arguments = arguments
    self.column = column
  }
}

public enum ImportedValue: Hashable, Sendable {
  /// Read as the type of its column.
  case text(String)
  /// An entity of the same record, by its place there.
  case entity(Int)
  /// An entity of the file or of the knowledge base, by the source's identifier, its own or its name; `kind` is its
  /// predicate.
  case reference(kind: String?, String)
}

/// Something that was left out, or is to be looked at.
public struct ImportProblem: Hashable, Sendable {
  /// `row 3`, `persons[2].name`; empty for the file as a whole.
  public let place: String
  /// The heading.
  public let column: String?
  /// What is wrong and what may have been meant: lower case, no full stop.
  public let message: String

  public init(_ place: String, column: String? = nil, _ message: String) {
    self.place = place
    self.column = column
    self.message = message
  }
}

extension ImportProblem: CustomStringConvertible {
  public var description: String {
    let parts = [place, column.map { "column `\($0)`" } ?? ""].filter { !$0.isEmpty }
    return parts.isEmpty ? message : "\(parts.joined(separator: ", ")): \(message)"
  }
}
